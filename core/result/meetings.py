"""Which groups of two groupings met: the rows they share and the outcome there."""

import numpy as np
import pandas as pd

from core.design.crossing import merged
from core.fit.along import Fitted


def meetings(fitted: Fitted, one: str, other: str) -> pd.DataFrame:
    """Returns one row a pair of groups that occurs in the rows: its two groups, their rows, the mean outcome.

    Columns `one` and `other` hold levels of the two groupings, `rows` how many rows they share, `mean` the
    average outcome there, in the units the model explains and by the rows' weights. Read from moments.
    """
    moments = merged(fitted.moments, (one, other))
    columns = moments.columns
    place = columns.index(moments.layout.outcome)
    first, second = (np.array(levels, dtype=object) for levels in moments.levels)
    return pd.DataFrame(
        {
            "one": first[moments.cells[:, 0]],
            "other": second[moments.cells[:, 1]],
            "rows": moments.rows.astype(np.int64),
            "mean": columns.centre[place] + columns.scale[place] * moments.mean[:, place],
        }
    )
