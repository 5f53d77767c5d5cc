"""Whether some combination of predictors tells all yes from no, so that no finite estimate is the best."""

import numpy as np

from core.design.coding import Array
from core.design.rows import Rows, aggregated, ungrouped
from core.spec.model import Family

# Entries of a separating direction that are zero for every purpose, in columns of size 1.
NONE = 1e-7
# Cells beyond which the question is not asked: the linear programme would take longer than the fit.
MOST = 50_000


def separating(rows: Rows) -> tuple[str, ...]:
    """Returns the fixed columns whose effects the data set no end to; none where a finite maximum exists.

    A direction along which no row's likelihood falls and some row's rises for ever, by linear programming
    (Konis 2007, thesis, University of Oxford, section 4.2; Albert, Anderson 1984): rows with only yes may not
    go down, rows with only no not up, and rows with both may not move. Of counts, rows of zero may not go up
    and the others not move. A Gamma outcome always has an end.
    """
    from scipy import optimize

    if rows.family is Family.GAMMA or not rows.fixed:
        return ()
    cells = aggregated(ungrouped(rows))
    if cells.n > MOST:
        return ()
    size = np.abs(cells.x).max(axis=0)
    x = cells.x / np.where(size > 0, size, 1.0)
    none = cells.y == 0
    every = cells.y == cells.trials if rows.family is Family.BINOMIAL else np.zeros(cells.n, dtype=bool)
    way = x * np.where(none, -1.0, 1.0)[:, None]  # up in this direction means more likely
    free = none | every
    found = optimize.linprog(
        -way[free].sum(axis=0),
        A_ub=-way[free] if free.any() else None,
        b_ub=np.zeros(int(free.sum())) if free.any() else None,
        A_eq=x[~free] if (~free).any() else None,
        b_eq=np.zeros(int((~free).sum())) if (~free).any() else None,
        bounds=(-1.0, 1.0),
        method="highs",
    )
    if not found.success or -found.fun < NONE:
        return ()
    direction: Array = np.asarray(found.x)
    moving = np.abs(direction) > NONE
    return tuple(name for name, moves in zip(rows.fixed, moving.tolist(), strict=True) if moves)
