"""What was typed as a formula and not applied yet: kept in the browser, and said below the box."""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import wording

CODE = Path(__file__).with_suffix(".js")
NOTE = f"""<div role="status" id="draft" hidden><span>{wording.NOT_APPLIED}</span>
<button type="button">{wording.UNDO}</button></div>"""
STYLE = """
#draft { font: inherit; font-size: .875rem; line-height: 1.4; color: var(--st-text-color); }
button {
  font: inherit; border: 0; background: none; padding: 0; cursor: pointer;
  color: var(--st-link-color); text-decoration: underline;
}
"""


@cache
def _keeper() -> Any:
    """Registered once in a process; nothing of a user's reaches its code."""
    return st.components.v2.component(
        "formula_draft", html=NOTE, css=STYLE, js=CODE.read_text(encoding="utf-8")
    )


def draft(about: str, applied: str) -> None:
    """Keeps what stands in the formula's box while it differs from what was applied.

    `about` names the data: what was typed for one table is not put back for another.
    """
    _keeper()(key="formula_draft", data={"about": about, "applied": applied}, height="content")
