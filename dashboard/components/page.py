"""The parts every page is made of: headline, figures, chart with its title as text, findings, next step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import streamlit as st

from core.finding import Finding, Status
from dashboard import actions, safe, state, wording
from dashboard.numbers import minus

COLOURS = {Status.GOOD: "green", Status.LOOK: "orange", Status.STOP: "red", Status.UNKNOWN: "gray"}
GRAVEST = (Status.STOP, Status.LOOK, Status.UNKNOWN, Status.GOOD)
CHART_CONFIG = {
    "displaylogo": False,
    "modeBarButtonsToRemove": [
        "zoom2d",
        "pan2d",
        "select2d",
        "lasso2d",
        "zoomIn2d",
        "zoomOut2d",
        "autoScale2d",
        "resetScale2d",
        "hoverClosestCartesian",
        "hoverCompareCartesian",
        "toggleSpikelines",
    ],
    "scrollZoom": False,
    "doubleClick": False,
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a page: what it is called, the number, and five words on what it means."""

    label: str
    value: str
    meaning: str
    help: str | None = None


def unbroken(text: str) -> str:
    """Returns the text with every number kept on one line with its percent sign and its ±."""
    return text.replace(" %", "\u00a0%").replace("± ", "±\u00a0")


def headline(sentence: str, certainty: str) -> None:
    """Shows the page's finding and how sure it is. Both are Markdown: names in them are escaped already."""
    with st.container(key="headline", gap="xsmall"):
        st.title(unbroken(sentence), anchor=False)
        if certainty:
            st.markdown(f":gray[{unbroken(certainty)}]")


def figures(shown: Sequence[Figure]) -> None:
    """Shows at most four figures in one row that wraps on a phone."""
    grid = st.grid(min(len(shown), 4), min_column_width=150, gap="small", key="figures")
    for place, each in enumerate(shown[:4]):
        with grid.cell(), st.container(key=f"figure_{place}"):
            st.metric(each.label, unbroken(each.value), help=each.help)
            st.caption(unbroken(each.meaning))


def chart_title(finding: str, drawn: str, key: str) -> None:
    """Shows what a chart found and, smaller, what is drawn. Markdown, names escaped already."""
    with st.container(key=f"title_{key}"):
        st.header(unbroken(finding), anchor=False)
        st.caption(unbroken(drawn))


def nothing_drawn(why: str) -> None:
    """Says in small print why a chart is not there: a heading would stand over an empty place."""
    st.caption(unbroken(f"{why}."))


def chart(figure: Any, *, key: str, alt: str, file_name: str, choose: bool = False) -> None:
    """Shows a chart; with `choose`, a click on a mark that carries a group chooses that group everywhere."""
    options = CHART_CONFIG | {"toImageButtonOptions": {"format": "png", "scale": 3, "filename": file_name}}
    if choose:
        st.plotly_chart(
            figure,
            theme=None,
            key=key,
            alt=alt,
            config=options,
            selection_mode="points",
            on_select=partial(actions.clicked, key),
        )
    else:
        st.plotly_chart(figure, theme=None, key=key, alt=alt, config=options)


@dataclass(frozen=True, slots=True)
class Way:
    """What a click beside a finding does about it."""

    label: str
    does: Callable[[], None]


NO_WAYS: Mapping[str, Way] = MappingProxyType({})


def findings(found: Sequence[Finding], key: str, most: int = 4, ways: Mapping[str, Way] = NO_WAYS) -> None:
    """Shows findings as cards, gravest first; beyond `most` they fold away. `ways` out are by topic."""
    ordered = sorted(found, key=lambda finding: GRAVEST.index(finding.status))
    for place, finding in enumerate(ordered[:most]):
        _finding(finding, f"{key}_{place}", ways.get(finding.topic))
    if len(ordered) > most:
        with st.expander(f"{len(ordered) - most} more"):
            for place, finding in enumerate(ordered[most:]):
                _finding(finding, f"{key}_more_{place}", ways.get(finding.topic))


def _finding(finding: Finding, key: str, way: Way | None) -> None:
    word = wording.STATUS[finding.status]
    message, advice = (safe.markdown(minus(text), 600) for text in (finding.message, finding.advice))
    with st.container(key=f"finding_{finding.status.value}_{key}"):
        st.markdown(
            f"**:{COLOURS[finding.status]}[{word}]** · {message} :gray[{advice}]"
            if advice
            else f"**:{COLOURS[finding.status]}[{word}]** · {message}"
        )
        if way is not None:
            st.button(
                way.label, key=f"way_{key}", on_click=way.does, type="tertiary", icon=":material/call_split:"
            )


def trouble(about: str) -> None:
    """Shows what went wrong with data, formula, model or fit as a sentence; for a formula also the place."""
    found = state.current().troubles.get(about)
    if found is not None:
        st.error(safe.markdown(found.sentence, 1500), icon=":material/error:")
        if found.picture:
            st.code(found.picture, language=None)


def next_step(page: str, label: str, side: str = "right") -> None:
    """Shows the way to the page that usually comes next; on the left where nothing else is on the page."""
    with st.container(horizontal=True, horizontal_alignment=side):
        st.page_link(page, label=label, icon=":material/arrow_forward:", icon_position="right")
