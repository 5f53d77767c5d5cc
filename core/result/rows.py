"""The rows behind one group, for drawing."""

import numpy as np
import pandas as pd

from core.design.matrix import build_design
from core.result.errors import NoGroups, UnknownLevel, UnknownTerm
from core.spec.model import ModelSpec
from core.table.table import Table


def group_rows(
    table: Table, spec: ModelSpec, level: str, term: str, by: str | None = None, most: int = 2000
) -> pd.DataFrame:
    """Returns x (the column `term`) and y (the outcome less offsets) on the rows of one group.

    Longer groups than `most` are thinned evenly in the table's order.

    `by` is the grouping it belongs to: the model's first unless named.
    Reads the rows once. Raises NoGroups, UnknownLevel,
    UnknownTerm.
    """
    design = build_design(table, spec)
    if not design.factors:
        raise NoGroups()
    among = design.factors[by] if by else next(iter(design.factors.values()))
    if level not in among.levels:
        raise UnknownLevel(level, among.name, among.levels)
    if term not in design.values:
        raise UnknownTerm(term, [name for name in design.values if name != design.layout.outcome])
    rows = np.flatnonzero(among.codes == among.levels.index(level))
    if len(rows) > most:
        rows = rows[np.linspace(0, len(rows) - 1, most).astype(int)]
    y = design.values[design.layout.outcome][rows]
    for name in design.layout.offsets:  # lines are of what the model has to explain
        y = y - design.values[name][rows]
    return pd.DataFrame({"x": design.values[term][rows], "y": y})
