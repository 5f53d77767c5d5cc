"""A group that is not there yet: what to expect of it, and how long until its tier is known."""

import streamlit as st

import core
from dashboard import drafting, families, ground, grouped, newcomer_words, safe, state
from dashboard.charts.newcomer import known_chart
from dashboard.components import page
from dashboard.ground import Ground
from dashboard.numbers import percent

SWINGS = (0.5, 1.0, 2.0, 3.0)


def newcomer(of: Ground) -> None:
    """Shows the planner for a new group when it is asked for; nothing where responses do not differ."""
    channel = of.ranked
    term = of.term(channel) if channel else None
    if channel is None or term is None:
        return
    one = of.noun
    st.toggle(
        f"A new {one.one}: what to expect of it, and when its tier is known",
        key=state.seed("newcomer_open", state.current().desk.newcomer),
        on_change=drafting.set_desk,
        args=("newcomer_open", "newcomer"),
    )
    if state.current().desk.newcomer:
        _shown(of, channel, term)


def _shown(of: Ground, channel: str, term: str) -> None:
    period, one = ground.period(of.shown, of.grouping), of.noun
    swing = st.segmented_control(
        f"{safe.markdown(channel, 30)} of a new {one.one} swings",
        SWINGS,
        key="newcomer_swing",
        default=1.0,
        format_func=lambda times: "as usual" if times == 1 else f"× {times:g}",
        required=True,
        help="How far its spend moves around its average, beside the other groups: wide swings teach faster.",
        persist_state="session",
    )
    count = min(state.current().n_tiers, len(of.past.levels))
    key, wide = ("newcomer", *of.key, term, count, swing), float(swing or 1.0)
    with st.spinner(f"Opening {one.a_one} …", show_time=True):
        found = state.kept(
            key,
            lambda: core.newcomer(
                of.shown.fit,
                term,
                count,
                factor=of.grouping.name,
                swing=wide,
                seed=ground.SEED,
            ),
        )
    view = grouped.seen_by(of.shown, of.grouping, term)
    unit = view.says(term) if not families.generalised(of.shown.spec) else f"slope of {term}"
    shown = [newcomer_words.response(found, which, one, unit) for which in ("typical", "new")]
    cells = st.columns(4 if found.detectable else 2, gap="small")
    for place, (label, value, meaning) in enumerate(shown):
        with cells[place], st.container(key=f"figure_new_{place}"):
            st.metric(label, value)
            st.caption(page.unbroken(safe.markdown(meaning, 200)))
    page.chart_title(newcomer_words.title(found, one, period, channel), newcomer_words.DRAWN, "newcomer")
    if not found.detectable:
        return
    with cells[2], st.container(key="figure_new_2"):
        st.metric("Tier before any row", percent(float(found.first.max())))
        st.caption("chance of the likeliest tier")
    drawn = known_chart(
        found.known, found.enough, found.needed, float(found.first.max()), state.theme(), many=period.many
    )
    page.chart(drawn, key="newcomer", alt="Chance that the tier is right", file_name="new group")
