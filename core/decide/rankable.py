"""Whether the groups of a grouping can be ranked by a quantity at all."""

from core.decide.errors import (
    InnerGrouping,
    NeverMoves,
    NothingVaries,
    UnknownGrouping,
    UnknownSlope,
    WhichGrouping,
)
from core.decide.quantity import Quantity
from core.decide.quantity_errors import SameForAll
from core.decide.reading import Reading, reading
from core.decide.slope import slope_of, varies
from core.design.layout import INTERCEPT
from core.errors import PanelwiseError
from core.fit.along import Along
from core.result.fit import Fit
from core.result.nested import outer_groupings


def ranked_grouping(fit: Fit, quantity: Quantity | Reading, factor: str | None) -> str:
    """Returns the grouping whose groups a quantity ranks: the one asked for, or the only one that has it.

    Raises NothingVaries, UnknownGrouping, UnknownSlope, SameForAll, WhichGrouping, InnerGrouping, NeverMoves,
    and what `reading` does.
    """
    sides = fit.linear.sides
    terms = {name: side.problem.random for name, side in sides.items()}
    if not terms:
        raise NothingVaries()
    if factor is not None and factor not in terms:
        raise UnknownGrouping(factor, list(terms))
    read = quantity if isinstance(quantity, Reading) else reading(fit, quantity)
    having = [name for name in terms if factor in (None, name) and _has(read, terms[name])]
    if not having:
        varying = [t for name in terms if factor in (None, name) for t in terms[name] if t != INTERCEPT]
        raise UnknownSlope(read.name, varying) if _is_slope(read) else SameForAll(f"'{read.name}'", varying)
    if len(having) > 1:
        raise WhichGrouping(read.name, having)
    chosen = having[0]
    moving = [term for term, _ in read.slopes if term in terms[chosen]]
    if moving and all(_never_moves(sides[chosen], term) for term in moving):
        raise NeverMoves(moving[0], chosen)
    outer = [name for name in outer_groupings(fit.linear, chosen) if _has(read, terms[name])]
    if outer and not varies(sides[chosen], slope_of(sides[chosen], read)):
        raise InnerGrouping(read.name, chosen, outer[0])
    return chosen


def why_not(fit: Fit, quantity: Quantity, factor: str | None = None) -> str:
    """Returns why a quantity ranks nothing, as a sentence; empty when it ranks."""
    try:
        ranked_grouping(fit, quantity, factor)
    except PanelwiseError as refused:
        return str(refused)
    return ""


def _has(read: Reading, terms: tuple[str, ...]) -> bool:
    """Whether one of the terms a reading needs varies."""
    return any(term in terms for term in read.needs) if read.needs else bool(terms)


def _is_slope(read: Reading) -> bool:
    """Whether it is one slope by its name, or the level."""
    return read.needs == (read.name,)


def _never_moves(side: Along, slope: str) -> bool:
    """Whether a predictor is one figure in each group."""
    moments = side.moments
    k = moments.columns.index(slope)
    return bool((moments.cross[:, k, k] <= 1e-12 * moments.rows).all())
