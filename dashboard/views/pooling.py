"""Pooling: what each group says alone, what all say as one, and what trusting either would cost."""

import streamlit as st

from dashboard import state
from dashboard.components import card, empty, grouping, page, pooling, start
from dashboard.grouped import grouped
from dashboard.pooled import pooled

now = state.current()
if now.table is None:
    start.start("pooling")
    st.stop()
if now.shown is None or not now.shown.spec.random:
    empty.no_groups()
    st.stop()

seen = pooled(grouped(now.shown))
pooling.lead(seen)
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    grouping.looked_at(now.shown)
    pooling.choose(seen)
main, side = st.columns([0.64, 0.36], gap="medium")
with main:
    pooling.carrying(seen)
with side:
    card.card(seen.view)
if pooling.has_arrows(seen):
    pooling.rows(seen)
pooling.proof(seen)
pooling.trusted(seen)
pooling.table(seen)
page.next_step("views/tiers.py", f"Sort {seen.view.noun.many} into tiers")
