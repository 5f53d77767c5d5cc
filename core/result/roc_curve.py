"""The ROC curve of outcomes, or the vertical average of the curves of several folds."""

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.result.scored import Scored

POINTS = 400  # of a drawn curve; all where there are fewer


def average_curve(parts: list[Scored], share: Array) -> pd.DataFrame:
    """Returns false_positive_rate true_positive_rate of one part, or of several the average, thinned.

    Averages are taken at each rate of false alarms, each part counting by its `share`.
    """
    lines = [
        (np.append(0.0, one.no_above / one.all_no), np.append(0.0, one.yes_above / one.all_yes))
        for one in parts
    ]
    x, y = lines[0]
    if len(lines) > 1:
        grid = np.unique(np.concatenate([line[0] for line in lines]))
        ends = [_ends(*line, grid) for line in lines]
        low, high = (sum(w * e[k] for w, e in zip(share, ends, strict=True)) for k in (0, 1))
        x, y = np.repeat(grid, 2), np.column_stack([low, high]).ravel()
    if len(x) > POINTS:
        along = np.searchsorted(x + y, np.linspace(0.0, 2.0, POINTS))
        kept = np.unique(np.concatenate([[0, len(x) - 1], np.minimum(along, len(x) - 1)]))
        x, y = x[kept], y[kept]
    return pd.DataFrame({"false_positive_rate": x, "true_positive_rate": y})


def _ends(x: Array, y: Array, grid: Array) -> tuple[Array, Array]:
    """Where a rising line begins and ends at each of the grid's places; it may climb upright."""
    first, last = np.append(True, np.diff(x) > 0), np.append(np.diff(x) > 0, True)
    at, begins, ends = x[first], y[first], y[last]
    k = np.searchsorted(at, grid, side="right") - 1
    after = np.minimum(k + 1, len(at) - 1)
    width = np.where(after > k, at[after] - at[k], 1.0)
    between = ends[k] + (grid - at[k]) / width * (begins[after] - ends[k])
    here = grid == at[k]
    return np.where(here, begins[k], between), np.where(here, ends[k], between)
