"""Quality: whether the model may be used, and what speaks for and against it."""

import streamlit as st

from dashboard import left_over, soundness, state
from dashboard.components import empty, page, quality, start

now = state.current()
if now.table is None:
    start.start("quality")
    st.stop()
if now.shown is None:
    empty.nothing_fitted()
    st.stop()
if now.shown.digest != now.digest:
    page.headline("These rows have no fit yet.", "Quality is judged on the rows that a fit was made from.")
    st.stop()

left = left_over.left_over(now.shown)
quality.lead(now.shown, left)
quality.shape(now.shown, left)
quality.groups(now.shown, left)
page.findings(soundness.findings(now.shown), "quality", most=6)
quality.far_rows(now.shown, left)
quality.record(now.shown)
