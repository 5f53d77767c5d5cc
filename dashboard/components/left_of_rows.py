"""Quality of counts, amounts and successes of trials: what the model leaves over."""

import streamlit as st

from core.spec.model import Link, link_of
from dashboard import equation, left_over, quantile_words, state, wording
from dashboard.charts.quality import quantile_chart, residual_chart
from dashboard.components import page
from dashboard.left_over import LeftOver
from dashboard.state import Shown


def shape(shown: Shown, left: LeftOver) -> None:
    """Shows quantile residuals against expected values and against a bell curve."""
    found, family = left_over.diagnosed(shown), shown.spec.family.value
    one, other = st.columns(2, gap="medium")
    with one:
        page.chart_title(*quantile_words.residuals(left), key="residuals")
        share = "share of " if family == "binomial" else ""
        says = (f"{share}{equation.outcome_of(shown)} as the model expects it", "found, in SDs of chance")
        logarithmic = link_of(shown.spec) is Link.LOG
        drawn = residual_chart(left.points, left.bins, state.theme(), says=says, logarithmic=logarithmic)
        page.chart(drawn, key="residuals", alt="Residuals against expected values", file_name="residuals")
    with other:
        if left.quantiles.empty:
            page.nothing_drawn(quantile_words.shape(left, found, family)[0])
        else:
            page.chart_title(*quantile_words.shape(left, found, family), key="tails")
            says = ("SDs where the model is right", "SDs found")
            drawn = quantile_chart(left.quantiles, state.theme(), says=says)
            page.chart(drawn, key="tails", alt="Quantiles of residuals", file_name="residual quantiles")
    parts = [wording.EFFECTS_DRAWN, *([] if family == "gamma" else [wording.STEPS_DRAWN])]
    st.caption(wording.QUANTILES_MADE.format(seed=state.SEED, what=", and ".join(parts)))
