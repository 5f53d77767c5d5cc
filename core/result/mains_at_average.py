"""Effects that interactions bend, read where their partners are at the average instead of at zero."""

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.fit.along import Along
from core.result.effects import table_of_fixed
from core.result.held import partners, rates


def mains_at_average(linear: Along, level: float) -> pd.DataFrame:
    """Returns one row a fixed term that interactions bend, columns as `fixed_effects`; mostly no row.

    The effect of x in x * w is b_x + b_xw mean(w), with the error of that sum.
    """
    bent, weights = weights_of_bent(linear)
    return table_of_fixed(linear, bent, weights, level)


def weights_of_bent(linear: Along) -> tuple[tuple[str, ...], Array]:
    """Returns the fixed terms that interactions bend, and what each (b) is of all p fixed ones: (b, p)."""
    names = linear.problem.fixed
    bent = tuple(name for name in names if name != INTERCEPT and any(partners(linear, name).values()))
    centre = linear.moments.columns.centre
    weights = [rates(linear, name, names, centre) for name in bent]
    return bent, np.array(weights).reshape(len(bent), len(names))
