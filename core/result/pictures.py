"""What a picture of many residuals needs: a few hundred points that say what all of them say."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.coding import Array

POINTS = 200
ENDS = 20  # extreme values shown one by one on each side
SAMPLE = 2_000
BINS = 20
LEAST = 40  # rows in a bin: the error of their median is then a fifth of an SD


def quantile_points(values: Array, level: float = 0.95) -> pd.DataFrame:
    """Returns a quantile plot against a bell curve: expected, found, low, high, in standard deviations.

    `values` (n,) are brought to mean 0 and SD 1. `expected` is the median of each order statistic of n draws
    from a bell curve and low to high its central `level` interval, for each point on its own: that of the
    beta distribution of uniform order statistics (Wilks 1948), narrowed by what taking mean and SD from the
    values takes out, 1 - (1 + z^2/2) phi(z)^2 / (p (1 - p)) of the variance (large-sample; Shorack, Wellner
    1986, section 5.5). At most 200 points over the middle and all of the 20 most extreme on each side. Fewer
    than three values, or all alike: no points.
    """
    from scipy import special

    spread = float(np.std(values, ddof=1)) if len(values) > 2 else 0.0
    if spread == 0.0:
        return pd.DataFrame({name: np.empty(0) for name in ("expected", "found", "low", "high")})
    points = normal_points((values - values.mean()) / spread, level)
    middle = points["expected"]
    p = special.ndtr(middle)
    density = np.exp(-(middle**2)) / (2 * np.pi)
    narrow = np.sqrt(np.maximum(1 - (1 + middle**2 / 2) * density / (p * (1 - p)), 0.0))
    return points.assign(
        low=middle - narrow * (middle - points["low"]), high=middle + narrow * (points["high"] - middle)
    )


def normal_points(values: Array, level: float = 0.95) -> pd.DataFrame:
    """Returns the same of values (n,) that should have mean 0 and SD 1 as they stand."""
    from scipy import special

    n = len(values)
    if n < 3:
        return pd.DataFrame({name: np.empty(0) for name in ("expected", "found", "low", "high")})
    ordered = np.sort(values)
    ends = np.arange(min(ENDS, n))
    spaced = np.linspace(0, n - 1, min(POINTS, n)).round().astype(int)
    rank = np.unique(np.concatenate([ends, spaced, n - 1 - ends])) + 1
    middle, low, high = (
        special.ndtri(special.betaincinv(rank, n + 1 - rank, share))
        for share in (0.5, 0.5 - level / 2, 0.5 + level / 2)
    )
    return pd.DataFrame({"expected": middle, "found": ordered[rank - 1], "low": low, "high": high})


def outside(points: pd.DataFrame) -> float:
    """Returns the share of quantile points beyond their interval; about 0.05 where the curve is a bell."""
    if points.empty:
        return float("nan")
    return float(((points["found"] < points["low"]) | (points["found"] > points["high"])).mean())


def binned(x: Array, y: Array, means: bool = False) -> pd.DataFrame:
    """Returns at most 20 bins of x with equal counts: x (median), low, middle, high (quartiles of y), n.

    Bins of equal x are joined; fewer bins where rows are few. With `means`, middle is the mean of y and low
    to high its 95 % interval: of what takes two values only, the median is one of them and says nothing.
    """
    count = max(1, min(BINS, len(x) // LEAST))
    cuts = np.unique(np.quantile(x, np.arange(1, count) / count)) if count > 1 else np.empty(0)
    part = np.searchsorted(cuts, x, side="left")
    by = pd.DataFrame({"x": x, "y": y}).groupby(part)
    low, middle, high = (by["y"].quantile(q) for q in (0.25, 0.5, 0.75))
    if means:
        middle, error = by["y"].mean(), by["y"].std().fillna(0.0) / by["y"].size() ** 0.5
        low, high = middle - 1.96 * error, middle + 1.96 * error
    return pd.DataFrame(
        {"x": by["x"].median(), "low": low, "middle": middle, "high": high, "n": by["y"].size()}
    ).reset_index(drop=True)


def sampled(n: int, seed: int = 0) -> NDArray[np.intp]:
    """Returns the places of at most 2,000 of n rows, drawn without repetition, in order."""
    if n <= SAMPLE:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, SAMPLE, replace=False))
