"""Model: what explains the outcome, how sure that is, and how much groups differ."""

import streamlit as st

from dashboard import naming, soundness, state
from dashboard.components import (
    ab,
    agreement,
    empty,
    how_to_read,
    measuring,
    models_tried,
    page,
    pickers,
    priors,
    start,
    what_drives,
)

now = state.current()
if now.table is None:
    start.start("model")
    st.stop()

if now.shown is None:
    empty.nothing_fitted()
else:
    what_drives.lead(now.shown)
with st.container(key="model_page"):
    side, main = st.columns([0.24, 0.76], gap="medium")
with side:
    pickers.model_pickers()
with main:
    if now.shown is None:
        st.stop()
    left, right = st.columns([0.66, 0.34], gap="medium")
    with left:
        what_drives.coefficients(now.shown)
        models_tried.as_equation(now.shown)
    with right:
        what_drives.partition(now.shown)
        page.findings(soundness.findings(now.shown), "fit", ways=measuring.ways(now.shown))
    ab.ab(now.shown)
    agreement.agreement(now.shown)
    priors.priors(now.shown)
    what_drives.in_plain_words(now.shown)
    what_drives.beside_plain_regression(now.shown)
    models_tried.models_tried(now.shown)
    models_tried.two_compared(now.shown)
    how_to_read.how_to_read(now.shown)
    what_drives.result_tables(now.shown)
    if now.shown.fit.n_groups:
        page.next_step("views/groups.py", f"See the {naming.groups_noun().many}")
    else:
        page.next_step("views/quality.py", "See whether it may be used")
