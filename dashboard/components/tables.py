"""Result tables, folded away until asked for, each with its download."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard import soundness, state
from dashboard.report.tables import csv


def table(
    frame: Any,
    *,
    key: str,
    file_name: str,
    columns: Mapping[str, Any] | None = None,
    height: int | str = "auto",
) -> None:
    """Shows a frame and a button that downloads it as CSV with every digit."""
    st.dataframe(frame, column_config=dict(columns or {}), key=f"table_{key}", height=height, lazy=False)
    download(frame, key=key, file_name=file_name)


def download(frame: Any, *, key: str, file_name: str, label: str = "Download as CSV") -> None:
    """Shows the download alone. The file is made when it is asked for."""
    download_made(lambda: frame, key=key, file_name=file_name, label=label)


def download_made(make: Callable[[], Any], *, key: str, file_name: str, label: str) -> None:
    """Shows the download of a frame that is itself made only when it is asked for."""
    st.download_button(
        label,
        data=lambda: csv(make()),
        file_name=f"{_warned()}{file_name}.csv",
        mime="text/csv",
        key=f"download_{key}",
        on_click="ignore",
        icon=":material/download:",
        type="tertiary",
    )


def _warned() -> str:
    """What the name of a file begins with whose figures are not to be used."""
    shown = state.current().shown
    return "do not use - " if shown is not None and soundness.barred(shown) else ""
