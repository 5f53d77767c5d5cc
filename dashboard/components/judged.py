"""The charts of outcomes that were judged: a threshold to drag, ranking, calibration, lift."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.result.classification import Classification
from dashboard import classification_words as words
from dashboard import ranking_words as ranking
from dashboard import state, wording
from dashboard.charts.calibration import calibration_chart, lift_chart
from dashboard.charts.classification import confusion_chart, precision_recall_chart, roc_chart
from dashboard.classification_words import Words
from dashboard.components import page
from dashboard.numbers import DASH, number, percent


@dataclass(frozen=True, slots=True)
class Judged:
    """One way of judging: what it is called, the outcomes it is of, and whether they were held out.

    `caution` says what keeps it from being more than a guide; a `saturated` model repeats its own rows.
    """

    name: str
    found: Classification
    held_out: bool
    caution: str = ""
    saturated: bool = False


def panels(ways: Sequence[Judged], says: Words, key: str) -> None:
    """Shows the charts of one way of judging, the others beside it; the last is taken unless chosen.

    `key` tells outcomes apart, so that a threshold is not carried from one to another.
    """
    by_name = {way.name: way for way in ways}
    chosen = ways[-1]
    if len(ways) > 1:
        picked = st.segmented_control(
            wording.JUDGED,
            list(by_name),
            default=chosen.name,
            key=f"judged_{len(ways)}",
            persist_state="session",
            required=True,
        )
        chosen = by_name.get(picked, chosen)
        st.caption(words.rests(chosen.found.how, chosen.held_out))
    left, right = st.columns(2, gap="medium")
    with left:
        at = _threshold(chosen.found, says, key)
        _confusion(chosen, at, says)
    with right:
        _precision_recall(chosen, at, says)
    left, right = st.columns(2, gap="medium")
    with left:
        _roc(chosen, ways, at, says)
    with right:
        _calibration(chosen, says)
    left, right = st.columns(2, gap="medium")
    with left:
        _lift(chosen, says)
    with right:
        _numbers(ways)


def _threshold(found: Classification, says: Words, key: str) -> float:
    """The probability from which yes is called, dragged in steps that suit how rare a yes is."""
    low, high, step, rate = words.reach(found.scores.rate)
    percentage = st.slider(
        wording.THRESHOLD,
        min_value=100 * low,
        max_value=100 * high,
        value=100 * rate,
        step=100 * step,
        format=f"%.{words.places(step)}f %%",
        key=f"threshold_{key}",
        help=wording.THRESHOLD_HELP,
        persist_state="session",
    )
    st.caption(page.unbroken(words.begins(found.scores.rate, says)))
    return percentage / 100


def _confusion(way: Judged, at: float, says: Words) -> None:
    found, counts = way.found, way.found.at(at)
    page.chart_title(*words.confused(counts, found.scores.rate, says), key="confusion")
    drawn = confusion_chart(counts, state.theme(), says=says)
    page.chart(drawn, key="confusion", alt="Confusion matrix at the threshold", file_name="confusion matrix")
    for line in words.called(counts, found.rates(counts), found.roc.level, says):
        st.markdown(page.unbroken(line))


def _precision_recall(way: Judged, at: float, says: Words) -> None:
    found, counts = way.found, way.found.at(at)
    page.chart_title(
        *words.precise(counts, found.rates(counts), found.scores.rate, says), key="precision_recall"
    )
    if not found.precision_recall.curve.empty:
        drawn = precision_recall_chart(found.precision_recall, counts, state.theme(), says=says)
        page.chart(
            drawn, key="precision_recall", alt="Precision against recall", file_name="precision recall"
        )


def _roc(way: Judged, ways: Sequence[Judged], at: float, says: Words) -> None:
    found = way.found
    page.chart_title(*ranking.ranked(found.roc, way.held_out, way.name), key="roc")
    if found.roc.area != found.roc.area:
        return
    lines = [(one.name, one.found.roc) for one in ways if one is not way]
    dot = None if way.held_out else found.at(at)  # curves of several folds are averages: no threshold is one
    drawn = roc_chart([*lines, (way.name, found.roc)], dot, state.theme(), says=says)
    page.chart(drawn, key="roc", alt="ROC curves", file_name="roc")


def _calibration(way: Judged, says: Words) -> None:
    found = way.found.calibration
    page.chart_title(*ranking.calibrated(found, way.held_out, way.saturated), key="calibration")
    if not found.bins.empty:
        drawn = calibration_chart(found, state.theme(), says=says)
        page.chart(drawn, key="calibration", alt="Found against foretold shares", file_name="calibration")


def _lift(way: Judged, says: Words) -> None:
    found = way.found.lift
    page.chart_title(*ranking.lifted(found, says), key="lift")
    if found.rate > 0:
        drawn = lift_chart(found, state.theme(), says=says)
        page.chart(drawn, key="lift", alt="Share reached by share asked", file_name="lift")


def _numbers(ways: Sequence[Judged]) -> None:
    """Shows every score beside that of knowing nothing but the rate."""
    page.chart_title("Scores beside knowing nothing but the rate", wording.SCORES_DRAWN, key="scores")
    st.dataframe(
        pd.DataFrame(_scores(ways)),
        hide_index=True,
        lazy=False,
        key="yes_no_scores",
        height="content",
        column_config={"": st.column_config.TextColumn(pinned=True)},
    )


def _scores(ways: Sequence[Judged]) -> Mapping[str, list[str]]:
    first = ways[0].found
    rows = ["AUC", "average precision", "Brier score", "log score", "lift of the top 10 %"]
    columns = {"": rows}
    for way in ways:
        found = way.found
        columns[way.name] = [
            percent(found.roc.area),
            percent(found.precision_recall.average),
            number(found.calibration.brier),
            number(found.calibration.log_score) if found.calibration.log_score < 1e300 else "endless",
            number(found.lift.table.loc[0.1, "lift"], 0.3),
        ]
    base = first.calibration
    known = first.roc.area == first.roc.area
    columns["rate alone"] = [
        "50 %" if known else DASH,
        percent(first.precision_recall.rate),
        number(base.brier_base),
        number(base.log_score_base),
        "1.0" if known else DASH,
    ]
    return columns
