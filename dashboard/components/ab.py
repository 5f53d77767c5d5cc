"""One variant beside another, where a predictor says who got which: the verdict of an experiment."""

from collections.abc import Sequence

import streamlit as st

from core.result.ab import AbTest
from core.result.arms import Arms
from dashboard import ab_lead, ab_lines, ab_words, certainty, experiments, state, variants, wording
from dashboard.charts.ab import lift_chart
from dashboard.components import page
from dashboard.numbers import width
from dashboard.state import Shown

DIRECTIONS = {True: "more is better", False: "less is better"}


def lead(shown: Shown) -> list[page.Figure]:
    """Shows the verdict as the page's headline and returns its figures; none where another thing leads."""
    leading = variants.leading(shown)
    if leading is None:
        return []
    page.headline(*ab_lead.headline(*leading, certainty.interval_of(shown.fit)))
    helps = (wording.AB_LIFT_HELP, wording.AB_LIFT_HELP, wording.AB_PLAIN_HELP)
    return [page.Figure(*figure, help) for figure, help in zip(ab_lead.figures(*leading), helps, strict=True)]


def ab(shown: Shown) -> None:
    """Shows who beats whom and how sure that is; nothing of models without groups or such a predictor."""
    known = variants.offered(shown)
    if not known:
        return
    if why := variants.refused(shown):
        page.chart_title(wording.AB_BARRED, why, "ab")
        return
    title = st.container()
    what = _choices(shown, known)
    found = variants.found(shown, what)
    said = variants.said(shown, found, what.more)
    with title:
        finding, drawn = ab_words.verdict(found, said)
        if variants.leading(shown):  # the verdict is the page's headline, and not said twice
            finding = ab_lead.counted(found, said)
        page.chart_title(finding, drawn, "ab")
    left, right = st.columns([0.6, 0.4], gap="medium")
    with left:
        _chart(found, said)
    with right:
        told = ab_lines.in_words(found, said, variants.typical(shown, what))
        st.markdown(page.unbroken("\n".join(f"- {line}" for line in told)))
        head, claim = ab_words.beside_plain(found, said)
        st.markdown(page.unbroken(f"**{head}**: {claim}."), help=wording.AB_PLAIN_HELP)


def _choices(shown: Shown, known: Sequence[Arms]) -> variants.Asked:
    """Shows what is compared, and in which direction the outcome is better."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(known) > 1:
            names = [one.predictor for one in known]
            key = variants.key(shown, "by")
            st.selectbox(wording.AB_PREDICTOR, names, key=key, persist_state="session", width=220)
        what = variants.asked(shown, known)
        arms = what.arms
        if len(arms.names) > 2:
            st.selectbox(
                wording.AB_AGAINST,
                arms.names,
                index=arms.names.index(experiments.before(arms.names)),
                key=variants.key(shown, "against", arms.predictor),
                persist_state="session",
                width=220,
            )
            what = variants.asked(shown, known)
            st.selectbox(
                wording.AB_ARM,
                [name for name in arms.names if name != what.baseline],
                key=variants.key(shown, "arm", arms.predictor, what.baseline),
                persist_state="session",
                width=220,
            )
        st.segmented_control(
            wording.AB_DIRECTION,
            list(DIRECTIONS),
            default=experiments.more_is_better(shown.spec.outcome.column),
            format_func=DIRECTIONS.__getitem__,
            key=variants.key(shown, "more"),
            label_visibility="collapsed",
            persist_state="session",
            required=True,
        )
    return variants.asked(shown, known)


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
