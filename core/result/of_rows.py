"""The rows behind a fit that keeps them: a generalised one, by likelihood or by draws."""

from core.design.matrix import Design
from core.design.rows import Rows, aggregated, ungrouped
from core.fit.along import Fitted
from core.fit.estimates import Estimates
from core.fit.plain_glm import fit_plain


def rows_behind(fitted: Fitted) -> tuple[Design, Rows] | None:
    """Returns the design and the rows that a generalised fit keeps; None of a Gaussian one, made of sums."""
    design, rows = getattr(fitted, "design", None), getattr(fitted, "rows", None)
    return (design, rows) if isinstance(design, Design) and isinstance(rows, Rows) else None


def without_groups(rows: Rows) -> Estimates:
    """Returns the maximum-likelihood fit of the same predictors with the groups left out; see `fit_plain`.

    Like rows are merged first, so that it costs a sort of the rows and one search over their different kinds.
    """
    return fit_plain(aggregated(ungrouped(rows)))
