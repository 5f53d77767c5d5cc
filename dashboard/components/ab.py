"""One variant beside another, where a predictor says who got which: the verdict of an experiment."""

from math import isfinite

import streamlit as st

import core
from core.result.ab import AbTest, variants
from core.result.arms import Arms
from core.spec.model import Family
from dashboard import ab_lines, ab_words, experiments, naming, safe, soundness, state, wording
from dashboard.charts.ab import lift_chart
from dashboard.classification_words import names as event_words
from dashboard.components import page
from dashboard.nouns import GROUP, cases
from dashboard.numbers import minus, width
from dashboard.state import Shown

DIRECTIONS = {True: "more is better", False: "less is better"}
LEAST_DF = 0.5  # degrees of freedom below which nothing is known of an error


def ab(shown: Shown) -> None:
    """Shows who beats whom and how sure that is; nothing of models without groups or such a predictor."""
    if not shown.fit.n_groups:
        return
    # Amounts around an average have the effect itself on the page: a verdict for what is named a variant.
    by_name = shown.spec.family is Family.GAUSSIAN
    known = state.kept(
        ("variants", *shown.key), lambda: experiments.shown_first(variants(shown.fit), by_name)
    )
    if not known:
        return
    if stops := soundness.barred(shown):
        page.chart_title(wording.AB_BARRED, safe.markdown(minus(stops[0].message), 600), "ab")
        return
    known_how = shown.fit.fixed_effects[["estimate", "std_error", "df"]].min()
    if not all(map(isfinite, known_how[:2])) or not known_how["df"] >= LEAST_DF:
        page.chart_title(wording.AB_BARRED, wording.AB_UNKNOWN, "ab")
        return
    title = st.container()
    arms, baseline, arm, more = _choices(shown, known)
    found: AbTest = state.kept(
        ("ab", *shown.key, arms.predictor, baseline, arm),
        lambda: core.ab(shown.fit, arms.predictor, baseline=baseline, arm=arm, seed=state.SEED),
    )
    said = _said(shown, found, more)
    with title:
        page.chart_title(*ab_words.verdict(found, said), "ab")
    left, right = st.columns([0.6, 0.4], gap="medium")
    with left:
        _chart(found, said)
    with right:
        lines = "\n".join(f"- {line}" for line in ab_lines.in_words(found, said))
        st.markdown(page.unbroken(lines))
        head, told = ab_words.beside_plain(found, said)
        st.markdown(page.unbroken(f"**{head}**: {told}."), help=wording.AB_PLAIN_HELP)


def _choices(shown: Shown, known: tuple[Arms, ...]) -> tuple[Arms, str, str, bool]:
    """Shows what is compared, and in which direction the outcome is better."""
    of = f"{shown.digest[:12]}_{shown.spec.outcome.column}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        arms = known[0]
        if len(known) > 1:
            by_name = {one.predictor: one for one in known}
            picked = st.selectbox(
                wording.AB_PREDICTOR, list(by_name), key=f"ab_by_{of}", persist_state="session", width=220
            )
            arms = by_name.get(picked, arms)
        first = experiments.before(arms.names)
        others = [name for name in arms.names if name != first]
        if len(others) > 1:
            key = f"ab_{of}_{arms.predictor}"
            baseline = st.selectbox(
                wording.AB_AGAINST,
                arms.names,
                index=arms.names.index(first),
                key=f"{key}_against",
                persist_state="session",
                width=220,
            )
            others = [name for name in arms.names if name != baseline]
            arm = st.selectbox(
                wording.AB_ARM, others, key=f"{key}_{baseline}", persist_state="session", width=220
            )
        else:
            baseline, arm = first, others[0]
        more = st.segmented_control(
            wording.AB_DIRECTION,
            list(DIRECTIONS),
            default=experiments.more_is_better(shown.spec.outcome.column),
            format_func=DIRECTIONS.__getitem__,
            key=f"ab_more_{of}",
            label_visibility="collapsed",
            persist_state="session",
            required=True,
        )
    return arms, baseline, arm, bool(more)


def _said(shown: Shown, found: AbTest, more: bool) -> ab_words.Said:
    """How the experiment is spoken of: a yes/no predictor's values with its name, an event by its name."""
    outcome, family = shown.spec.outcome.column, shown.spec.family
    event = event_words(shown.spec.event)[0] if family is Family.BINOMIAL else "yes"
    pair = naming.pairs(shown).get(found.predictor)
    labels = {"yes": f"{found.predictor} {pair[0]}", "no": f"{found.predictor} {pair[1]}"} if pair else {}
    nouns = {one.name: one.noun for one in naming.groupings(shown)}
    return ab_words.Said(
        outcome=outcome if event == "yes" else f"{outcome} {event}",
        baseline=labels.get(found.baseline, found.baseline),
        arm=labels.get(found.arm, found.arm),
        noun=nouns.get(found.grouping, GROUP),
        family=family,
        more=more,
        doubt=soundness.doubt(shown),
        cases=cases(shown.spec.trials),
    )


def _chart(found: AbTest, said: ab_words.Said) -> None:
    by = 100.0 if said.points else 1.0
    rows = [
        (name, tuple(by * end for end in (one.estimate, one.low, one.high)))
        for name, one in (("this model", found.new.difference), ("plain regression", found.plain.difference))
    ]
    below, above = (said.baseline, said.arm) if said.more else (said.arm, said.baseline)
    page.chart(
        lift_chart(
            [by * one for one in found.chances],
            rows,
            state.theme(),
            more=said.more,
            axis=ab_words.axis(said),
            sides=(f"{below} better", f"{above} better"),
            width=width(found.level),
        ),
        key="ab",
        alt=ab_words.alt(found, said),
        file_name=f"{said.arm} beside {said.baseline}",
    )
