"""The table to hand over, and what its file is called."""

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from core.spec.formula import write_formula
from core.table.table import fingerprint
from dashboard import certainty, families, naming, soundness, state, wording
from dashboard.components import page, tables
from dashboard.grouped import INTERCEPT
from dashboard.numbers import width
from dashboard.ranked_by import CONTRAST, PROFIT
from dashboard.report import finance
from dashboard.scale import scale
from dashboard.tiering import SEED, Tiering


def finance_table(sorted_: Tiering) -> None:
    """Shows the table to hand over, with its download."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        page.chart_title(
            "The table to hand over",
            "every number behind the chart, what to do, and the data and formula they are from",
            "finance",
        )
        frame = _handed_over(sorted_)
        tables.download(frame, key="tiers", file_name=file_name(sorted_), label="Download for finance (CSV)")
    with st.expander("Show the table"):
        st.dataframe(frame, key="table_tiers", lazy=False)


def _handed_over(sorted_: Tiering) -> pd.DataFrame:
    view, now = sorted_.view, state.current()
    said = {
        level: part.says
        for tier in range(1, sorted_.count + 1)
        for part in sorted_.advice(tier)
        for level in part.levels
    }
    source = finance.origin(
        now.table.name if now.table else "",
        view.keep("fingerprint", lambda: fingerprint(now.table) if now.table else ""),
        write_formula(view.shown.spec),
        naming.method(view.shown),
        SEED,
        datetime.now(UTC).astimezone().date(),
        certainty.of_groups(view.shown.fit),
        "" if view.alone else view.by,
        " ".join(finding.message for finding in soundness.barred(view.shown)),
        view.shown.fit.posterior.seed if view.shown.fit.posterior else None,
    )
    says, wide, above = sorted_.by.full, width(view.shown.fit.level), "zero"
    if sorted_.by.kind == CONTRAST:
        one, other = (wording.term(term) for term in sorted_.by.quantity.weights)
        above = f"zero ({one} ahead of {other})"
    elif sorted_.by.kind == PROFIT:
        above = "zero (it pays)"
    elif families.generalised(view.shown.spec):
        says_of = scale(view.shown.spec)
        above = says_of.zero if view.term == INTERCEPT else says_of.none
    return finance.tiers(
        sorted_.table,
        says,
        sorted_.names,
        said,
        sorted_.thin,
        source,
        wide,
        view.alone,
        above,
        view.cases.many,
    )


def file_name(sorted_: Tiering) -> str:
    """Returns what files of these tiers are called."""
    view = sorted_.view
    return finance.file_name(view.noun.one, "tiers by", sorted_.by.name)
