"""The Model page's results: headline, figures, effects beside plain regression, the variance."""

from collections.abc import Iterable, Iterator
from functools import partial

import pandas as pd
import streamlit as st

from core.result.raw import plain_regression
from core.result.variance import partition as variance_partition
from core.result.variance import shares
from dashboard import (
    beside_plain,
    certainty,
    equation,
    families,
    groupings,
    headlines,
    naming,
    safe,
    scale_words,
    sentences,
    soundness,
    state,
    swings,
    variance_words,
    wording,
)
from dashboard.charts.effects import coefficient_chart, partition_chart
from dashboard.components import ab, page, ratios, tables
from dashboard.nouns import GROUP, Noun
from dashboard.numbers import number, percent, width
from dashboard.scale import scale
from dashboard.state import Shown

STEPS = {"spread": "for a one-SD rise", "unit": "for one unit more"}
SCALES = {"spread": "per usual swing (1 SD)", "unit": "per unit"}


def _plain(shown: Shown):
    return state.kept(("ols", *shown.key), lambda: plain_regression(shown.fit.linear.lead, shown.fit.level))


def slope_of(shown: Shown) -> str | None:
    """Returns the coefficient the pages lead with: the first slope that varies, else the surest effect."""
    first = groupings.leading(naming.groupings(shown))
    terms = [name for name in (first.slopes if first else ()) if name in shown.fit.fixed_effects.index]
    return terms[0] if terms else None


def _held(shown: Shown) -> list[tuple[Noun, float]]:
    """Returns the share of each grouping in what the predictors leave."""
    part = state.kept(("shares", *shown.key), lambda: shares(shown.fit.linear))
    left = part.random + part.residual
    return [(one.noun, part.groups[one.name].total / left) for one in naming.groupings(shown)]


def lead(shown: Shown) -> None:
    """Shows the headline and the four figures."""
    if families.generalised(shown.spec):
        ratios.lead(shown)
        return
    fit, noun, group = shown.fit, naming.group_noun(), naming.grouping(shown)
    if verdict := ab.lead(shown):
        page.figures([*verdict, _between(shown)])
        return
    outcome = equation.outcome_of(shown)
    slope = slope_of(shown)
    page.headline(
        *headlines.model(
            fit, outcome, group, slope, noun, naming.pairs(shown), naming.yes_no(shown), _held(shown)
        )
    )
    r2 = fit.r_squared()
    figures = []
    if group:
        figures.append(_between(shown))
    figures.append(
        page.Figure("Explained by predictors", percent(r2.marginal), "of all variation", wording.R2_HELP)
    )
    if group:
        figures.append(
            page.Figure(
                f"…and by {naming.groups_noun().many}",
                percent(r2.conditional),
                "both together",
                wording.R2_HELP,
            )
        )
    if group and slope is not None:
        plain = _plain(shown)
        if slope in plain.index:
            ratio = fit.fixed_effects.loc[slope, "std_error"] / plain.loc[slope, "std_error"]
            says = (
                "of what plain regression claims"
                if ratio > 1.1
                else "about as plain regression says"
                if ratio > 0.9
                else "surer than plain regression"
            )
            name = safe.markdown(sentences.said(slope), 24)
            figures.append(page.Figure(f"Error of {name}", f"× {number(ratio, 0.2)}", says, wording.OLS_HELP))
    page.figures(figures)


def _between(shown: Shown) -> page.Figure:
    share = percent(shown.fit.icc().adjusted)
    return page.Figure(f"Between {naming.groups_noun().many}", share, _each(shown), wording.ICC_HELP)


def _each(shown: Shown) -> str:
    """What the share between groups is of; of several groupings each one's part: '37 athletes: 38 %; ...'."""
    parts = _held(shown)
    if len(parts) < 2:
        return "of what predictors leave"
    counts = (one.count for one in naming.groupings(shown))
    return "; ".join(
        f"{noun.count(n)}: {percent(part)}" for n, (noun, part) in zip(counts, parts, strict=True)
    )


def coefficients(shown: Shown) -> None:
    """Shows the chart that carries the page."""
    if families.generalised(shown.spec):
        ratios.coefficients(shown)
        return
    noun, outcome, wide = naming.group_noun(), equation.outcome_of(shown), width(shown.fit.level)
    effects = headlines.read_at_average(shown.fit).drop(index=headlines.INTERCEPT, errors="ignore")
    if effects.empty:
        page.chart_title(
            "No predictors in this model", "Choose predictors to see what goes with the outcome.", "effects"
        )
        return
    page.chart_title(
        headlines.coefficients(effects, outcome, noun, certainty.least(shown.fit)),
        "".join(_drawn(shown, effects)),
        "effects",
    )
    scale = st.segmented_control(
        "Effect shown",
        list(SCALES),
        key="effect_scale",
        default="spread",
        format_func=SCALES.__getitem__,
        label_visibility="collapsed",
        persist_state="session",
        required=True,
    )
    plain = _plain(shown).drop(index=[headlines.INTERCEPT, *_bent(shown, effects)], errors="ignore")
    swing = swings.swings(shown, effects.index)
    effects = effects.loc[(effects["estimate"] * swing).abs().sort_values(ascending=False).index]
    if scale == "spread":
        effects, plain = swings.per_swing(effects, swing), swings.per_swing(plain, swing)
    points = naming.yes_no(shown)
    if points:
        hundred = pd.Series(100.0, index=swing.index)
        effects, plain = swings.per_swing(effects, hundred), swings.per_swing(plain, hundred)
    drawn = coefficient_chart(
        effects,
        plain,
        state.theme(),
        names={name: swings.label(shown, name) for name in effects.index},
        sentences=sentences_of(shown),
        axis=f"change in {safe.one_line(outcome, 36)}{', points,' if points else ''} {STEPS[scale]}",
        width=wide,
    )
    facts = {name: number(row["estimate"], row["std_error"]) for name, row in effects.head(6).iterrows()}
    page.chart(
        drawn, key="effects", alt=headlines.alt(f"Effects with {wide} intervals", facts), file_name="effects"
    )


def _bent(shown: Shown, effects: pd.DataFrame) -> list[str]:
    """Returns the terms that an interaction bends."""
    return [term for term in effects.index if swings.partners_of(shown, str(term))]


def _drawn(shown: Shown, effects: pd.DataFrame) -> Iterator[str]:
    """Yields what the chart of effects draws, piece by piece."""
    dot, hollow = "this model", "cannot be told from zero"
    if shown.fit.posterior:
        dot, hollow = "posterior mean", "the interval holds zero"
    yield f"dot: {dot}, line: {shown.fit.how}, hollow: {hollow} · "
    yield "grey: what plain regression would claim"
    if any(swings.is_indicator(shown, str(term)) for term in effects.index):
        yield " · yes/no and categories: present instead of absent"
    if _bent(shown, effects):
        yield " · with an interaction: at the average of the other"


def sentences_of(shown: Shown) -> dict[str, str]:
    """Returns one plain sentence a coefficient."""
    if families.generalised(shown.spec):
        return ratios.sentences_of(shown)
    return state.kept(
        ("sentences", *shown.key),
        lambda: sentences.coefficients(
            shown.fit,
            equation.outcome_of(shown),
            naming.pairs(shown),
            headlines.read_at_average(shown.fit),
            naming.yes_no(shown),
        ),
    )


def partition(shown: Shown) -> None:
    """Shows where the outcome varies."""
    parts = state.kept(("partition", *shown.key), lambda: variance_partition(shown.fit.linear))
    nouns = {one.name: one.noun for one in naming.groupings(shown)}
    latent = families.generalised(shown.spec)
    labels = [
        wording.LATENT_REST if latent and part == "residual" else wording.part(part, nouns.get(by, GROUP))
        for part, by in zip(parts["part"], parts["group"], strict=True)
    ]
    largest = labels[int(parts["share"].argmax())]
    what = f"the {scale(shown.spec).added}" if latent else equation.outcome_of(shown)
    page.chart_title(
        f"Most lies in {largest[0]}",
        f"where {safe.markdown(what)} varies: share of its variance",
        "partition",
    )
    says = [f"{name}: {what}" for name, what in labels]
    drawn = partition_chart(parts["share"].tolist(), says, parts["part"].tolist(), state.theme())
    facts = {name: percent(share) for (name, _), share in zip(labels, parts["share"], strict=True)}
    page.chart(
        drawn, key="partition", alt=headlines.alt("Shares of the variance", facts), file_name="variance"
    )


def beside_plain_regression(shown: Shown) -> None:
    """Shows every coefficient beside what plain regression would have claimed; nothing without groups."""
    if families.generalised(shown.spec):
        ratios.beside_plain_regression(shown)
        return
    effects, plain = shown.fit.fixed_effects, _plain(shown)
    if naming.grouping(shown) is None or len(effects) < 2:
        return
    where = beside_plain.WHERE_ZERO if shown.fit.linear.moments.layout.products else ""
    error = "standard error, of a posterior its SD" if shown.fit.posterior else "standard error"
    said = beside_plain.drawn(effects, plain, error) + where
    page.chart_title(beside_plain.title(effects, plain), said, "plain")
    rows = beside_plain.rows(effects, plain, width(shown.fit.level))
    right = partial(st.column_config.TextColumn, alignment="right")
    st.dataframe(
        rows,
        hide_index=True,
        lazy=False,
        key="beside_plain",
        column_config={
            "": st.column_config.TextColumn(pinned=True),
            **{name: right() for name in rows[0] if name not in ("", "ratio")},
            "ratio": st.column_config.NumberColumn(format="%.2f", help=wording.RATIO_HELP),
        },
    )


def in_plain_words(shown: Shown) -> None:
    """Shows every coefficient, and how far groups differ, as plain sentences."""
    with st.expander("In plain words", expanded=True):
        if why := soundness.doubt(shown):
            st.caption(page.unbroken(why))
        _list("What moves the outcome", sentences_of(shown).values())
        _list("How far that differs", _variances(shown))


def _list(title: str, said: Iterable[str]) -> None:
    lines = "\n".join(f"- {safe.markdown(sentence, 500)}" for sentence in said)
    if lines:
        st.markdown(page.unbroken(f"**{title}**\n\n{lines}"))


def _variances(shown: Shown) -> list[str]:
    if families.generalised(shown.spec):
        groups = naming.groupings(shown)
        return state.kept(
            ("variance words", *shown.key),
            lambda: scale_words.variances(shown.fit, groups, scale(shown.spec), naming.pairs(shown)),
        )
    return state.kept(
        ("variance words", *shown.key),
        lambda: variance_words.variances(
            shown.fit,
            naming.groupings(shown),
            equation.outcome_of(shown),
            naming.pairs(shown),
            naming.yes_no(shown),
        ),
    )


def result_tables(shown: Shown) -> None:
    """Shows the tables behind the page, with downloads."""
    with st.expander("Tables"):
        fixed, parts = st.tabs(["Coefficients", "Variances"])
        with fixed:
            tables.table(certainty.effects_table(shown.fit), key="fixed", file_name="coefficients")
            st.caption(page.unbroken(f"low and high: {shown.fit.how}"))
        with parts:
            tables.table(shown.fit.variance_components, key="variances", file_name="variance components")
            if shown.fit.posterior:
                st.caption(page.unbroken(f"low and high, of an SD or a correlation: {shown.fit.how}"))
