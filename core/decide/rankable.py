"""Whether the groups of a grouping can be ranked by a slope at all."""

from core.decide.errors import (
    InnerGrouping,
    NeverMoves,
    NothingVaries,
    UnknownGrouping,
    UnknownSlope,
    WhichGrouping,
)
from core.decide.slope import slope_of, varies
from core.design.layout import INTERCEPT
from core.errors import PanelwiseError
from core.fit.along import Along
from core.result.fit import Fit
from core.result.nested import outer_groupings


def ranked_grouping(fit: Fit, slope: str, factor: str | None) -> str:
    """Returns the grouping whose groups a slope ranks: the one asked for, or the only one that has it.

    Raises NothingVaries, UnknownGrouping, UnknownSlope, WhichGrouping, InnerGrouping, NeverMoves.
    """
    sides = fit.linear.sides
    terms = {name: side.problem.random for name, side in sides.items()}
    if not terms:
        raise NothingVaries()
    if factor is not None and factor not in terms:
        raise UnknownGrouping(factor, list(terms))
    having = [name for name in terms if slope in terms[name] and factor in (None, name)]
    if not having:
        varying = [t for name in terms if factor in (None, name) for t in terms[name] if t != INTERCEPT]
        raise UnknownSlope(slope, varying)
    if len(having) > 1:
        raise WhichGrouping(slope, having)
    chosen = having[0]
    if slope != INTERCEPT and _never_moves(sides[chosen], slope):
        raise NeverMoves(slope, chosen)
    outer = [name for name in outer_groupings(fit.linear, chosen) if slope in terms[name]]
    if outer and not varies(sides[chosen], slope_of(sides[chosen], slope)):
        raise InnerGrouping(slope, chosen, outer[0])
    return chosen


def why_not(fit: Fit, slope: str, factor: str | None = None) -> str:
    """Returns why a slope ranks nothing, as a sentence; empty when it ranks."""
    try:
        ranked_grouping(fit, slope, factor)
    except PanelwiseError as refused:
        return str(refused)
    return ""


def _never_moves(side: Along, slope: str) -> bool:
    """Whether a predictor is one figure in each group."""
    moments = side.moments
    k = moments.columns.index(slope)
    return bool((moments.cross[:, k, k] <= 1e-12 * moments.rows).all())
