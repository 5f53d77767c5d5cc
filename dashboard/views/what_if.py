"""What-if: what a plan would bring, in total and for each group, and how sure that is."""

import streamlit as st

from dashboard import state
from dashboard.components import (
    empty,
    start,
    whatif,
    whatif_best,
    whatif_newcomer,
    whatif_plan,
    whatif_scenarios,
)

now = state.current()
if now.table is None:
    start.start("what_if")
    st.stop()
if now.shown is None or not now.shown.spec.random:
    empty.no_groups()
    st.stop()
if (stands := whatif.stands(now.shown)) is None:
    st.stop()

of, draft = stands
found = whatif.reckoned(of, draft)
if found is not None:
    whatif.lead(of, draft, found)
main, side = st.columns([0.6, 0.4], gap="medium")
if found is not None:
    with main:
        whatif.warnings(of, draft, found)
        whatif.chart(of, draft, found)
with side:
    whatif_plan.plan(of, draft, found)
    whatif_scenarios.save(of, draft, found)
whatif_best.section(of, draft)
whatif_scenarios.compare(of, draft, found)
whatif_newcomer.newcomer(of)
