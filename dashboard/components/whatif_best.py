"""The best plan within a budget: found at a click, beside what simple rules bring with the same money."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from core.decide.allocation_errors import (
    BadBounds,
    BadBudget,
    BadGains,
    BadPrice,
    FloorTooHigh,
    LogAtZero,
)
from core.decide.errors import LogOfNothing, OutcomeBent
from dashboard import best, best_words, drafting, ground, outlook, safe, state, whatif_words
from dashboard.best import BEST, Best
from dashboard.charts.whatif import scenarios_chart
from dashboard.components import page
from dashboard.components.whatif import horizon_of
from dashboard.ground import Ground
from dashboard.numbers import number, width
from dashboard.planning import Draft, Sought

SHOWN = 200


def section(of: Ground, draft: Draft) -> None:
    """Shows what the best plan is to be best at, and the one found last for this fit."""
    desk = state.current().desk
    paid = best.priced(of, draft)
    page.chart_title(best_words.TITLE, best_words.DRAWN, "best")
    if paid is None:
        st.caption(best_words.FREE)
        return
    wanted = _wanted(desk.aim, draft)
    _aim(paid, draft, wanted)
    if desk.sought is None or desk.sought[0] != best.about(paid, draft):
        return
    try:
        with st.spinner("Looking for the best plan …", show_time=True):
            found = best.found(paid, draft, desk.sought[1])
    except (
        BadBounds, BadBudget, BadGains, BadPrice, FloorTooHigh, LogAtZero, LogOfNothing, OutcomeBent
    ) as why:  # fmt: skip
        st.markdown(f":orange[:material/info:] {safe.markdown(why, 600)}")
        return
    if desk.sought[1] != wanted:
        st.caption(best_words.OTHER_AIM)
    _answer(of, draft, found, desk.sought[1])


def _wanted(aim: Sought, draft: Draft) -> Sought:
    """The aim as it can be: profit needs a margin."""
    return aim if draft.margin is not None else replace(aim, profit=False)


def _aim(of: Ground, draft: Draft, wanted: Sought) -> None:
    one = ground.period(of.shown, of.grouping).one
    spent = float(of.past.now.sum(axis=0) @ outlook.money(of, draft).costs)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.number_input(
            f"Budget a {safe.markdown(one, 30)}",
            0.0,
            value=None,
            placeholder=f"{number(spent)}, as today",
            key=state.seed("best_budget", wanted.budget),
            on_change=drafting.aim,
            args=("budget", "best_budget"),
            width=170,
        )
        st.number_input(
            "At most ± %",
            1.0,
            100.0,
            step=5.0,
            format="%.4g",
            key=state.seed("best_within", wanted.within),
            help=best_words.WITHIN_HELP,
            on_change=drafting.aim,
            args=("within", "best_within"),
            width=130,
        )
        st.segmented_control(
            "Best at",
            list(best_words.GOALS),
            key=state.seed("best_goal", wanted.protect),
            format_func=best_words.GOALS.__getitem__,
            help=best_words.GOAL_HELP,
            required=True,
            on_change=drafting.aim,
            args=("protect", "best_goal"),
        )
        if draft.margin is not None:
            said = whatif_words.what(of.shown)
            st.segmented_control(
                "of",
                [False, True],
                key=state.seed("best_profit", wanted.profit),
                format_func={False: said, True: "profit"}.__getitem__,
                required=True,
                on_change=drafting.aim,
                args=("profit", "best_profit"),
            )
        with st.popover("Bounds", icon=":material/tune:"):
            _bounds(of, wanted)
        st.button(
            "Find the best plan",
            key="best_find",
            type="primary",
            icon=":material/search:",
            on_click=drafting.seek,
            args=(best.about(of, draft), wanted),
        )


def _bounds(of: Ground, wanted: Sought) -> None:
    st.toggle(
        "Stay within what each has spent",
        key=state.seed("best_inside", wanted.inside),
        help=best_words.INSIDE_HELP,
        on_change=drafting.aim,
        args=("inside", "best_inside"),
    )
    for place, name in enumerate(of.past.channels):
        key = state.seed(f"best_column_{place}", dict(wanted.columns).get(name, wanted.within))
        st.number_input(
            f"{safe.markdown(name, 30)} at most ± %",
            0.0,
            100.0,
            step=5.0,
            format="%.4g",
            key=key,
            on_change=drafting.aim_column,
            args=(name, key),
        )
    st.multiselect(
        f"{of.noun.title} to leave as they are",
        list(of.past.levels),
        key=state.seed("best_fixed", [one for one in wanted.fixed if one in of.past.levels]),
        format_func=of.label,
        on_change=drafting.aim,
        args=("fixed", "best_fixed"),
    )


def _answer(of: Ground, draft: Draft, found: Best, wanted: Sought) -> None:
    said = "profit" if wanted.profit else whatif_words.what(of.shown)
    level, one = of.shown.fit.level, ground.period(of.shown, of.grouping)
    over = horizon_of(of, found.periods)
    st.markdown(f"**{page.unbroken(best_words.headline(found, said, over, level))}**")
    st.caption(page.unbroken(safe.markdown(found.solved.value, 400)))
    if not found.moved.any():
        return
    if told := best_words.left(found, wanted.profit, one):
        st.caption(safe.markdown(told, 300))
    with st.container(key="best_figures"):
        grid = best_words.figures(found, said, one, over, level)
        cells = st.columns(len(grid), gap="small")
        for cell, each in zip(cells, grid, strict=True):
            with cell, st.container(key=f"figure_best_{grid.index(each)}"):
                st.metric(each[0], page.unbroken(each[1]), help=each[3] or None)
                st.caption(page.unbroken(each[2]))
    st.button(
        "Use this plan",
        key="best_use",
        icon=":material/edit:",
        on_click=drafting.put,
        args=(of, best.use(found, draft, best_words.name(wanted)), draft),
    )
    left, right = st.columns([0.5, 0.5], gap="medium")
    with left:
        _beside(of, found, said, over)
    with right:
        _moves(found, one.one)


def _beside(of: Ground, found: Best, said: str, over: str) -> None:
    """What the plan brings beside what simple rules would with the same money."""
    table = best_words.beside(found, of.noun, of.shown.fit.level)
    page.chart_title(
        best_words.beside_title(found, of.noun),
        f"change in {safe.markdown(said, 40)} {over}, from draws the plan was not chosen on; line: "
        f"{width(of.shown.fit.level)} interval",
        "best_beside",
    )
    drawn = scenarios_chart(
        table,
        state.theme(),
        says=[f"change in {said}"],
        width=width(of.shown.fit.level),
        stale=[name != BEST for name in found.draws],
    )
    page.chart(drawn, key="best_beside", alt="The best plan beside simple rules", file_name="best plan")


def _moves(found: Best, one: str) -> None:
    """Which moves most draws agree on."""
    past, rows = found.of.past, []
    moved = abs(found.moved)
    order = sorted(zip(*moved.nonzero(), strict=True), key=lambda at: -moved[at])
    sure = sum(found.robust[at] >= best.ROBUST for at in order)
    page.chart_title(
        f"{sure:,} of {len(order):,} moves are robust",
        "largest first; robust: at least 80 % of draws, each with its own best plan, move it the same way",
        "best_moves",
    )
    for at in order[:SHOWN]:
        j, c = at
        rows.append(
            {
                found.of.noun.one: found.of.label(past.levels[j]),
                "column": safe.one_line(past.channels[c], 40),
                f"today a {one}": number(float(past.now[j, c])),
                "best": number(float(found.spend[j, c])),
                "draws that agree": f"{100 * found.robust[at]:.0f} %",
            }
        )
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="table_best", height=300, lazy=False)
