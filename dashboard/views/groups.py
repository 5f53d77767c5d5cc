"""Groups: where each one stands, how far pooling moved it, and one group's card."""

import streamlit as st

from dashboard import state
from dashboard.components import among, card, each_group, empty, grouping, page, ridges, start, together
from dashboard.grouped import grouped

now = state.current()
if now.table is None:
    start.start("groups")
    st.stop()
if now.shown is None or not now.shown.spec.random:
    empty.no_groups()
    st.stop()

view = grouped(now.shown)
each_group.lead(view)
grouping.looked_at(now.shown)
main, side = st.columns([0.64, 0.36], gap="medium")
with main:
    each_group.ranking(view)
with side:
    card.card(view)
ridges.ridges(view)
among.among(view)
each_group.both(view)
together.together(view)
each_group.table(view)
page.next_step("views/pooling.py", "See what pooling does")
