"""Data: what was read, what each column is for, and whether it can carry a model."""

import streamlit as st

from dashboard import headlines, panel, state, wording
from dashboard.components import columns, page, panels, roles, start

now = state.current()
if now.table is None:
    start.start()
    st.stop()

found = panel.findings()
page.headline(*headlines.data(panel.size_sentence(), panel.not_ready(), found, panel.questions()))
panels.figures()
side, main = st.columns([0.24, 0.76], gap="medium")
with side:
    with st.popover(wording.REPLACE, icon=":material/upload_file:", width="stretch"):
        start.uploader("next_upload")
        start.sample_cards()
    start.sheet_picker()
    roles.role_pickers()

with main:
    columns.questions()
    page.findings(found, "review")
    panels.calendar()
    panels.pictures()
    columns.columns()
    page.next_step("views/model.py", "To the model")
