"""What each column was read as, how to correct it, and the first rows."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.table.table import Column, Kind
from dashboard import actions, panel, safe, state, wording
from dashboard.components import page

FIRST_ROWS = 200
NOTES_SHOWN = 12
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
        {".": "decimal point", ",": "decimal comma"}.get(reading.decimal, ""),
        *reading.notes,
        _left_out(reading.left_out),
    ]
    how = " · ".join(safe.markdown(fact, 200) for fact in facts if fact)
    page.chart_title(_finding(table.columns), f"as it was read: {how}", "columns")
    kinds, preview = st.tabs(["Columns", f"First {min(FIRST_ROWS, len(table.frame)):,} rows"])
    with kinds:
        _kinds()
    with preview:
        st.dataframe(table.frame.head(FIRST_ROWS), hide_index=True, height=360, key="preview")


def _noticed(rows: Sequence[Mapping[str, object]]) -> None:
    """Shows what was noticed while reading, each thing once with the columns it holds for."""
    of: dict[str, list[str]] = {}
    for row in rows:
        if row["noticed"]:
            of.setdefault(str(row["noticed"]), []).append(str(row["column"]))
    for note, names in list(of.items())[:NOTES_SHOWN]:
        more = f" and {len(names) - 6} more" if len(names) > 6 else ""
        st.caption(
            f"{', '.join(safe.markdown(name) for name in names[:6])}{more}: {safe.markdown(note, 400)}"
        )


def _finding(columns: Sequence[Column]) -> str:
    gaps = [column for column in columns if column.missing]
    if not gaps:
        return f"{len(columns)} columns read, no cell missing"
    most = max(gaps, key=lambda column: column.missing)
    have = "one has" if len(gaps) == 1 else f"{len(gaps)} have"
    worst = f"{safe.markdown(most.name)} {most.missing:,}"
    return f"{len(columns)} columns read; {have} missing cells: {worst}{' at most' if len(gaps) > 1 else ''}"


def _left_out(rows: Sequence[int], most: int = 12) -> str:
    if not rows:
        return ""
    more = f" and {len(rows) - most:,} more" if len(rows) > most else ""
    said = ", ".join(f"{row:,}" for row in rows[:most])
    return f"blank, so left out: row{'s' if len(rows) > 1 else ''} {said}{more}"


def questions() -> None:
    """Asks for the decimal mark, or for the order of day and month, where the file leaves it open."""
    now = state.current()
    if now.table is None or not now.upload:
        return
    decimal, dates = panel.open_marks()
    if not (decimal or dates or now.decimal or now.day_first is not None):
        return
    with st.container(key="finding_look_marks", gap="small"):
        for name, note in (*decimal, *dates):
            said = f"{safe.markdown(name)}: {safe.markdown(note, 300)}."
            st.markdown(f"**:orange[{wording.OPEN}]** · {said}")
        _answers(bool(decimal), bool(dates))


def _answers(decimal: bool, dates: bool) -> None:
    now = state.current()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if decimal or now.decimal:
            st.segmented_control(
                wording.DECIMAL,
                list(wording.DECIMALS),
                key=state.seed("mark_decimal", now.decimal or None),
                format_func=wording.DECIMALS.__getitem__,
                help=wording.DECIMAL_HELP,
                on_change=actions.settle_marks,
                args=("mark_decimal", "decimal"),
            )
        if dates or now.day_first is not None:
            order = None if now.day_first is None else "day" if now.day_first else "month"
            st.segmented_control(
                wording.DAY_FIRST,
                list(wording.DAY_FIRSTS),
                key=state.seed("mark_day_first", order),
                format_func=wording.DAY_FIRSTS.__getitem__,
                help=wording.DAY_FIRST_HELP,
                on_change=actions.settle_marks,
                args=("mark_day_first", "day_first"),
            )


def _kinds() -> None:
    table = state.current().table
    rows = panel.profile()
    columns = st.column_config
    shown = ["column", "used as", "read as", "values", "from – to", "spread", "missing"]
    st.dataframe(
        rows,
        hide_index=True,
        key="kinds",
        lazy=False,
        column_order=shown,
        column_config={
            "values": columns.NumberColumn(help="How many different values.", format="localized"),
            "spread": columns.BarChartColumn(help="How often low to high values occur.", width=110, y_min=0),
            "missing": columns.NumberColumn(format="localized"),
        },
    )
    _noticed(rows)
    with st.popover("Correct a type", icon=":material/edit:"):
        chosen = st.selectbox("Column", table.names, key="kind_column")
        if chosen is not None:
            st.segmented_control(
                "Read as",
                [kind.value for kind in KINDS],
                key=state.seed("kind_as", table.column(chosen).kind.value),
                on_change=actions.correct_kind,
            )
