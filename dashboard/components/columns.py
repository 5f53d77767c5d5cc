"""What each column was read as, how to correct it, and the first rows."""

import streamlit as st

from core.table.table import Kind
from dashboard import actions, safe, state
from dashboard.components import page

FIRST_ROWS = 200
KINDS = (Kind.NUMBER, Kind.TEXT, Kind.DATE, Kind.YES_NO)


def columns() -> None:
    """Shows columns and preview side by side in tabs."""
    table = state.current().table
    if table is None:
        return
    reading = table.reading
    facts = [
        reading.format,
        reading.encoding,
        f"decimal {reading.decimal}" if reading.decimal else "",
        *reading.notes,
    ]
    page.chart_title(
        "As it was read", " · ".join(safe.markdown(fact, 200) for fact in facts if fact), "columns"
    )
    kinds, preview = st.tabs(["Columns", f"First {min(FIRST_ROWS, len(table.frame)):,} rows"])
    with kinds:
        _kinds()
    with preview:
        st.dataframe(table.frame.head(FIRST_ROWS), hide_index=True, height=360, key="preview")


def _kinds() -> None:
    table = state.current().table
    rows = [
        {"column": c.name, "read as": c.kind.value, "missing": c.missing, "noticed": "; ".join(c.notes)}
        for c in table.columns
    ]
    st.dataframe(
        rows,
        hide_index=True,
        key="kinds",
        column_config={"noticed": st.column_config.TextColumn(width="large")},
    )
    with st.popover("Correct a type", icon=":material/edit:"):
        chosen = st.selectbox("Column", table.names, key="kind_column")
        if chosen is not None:
            st.segmented_control(
                "Read as",
                [kind.value for kind in KINDS],
                key=state.seed("kind_as", table.column(chosen).kind.value),
                on_change=actions.correct_kind,
            )
