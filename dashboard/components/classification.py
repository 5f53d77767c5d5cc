"""How well probabilities of yes tell the yes from the no: ranking, a threshold to drag, calibration, lift."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

import core
from core.result.classification import Classification
from core.spec.json import to_json
from core.spec.model import Family, columns_used
from core.table.sent import table_to_bytes
from core.table.table import Table
from dashboard import classification_words as words
from dashboard import naming, state, wording
from dashboard.charts.calibration import calibration_chart, lift_chart
from dashboard.charts.classification import confusion_chart, precision_recall_chart, roc_chart
from dashboard.classification_words import Words
from dashboard.components import page
from dashboard.components.working import worked
from dashboard.jobs.frames import Frame
from dashboard.numbers import DASH, number, percent
from dashboard.state import Shown

FOLDS = 10
FEWEST = 3  # groups that can be held out in turn: of two, each would be foretold from one alone


@dataclass(frozen=True, slots=True)
class Judged:
    """One way of judging: what it is called, the outcomes it is of, and whether they were held out."""

    name: str
    found: Classification
    held_out: bool


def classification(shown: Shown) -> None:
    """Shows how well the model tells yes from no, held out too once asked; only of yes/no outcomes."""
    if shown.fit.spec.family is not Family.BINOMIAL:
        return
    table = state.current().table
    assert table is not None
    found = state.kept(("classified", *shown.key), lambda: core.classification(shown.fit, table))
    ways, says = [Judged(wording.FITTED_TO, found, False)], words.names(shown.fit.spec.event)
    lead = st.container()
    with st.container(horizontal=True):
        ways += held_out(shown)
    with lead:
        last = ways[-1]
        held = last.found if last.held_out else None
        page.chart_title(*words.lead(found, held, last.name, says), key="classification")
    if found.roc.area == found.roc.area:
        outcome = shown.fit.spec.outcome.column
        panels(ways, says, f"{shown.digest[:12]}_{outcome}_{says[0]}")


def held_out(shown: Shown) -> list[Judged]:
    """Shows buttons that hold out rows or whole groups, and returns what was found of those asked for."""
    table, made = state.current().table, []
    for by, noun in [("rows", None), *((one.name, one.noun) for one in naming.groupings(shown))]:
        count = shown.fit.n_groups.get(by, FOLDS)
        if count < FEWEST:
            continue
        whom = "new rows" if noun is None else f"new {noun.many}"
        folds = min(FOLDS, count)
        found = worked(
            ("held_out", by, *shown.key),
            "Hold out rows" if noun is None else f"Hold out whole {noun.many}",
            lambda by=by, folds=folds: _payload(shown, table, by, folds),
        )
        if found is not None:
            made.append(Judged(whom, found, True))
    return made


def _payload(shown: Shown, table: Table, by: str, folds: int) -> Frame:
    """What another process needs to fit the model to parts of its table."""
    said = {"spec": to_json(shown.fit.spec), "by": by, "folds": folds, "seed": state.SEED}
    columns = columns_used(shown.fit.spec)
    return Frame({**said, "level": shown.fit.level}, {"table": table_to_bytes(table, columns)})


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
    page.chart_title(*words.precise(counts, found.scores.rate, says), key="precision_recall")
    if not found.precision_recall.curve.empty:
        drawn = precision_recall_chart(found.precision_recall, counts, state.theme(), says=says)
        page.chart(
            drawn, key="precision_recall", alt="Precision against recall", file_name="precision recall"
        )


def _roc(way: Judged, ways: Sequence[Judged], at: float, says: Words) -> None:
    found = way.found
    page.chart_title(*words.ranked(found.roc, way.held_out, way.name), key="roc")
    if found.roc.area != found.roc.area:
        return
    lines = [(one.name, one.found.roc) for one in ways if one is not way]
    dot = None if way.held_out else found.at(at)  # curves of several folds are averages: no threshold is one
    drawn = roc_chart([*lines, (way.name, found.roc)], dot, state.theme(), says=says)
    page.chart(drawn, key="roc", alt="ROC curves", file_name="roc")


def _calibration(way: Judged, says: Words) -> None:
    found = way.found.calibration
    page.chart_title(*words.calibrated(found, way.held_out), key="calibration")
    if not found.bins.empty:
        drawn = calibration_chart(found, state.theme(), says=says)
        page.chart(drawn, key="calibration", alt="Found against foretold shares", file_name="calibration")


def _lift(way: Judged, says: Words) -> None:
    found = way.found.lift
    page.chart_title(*words.lifted(found, says), key="lift")
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
