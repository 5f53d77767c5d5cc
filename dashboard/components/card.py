"""The card of one group: its rows, its own line, the pooled line, and how far and why it was pulled."""

import streamlit as st

from core.result.lines import readings
from core.result.rows import group_rows
from dashboard import actions, grouped, pull, safe, state, wording
from dashboard.charts.lines import readings_chart
from dashboard.components import page
from dashboard.grouped import INTERCEPT, Grouped
from dashboard.numbers import interval, number


def card(view: Grouped) -> None:
    """Shows the chosen group, or the first until one is chosen; picking one here chooses it on every page."""
    levels = view.levels()
    level = view.selected
    with st.container(border=True, key="group_card"):
        st.selectbox(
            f"One {view.noun.one}",
            levels,
            key=state.seed("card_group", level),
            format_func=view.label,
            on_change=actions.choose_group,
            args=("card_group",),
            help="Type to search. A click in a chart chooses too.",
        )
        place = levels.index(level)
        row, term = view.table.iloc[place], view.term
        name = safe.markdown(view.label(level))
        what = safe.markdown(view.says(term), 90)
        value, bounds = (
            number(row[term], row[f"{term}_se"]),
            interval(row[f"{term}_low"], row[f"{term}_high"]),
        )
        st.markdown(page.unbroken(f"**{name}: {value}** {what} :gray[(95 % {bounds})]"))
        st.markdown(page.unbroken(_pulled(view, place)))
        if term != INTERCEPT:
            _three_lines(view, level)


def _pulled(view: Grouped, place: int) -> str:
    own, pulled = view.raw.iloc[place], grouped.shrunk(view).iloc[place]
    row, term = view.table.iloc[place], view.term
    words = pull.said(
        int(own["n"]),
        float(own[term]),
        float(row[term]),
        view.middle(term)[0],
        float(row[f"{term}_se"]),
        float(pulled[term]),
        str(pulled[f"{term}_why"]),
        view.noun,
    )
    return safe.markdown(words, 400)


def _three_lines(view: Grouped, level: str) -> None:
    fit, table = view.shown.fit, state.current().table
    rows = view.keep("rows", lambda: group_rows(table, view.shown.spec, level, view.term), level, view.term)
    three = view.keep("readings", lambda: readings(fit.linear, level, view.term), level, view.term)
    name = wording.term(view.term)
    page.chart_title(
        f"Three readings of the same {view.noun.one}",
        "dots: its rows; lines: the other predictors at its own average",
        "card",
    )
    drawn = readings_chart(rows, three, state.theme(), says=(name, view.outcome))
    page.chart(
        drawn,
        key="readings",
        alt=f"Rows of {view.label(level)} with its own, the pooled and the overall line",
        file_name="one group",
    )
