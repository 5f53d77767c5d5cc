"""How to read the model on the page: its ideas drawn with the reader's own groups, on demand."""

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import pandas as pd
import streamlit as st

from core.result.ellipse import covariance_at_average
from core.result.lines import group_lines
from core.result.nested import parts
from core.result.review_between import mostly_between, shares_within
from core.result.rows import group_rows
from core.spec.model import Fixed, ModelSpec, Random, Variable
from dashboard import choices, equation, families, headlines, naming, panel, safe, state, wording
from dashboard.charts.covariance import covariance_chart
from dashboard.charts.reading import centring_chart, few_lines_chart, reach
from dashboard.components import page, panels
from dashboard.groupings import Grouping, leading
from dashboard.numbers import number
from dashboard.state import Shown

INTERCEPT = headlines.INTERCEPT
LINES = 4


def how_to_read(shown: Shown) -> None:
    """Shows, when unfolded, nesting, lines, centring and covariance with a few of the reader's own groups."""
    by = leading(naming.groupings(shown))
    if by is None:
        return
    opened = st.expander(
        "How to read this model", on_change="rerun", key="how_to_read", icon=":material/menu_book:"
    )
    if not opened.open:
        return
    with opened:
        _lines(shown, by)
        if not families.generalised(shown.spec):  # rows of yes and no lie on two lines
            _centring(shown, by)
        _covariance(shown, by)
        if panel.tree() is not None:
            panels.tree()


@dataclass(frozen=True, slots=True)
class _Fan:
    """The same few groups by two models: with baselines alone, and with responses too."""

    flat: pd.DataFrame
    flat_middle: tuple[float, float, float, float]
    fan: pd.DataFrame | None
    fan_middle: tuple[float, float, float, float] | None


def _lines(shown: Shown, by: Grouping) -> None:
    outcome, noun = equation.explained(shown), by.noun
    term = next((t for t in by.slopes if t in shown.fit.fixed_effects.index), None) or _first(shown)
    if term is None or INTERCEPT not in by.terms:
        return
    found = state.kept(("fan", *shown.key, by.name, term), lambda: _fan(shown, by, term))
    if found is None:
        return
    pairs = [(found.flat, found.flat_middle)]
    if found.fan is not None and found.fan_middle is not None:
        pairs.append((found.fan, found.fan_middle))
    limits = reach(pairs)
    says = (wording.term(term), outcome)
    name = safe.markdown(wording.term(term))
    left, right = st.columns(2, gap="medium")
    with left:
        page.chart_title(
            f"Baselines alone differ: every {noun.one}'s line rises alike",
            f"{outcome_words(outcome)} on {name}, four {noun.many}; dashed: the average",
            "parallel",
        )
        page.chart(
            few_lines_chart(
                found.flat, found.flat_middle, state.theme(), says=says, limits=limits, label=noun.label
            ),
            key="parallel",
            alt=f"Parallel lines of {len(found.flat)} {noun.many}",
            file_name="parallel lines",
        )
    with right:
        if found.fan is None or found.fan_middle is None:
            page.chart_title(
                "Let a slope differ and lines may fan out",
                f"choose {name} under “{wording.slopes_label(noun)}” to ask how {noun.many} respond",
                "fan",
            )
            return
        page.chart_title(
            f"Responses to {name} differ too: lines fan out",
            f"the same {noun.many} by the model in use, pulled to the average where rows say little",
            "fan",
        )
        page.chart(
            few_lines_chart(
                found.fan, found.fan_middle, state.theme(), says=says, limits=limits, label=noun.label
            ),
            key="fan",
            alt=f"Fanning lines of {len(found.fan)} {noun.many}",
            file_name="fanning lines",
        )


def outcome_words(outcome: str) -> str:
    """Returns the outcome escaped, short enough for a caption."""
    return safe.markdown(outcome, 40)


def _first(shown: Shown) -> str | None:
    """The first number that swings within groups and enters as it is, when no slope differs yet."""
    terms = shown.fit.fixed_effects.index
    shares = shares_within(shown.fit.linear.lead)
    now = state.current()
    able = choices.measurable(now.table, now.picks, now.time) if now.table and now.picks else ()
    return next((name for name in able if name in terms and shares.get(name, 0.0) > 0.01), None)


def _fan(shown: Shown, by: Grouping, term: str) -> _Fan | None:
    own = _drawn(shown.fit, by.name, term)
    if own is None:
        return None
    table, middle = own
    slope = (table["y_high"] - table["y_low"]) / (table["x_high"] - table["x_low"])
    ordered = slope.dropna().sort_values(ascending=False).index
    if term not in by.terms:
        ordered = table["y_low"].sort_values(ascending=False).index
    places = sorted({round(k * (len(ordered) - 1) / (LINES - 1)) for k in range(LINES)})
    chosen = [ordered[place] for place in places]
    if term not in by.terms:
        return _Fan(table.loc[chosen], middle, None, None)
    plain = state.fitted(_without_slopes(shown.spec), shown.method).fit
    flat = _drawn(plain, by.name, term) if by.name in plain.linear.sides else None
    if flat is None:
        return None
    return _Fan(flat[0].loc[chosen], flat[1], table.loc[chosen], middle)


def _drawn(fit: Any, name: str, term: str) -> tuple[pd.DataFrame, tuple[float, float, float, float]] | None:
    side = fit.linear.sides[name]
    if term not in (*side.problem.fixed, *side.problem.random):
        return None
    found = group_lines(side, term, parts(fit.linear, name)[1:])
    return found.table, found.middle


def _without_slopes(spec: ModelSpec) -> ModelSpec:
    """The model in which baselines alone differ; the other groupings keep theirs."""
    random = tuple(replace(part, terms=(), intercept=True) for part in spec.random)
    alone = {part.group: part for part in random}
    return replace(spec, random=tuple(alone.values()))


def _centring(shown: Shown, by: Grouping) -> None:
    """Two groups' own rows before and after the usual level is taken off."""
    now, noun = state.current(), by.noun
    if now.table is None or now.picks is None or len(by.columns) != 1:
        return
    column = _spread_out(shown, by)
    if column is None:
        return
    name, outcome = safe.markdown(column), shown.spec.outcome.column
    spec = ModelSpec(Variable(outcome), (Fixed(((Variable(column),),)),), (Random((), by.columns),))
    levels = _two(shown, by, column)
    table = now.table

    def read() -> dict[str, pd.DataFrame]:
        return {noun.label(level): group_rows(table, spec, level, column, most=300) for level in levels}

    rows = state.kept(("two groups", now.digest, outcome, column, by.name, *levels), read)
    usual = {group: float(points["x"].mean()) for group, points in rows.items()}
    after = {group: points.assign(x=points["x"] - usual[group]) for group, points in rows.items()}
    y = pd.concat([points["y"] for points in rows.values()])
    x = pd.concat([points["x"] for points in rows.values()])
    heights = _wide(float(y.min()), float(y.max()))
    limits = _wide(float(x.min()), float(x.max()))
    around = pd.concat([points["x"] for points in after.values()])
    low, high = _wide(float(around.min()), float(around.max()))
    spare = max((limits[1] - limits[0]) - (high - low), 0.0) / 2  # as many units to the inch as before
    first, second = (headlines.named(level, noun) for level in levels)
    more = max(usual, key=lambda group: usual[group])
    before = f"As it is, {name} sets {first} and {second} apart before it moves within either"
    left, right = st.columns(2, gap="medium")
    with left:
        page.chart_title(
            before, f"{safe.markdown(more)} usually has more; dotted: the usual level of each", "before"
        )
        page.chart(
            centring_chart(
                rows, usual, state.theme(), says=(column, outcome), limits=limits, heights=heights
            ),
            key="before",
            alt=f"{outcome} on {column} of two {noun.many}",
            file_name="before centring",
        )
    with right:
        page.chart_title(
            f"Own swings of {name}: only what moves within {noun.a_one} is left",
            "the usual level is taken off and enters as a predictor of its own",
            "after",
        )
        says = (f"{column}, own swings", outcome)
        page.chart(
            centring_chart(
                after,
                dict.fromkeys(after, 0.0),
                state.theme(),
                says=says,
                limits=(low - spare, high + spare),
                heights=heights,
            ),
            key="after",
            alt=f"{outcome} on own swings of {column} of two {noun.many}",
            file_name="after centring",
        )


def _wide(low: float, high: float) -> tuple[float, float]:
    room = 0.06 * (high - low) or 1.0
    return low - room, high + room


def _spread_out(shown: Shown, by: Grouping) -> str | None:
    """The number that differs most between groups and still swings within them; as the file has it."""
    side = shown.fit.linear.sides[by.name]
    found = mostly_between(side)
    if found:
        return next(iter(found))
    shares = shares_within(side)
    now = state.current()
    able = choices.measurable(now.table, now.picks, now.time) if now.table and now.picks else ()
    mixed = {name: shares[name] for name in able if name in shares and shares[name] > 1e-6}
    return min(mixed, key=mixed.__getitem__, default=None)


def _two(shown: Shown, by: Grouping, column: str) -> tuple[str, str]:
    """Two groups far apart in their usual level, of those with the most rows."""
    moments = shown.fit.linear.sides[by.name].moments
    usual = pd.DataFrame(
        {"mean": moments.mean[:, moments.columns.index(column)], "rows": moments.rows},
        index=moments.levels[0],
    )
    many = usual[usual["rows"] >= usual["rows"].median()]
    return str(many["mean"].idxmax()), str(many["mean"].idxmin())


def _covariance(shown: Shown, by: Grouping) -> None:
    """How what differs goes together, when two or more things differ."""
    if len(by.terms) < 2:
        return
    covariance = state.kept(
        ("own covariance", *shown.key, by.name),
        lambda: covariance_at_average(shown.fit.linear.sides[by.name])[1],
    )
    sds = [float(max(covariance[k, k], 0.0)) ** 0.5 for k in range(len(by.terms))]
    if not all(sds):
        return
    grid: list[list[float | None]] = [
        [max(-1.0, min(1.0, float(covariance[a, b]) / (sds[a] * sds[b]))) for b in range(len(sds))]
        for a in range(len(sds))
    ]
    names = [wording.term(term) for term in by.terms]
    page.chart_title(
        f"What the model holds of {by.noun.many}: how far they differ, and what goes with what",
        f"± how far {by.noun.many} differ (one SD, per unit); below the diagonal the correlation, "
        "baselines read at average predictors",
        "covariance",
    )
    facts = {
        f"{names[a]} and {names[b]}": number(grid[b][a] or 0.0, 0.02)
        for a, b in combinations(range(len(sds)), 2)
    }
    page.chart(
        covariance_chart(sds, grid, names, state.theme()),
        key="own_covariance",
        alt=headlines.alt("Correlations", facts),
        file_name="covariance",
    )
