"""A panel for re-weightings, and its groups drawn by hand: copied, renamed, left out."""

import numpy as np
import pandas as pd

FORMULAS = (
    "y ~ x + w + (1 | g)",
    "y ~ x + w + (1 + x | g)",
    "y ~ x + w + (1 + x || g)",
    "y ~ 0 + x + w + (0 + x | g)",
    "y ~ x + w + (1 + x + w | g)",
)


def panel(groups: int = 14, rows: int = 8, slopes: float = 0.5, seed: int = 1) -> pd.DataFrame:
    """Returns groups with baselines and slopes of x of their own, x two spreads from zero."""
    rng = np.random.default_rng([17, seed])
    g = np.repeat(np.arange(groups), rows)
    x, w = 2 + rng.standard_normal(len(g)), rng.standard_normal(len(g))
    u = rng.standard_normal((groups, 2)) * [0.6, slopes]
    y = 1 + x + 0.5 * w + u[g, 0] + u[g, 1] * x + rng.standard_normal(len(g))
    return pd.DataFrame({"y": y, "x": x, "w": w, "g": [f"g{k:04d}" for k in g]})


def drawn(frame: pd.DataFrame, counts: np.ndarray) -> pd.DataFrame:
    """Returns the rows of each group as often as it counts, each time as a group of another name."""
    names = sorted(frame["g"].unique())
    parts = [
        frame[frame["g"] == name].assign(g=f"{name}#{copy}")
        for name, count in zip(names, counts.astype(int), strict=True)
        for copy in range(count)
    ]
    return pd.concat(parts, ignore_index=True)
