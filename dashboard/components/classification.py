"""How well a model tells the yes from the no: on its own rows, and once asked on rows held out."""

import streamlit as st

import core
from core.spec.json import to_json
from core.spec.model import Family, columns_used
from core.table.sent import table_to_bytes
from core.table.table import Table
from dashboard import classification_words as words
from dashboard import naming, saturation, state, wording
from dashboard.components import page
from dashboard.components.judged import Judged, panels
from dashboard.components.working import worked
from dashboard.jobs.frames import Frame
from dashboard.state import Shown

FOLDS = 10
FEW = 10  # groups that say little of groups yet to come
FEW_CASES = 10.0  # a group: with fewer, its own effect follows the very outcomes it is judged by
FEWEST = 3  # groups that can be held out in turn: of two, each would be foretold from one alone


def classification(shown: Shown) -> None:
    """Shows how well the model tells yes from no, held out too once asked; only of yes/no outcomes."""
    if shown.fit.spec.family is not Family.BINOMIAL:
        return
    table = state.current().table
    assert table is not None
    found = state.kept(("classified", *shown.key), lambda: core.classification(shown.fit, table))
    ways, says = (
        [Judged(wording.FITTED_TO, found, False, saturated=saturation.kept(shown))],
        words.names(shown.fit.spec.event),
    )
    lead = st.container()
    with st.container(horizontal=True):
        ways += held_out(shown)
    with lead:
        last = ways[-1]
        held = last.found if last.held_out else None
        said, rests = words.lead(found, held, last.name, says, _seen(shown))
        page.chart_title(said, f"{rests}{last.caution}", key="classification")
    if found.roc.area == found.roc.area:
        outcome = shown.fit.spec.outcome.column
        panels(ways, says, f"{shown.digest[:12]}_{outcome}_{says[0]}")


def _seen(shown: Shown) -> str:
    """The groups whose effects rest on few cases each; empty where there are none."""
    rows = shown.fit.linear.rows
    cases = float(rows.cases.sum())
    few = [one for one in naming.groupings(shown) if cases / one.count < FEW_CASES]
    return few[0].noun.many if few else ""


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
            few = noun is not None and count < FEW
            made.append(Judged(whom, found, True, words.few(noun.count(count)) if few else ""))
    return made


def _payload(shown: Shown, table: Table, by: str, folds: int) -> Frame:
    """What another process needs to fit the model to parts of its table."""
    said = {"spec": to_json(shown.fit.spec), "by": by, "folds": folds, "seed": state.SEED}
    columns = columns_used(shown.fit.spec)
    return Frame({**said, "level": shown.fit.level}, {"table": table_to_bytes(table, columns)})
