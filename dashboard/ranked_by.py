"""What ranks the groups of a view, in words and in figures as they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.decide.quantity import Contrast, Profit, Quantity
from core.decide.reading import has_profit, known_slopes, reading
from core.decide.slope import middle_of, slope_of, spread_of
from core.design.coding import label
from dashboard import families, safe, state, wording
from dashboard.displayed import Ends, displayed, full, shown_as, tiered
from dashboard.grouped import INTERCEPT, Grouped, grouped, seen_by, turned
from dashboard.numbers import interval, number
from dashboard.scale import scale
from dashboard.state import Shown

SLOPE, LEVEL, CONTRAST, PROFIT = "slope", "level", "contrast", "profit"


@dataclass(frozen=True, slots=True)
class RankedBy:
    """A slope in view, the level, a difference of two slopes, or the profit of one unit more.

    `name` is in words, `says` with its unit, `axis` and `full` the same for an axis and a file; none is
    escaped. `middle` is that of a group in the middle, `sd` how far groups lie apart, `marks` what stands
    before and after a figure. `what` names the figure where it is no response.
    """

    kind: str
    quantity: Quantity
    term: str
    name: str
    says: str
    axis: str
    full: str
    middle: Ends
    sd: float
    marks: tuple[str, str] = ("", "")
    ratios: bool = False
    what: str = ""
    break_even: float | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What tells it from another choice."""
        quantity = self.quantity
        said = tuple(quantity.weights.items()) if isinstance(quantity, Contrast) else quantity
        return (self.kind, self.term, said)


def ranking_view(shown: Shown) -> Grouped:
    """Returns the view whose groups are ranked: of the slope chosen, or of the level."""
    view = grouped(shown, ranks=True)
    if kind_of(view) == LEVEL:
        return seen_by(shown, view.grouping, INTERCEPT)
    return view


def kinds(view: Grouped) -> tuple[str, ...]:
    """Returns what this model's groups can be ranked by beside their slopes; of amounts alone."""
    if families.generalised(view.shown.spec):
        return ()
    found = [LEVEL] if INTERCEPT in view.terms and view.slopes else []
    found += [CONTRAST] if len(comparable(view)) > 1 and view.slopes else []
    found += [PROFIT] if amounts(view) else []
    return tuple(found)


def kind_of(view: Grouped) -> str:
    """Returns what ranks now: what was chosen, where this model has it."""
    chosen = state.current().ranks_by
    return chosen if chosen in kinds(view) else SLOPE


def comparable(view: Grouped) -> tuple[str, ...]:
    """Returns the slopes that can be set against each other: those of numbers, without interactions."""
    linear = view.shown.fit.linear.lead
    products = dict(linear.moments.layout.products)
    numbers = {label(coding.variable) for coding in linear.moments.layout.codings if not coding.is_text}
    known = known_slopes(view.shown.fit)
    return tuple(t for t in known if t in numbers and t not in products and t != state.current().time)


def amounts(view: Grouped) -> tuple[str, ...]:
    """Returns the varying slopes that are of an amount in its own unit."""

    def find() -> tuple[str, ...]:
        return tuple(term for term in view.slopes if has_profit(view.shown.fit, term))

    return view.keep("amounts", find)


def pair(view: Grouped) -> tuple[str, str]:
    """Returns the two slopes set against each other: those chosen, or the one in view and another."""
    able, chosen = comparable(view), state.current().contrast
    if chosen is not None and set(chosen) <= set(able) and len(set(chosen)) == 2:
        return chosen
    first = view.term if view.term in able else next(t for t in able if t in view.slopes)
    varying = [term for term in able if term in view.slopes and term != first]
    return first, next(iter([*varying, *(term for term in able if term != first)]))


def ranked_by(view: Grouped) -> RankedBy:
    """Returns what ranks the groups of a view."""
    kind = kind_of(view)
    if kind == CONTRAST:
        return _contrast(view, *pair(view))
    margin, cost = state.current().price
    if kind == PROFIT and margin is not None:
        return _profit(view, margin, cost)
    return of_term(view, LEVEL if kind == LEVEL else SLOPE)


def of_term(view: Grouped, kind: str = SLOPE) -> RankedBy:
    """Returns the ranking by the slope in view, or by the level."""
    show, term = displayed(view), view.term
    other = families.generalised(view.shown.spec)
    what = ""
    if term == INTERCEPT:
        what = scale(view.shown.spec).mean if other else view.outcome
    return RankedBy(
        kind,
        Contrast({term: -1.0}) if turned(view.shown, term) else term,
        term,
        view.name(term),
        show.says[term],
        show.axes[term],
        full(view, term),
        show.middles[term],
        view.spread(term),
        show.marks[term],
        term in show.ratios,
        what,
    )


def _contrast(view: Grouped, more: str, less: str) -> RankedBy:
    quantity = Contrast({more: view.unit(more), less: -view.unit(less)})
    outcome = safe.one_line(view.outcome, 26)

    def against(whole: bool) -> str:
        one, other = view.says(more, whole), view.says(less, whole)
        return f"{one} minus that {other.removeprefix(outcome).strip()}"

    name = f"{wording.term(more)} minus {wording.term(less)}"
    what = f"advantage of {wording.term(more)} over {wording.term(less)}"
    return _made(view, CONTRAST, quantity, name, (name, against(False), against(True)), what)


def _profit(view: Grouped, margin: float, cost: float) -> RankedBy:
    able = amounts(view)
    term = view.term if view.term in able else able[0]
    quantity = Profit(term, margin, cost)
    name = f"profit per unit of {wording.term(term)}"
    whole = f"{name}: {margin:g} times its response, less {cost:g}"
    return _made(view, PROFIT, quantity, name, (name, name, whole), name)


def _made(
    view: Grouped, kind: str, quantity: Contrast | Profit, name: str, said: tuple[str, str, str], what: str
) -> RankedBy:
    fit = view.shown.fit
    read = slope_of(view.side, reading(fit, quantity))
    term = quantity.term if isinstance(quantity, Profit) else next(iter(quantity.weights))
    return RankedBy(
        kind,
        quantity,
        term,
        name,
        *said,
        middle=middle_of(fit, view.by, read),
        sd=spread_of(fit, view.by, read),
        what=what,
        break_even=read.reading.break_even,
    )


def as_shown(view: Grouped, by: RankedBy, values: Any) -> Any:
    """Returns values of what ranks (an array) as they are shown."""
    if by.kind in (CONTRAST, PROFIT):
        return values
    unit = 1.0 if by.term == INTERCEPT else abs(view.unit(by.term))
    if not families.generalised(view.shown.spec):
        return unit * values
    return shown_as(view, scale(view.shown.spec), by.term, unit * values)


def table_shown(view: Grouped, by: RankedBy, table: Any) -> Any:
    """Returns the table of `Tiers` as shown, ordered as it was."""
    return table if by.kind in (CONTRAST, PROFIT) else tiered(view, table)


def write(by: RankedBy, value: float, error: float | None = None) -> str:
    """Returns a figure with its sign: '80 %', '× 1.3'."""
    return f"{by.marks[0]}{number(value, error)}{by.marks[1]}"


def between(view: Grouped, by: RankedBy, low: float, high: float) -> str:
    """Returns both ends of an interval, rounded alike."""
    if by.kind in (CONTRAST, PROFIT):
        return interval(low, high)
    return displayed(view).between(by.term, low, high)


def options(view: Grouped) -> Mapping[str, str]:
    """Returns what can be chosen to rank by, and what it is called (not escaped)."""
    other = families.generalised(view.shown.spec)
    named = {term: wording.term(term) for term in (view.terms if other else view.slopes)}
    if other:
        named |= displayed(view).says | {INTERCEPT: scale(view.shown.spec).mean}
        return {term: named[term] for term in view.terms}
    named = {term: wording.RESPONSE_TO.format(name=name) for term, name in named.items()}
    words = {
        LEVEL: f"{safe.one_line(view.outcome, 26)} at average predictors",
        CONTRAST: wording.RANK_DIFFERENCE,
        PROFIT: wording.RANK_PROFIT,
    }
    return named | {f"\x00{kind}": words[kind] for kind in kinds(view)}


def chosen_option(view: Grouped) -> str:
    """Returns the option in use."""
    kind = kind_of(view)
    return view.term if kind == SLOPE else f"\x00{kind}"
