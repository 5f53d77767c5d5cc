"""A new group: what to expect of it, and how soon its own rows tell its tier."""

import numpy as np
import streamlit as st

from dashboard import actions, newcomers, safe, soon_known_words, state, wording
from dashboard.charts.soon_known import soon_known_chart
from dashboard.components import page
from dashboard.numbers import width
from dashboard.ranked_by import LEVEL, as_shown, between, write
from dashboard.report.finance import file_name
from dashboard.tiering import Tiering


def newcomer(sorted_: Tiering) -> None:
    """Shows the section; of many groups once it was asked for.

    Not where a row is out of many cases: how many a new group's rows would have nobody has said.
    """
    view, noun = sorted_.view, sorted_.view.noun
    if view.shown.spec.trials is not None:
        return
    key = ("newcomer", view.by, *sorted_.by.key, sorted_.tiers.sizes, *view.shown.key)
    if len(view.table) > newcomers.AT_ONCE and key not in state.current().wanted:
        page.chart_title(
            wording.NEWCOMER.format(one=noun.one), wording.NEWCOMER_WHY.format(one=noun.one), "newcomer"
        )
        label = wording.NEWCOMER_ASK.format(one=noun.one)
        st.button(label, key="want_newcomer", on_click=actions.want, args=(key,))
        return
    with st.spinner(wording.NEWCOMER_WAIT.format(many=noun.many), show_time=True):
        _section(sorted_)


def _section(sorted_: Tiering) -> None:
    view, by, unit = sorted_.view, sorted_.by, newcomers.unit(sorted_)
    swing = state.current().swing
    usual = newcomers.told(sorted_, 1.0)
    bold = newcomers.told(sorted_, swing) if by.kind != LEVEL and by.term != "(Intercept)" else None
    name = safe.markdown(wording.term(by.term), 40)
    page.chart_title(
        soon_known_words.finding(usual, bold, view.noun, unit, name),
        f"chance that the tier which a new {view.noun.one}'s own {unit.many} speak for is the right one; "
        "dotted: 80 %",
        "newcomer",
    )
    curves = ((f"{wording.term(by.term)} as usual" if bold else f"a new {view.noun.one}", usual),)
    if bold is not None:
        curves += ((f"swinging {soon_known_words.SWINGS[swing]}", bold),)
    left, right = st.columns([0.36, 0.64], gap="medium")
    with left:
        _expected(sorted_, usual)
        if bold is not None:
            st.select_slider(
                wording.SWING.format(name=name),
                list(soon_known_words.SWINGS),
                key=state.seed("swing", swing),
                format_func=soon_known_words.SWINGS.__getitem__,
                on_change=actions.set_swing,
                args=("swing",),
                help=soon_known_words.HELP.format(one=view.noun.one, many=view.noun.many, periods=unit.many),
            )
    with right:
        page.chart(
            soon_known_chart(curves, state.theme(), period=(unit.one, unit.many)),
            key="newcomer",
            alt=f"Chance that a new {view.noun.one}'s tier is right by the number of {unit.many}",
            file_name=file_name("a new", view.noun.one),
        )


def _expected(sorted_: Tiering, usual: newcomers.Newcomer) -> None:
    """What to expect of a new group before it has any rows."""
    view, by = sorted_.view, sorted_.by
    wide = width(usual.level)
    shown = {
        name: as_shown(view, by, usual.slope.loc[name, ["mean", "low", "high"]].to_numpy(dtype=np.float64))
        for name in ("typical", "new")
    }
    for title, name in (
        (f"A {view.noun.one} in the middle", "typical"),
        (f"A new {view.noun.one}", "new"),
    ):
        mean, low, high = shown[name].tolist()
        st.markdown(
            f"**{title}** {write(by, mean, (high - low) / 4)}  \n:gray[{wide} {between(view, by, low, high)}]"
        )
    st.markdown(f"**Before its first row**  \n:gray[{soon_known_words.first(usual)}]")
    st.caption(safe.markdown(by.says, 120))
