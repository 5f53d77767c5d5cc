"""The panel of work in another process: how far it is, a way out, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import job_words, safe
from dashboard.jobs.job import JobState

WIDTH = 460  # pixels: two stand side by side on a desk, and a bar is no better for being longer


@dataclass(frozen=True, slots=True)
class Ways:
    """What a click on the panel does, and what the work is called there."""

    label: str
    cancel: Callable[[], None]
    again: Callable[[], None]


def place() -> DeltaGenerator:
    """Returns where a panel goes, outside of what is drawn again and again: nothing beside it moves."""
    return st.container(width=WIDTH)


def running(seen: JobState, name: str, ways: Ways) -> None:
    """Shows how far work is that waits or runs, with Cancel."""
    with _card(name):
        st.markdown(f"**{safe.markdown(ways.label, 80)}**")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.progress(job_words.share(seen), text=safe.markdown(job_words.standing(seen), 200))
            st.button("Cancel", key=f"cancel_{name}", on_click=ways.cancel)


def refused(sentence: str, name: str, ways: Ways) -> None:
    """Shows why there is no result, with Try again; what else is on the page stays."""
    with _card(name):
        st.markdown(f"**{safe.markdown(ways.label, 80)}**")
        st.markdown(f":orange[:material/info:] {safe.markdown(sentence, 600)}")
        with st.container(horizontal=True):
            st.button("Try again", key=f"again_{name}", on_click=ways.again)
            st.button("Close", key=f"close_{name}", on_click=ways.cancel, type="tertiary")


def _card(name: str) -> DeltaGenerator:
    return st.container(key=f"job_{name}", border=True, gap="xsmall")
