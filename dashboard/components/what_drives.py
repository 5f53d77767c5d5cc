"""The Model page's results: headline, figures, effects beside plain regression, the variance."""

import streamlit as st

from core.result.raw import plain_regression
from core.result.spread import in_spreads
from core.result.variance import partition as variance_partition
from dashboard import headlines, naming, safe, sentences, state, wording
from dashboard.charts.effects import coefficient_chart, partition_chart
from dashboard.components import page, tables
from dashboard.numbers import number, percent
from dashboard.state import Shown

SCALES = {"spread": "per usual swing (1 SD)", "unit": "per unit"}


def _plain(shown: Shown):
    return state.kept(("ols", *shown.key), lambda: plain_regression(shown.fit.linear, shown.fit.level))


def slope_of(shown: Shown) -> str | None:
    """Returns the coefficient the pages lead with: the first slope that varies, else the surest effect."""
    g = naming.grouping(shown)
    varying = list(shown.fit.group_coefficients[g].columns) if g else []
    terms = [
        name for name in varying if name in shown.fit.fixed_effects.index and name != headlines.INTERCEPT
    ]
    return terms[0] if terms else None


def lead(shown: Shown) -> None:
    """Shows the headline and the four figures."""
    fit, noun, group = shown.fit, naming.group_noun(), naming.grouping(shown)
    outcome = shown.spec.outcome.column
    slope = slope_of(shown)
    page.headline(*headlines.model(fit, outcome, group, slope, noun, naming.pairs(shown)))
    r2 = fit.r_squared()
    figures = []
    if group:
        icc = fit.icc()
        figures.append(
            page.Figure(
                f"Between {noun.many} (ICC)",
                percent(icc.adjusted),
                "of what predictors leave",
                wording.ICC_HELP,
            )
        )
    figures.append(
        page.Figure("Explained by predictors", percent(r2.marginal), "marginal R²", wording.R2_HELP)
    )
    if group:
        figures.append(
            page.Figure(f"…and by {noun.many}", percent(r2.conditional), "conditional R²", wording.R2_HELP)
        )
    if group and slope is not None:
        plain = _plain(shown)
        if slope in plain.index:
            ratio = fit.fixed_effects.at[slope, "std_error"] / plain.at[slope, "std_error"]
            says = (
                "plain regression overclaims"
                if ratio > 1.1
                else "as sure as plain regression"
                if ratio > 0.9
                else "surer than plain regression"
            )
            figures.append(page.Figure("Honest error", f"× {number(ratio, 0.05)}", says, wording.OLS_HELP))
    page.figures(figures)


def coefficients(shown: Shown) -> None:
    """Shows the chart that carries the page."""
    noun, outcome = naming.group_noun(), shown.spec.outcome.column
    effects = shown.fit.fixed_effects.drop(index=headlines.INTERCEPT, errors="ignore")
    if effects.empty:
        page.chart_title(
            "No predictors in this model", "Choose predictors to see what goes with the outcome.", "effects"
        )
        return
    page.chart_title(
        headlines.coefficients(shown.fit.fixed_effects, outcome, noun),
        "dot: this model, line: 95 % interval, hollow: cannot be told from zero · "
        "grey: what plain regression would claim",
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
    plain = _plain(shown)
    order = in_spreads(shown.fit.linear, effects)["estimate"].abs().sort_values(ascending=False).index
    effects = effects.loc[order]
    if scale == "spread":
        effects, plain = in_spreads(shown.fit.linear, effects), in_spreads(shown.fit.linear, plain)
    drawn = coefficient_chart(
        effects,
        plain.drop(index=headlines.INTERCEPT, errors="ignore"),
        state.theme(),
        names={name: wording.term(name) for name in effects.index},
        sentences=sentences_of(shown),
        axis=f"change in {outcome} {'for a one-SD rise' if scale == 'spread' else 'for one unit more'}",
    )
    facts = {name: number(row["estimate"], row["std_error"]) for name, row in effects.head(6).iterrows()}
    page.chart(
        drawn, key="effects", alt=headlines.alt("Effects with 95 % intervals", facts), file_name="effects"
    )


def sentences_of(shown: Shown) -> dict[str, str]:
    """Returns one plain sentence a coefficient."""
    return state.kept(
        ("sentences", *shown.key),
        lambda: sentences.coefficients(shown.fit, shown.spec.outcome.column, naming.pairs(shown)),
    )


def partition(shown: Shown) -> None:
    """Shows where the outcome varies."""
    parts = state.kept(("partition", *shown.key), lambda: variance_partition(shown.fit.linear))
    labels = [wording.part(part, naming.group_noun()) for part in parts["part"]]
    largest = labels[int(parts["share"].argmax())]
    outcome = safe.markdown(shown.spec.outcome.column)
    page.chart_title(
        f"Most lies in {largest[0]}", f"where {outcome} varies: share of its variance", "partition"
    )
    says = [f"{name}: {what}" for name, what in labels]
    drawn = partition_chart(parts["share"].tolist(), says, parts["part"].tolist(), state.theme())
    facts = {name: percent(share) for (name, _), share in zip(labels, parts["share"], strict=True)}
    page.chart(
        drawn, key="partition", alt=headlines.alt("Shares of the variance", facts), file_name="variance"
    )


def in_plain_words(shown: Shown) -> None:
    """Shows every coefficient as a plain sentence."""
    with st.expander("In plain words", expanded=True):
        said = [f"- {safe.markdown(sentence, 500)}" for sentence in sentences_of(shown).values()]
        st.markdown(page.unbroken("\n".join(said)))


def result_tables(shown: Shown) -> None:
    """Shows the tables behind the page, with downloads."""
    with st.expander("Tables"):
        fixed, parts = st.tabs(["Coefficients", "Variances"])
        with fixed:
            tables.table(shown.fit.fixed_effects, key="fixed", file_name="coefficients")
        with parts:
            tables.table(shown.fit.variance_components, key="variances", file_name="variance components")
