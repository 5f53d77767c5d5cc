"""The Groups page's charts: ranking of every coefficient, baseline against response, every group's line."""

import math
from functools import partial
from typing import Any

import streamlit as st

from core.result.ellipse import ellipse
from core.result.lines import GroupLines, group_lines
from core.result.nested import nested_covariance
from dashboard import actions, certainty, families, headlines, safe, soundness, state, titles, wording
from dashboard.charts.bent import bent_ticks
from dashboard.charts.caterpillar import SEVERAL, TICKS, caterpillar, ends, group_words, spread_chart
from dashboard.charts.lines import lines_chart
from dashboard.charts.marks import ratio_ticks
from dashboard.charts.scatter import scatter_chart
from dashboard.components import page, tables
from dashboard.displayed import displayed, full, mean_of, reader, spread
from dashboard.grouped import INTERCEPT, LIMIT, Grouped
from dashboard.numbers import number, width
from dashboard.report.finance import file_name, groups
from dashboard.scale import scale

PANELS = 3
MOSTLY = 0.75  # share of groups with an own estimate from which a median of their shrinkage says something


def lead(view: Grouped) -> None:
    """Shows the headline and the figures."""
    show, sd = displayed(view), view.spread(view.term)
    middle, clear = show.middles[view.term], int((view.clear(view.term) != 0).sum())
    least, write = certainty.least(view.shown.fit), partial(show.write, view.term)
    what = scale(view.shown.spec).mean if families.generalised(view.shown.spec) else ""
    said = headlines.groups(
        show.table,
        view.term,
        sd,
        view.middle(view.term)[0],
        clear,
        view.noun,
        view.label,
        least,
        write,
        what,
        view.compared(view.term),
    )
    page.headline(*soundness.doubted(said, view.shown))
    shown = [
        page.Figure(
            "All together",
            write(middle[0], (middle[2] - middle[1]) / 4),
            safe.markdown(show.says[view.term], 90),
        ),
        apart(view),
    ]
    if families.generalised(view.shown.spec):
        if view.term != INTERCEPT and INTERCEPT in view.terms:
            shown.append(apart(view, INTERCEPT))
    elif view.term != INTERCEPT and INTERCEPT in view.terms:
        shown.append(
            page.Figure(
                "Baselines differ by",
                _spread(view),
                f"{safe.markdown(view.outcome, 30)} at average predictors{view.spread_known(INTERCEPT)}",
            )
        )
    pulled = view.pulled(view.term).median()
    told = not families.generalised(view.shown.spec) or bool(view.raw[view.term].notna().mean() > MOSTLY)
    if pulled == pulled and told:
        label, means, says = (
            ("Pulled to the middle", f"median {view.noun.one}", wording.SHRINKAGE_HELP)
            if view.alone
            else ("Left open", f"of their variance, median {view.noun.one}", wording.OPEN_HELP)
        )
        shown.append(page.Figure(label, f"{100 * pulled:.0f} %", means, says))
    page.figures(shown)
    page.findings(soundness.reading(view.shown, view.by), "held")


def apart(view: Grouped, term: str | None = None) -> page.Figure:
    """Returns how far the groups lie apart in a term, that in view unless one is named."""
    term = term or view.term
    sd = view.spread(term)
    if families.generalised(view.shown.spec):
        base = f"Two of three {view.noun.many}"
        what = safe.markdown(displayed(view).says[term], 90)
        if not sd:
            return page.Figure(base, "alike", f"{what}: no differences detected", wording.SPREAD_HELP)
        between = displayed(view).between(term, *spread(view, term))
        return page.Figure(base, between, what, wording.SPREAD_HELP)
    return page.Figure(
        f"{view.noun.title} differ by", f"± {number(sd, sd / 4)}", _one_sd(view), wording.SPREAD_HELP
    )


def _one_sd(view: Grouped) -> str:
    what = (
        f"one SD of the {'baseline' if view.term == INTERCEPT else 'response'}{view.spread_known(view.term)}"
    )
    within = view.within(view.term)
    if not view.outer or not within or within > 0.98 * view.spread(view.term):
        return what
    return f"{what}; within one {view.outer[0].noun.one} ± {number(within, within / 4)}"


def _spread(view: Grouped) -> str:
    sd = view.spread(INTERCEPT)
    return f"± {number(sd, sd / 4)}"


def ranking(view: Grouped) -> None:
    """Shows every group's coefficients in rows; of thousands, the whole distribution and both ends."""
    show, wide = displayed(view), width(view.shown.fit.level)
    found = titles.ranking(
        view.clear(view.term),
        view.term,
        view.noun,
        certainty.least(view.shown.fit),
        told_apart(view),
        view.compared(view.term),
    )
    drawn_as = f"{_marks(view)}; {_own(view)}band: the average · click one to choose it"
    page.chart_title(*soundness.titled(found, drawn_as, view.shown), "ranking")
    order = _controls(view)
    if len(view.table) > SEVERAL:
        drawn = spread_chart(
            show.table,
            view.term,
            show.middles[view.term],
            state.theme(),
            says=show.axes[view.term],
            width=wide,
            label=view.label,
            selected=view.selected,
            ratios=view.term in show.ratios,
        )
        page.chart(
            drawn,
            key="spread",
            alt=f"All {len(view.table):,} estimates from highest to lowest",
            file_name="all",
            choose=True,
        )
    rows, left_out = ends(_sorted(view, order), view.selected)
    panels = {
        term: show.axes[term] for term in (view.term, *[t for t in view.terms if t != view.term])[:PANELS]
    }
    drawn = caterpillar(
        rows,
        show.raw,
        panels,
        {term: show.middles[term] for term in panels},
        state.theme(),
        label=view.label,
        clear={term: set(view.table.index[view.clear(term) != 0]) for term in panels},
        width=wide,
        selected=view.selected,
        left_out=left_out,
        ratios=show.ratios,
    )
    first, last = view.label(rows.index[0]), view.label(rows.index[-1])
    page.chart(
        drawn,
        key="caterpillar",
        alt=f"Ranking from {first} to {last} with {wide} intervals",
        file_name="ranking",
        choose=True,
    )


def told_apart(view: Grouped) -> bool:
    """Returns whether the highest and the lowest group can be told apart, whatever the average is."""
    table, term = view.table, view.term
    top, bottom = table[term].idxmax(), table[term].idxmin()
    return bool(table.loc[top, f"{term}_low"] > table.loc[bottom, f"{term}_high"])


def _marks(view: Grouped) -> str:
    """What dots and lines are, by the method."""
    fit = view.shown.fit
    dot, blue = "pooled estimate", "other than the average beyond chance"
    if least := certainty.least(fit):
        dot, blue = "posterior mean", f"{least} to lie above or below the average"
    return f"dot: {dot}, blue: {blue}; line: {certainty.of_groups(fit)}"


def _own(view: Grouped) -> str:
    """What the marks of a group's own rows are, or what its figure holds."""
    if view.alone:
        return f"tick: that {view.noun.one}'s own rows, an arrow where they lie off the scale; "
    return view.holding()


def _controls(view: Grouped) -> str:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if len(view.terms) > 1:
            st.selectbox(
                "Ranked by",
                list(view.terms),
                key=state.seed("rank_term", view.term),
                width=260,
                format_func=view.name,
                on_change=actions.set_tiers,
                args=("rank_term", "slope"),
            )
        return st.selectbox(
            "Order",
            list(wording.SORT),
            format_func=wording.SORT.__getitem__,
            key="rank_order",
            width=190,
            persist_state="session",
        )


def _sorted(view: Grouped, order: str) -> Any:
    table = displayed(view).table
    if order == "sure":
        return table.sort_values(f"{view.term}_se")
    if order == "rows":
        return table.loc[view.raw["n"].reindex(table.index).sort_values().index]
    return table.sort_values(view.term, ascending=order == "low")


def related(view: Grouped) -> bool:
    """Says whether baseline and response can be drawn against each other: both vary, off the boundary."""
    value = view.correlation()
    return value is not None and abs(value) <= LIMIT


def both(view: Grouped) -> None:
    """Shows baseline against response and every group's line, each where there is something to see."""
    draws = [
        draw
        for draw, able in (
            (scatter, related(view)),
            (lines, view.term != INTERCEPT and view.spread(view.term) > 0),
        )
        if able
    ]
    if len(draws) == 2:
        for place, draw in zip(st.columns(2, gap="medium"), draws, strict=True):
            with place:
                draw(view)
    elif draws:
        draws[0](view)


def scatter(view: Grouped) -> None:
    """Shows baseline against response."""
    value, wide = view.correlation(), width(view.shown.fit.level)
    page.chart_title(
        titles.relation(value, view.shown.fit.singular, view.noun, view.correlation_ends(), wide),
        (f"each line runs from the {view.noun.one}'s own estimate to the pooled dot; " if view.alone else "")
        + f"the ellipse holds {wide} of such {view.noun.many}",
        "scatter",
    )
    outline = view.keep("ellipse", lambda: _outline(view), view.term)
    show = displayed(view)
    bent = families.generalised(view.shown.spec)
    drawn = scatter_chart(
        view.table,
        view.raw,
        (INTERCEPT, view.term),
        (view.middle(INTERCEPT)[0], view.middle(view.term)[0]),
        (outline[0], [view.unit(view.term) * y for y in outline[1]]) if outline else None,
        state.theme(),
        says=(show.axes[INTERCEPT], show.axes[view.term]),
        width=wide,
        label=view.label,
        selected=view.selected,
        hover=group_words(show.table, view.term, view.label, wide) if bent else (),
        reads=(partial(_ticks, view, INTERCEPT), partial(_ticks, view, view.term)) if bent else None,
    )
    page.chart(
        drawn,
        key="scatter",
        alt="Baseline against response of every group",
        file_name="baseline and response",
        choose=True,
    )


def _ticks(view: Grouped, term: str, limits: tuple[float, float]) -> dict[str, object]:
    """Where an axis of log-odds and the like is written on: in %, as amounts, as ratios, in points."""
    if term in displayed(view).ratios:
        return ratio_ticks(limits, TICKS)
    percent = term == INTERCEPT and scale(view.shown.spec).yes_no
    return bent_ticks(limits, reader(view, term, limits), " %" if percent else "")


def _outline(view: Grouped) -> Any:
    covariance = nested_covariance(view.shown.fit.linear, view.by)
    return ellipse(view.side, (INTERCEPT, view.term), covariance, view.shown.fit.level)


def lines(view: Grouped) -> None:
    """Shows every group's line with the line of all together."""
    found = view.keep("lines", lambda: group_lines(view.side, view.term, view.held[1:]), view.term)
    if (places := view.places(view.term)) is not None:
        _between_two(view, found, places)
        return
    name, (centre, scale) = wording.term(view.term), view.usual(view.term)
    ends = (
        max(centre - scale, float(found.table["x_low"].min())),
        min(centre + scale, float(found.table["x_high"].max())),
    )
    doubled = wording.logged(view.term)
    if families.generalised(view.shown.spec):
        _curves(view, found, ends)
        return
    said = titles.fan(
        (view.apart(view.term, ends[0]), view.apart(view.term, ends[1])),
        ends if doubled is None else (math.exp(ends[0]), math.exp(ends[1])),
        name if doubled is None else doubled,
        view.outcome,
        view.noun,
    )
    over = f"its own range, the other predictors at their average; ±: one SD between {view.noun.many}"
    _draw(view, found, said, f"pooled line of every {view.noun.one} over {over}", (name, view.outcome))


def _curves(view: Grouped, found: GroupLines, ends: tuple[float, float]) -> None:
    """Every group's line as what it means: probabilities, rates or amounts."""
    says, name = scale(view.shown.spec), wording.term(view.term)
    said = safe.markdown(titles.fan_of_means(_lie(view, found, ends), ends, name, says, view.noun), 300)
    over = "its own range, the other predictors at their average"
    _draw(view, found, said, f"pooled curve of every {view.noun.one} over {over}", (name, says.axis))


def _lie(view: Grouped, found: GroupLines, ends: tuple[float, float]) -> list[tuple[float, float]]:
    """Between which means two of three groups lie at two values of the predictor."""
    x, y = found.middle[:2], found.middle[2:]
    middle = [y[0] + (at - x[0]) / (x[1] - x[0]) * (y[1] - y[0]) for at in ends]
    return [
        (mean_of(view, eta - view.apart(view.term, at)), mean_of(view, eta + view.apart(view.term, at)))
        for eta, at in zip(middle, ends, strict=True)
    ]


def _between_two(view: Grouped, found: GroupLines, places: tuple[str, str]) -> None:
    """Every group at either of two values, as of a category: nothing lies between them."""
    back = view.unit(view.term) < 0
    ends = (1.0, 0.0) if back else (0.0, 1.0)
    if families.generalised(view.shown.spec):
        says = scale(view.shown.spec)
        lie, axis = [says.between(low, high) for low, high in _lie(view, found, ends)], says.axis
        said = titles.fan_of_two(lie, places, view.noun)
    else:
        spreads, axis = [view.apart(view.term, end) for end in ends], view.outcome
        said = titles.apart_at_two(spreads, places, view.outcome, view.noun)
    drawn = f"pooled estimate of every {view.noun.one} at either, the other predictors at their average"
    turned = GroupLines(*(turned_round(found.table, found.middle) if back else (found.table, found.middle)))
    name = view.short(view.term).split(": ")[0]
    _draw(view, turned, safe.markdown(said, 300), drawn, (name, axis), places)


def turned_round(
    table: Any, middle: tuple[float, float, float, float]
) -> tuple[Any, tuple[float, float, float, float]]:
    """Returns lines from 0 to 1 as they run from 1 to 0."""
    low, high = 1.0 - table["x_high"], 1.0 - table["x_low"]
    back = table.assign(x_low=low, x_high=high, y_low=table["y_high"], y_high=table["y_low"])
    return back, (1.0 - middle[1], 1.0 - middle[0], middle[3], middle[2])


def _draw(
    view: Grouped,
    found: GroupLines,
    title: str,
    said: str,
    says: tuple[str, str],
    places: tuple[str, str] | None = None,
) -> None:
    general = families.generalised(view.shown.spec)
    size = scale(view.shown.spec).size if general else 1.0
    page.chart_title(title, said, "lines")
    drawn = lines_chart(
        found.table,
        found.middle,
        state.theme(),
        says=says,
        every=f"every {view.noun.one}",
        label=view.label,
        selected=view.selected,
        bend=(lambda eta: size * mean_of(view, eta)) if general else None,
        places=places,
    )
    what, kind = (scale(view.shown.spec).mean, "curve") if general else (view.outcome, "line")
    page.chart(drawn, key="lines", alt=f"Every {kind} of {what} on {says[0]}", file_name="lines", choose=True)


def table(view: Grouped) -> None:
    """Shows the table of all groups, searchable, with download."""
    with st.expander(f"Table of all {view.noun.many}"):
        show = displayed(view)
        said = {term: full(view, term) for term in view.terms}
        frame = groups(show.table, show.raw, said, width(view.shown.fit.level), view.alone, view.cases.many)
        if view.outer:
            frame.insert(0, "lies in", [view.path(level) for level in view.levels()])
        name = file_name(view.noun.many, *([] if view.alone else ["by", view.by]))
        tables.table(frame, key="groups", file_name=name)
