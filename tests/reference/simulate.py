"""Writes the made-up tables that make.R fits, so that R and the tests read the same figures.

    python tests/reference/simulate.py FOLDER

The large one is made anew wherever it is needed: only what R said of it is stored.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd


def panel() -> pd.DataFrame:
    """Returns 48 stores in 6 regions over 8 to 24 weeks: a trait of the store that bends the response to x,
    weights (rows that stand for w days each) and a known part of the outcome, `known`.
    """
    rng = np.random.default_rng(20261)
    weeks = rng.integers(8, 24, 48, endpoint=True)
    store = np.repeat(np.arange(48), weeks)
    region = np.arange(48) % 6
    income = rng.standard_normal(48)
    x = 2 + rng.standard_normal(len(store)) + 0.4 * income[store]
    z = rng.standard_normal(len(store))
    w = rng.integers(1, 7, len(store), endpoint=True) * 0.5
    known = rng.gamma(3.0, 1.0, len(store))
    level = 0.8 * rng.standard_normal(6)[region] + 1.1 * rng.standard_normal(48)
    slope = 0.5 + 0.3 * income + 0.25 * rng.standard_normal(6)[region] + 0.35 * rng.standard_normal(48)
    noise = 1.5 * rng.standard_normal(len(store)) / np.sqrt(w)
    y = 10 + level[store] + slope[store] * x + 0.4 * z + 0.6 * income[store] + known + noise
    return pd.DataFrame(
        {
            "y": y,
            "x": x,
            "z": z,
            "w": w,
            "known": known,
            "income": income[store],
            "store": [f"s{k:02d}" for k in store],
            "region": [f"r{region[k]}" for k in store],
        }
    ).round(5)


def crossed() -> pd.DataFrame:
    """Returns 420 rows of 40 customers and 15 shops, met at random; shops differ in their response to x."""
    rng = np.random.default_rng(20262)
    customer, shop = rng.integers(0, 40, 420), rng.integers(0, 15, 420)
    x = rng.standard_normal(420)
    w = rng.gamma(4.0, 0.25, 420)
    level = 1.2 * rng.standard_normal(40)[customer] + 0.8 * rng.standard_normal(15)[shop]
    y = 5 + level + (0.7 + 0.5 * rng.standard_normal(15)[shop]) * x + rng.standard_normal(420) / np.sqrt(w)
    names = {"customer": [f"c{k:02d}" for k in customer], "shop": [f"p{k:02d}" for k in shop]}
    return pd.DataFrame({"y": y, "x": x, "w": w} | names).round(5)


def large() -> pd.DataFrame:
    """Returns 70,000 rows of 3,000 customers and 1,000 shops, met at random."""
    rng = np.random.default_rng(20263)
    n = 70_000
    customer, shop = rng.integers(0, 3000, n), rng.integers(0, 1000, n)
    x, z = rng.standard_normal(n), rng.standard_normal(n) + 0.3 * rng.standard_normal(1000)[shop]
    own = rng.standard_normal((1000, 2)) @ np.array([[0.7, 0.12], [0.0, 0.25]])
    y = 20 + 1.1 * rng.standard_normal(3000)[customer] + own[shop, 0] + (0.5 + own[shop, 1]) * x - 0.1 * z
    names = {"customer": [f"c{k:04d}" for k in customer], "shop": [f"p{k:04d}" for k in shop]}
    return pd.DataFrame({"y": y + 1.8 * rng.standard_normal(n), "x": x, "z": z} | names).round(4)


TABLES: dict[str, Callable[[], pd.DataFrame]] = {"panel": panel, "crossed": crossed, "large": large}


if __name__ == "__main__":
    for name, make in TABLES.items():
        make().to_csv(Path(sys.argv[1]) / f"{name}.csv", index=False)
