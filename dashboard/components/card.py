"""The card of one group: its rows, its own line, the pooled line, and how far and why it was pulled."""

from functools import partial

import streamlit as st

from core.result.lines import readings
from core.result.rows import group_rows
from dashboard import actions, families, grouped, pull, safe, state, wording
from dashboard.charts.lines import readings_chart
from dashboard.components import page
from dashboard.displayed import displayed
from dashboard.grouped import INTERCEPT, Grouped
from dashboard.numbers import width


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
        show, term = displayed(view), view.term
        row = show.table.iloc[place]
        name = safe.markdown(view.label(level))
        what = safe.markdown(show.says[term], 90)
        value, bounds = (
            show.write(term, row[term], row[f"{term}_se"]),
            show.between(term, row[f"{term}_low"], row[f"{term}_high"]),
        )
        st.markdown(
            page.unbroken(f"**{name}: {value}** {what} :gray[({width(view.shown.fit.level)} {bounds})]")
        )
        if within := view.path(level):
            st.caption(f"in {safe.markdown(within, 120)}")
        st.markdown(page.unbroken(_pulled(view, place)))
        if families.generalised(view.shown.spec):
            _typical(view, level)
        elif term != INTERCEPT:
            _three_lines(view, level)


def _typical(view: Grouped, level: str) -> None:
    """What the group comes to at average predictors, where another figure stands above."""
    show = displayed(view)
    if view.term == INTERCEPT or INTERCEPT not in view.terms:
        return
    row = show.table.loc[level]
    value = show.write(INTERCEPT, row[INTERCEPT], row[f"{INTERCEPT}_se"])
    bounds = show.between(INTERCEPT, row[f"{INTERCEPT}_low"], row[f"{INTERCEPT}_high"])
    what = safe.markdown(show.says[INTERCEPT], 90)
    st.markdown(page.unbroken(f"{what}: **{value}** :gray[({width(view.shown.fit.level)} {bounds})]"))


def _pulled(view: Grouped, place: int) -> str:
    show, term = displayed(view), view.term
    own = show.raw.iloc[place]
    if not view.alone:
        share, others = float(view.pulled(term).iloc[place]), [one.noun for one in view.others]
        return safe.markdown(pull.among(int(own["n"]), share, view.noun, others, view.cases), 400)
    same = view.cannot(term).get(str(show.table.index[place]), "") if term == INTERCEPT else ""
    if own[term] != own[term] and same in (wording.ONLY_YES, wording.ONLY_NO, wording.NOTHING_COUNTED):
        value = show.write(term, show.table.iloc[place][term], show.table.iloc[place][f"{term}_se"])
        return safe.markdown(pull.all_alike(int(own["n"]), same, value, view.noun, view.cases), 400)
    pulled, row = grouped.shrunk(view).iloc[place], show.table.iloc[place]
    words = pull.said(
        int(own["n"]),
        float(own[term]),
        float(row[term]),
        show.middles[term][0],
        float(row[f"{term}_se"]),
        float(pulled[term]),
        str(pulled[f"{term}_why"]),
        view.noun,
        partial(show.write, term),
        view.cases,
    )
    return safe.markdown(words, 400)


def _three_lines(view: Grouped, level: str) -> None:
    table, by, term = state.current().table, view.by, view.term
    rows = view.keep("rows", lambda: group_rows(table, view.shown.spec, level, term, by), level, term)
    three = view.keep("readings", lambda: readings(view.side, level, term, view.held[1:]), level, term)
    name = wording.term(term)
    page.chart_title(
        f"{'Three' if len(three) == 3 else 'Two'} readings of the same {view.noun.one}",
        "dots: its rows; lines: the other predictors at its own average",
        "card",
    )
    drawn = readings_chart(rows, three, state.theme(), says=(name, view.outcome))
    page.chart(
        drawn,
        key="readings",
        alt=f"Rows of {view.label(level)} with {'its own, ' if len(three) == 3 else ''}"
        "the pooled and the overall line",
        file_name="one group",
    )
