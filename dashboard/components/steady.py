"""Whether the tiers are the work of single weeks: asked for by a button, worked out in another process."""

from functools import partial

import pandas as pd
import streamlit as st

from core.decide.quantity import quantity_to_said
from core.result.stability import Stability
from core.table.table import Table
from dashboard import naming, stability_words, state
from dashboard.charts.stability import stability_chart
from dashboard.components import page, tables
from dashboard.components.working import sent, worked
from dashboard.jobs.frames import Frame
from dashboard.report.finance import file_name
from dashboard.tiering import SEED, Tiering


def steady(sorted_: Tiering) -> None:
    """Shows who keeps a tier whichever period is left out, once that was asked for."""
    view, now, period = sorted_.view, state.current(), naming.period_noun()
    if now.time is None or now.table is None or now.time == view.by:
        return
    key = ("stability", view.by, *sorted_.by.key, sorted_.tiers.sizes, now.time, *view.shown.key)
    seen = state.job(key) if key in now.wanted else None
    if seen is None or seen.result is None:
        page.chart_title(
            stability_words.QUESTION.format(one=period.one),
            stability_words.WHY.format(one=period.one, many=view.noun.many),
            "stability",
        )
    make = partial(_payload, sorted_, now.table, now.time)  # made in another thread, which has no state
    found = worked(key, stability_words.ASK.format(one=period.one), make)
    if found is not None:
        _shown(sorted_, found)


def _payload(sorted_: Tiering, table: Table, time: str) -> Frame:
    view = sorted_.view
    return sent(
        view.shown.fit,
        table,
        also=(time,),
        time=time,
        quantity=quantity_to_said(sorted_.by.quantity),
        factor=view.by,
        sizes=list(sorted_.tiers.sizes),
        seed=SEED,
    )


def _shown(sorted_: Tiering, found: Stability) -> None:
    view, period = sorted_.view, naming.period_noun()
    page.chart_title(*stability_words.finding(found, view.noun, period), "stability")
    page.chart(
        stability_chart(
            found,
            state.theme(),
            says=(period.one, view.noun.many),
            unit=f"{view.noun.many} that change tier",
        ),
        key="stability",
        alt=f"How many {view.noun.many} change tier without each {period.one}",
        file_name=file_name(view.noun.one, "tiers without each", period.one),
    )
    for said in (
        stability_words.who(found, view.noun, view.label),
        stability_words.left(found, period),
    ):
        if said:
            st.markdown(said)
    with st.expander(f"Every {view.noun.one}'s tiers"):
        tables.table(
            _table(found, period.many), key="stability", file_name=file_name(view.noun.one, "tiers kept")
        )


def _table(found: Stability, periods: str) -> pd.DataFrame:
    table = found.groups
    return pd.DataFrame(
        {
            "tier": table["tier"],
            f"stays in it, % of {periods} left out": 100 * table["kept"],
            "best tier": table["best"],
            "lowest tier": table["worst"],
        },
        index=table.index,
    )
