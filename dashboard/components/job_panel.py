"""The panel of work in another process: how far it is, a way out, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from dashboard import job_words, safe
from dashboard.jobs.job import JobState


@dataclass(frozen=True, slots=True)
class Ways:
    """What a click on the panel does, and what the work is called there."""

    label: str
    cancel: Callable[[], None]
    again: Callable[[], None]


def running(seen: JobState, name: str, ways: Ways) -> None:
    """Shows how far work is that waits or runs, with Cancel."""
    with st.container(key=f"job_{name}", gap="xsmall"):
        st.markdown(f"**{safe.markdown(ways.label, 80)}**")
        st.progress(job_words.share(seen), text=safe.markdown(job_words.standing(seen), 200))
        st.button("Cancel", key=f"cancel_{name}", on_click=ways.cancel)


def refused(sentence: str, name: str, ways: Ways, icon: str = ":material/info:") -> None:
    """Shows why there is no result, with Try again; what else is on the page stays."""
    with st.container(key=f"job_{name}", gap="xsmall"):
        st.info(f"**{safe.markdown(ways.label, 80)}.** {safe.markdown(sentence, 600)}", icon=icon)
        with st.container(horizontal=True):
            st.button("Try again", key=f"again_{name}", on_click=ways.again)
            st.button("Close", key=f"close_{name}", on_click=ways.cancel)
