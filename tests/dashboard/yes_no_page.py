"""A page with the yes/no section alone; the sample and the model come from the address."""

import streamlit as st

import core
from core.spec.formula import parse_formula
from dashboard import state
from dashboard.components import classification
from dashboard.state import Shown


def main() -> None:
    """Fits once and shows the section."""
    state.begin()
    said = st.query_params
    if state.current().shown is None:
        table = core.read_sample(said["sample"])
        spec = parse_formula(said["formula"], family=said.get("family", "binomial"), event=said.get("event"))
        fit = core.fit(table, spec)
        shown = Shown(fit, spec, fit.method, said["sample"], 0.1)
        state.change(table=table, digest=said["sample"], spec=spec, shown=shown)
    with st.sidebar:
        away = st.toggle("Another page")
    if not away:
        classification.classification(state.current().shown)


main()
