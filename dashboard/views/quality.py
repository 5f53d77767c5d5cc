"""Quality: whether the model may be used, and what speaks for and against it."""

import streamlit as st

from dashboard import families, left_of_rows, left_over, naming, state
from dashboard.components import (
    classification,
    draws,
    empty,
    further,
    influence,
    page,
    quality,
    start,
    what_drives,
)
from dashboard.components import left_of_rows as shape_of_rows
from dashboard.groupings import leading

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

if families.generalised(now.shown.spec):
    quality.lead_of_other(now.shown)
    draws.draws(now.shown)
    classification.classification(now.shown)
    rest = left_of_rows.left_of_rows(now.shown)
    if rest is not None:
        shape_of_rows.shape(now.shown, rest)
        quality.groups(now.shown, rest)
    quality.findings_of_other(now.shown)
    draws.learned(now.shown)
    quality.together(now.shown)
    if rest is not None:
        quality.far_rows(now.shown, rest)
    quality.record(now.shown)
    st.stop()

left = left_over.left_over(now.shown)
by = leading(naming.groupings(now.shown))
found = influence.influence_at_once(now.shown, by)
quality.lead(now.shown, left, influence.carried(found, by), found is not None)
draws.draws(now.shown)
draws.would_make(now.shown)
quality.shape(now.shown, left)
if by is not None:
    influence.who_carries(now.shown, by, found, what_drives.slope_of(now.shown))
quality.groups(now.shown, left)
quality.findings(now.shown)
draws.learned(now.shown)
draws.held_out_rows(now.shown)
further.held_out(now.shown)
further.intervals(now.shown)
quality.together(now.shown)
quality.far_rows(now.shown, left)
quality.record(now.shown)
