"""The Groups page's charts: ranking of every coefficient, baseline against response, every group's line."""

from typing import Any

import streamlit as st

from core.result.ellipse import correlation_at_average, covariance_at_average, ellipse
from core.result.lines import group_lines
from dashboard import actions, grouped, headlines, safe, soundness, state, titles, wording
from dashboard.charts.caterpillar import SEVERAL, caterpillar, ends, spread_chart
from dashboard.charts.lines import lines_chart
from dashboard.charts.scatter import scatter_chart
from dashboard.components import page, tables
from dashboard.grouped import INTERCEPT, Grouped
from dashboard.numbers import number

PANELS = 3


def _covariance(view: Grouped) -> Any:
    return view.keep("covariance", lambda: covariance_at_average(view.shown.fit.linear)[1])


def correlation(view: Grouped) -> float | None:
    """Returns the fitted correlation of baseline and slope in view; None when one of them does not vary."""
    if INTERCEPT not in view.terms or view.term == INTERCEPT:
        return None
    pair = (INTERCEPT, view.term)
    if min(_covariance(view)[place, place] for place in map(view.terms.index, pair)) <= 0:
        return None
    return view.keep("correlation", lambda: correlation_at_average(view.shown.fit.linear, pair), view.term)


def baseline_spread(view: Grouped) -> float:
    """Returns the SD between groups of the baseline at average predictors."""
    place = view.terms.index(INTERCEPT)
    return max(float(_covariance(view)[place, place]), 0.0) ** 0.5


def lead(view: Grouped) -> None:
    """Shows the headline and the figures."""
    middle, sd = view.middle(view.term), view.spread(view.term)
    page.headline(*headlines.groups(view.table, view.term, sd, middle[0], view.noun))
    shown = [
        page.Figure(
            "All together",
            number(middle[0], (middle[2] - middle[1]) / 4),
            safe.markdown(view.says(view.term), 60),
        ),
        page.Figure(
            f"{view.noun.title} differ by",
            f"± {number(sd)}",
            f"one SD of the {'baseline' if view.term == INTERCEPT else 'response'}",
            wording.SPREAD_HELP,
        ),
    ]
    if view.term != INTERCEPT and INTERCEPT in view.terms:
        shown.append(
            page.Figure(
                "Baselines differ by", f"± {number(baseline_spread(view))}", safe.markdown(view.outcome)
            )
        )
    pulled = grouped.shrunk(view)[view.term].median()
    shown.append(
        page.Figure(
            "Pulled to the middle", f"{100 * pulled:.0f} %", f"median {view.noun.one}", wording.SHRINKAGE_HELP
        )
    )
    page.figures(shown)
    page.findings(soundness.reading(view.shown), "held")


def ranking(view: Grouped) -> None:
    """Shows every group's coefficients in rows; of thousands, the whole distribution and both ends."""
    middle = view.middle(view.term)
    page.chart_title(
        titles.ranking(view.table, view.term, middle[0], view.noun),
        f"dot: pooled estimate, line: 95 % interval, tick: that {view.noun.one}'s own rows, "
        "band: the average · click one to choose it",
        "ranking",
    )
    order = _controls(view)
    if len(view.table) > SEVERAL:
        drawn = spread_chart(
            view.table,
            view.term,
            middle,
            state.theme(),
            says=view.says(view.term),
            label=view.label,
            selected=view.selected,
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
        term: view.says(term) for term in (view.term, *[t for t in view.terms if t != view.term])[:PANELS]
    }
    drawn = caterpillar(
        rows,
        view.raw,
        panels,
        {term: view.middle(term) for term in panels},
        state.theme(),
        label=view.label,
        selected=view.selected,
        left_out=left_out,
    )
    first, last = view.label(rows.index[0]), view.label(rows.index[-1])
    page.chart(
        drawn,
        key="caterpillar",
        alt=f"Ranking from {first} to {last} with 95 % intervals",
        file_name="ranking",
        choose=True,
    )


def _controls(view: Grouped) -> str:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if len(view.terms) > 1:
            st.selectbox(
                "Ranked by",
                list(view.terms),
                key=state.seed("rank_term", view.term),
                width=260,
                format_func=lambda term: wording.term(term),
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
    table = view.table
    if order == "sure":
        return table.sort_values(f"{view.term}_se")
    if order == "rows":
        return table.loc[view.raw["n"].reindex(table.index).sort_values().index]
    return table.sort_values(view.term, ascending=order == "low")


def scatter(view: Grouped) -> None:
    """Shows baseline against response, when both vary."""
    if view.term == INTERCEPT or INTERCEPT not in view.terms:
        return
    value = correlation(view)
    page.chart_title(
        titles.relation(value, view.shown.fit.singular, view.noun),
        f"each line runs from the {view.noun.one}'s own estimate to the pooled dot; "
        f"the ellipse holds 95 % of such {view.noun.many}",
        "scatter",
    )
    outline = view.keep("ellipse", lambda: ellipse(view.shown.fit.linear, (INTERCEPT, view.term)), view.term)
    drawn = scatter_chart(
        view.table,
        view.raw,
        (INTERCEPT, view.term),
        (view.middle(INTERCEPT)[0], view.middle(view.term)[0]),
        outline,
        state.theme(),
        says=(view.says(INTERCEPT), view.says(view.term)),
        label=view.label,
        selected=view.selected,
    )
    page.chart(
        drawn,
        key="scatter",
        alt="Baseline against response of every group",
        file_name="baseline and response",
        choose=True,
    )


def lines(view: Grouped) -> None:
    """Shows every group's line with the line of all together."""
    if view.term == INTERCEPT:
        return
    found = view.keep("lines", lambda: group_lines(view.shown.fit.linear, view.term), view.term)
    name, (centre, scale) = wording.term(view.term), view.usual(view.term)
    page.chart_title(
        titles.fan(found.table, (centre - scale, centre + scale), view.term, view.outcome, view.noun),
        f"pooled line of every {view.noun.one} over its own range, the other predictors at their average",
        "lines",
    )
    drawn = lines_chart(
        found.table,
        found.middle,
        state.theme(),
        says=(name, view.outcome),
        every=f"every {view.noun.one}",
        label=view.label,
        selected=view.selected,
    )
    page.chart(
        drawn, key="lines", alt=f"Every line of {view.outcome} on {name}", file_name="lines", choose=True
    )


def table(view: Grouped) -> None:
    """Shows the table of all groups, searchable, with download."""
    with st.expander(f"Table of all {view.noun.many}"):
        both = view.table.join(view.raw.add_suffix(" (own rows)"))
        tables.table(both, key="groups", file_name=view.noun.many)
