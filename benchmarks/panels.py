"""Simulated panels of any size: stores of unequal length, rows in any order."""

from pathlib import Path

import numpy as np
import pandas as pd

FORMULA = "y ~ x1 + x2 + x3 + (1 + x1 | store)"
CHANGED = "y ~ x1 + x2 + x3 + (1 + x2 | store)"


def simulate(rows: int, groups: int, *, shuffled: bool = True, text: bool = False) -> pd.DataFrame:
    """Returns y, x1, x2, x3 and store: baselines and slopes of x1 and x2 differ by store.

    Stores have between a third and three times the average number of rows, the first ones at least one.
    `text` names the stores by words instead of numbers.
    """
    rng = np.random.default_rng(rows + groups)
    share = rng.dirichlet(np.full(groups, 3.0))
    store = rng.choice(groups, rows, p=share)
    store[:groups] = np.arange(groups)
    store.sort()
    if shuffled:
        rng.shuffle(store)
    x = np.array([10.0, 0.0, 2.0]) + np.array([3.0, 1.0, 0.5]) * rng.normal(size=(rows, 3))
    root = np.array([[2.0, 0.0, 0.0], [0.2, 0.5, 0.0], [-0.1, 0.0, 0.3]])
    own = rng.normal(size=(groups, 3)) @ root.T
    y = 5.0 + x @ [1.0, 0.5, -0.3] + own[store, 0]
    y += own[store, 1] * (x[:, 0] - 10.0) + own[store, 2] * x[:, 1] + 2.0 * rng.normal(size=rows)
    names = np.char.add("store ", store.astype(str)) if text else store
    return pd.DataFrame({"y": y, "x1": x[:, 0], "x2": x[:, 1], "x3": x[:, 2], "store": names})


def write_upload(path: Path, rows: int = 50_000, groups: int = 500) -> None:
    """Writes a panel as the CSV file a marketer uploads: weeks as dates, store names, plain column names."""
    panel = simulate(rows, groups, shuffled=False)
    week = panel.groupby("store").cumcount()
    pd.DataFrame(
        {
            "store_id": "S" + panel["store"].astype(str).str.zfill(4),
            "week": (pd.Timestamp("2020-01-06") + pd.to_timedelta(week * 7, unit="D")).dt.strftime(
                "%Y-%m-%d"
            ),
            "sales": (100 + 10 * panel["y"]).round(2),
            "youtube": panel["x1"].clip(lower=0).round(2),
            "facebook": panel["x2"].abs().round(2),
            "price": panel["x3"].abs().round(2),
        }
    ).to_csv(path, index=False)
