"""Tiers: which groups to raise, keep or cut, and how sure that is."""

import streamlit as st

from dashboard import state
from dashboard.components import empty, page, start, tiering

now = state.current()
if now.table is None:
    start.start("tiers")
    st.stop()
if now.shown is None or not now.shown.spec.random:
    empty.no_groups()
    st.stop()

if why := tiering.why_not(now.shown):
    tiering.refused(now.shown, why)
    st.stop()
view = tiering.tiering(now.shown)
if view is None:
    empty.no_slope(now.shown)
elif view.same:
    tiering.alike(view)
else:
    tiering.lead(view)
    tiering.controls(view)
    tiering.ranking(view)
    tiering.advice(view)
    tiering.finance_table(view)
    page.next_step("views/what_if.py", "See what moving money would bring")
    tiering.closer(view)
