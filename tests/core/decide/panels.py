"""Panels for plans: stores in regions that spend on two channels, with outcomes of several kinds."""

import numpy as np
import pandas as pd


def panel(seed: int = 3, stores: int = 12, weeks: int = 15) -> pd.DataFrame:
    """Rows: store region week tv web size sales bought orders amount."""
    rng = np.random.default_rng(seed)
    store = np.repeat(np.arange(stores), weeks)
    size = np.repeat(rng.uniform(1, 3, stores), weeks)
    tv = rng.gamma(4, 3, stores * weeks) * np.repeat(rng.uniform(0.6, 1.6, stores), weeks)
    web = rng.gamma(3, 2, stores * weeks)
    slope = np.repeat(rng.normal(0.5, 0.2, stores), weeks)
    level = np.repeat(rng.normal(10, 2, stores), weeks)
    eta = level + slope * tv + 0.3 * web + 0.4 * size + 0.02 * tv * web
    centred = (eta - eta.mean()) / eta.std()
    return pd.DataFrame(
        {
            "store": [f"s{k:02d}" for k in store],
            "region": [f"r{k % 3}" for k in store],
            "week": np.tile(np.arange(weeks), stores),
            "tv": tv.round(3),
            "web": web.round(3),
            "size": size.round(3),
            "sales": (eta + rng.normal(0, 1.0, len(eta))).round(3),
            "bought": (rng.uniform(size=len(eta)) < 1 / (1 + np.exp(-centred))).astype(int),
            "orders": rng.poisson(np.exp(1.0 + 0.4 * centred)),
            "visits": rng.integers(20, 60, len(eta)),
        }
    )
