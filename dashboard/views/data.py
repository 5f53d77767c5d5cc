"""Data: what was read, what each column is for, and whether it can carry a model."""

import streamlit as st

from dashboard import headlines, panel, soundness, state, wording
from dashboard.components import columns, page, panels, rates, roles, start

now = state.current()
if now.table is None:
    start.start()
    st.stop()

found = panel.findings()
of_fit = soundness.looks(now.shown) if now.shown is not None else 0
size, missing = panel.size_sentence(), panel.not_ready()
page.headline(*headlines.data(size, missing, found, panel.questions(), of_fit))
panels.figures()
side, main = st.columns([0.24, 0.76], gap="medium")
with side:
    with st.popover(wording.REPLACE, icon=":material/upload_file:", width="stretch"):
        start.uploader("next_upload")
        start.sample_cards()
    if now.upload:
        st.caption(wording.UPLOAD_KEPT)
    start.sheet_picker()
    roles.role_pickers()

with main:
    columns.questions()
    said_above = missing and now.troubles.get("fit")  # a table that stops the fit stops it once
    page.findings([] if said_above else found, "review")
    rates.by_category()
    panels.calendar()
    panels.pictures()
    columns.columns()
    page.next_step("views/model.py", "To the model")
