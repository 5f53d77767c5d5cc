"""The Panelwise app: page set-up, navigation, and the one place where errors become sentences."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

import dashboard  # noqa: F401  first, because it settles numpy's threads and core loads numpy

# isort: split
from core.errors import PanelwiseError
from dashboard import actions, state, warm
from dashboard.components import bar, page

HERE = Path(__file__).parent


def main() -> None:
    """Does what the last click asked for, refits, and runs the page."""
    state.begin()
    warm.start()
    state.background()
    st.set_page_config("Panelwise", HERE / "icon.svg", layout="wide")
    st.html(HERE / "style.css")
    actions.follow_link()
    for about, work in (*state.take(), ("fit", actions.refit)):
        done(about, work)
    chosen = st.navigation(bar.pages(HERE / "views"), position="top")
    bar.model_bar()
    done("page", chosen.run)
    page.trouble("page")


def done(about: str, work: Callable[[], object]) -> None:
    """Runs the work; what core objects to is kept as a sentence, and what was there before stays."""
    try:
        work()
    except PanelwiseError as error:
        state.settle(about, error)
    else:
        state.settle(about)


if __name__ == "__main__":
    main()
