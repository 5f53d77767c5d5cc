"""Tiers: which groups to raise, keep or cut, and how sure that is."""

import streamlit as st

from dashboard import state
from dashboard.components import (
    empty,
    newcomers,
    page,
    start,
    steady,
    tier_advice,
    tier_controls,
    tier_ranking,
    tier_table,
    tiering,
)
from dashboard.tiering import why_not

now = state.current()
if now.table is None:
    start.start("tiers")
    st.stop()
if now.shown is None or not now.shown.spec.random:
    empty.no_groups()
    st.stop()

if why := why_not(now.shown):
    tiering.refused(now.shown, why)
    st.stop()
view = tiering.tiering(now.shown)
if view is None:
    empty.no_slope(now.shown)
elif view.same:
    tiering.alike(view)
else:
    tiering.lead(view)
    tier_controls.controls(view)
    tier_ranking.ranking(view)
    tier_advice.advice(view)
    steady.steady(view)
    newcomers.newcomer(view)
    tier_table.finance_table(view)
    page.next_step("views/what_if.py", "See what moving money would bring")
    tiering.closer(view)
