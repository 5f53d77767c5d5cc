"""Whether two generalised fits describe the same rows and outcome."""

import numpy as np

from core.errors import PanelwiseError
from core.result.fit import Fit
from core.spec.model import COUNTS


class DifferentData(PanelwiseError):
    """The two fits do not describe the same rows and outcome."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"These two models cannot be compared: {found}. Likelihoods are comparable on the same rows of "
            "the same outcome only; fit both to one table without blanks in any column that either uses."
        )


def check_rows(one: Fit, other: Fit) -> None:
    """Raises DifferentData unless two generalised fits have the same rows and outcome.

    Kinds of counts, and links, may differ: all constants are in the likelihoods.
    """
    a, b = one.generalised, other.generalised
    assert a is not None and b is not None  # the caller asked
    if a.rows.family is not b.rows.family and not {a.rows.family, b.rows.family} <= set(COUNTS):
        raise DifferentData(f"one is of the kind '{a.rows.family}', the other '{b.rows.family}'")
    if a.design.layout.outcome != b.design.layout.outcome or one.spec.event != other.spec.event:
        raise DifferentData("they explain different outcomes")
    if a.rows.n != b.rows.n:
        raise DifferentData(f"one used {a.rows.n:,} rows, the other {b.rows.n:,}")
    for what, mine, theirs in (
        ("outcome", a.rows.y, b.rows.y),
        ("number of trials", a.rows.trials, b.rows.trials),
        ("weight", a.rows.weights, b.rows.weights),
        ("offset", a.rows.offset, b.rows.offset),
    ):
        if not np.allclose(np.sort(mine), np.sort(theirs), rtol=1e-9, atol=0.0):
            raise DifferentData(f"the {what} of the rows of one is not that of the other")
    if a.estimates.points != b.estimates.points:
        raise DifferentData("one is fitted by Laplace's approximation, the other by quadrature")
