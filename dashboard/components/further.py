"""Checks that take seconds and are asked for: intervals made in other ways, and rows held out."""

import streamlit as st

from core.result.drawn import why_not_drawn
from core.spec.model import Family
from dashboard import equation, held_out_words, interval_words, naming, safe, state, wording
from dashboard.components import page
from dashboard.components.working import sent, worked
from dashboard.state import Shown

REPLICATES = 1_000
FOLDS = 10


def intervals(shown: Shown) -> None:
    """Shows profile and bootstrap intervals beside the model's own, once asked for; none of a posterior."""
    fit = shown.fit
    if not fit.linear.sides:
        return
    if fit.posterior is not None:
        page.chart_title("Where its intervals come from", wording.NO_OTHER_INTERVALS, "intervals")
        return
    page.chart_title(
        "Would other ways of making intervals say the same?",
        "profile: what a likelihood ratio test would not refuse; bootstrap: groups drawn again and again",
        "intervals",
    )
    with st.container(horizontal=True):
        profile = worked(
            ("profile", "intervals", *shown.key),
            "Profile intervals",
            lambda: sent(fit),
        )
        bootstrap, refused = None, why_not_drawn(fit.linear)
        if not refused:
            bootstrap = worked(
                ("bootstrap", "intervals", *shown.key),
                f"Bootstrap, {REPLICATES:,} fits",
                lambda: sent(fit, n=REPLICATES, seed=1),
            )
    if refused:
        st.caption(safe.markdown(f"No bootstrap here. {refused}", 400))
    if profile is None and bootstrap is None:
        return
    made = [(one, name) for one, name in ((profile, "profile"), (bootstrap, "bootstrap")) if one is not None]
    for one, name in made:
        verdict = interval_words.title(fit, one.fixed_effects, name)
        st.markdown(f"**{verdict}.** :gray[{safe.markdown(page.unbroken(one.how), 300)}.]")
    if bootstrap is not None and bootstrap.caution:
        st.caption(safe.markdown(page.unbroken(bootstrap.caution), 400))
    st.dataframe(
        interval_words.rows(fit, profile, bootstrap),
        hide_index=True,
        lazy=False,
        key="intervals",
        height="content",
        column_config={
            "": st.column_config.TextColumn(pinned=True),
            "profile": None if profile is None else st.column_config.TextColumn(),
            "bootstrap": None if bootstrap is None else st.column_config.TextColumn(),
        },
    )


def held_out(shown: Shown) -> None:
    """Shows how well the model foretells rows, or whole groups, that it has not seen, once asked for.

    Only of numbers: a yes or no is held out beside its classification.
    """
    if shown.fit.spec.family is not Family.GAUSSIAN:
        return
    table = state.current().table
    assert table is not None
    found = naming.groupings(shown)
    page.chart_title(
        "How well does it foretell what it has not seen?",
        "rows are held out in turn and foretold from the rest, beside plain regression",
        "held_out",
    )
    with st.container(horizontal=True):
        for by, noun in [("rows", None), *((one.name, one.noun) for one in found)]:
            if noun is not None and next(one.count for one in found if one.name == by) < FOLDS:
                continue
            made = worked(
                ("k_fold", by, *shown.key),
                "Hold out rows" if noun is None else f"Hold out whole {noun.many}",
                lambda by=by: sent(shown.fit, table, by=by, folds=FOLDS, seed=1),
            )
            if made is not None:
                said = held_out_words.said(made, noun, equation.outcome_of(shown))
                st.markdown(page.unbroken(f"**{said[0]}.** :gray[{said[1]}.]"))
