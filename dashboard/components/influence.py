"""Who carries the result: every effect without each group."""

from typing import Any

import pandas as pd
import streamlit as st

import core
from core.result.influence import Influence, influence_at_average
from dashboard import headlines, influence_words, state, swings, wording
from dashboard.charts.quality import influence_chart
from dashboard.components import page, tables
from dashboard.components.working import sent, worked
from dashboard.groupings import Grouping
from dashboard.numbers import width
from dashboard.state import Shown

DRAWN = 15


def influence_at_once(shown: Shown, by: Grouping | None) -> Influence | None:
    """Returns the fits without each group where they take no time: with one grouping, from its sums."""
    if by is None or len(shown.fit.linear.sides) > 1 or shown.fit.posterior is not None:
        return None
    return state.kept(
        _key(shown, by), lambda: influence_at_average(shown.fit, core.influence(shown.fit, by.name))
    )


def carried(found: Influence | None, by: Grouping | None) -> str:
    """Returns that few groups carry the result, for the headline; empty when none does or nobody looked."""
    return influence_words.carried(found.changes, by.noun) if found is not None and by is not None else ""


def _key(shown: Shown, by: Grouping) -> tuple[object, ...]:
    return ("influence", by.name, *shown.key)


def _asked_for(shown: Shown, by: Grouping) -> Any:
    """Of several groupings each fit is made anew: asked for by a button."""
    return worked(
        _key(shown, by), f"Leave out each {by.noun.one} in turn", lambda: sent(shown.fit, factor=by.name)
    )


def who_carries(shown: Shown, by: Grouping, found: Influence | None, slope: str | None) -> None:
    """Shows what one effect would be without each group, with the table of all.

    Of a posterior says where to look instead.
    """
    if shown.fit.posterior is not None:
        page.chart_title("Who carries the result?", wording.NOT_LEFT_OUT.format(one=by.noun.one), "influence")
        return
    found = found or _asked_for(shown, by)
    if found is None:
        return
    terms = list(found.changes.columns)
    moved = found.changes.drop(columns=headlines.INTERCEPT, errors="ignore").abs().max().dropna()
    first = slope if slope in terms else str(moved.idxmax()) if len(moved) else terms[0]
    left, right = st.columns([0.7, 0.3], vertical_alignment="bottom")
    with right:
        term = st.selectbox(
            "Effect",
            terms,
            index=terms.index(first),
            key=f"influence_{by.name}",
            format_func=wording.term,
            persist_state="session",
        )
    term = term if term in terms else first
    row = headlines.read_at_average(shown.fit).loc[term]
    bent = term != headlines.INTERCEPT and swings.partners_of(shown, term)
    whole = (float(row["estimate"]), float(row["low"]), float(row["high"]))
    table = pd.DataFrame(
        {
            "estimate": found.estimates[term],
            "change": found.changes[term],
            "cooks": found.summary["cooks_distance"],
        }
    ).dropna()
    table = table.loc[table["change"].abs().sort_values(ascending=False).index].head(DRAWN)
    with left:
        page.chart_title(
            *influence_words.title(term, table, whole, by.noun, width(shown.fit.level), bent), key="influence"
        )
    if not table.empty:
        drawn = influence_chart(
            table,
            whole,
            state.theme(),
            says=f"{wording.term(term)} without this {by.noun.one}",
            label=by.noun.label,
            selected=state.current().group,
        )
        alt = f"{wording.term(term)} without each of {len(table)} {by.noun.many}"
        page.chart(drawn, key="influence", alt=alt, file_name="influence", choose=True)
    with st.expander(f"Every effect without each {by.noun.one}"):
        tables.table(
            found.summary.join(found.estimates.add_prefix("without it: ")),
            key="influence",
            file_name="influence",
        )
