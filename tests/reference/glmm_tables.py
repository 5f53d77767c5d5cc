"""Writes the made-up tables of generalised models that glmm.R fits, so that R and the tests read the same.

python -m tests.reference.glmm_tables FOLDER
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd


def visits() -> pd.DataFrame:
    """Returns counts of 40 stores in 5 regions: baselines and slopes of x differ, theta is 2.

    `open_days` is the exposure and `log_days` its logarithm, `w` says how many such rows a row stands for.
    """
    rng = np.random.default_rng(20264)
    weeks = rng.integers(6, 16, 40, endpoint=True)
    store = np.repeat(np.arange(40), weeks)
    n = len(store)
    x, z = rng.standard_normal(n), rng.standard_normal(n)
    days = rng.integers(1, 7, n, endpoint=True)
    own = rng.standard_normal((40, 2)) @ np.array([[0.6, 0.1], [0.0, 0.25]])
    region = np.arange(40) % 5
    level = own[store, 0] + 0.4 * rng.standard_normal(5)[region[store]]
    mean = days * np.exp(0.3 + level + (0.4 + own[store, 1]) * x - 0.2 * z)
    y = rng.negative_binomial(2.0, 2.0 / (2.0 + mean))
    columns = {"y": y, "x": x.round(4), "z": z.round(4), "open_days": days}
    columns |= {"log_days": np.log(days).round(10), "w": rng.integers(1, 3, n, endpoint=True)}
    names = {"store": [f"s{k:02d}" for k in store], "region": [f"r{region[k]}" for k in store]}
    return pd.DataFrame(columns | names)


def amounts() -> pd.DataFrame:
    """Returns positive amounts of 45 shops: Gamma with shape 3, baselines and slopes of x differ."""
    rng = np.random.default_rng(20265)
    shop = np.repeat(np.arange(45), rng.integers(5, 18, 45, endpoint=True))
    n = len(shop)
    x, promo = rng.standard_normal(n), rng.integers(0, 1, n, endpoint=True)
    own = rng.standard_normal((45, 2)) @ np.array([[0.5, -0.1], [0.0, 0.2]])
    mean = np.exp(3.0 + own[shop, 0] + (0.3 + own[shop, 1]) * x + 0.25 * promo)
    y = rng.gamma(3.0, mean / 3.0)
    w = rng.integers(1, 4, n, endpoint=True)
    columns = {"y": y.round(5), "x": x.round(4), "promo": np.where(promo, "on", "off"), "w": w}
    return pd.DataFrame(columns | {"shop": [f"p{k:02d}" for k in shop]})


def clicks() -> pd.DataFrame:
    """Returns 1,500 yes/no answers of 120 users to 25 banners, met at random; banners differ in slope."""
    rng = np.random.default_rng(20266)
    user, banner = rng.integers(0, 120, 1500), rng.integers(0, 25, 1500)
    x = rng.standard_normal(1500)
    level = 0.9 * rng.standard_normal(120)[user] + 0.6 * rng.standard_normal(25)[banner]
    slope = 0.5 + 0.4 * rng.standard_normal(25)[banner]
    y = rng.random(1500) < 1 / (1 + np.exp(0.4 - level - slope * x))
    names = {"user": [f"u{k:03d}" for k in user], "banner": [f"b{k:02d}" for k in banner]}
    return pd.DataFrame({"y": y.astype(int), "x": x.round(4)} | names)


def orders() -> pd.DataFrame:
    """Returns orders out of sessions of 30 shops in two segments: a slope of spend that the segment bends."""
    rng = np.random.default_rng(20267)
    shop = np.repeat(np.arange(30), 8)
    x = rng.standard_normal(240)
    segment = np.arange(30) % 2
    sessions = rng.integers(5, 60, 240, endpoint=True)
    own = rng.standard_normal((30, 2)) @ np.array([[0.7, 0.15], [0.0, 0.3]])
    chance = -1.0 + own[shop, 0] + (0.3 + 0.4 * segment[shop] + own[shop, 1]) * x
    done = rng.binomial(sessions, 1 / (1 + np.exp(-chance)))
    columns = {"orders": done, "sessions": sessions, "x": x.round(4)}
    names = {"segment": np.where(segment[shop], "loyal", "fresh"), "shop": [f"p{k:02d}" for k in shop]}
    return pd.DataFrame(columns | names)


TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    "visits": visits,
    "amounts": amounts,
    "clicks": clicks,
    "orders": orders,
}


if __name__ == "__main__":
    for name, make in TABLES.items():
        make().to_csv(Path(sys.argv[1]) / f"{name}.csv", index=False)
