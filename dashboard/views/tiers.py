"""Tiers: which groups to raise, keep or cut, and how sure that is."""

import streamlit as st

from dashboard import state
from dashboard.components import page, start, tiering

now = state.current()
if now.table is None:
    start.start()
    st.stop()
if now.shown is None or not now.shown.spec.random:
    page.no_groups()
    st.stop()

view = tiering.tiering(now.shown)
if view is None:
    tiering.no_slope(now.shown)
elif not view.tiers.detectable:
    tiering.alike(view)
else:
    tiering.lead(view)
    tiering.controls(view)
    tiering.ranking(view)
    tiering.advice(view)
    tiering.finance_table(view)
    tiering.closer(view)
