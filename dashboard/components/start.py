"""The empty state: drop a file, or take a sample that says which question it answers."""

import streamlit as st

from core.table.samples import samples
from dashboard import actions, safe, state, wording
from dashboard.components import page


def start(about: str = "") -> None:
    """Shows the welcome, or what the page `about` will show, with the uploader and the sample cards."""
    page.headline(*wording.PROMISES.get(about, (wording.WELCOME, wording.WELCOME_MORE)))
    page.trouble("data")
    uploader("first_upload")
    st.header(wording.SAMPLES, anchor=False)
    sample_cards()


def uploader(key: str) -> None:
    """Shows the uploader; what is dropped is read before the page is drawn again."""
    st.file_uploader(
        wording.UPLOAD,
        type=["csv", "tsv", "txt", "xlsx", "parquet"],
        key=key,
        help=wording.UPLOAD_HELP,
        on_change=actions.uploaded,
        args=(key,),
    )


def sample_cards() -> None:
    """Shows one card a sample: its name, the question it answers, where it comes from."""
    shown = samples()
    grid = st.grid(len(shown), min_column_width=220, gap="small")
    for place, sample in enumerate(shown):
        with grid.cell(), st.container(border=True, key=f"sample_{sample.key}"):
            st.markdown(f"**{safe.markdown(sample.title)}**")
            st.markdown(safe.markdown(sample.question, 300))
            st.caption(f"{sample.rows:,} rows")
            st.button(
                f"Open {sample.title}",
                key=f"open_{sample.key}",
                type="secondary" if place else "primary",
                on_click=actions.choose_sample,
                args=(sample.key,),
            )


def sheet_picker() -> None:
    """Shows which sheet of a workbook is on the table, when there are several."""
    now = state.current()
    if now.table is not None and len(now.table.reading.sheets) > 1:
        st.selectbox(
            wording.SHEET,
            now.table.reading.sheets,
            key=state.seed("sheet", now.table.reading.sheet),
            on_change=actions.pick_sheet,
            args=("sheet",),
        )
