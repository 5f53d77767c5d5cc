"""Priors: what is believed before the data, editable, and the data that belief would make."""

import streamlit as st

from core.fit.bayes import applicable, complete_priors
from core.result.prior_predictive import prior_predictive
from core.spec.prior import Priors, Shape
from core.spec.prior_json import priors_to_json
from dashboard import actions, equation, prior_rows, prior_words, state, wording
from dashboard.charts.posterior import predictive_chart
from dashboard.components import page
from dashboard.state import Shown


def priors(shown: Shown) -> None:
    """Shows the priors of a posterior beside the data they would make; nothing for REML and ML."""
    now, fitted = state.current(), shown.fit.posterior
    if fitted is None:
        return
    by_hand = applicable(fitted.base, now.priors)
    with st.expander(prior_rows.summary(by_hand), key="priors", icon=":material/psychology:"):
        page.trouble("priors")
        st.markdown(wording.PRIORS_WHAT)
        complete = complete_priors(fitted.base, fitted.priors)
        left, right = st.columns([0.52, 0.48], gap="medium")
        with left:
            with st.form("priors_form", border=False):  # all that was typed is applied at once
                key = _editor(shown, complete)
                st.number_input(
                    wording.LKJ,
                    min_value=0.1,
                    max_value=100.0,
                    step=0.5,
                    key=state.seed("prior_lkj", float(complete.lkj)),
                    help=wording.LKJ_HELP,
                    width=220,
                )
                st.form_submit_button(
                    "Apply priors", key="priors_apply", on_click=actions.edit_priors, args=(key, complete)
                )
            st.button(
                "Back to defaults",
                key="priors_reset",
                on_click=actions.reset_priors,
                disabled=not prior_rows.changed(now.priors),
                type="tertiary",
            )
        with right:
            _picture(shown)


def _editor(shown: Shown, complete: Priors) -> str:
    key = f"priors_{abs(hash((*shown.about, priors_to_json(complete))))}"
    st.data_editor(
        prior_rows.rows(complete),
        key=key,
        hide_index=True,
        num_rows="fixed",
        disabled=[prior_rows.WHAT],
        height="content",
        column_config={
            prior_rows.WHAT: st.column_config.TextColumn("prior of"),
            prior_rows.ABOUT: st.column_config.NumberColumn(format="%.4g", help=wording.PRIOR_ABOUT_HELP),
            prior_rows.WIDTH: st.column_config.NumberColumn(format="%.4g", help=wording.PRIOR_WIDTH_HELP),
            prior_rows.SHAPE: st.column_config.SelectboxColumn(
                options=[prior_rows.NORMAL, *(shape.value for shape in Shape)], help=wording.PRIOR_SHAPE_HELP
            ),
        },
    )
    return key


def _picture(shown: Shown) -> None:
    table, key = state.current().table, ("prior_predictive", *shown.about)
    made = state.kept(key, lambda: prior_predictive(shown.fit, table, seed=state.SEED))
    outcome = equation.outcome_of(shown)
    page.chart_title(prior_words.title(made), prior_words.drawn(made), "prior_predictive")
    page.chart(
        predictive_chart(made, state.theme(), says=outcome),
        key="prior_predictive",
        alt=f"Data from the priors beside the data of {outcome}",
        file_name="priors",
    )
