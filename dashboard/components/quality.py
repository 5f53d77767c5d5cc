"""The Quality page: whether the model may be used, what it leaves over, and how it was found."""

import streamlit as st

import core
from core.finding import Status
from core.fit.optimise import Stop
from core.result.pictures import quantile_points
from core.spec.model import Family
from dashboard import (
    equation,
    families,
    headlines,
    left_of_rows,
    left_over,
    naming,
    quality_words,
    quantile_words,
    safe,
    saturation,
    soundness,
    state,
    wording,
)
from dashboard.charts.quality import quantile_chart, residual_chart, search_chart, spread_chart
from dashboard.components import page, tables
from dashboard.groupings import Grouping, leading
from dashboard.left_over import LeftOver
from dashboard.nouns import noun
from dashboard.numbers import duration, number, percent, width
from dashboard.scale import COUNTED, Scale, scale
from dashboard.state import Shown

# What findings about draws are called, and how many independent draws their numbers say there are.
GATE = ("chains", "ess_bulk", "ess_tail", "k_hat", "weights_ess")
WORTH = ("ess", "ess_bulk", "ess_tail")


def lead(shown: Shown, left: LeftOver, carried: str, left_out: bool) -> None:
    """Shows the headline and the figures."""
    found = [*soundness.findings(shown), *left_over.diagnosed(shown)]
    rows = left_over.ignored(shown)
    alike = quality_words.alike(rows[1], noun(rows[0])) if rows is not None else ""
    page.headline(
        *quality_words.headline(found, left, carried, left_out, alike, shown.fit.posterior is not None)
    )
    outcome = safe.markdown(equation.outcome_of(shown), 30)
    weight = " of average weight" if left.weighted else ""
    share = (
        f"1 in {left.rows / left.far:,.0f}; a bell curve: 1 in 370" if left.far else "a bell curve: 1 in 370"
    )
    page.figures(
        [
            page.Figure(
                "Typical miss",
                f"± {number(left.sigma, left.sigma / 8)}",
                f"{outcome}, two of three rows{weight}",
            ),
            page.Figure("Rows far out", f"{left.far:,}", share, wording.FAR_HELP),
            _worth(shown) or _search(shown),
        ]
    )


def lead_of_other(shown: Shown) -> None:
    """Shows headline and figures of yes/no, counts and amounts, and which checks are not for a yes or no."""
    bare = left_of_rows.bare(shown)
    said = quantile_words.headline(
        [*soundness.findings(shown), *left_over.diagnosed(shown)],
        bare=bare,
        drawn=shown.fit.posterior is not None,
        saturated=saturation.kept(shown),
    )
    page.headline(*said)
    rows = shown.fit.linear.rows
    tried = float(rows.cases.sum())
    found = [page.Figure("Rows", f"{shown.fit.n_rows:,}", "the model was fitted to")]
    if shown.spec.family is Family.BINOMIAL:
        won = float((rows.weights * rows.y).sum())
        says = scale(shown.spec)
        found = [
            page.Figure("Cases", f"{tried:,.0f}", f"of {shown.fit.n_rows:,} rows"),
            page.Figure(safe.markdown(_of_them(says), 40), f"{won:,.0f}", percent(won / tried)),
        ]
    page.figures([*found, _worth(shown) or _search(shown)])
    if bare:
        st.markdown(f":gray[{wording.NOT_OF_YES_NO}]")


def _of_them(says: Scale) -> str:
    """'Of them bought' of what was done, 'Conversions' of what is counted."""
    return says.word[:1].upper() + says.word[1:] if says.word.lower() in COUNTED else f"Of them {says.word}"


def _search(shown: Shown) -> page.Figure:
    return page.Figure(
        "Search",
        "verified" if shown.fit.converged else "not certain",
        f"{_evaluations(shown)}, {duration(shown.seconds)}",
    )


def _worth(shown: Shown) -> page.Figure | None:
    """What the draws of a posterior are worth; None of fits that were searched."""
    gate = [f.numbers for f in soundness.of_fit(shown) if f.topic in GATE]
    if shown.fit.posterior is None or not gate:
        return None
    worth = min((numbers[name] for numbers in gate for name in WORTH if name in numbers), default=None)
    stops = any(f.status is Status.STOP for f in soundness.of_fit(shown))
    return page.Figure(
        "Draws",
        f"{worth:,.0f}" if worth is not None else "too few" if stops else "enough",
        f"{'independent, 400 needed' if stops else 'independent ones'}, {duration(shown.seconds)}",
    )


def _evaluations(shown: Shown) -> str:
    optimum = shown.fit.linear.optimum
    count = len(optimum.log)
    if count <= 1 and optimum.stop is not Stop.NO_SEARCH:  # of generalised fits, whose steps are not kept
        return "of the likelihood"
    return f"{count:,} evaluations" if count > 1 else "nothing to search"


def shape(shown: Shown, left: LeftOver) -> None:
    """Shows residuals against fitted values and against a bell curve."""
    outcome = equation.outcome_of(shown)
    one, other = st.columns(2, gap="medium")
    with one:
        page.chart_title(*quality_words.residuals(left, outcome), key="residuals")
        says = (f"{outcome} as the model expects it", "found less expected")
        drawn = residual_chart(left.points, left.bins, state.theme(), says=says)
        page.chart(drawn, key="residuals", alt="Residuals against fitted values", file_name="residuals")
    with other:
        if left.quantiles.empty:
            page.nothing_drawn(quality_words.tails(left)[0])
        else:
            page.chart_title(*quality_words.tails(left), key="tails")
            says = ("SDs in a bell curve", "SDs found")
            drawn = quantile_chart(left.quantiles, state.theme(), says=says)
            page.chart(drawn, key="tails", alt="Quantiles of residuals", file_name="residual quantiles")


def groups(shown: Shown, left: LeftOver) -> None:
    """Shows the residual spread of every group, and the shape of the groups' effects."""
    found = naming.groupings(shown)
    by = leading(found)
    if by is None:
        return
    if len(found) > 1:
        name = st.segmented_control(
            "Grouping",
            [one.name for one in found],
            default=by.name,
            key="quality_by",
            format_func=lambda name: next(one.noun.title for one in found if one.name == name),
            persist_state="session",
            required=True,
            label_visibility="collapsed",
        )
        by = next((one for one in found if one.name == name), by)
    if len(left.spread[by.name]) < 2:
        page.nothing_drawn(quality_words.few_to_compare(by.noun))
        _effects(shown, by)
        return
    one, other = st.columns(2, gap="medium")
    with one:
        _spread(shown, left, by)
    with other:
        _effects(shown, by)


def _spread(shown: Shown, left: LeftOver, by: Grouping) -> None:
    table, wide = left.spread[by.name], width(shown.fit.level)
    page.chart_title(*quality_words.spread(table, left.sigma, by.noun, wide, left.weighted), key="spread")
    drawn = spread_chart(
        table, left.sigma, state.theme(), says="residual SD", width=wide, label=by.noun.label
    )
    page.chart(drawn, key="spread", alt=f"Residual spread of {by.noun.many}", file_name="spread")


def _effects(shown: Shown, by: Grouping) -> None:
    terms = list(by.terms)
    term = terms[0]
    if len(terms) > 1:
        picked = st.selectbox(
            "Differences in",
            terms,
            key=f"quality_term_{by.name}",
            format_func=wording.response,
            persist_state="session",
        )
        term = picked if picked in terms else term
    values = state.kept(
        ("own effects", *shown.key, by.name, term),
        lambda: (left_of_rows if families.generalised(shown.spec) else left_over).effects(shown, by, term),
    )
    points = quantile_points(values.to_numpy())
    if points.empty:
        none = f"No detectable differences in {safe.markdown(wording.response(term))} to judge"
        differ = headlines.spread(shown.fit, by.name, term) > 0
        page.nothing_drawn(quality_words.few(by.count, by.noun) if differ else none)
        return
    largest = values.abs().idxmax()
    what = wording.response(term)
    page.chart_title(
        *quality_words.effects(points, largest, float(values[largest]), what, by.noun, len(values)),
        key="effects_shape",
    )
    few = len(points) == len(values)
    hover = [by.noun.label(level) for level in values.index[::-1]] if few else ()
    drawn = quantile_chart(points, state.theme(), says=("SDs in a bell curve", "SDs found"), hover=hover)
    page.chart(drawn, key="effects_shape", alt=f"Quantiles of {what} of {by.noun.many}", file_name="effects")


def findings(shown: Shown) -> None:
    """Shows what core found in what is left over, then of the fit."""
    page.findings([*left_over.diagnosed(shown), *soundness.findings(shown)], "quality", most=6)


def findings_of_other(shown: Shown) -> None:
    """Shows what core found of a fit of yes/no, counts or amounts."""
    page.chart_title("What was found", "about the data, the groups, the fit and what is left over", "found")
    page.findings([*soundness.findings(shown), *left_over.diagnosed(shown)], "quality", most=6)


def together(shown: Shown) -> None:
    """Shows how far predictors that move together inflate each other's errors."""
    table = state.kept(("vif", *shown.key), lambda: core.vif(shown.fit))
    if table.empty:
        return
    with st.expander("Do predictors move together?"):
        st.markdown(wording.VIF)
        named = table.rename(index=wording.term).rename(
            columns={"vif": "variance inflation", "error_times": "error × than alone"}
        )
        st.dataframe(
            named.drop(columns="columns").sort_values("variance inflation", ascending=False),
            lazy=False,
            key="vif",
            column_config={
                name: st.column_config.NumberColumn(format="%.2f")
                for name in ("variance inflation", "error × than alone")
            },
        )


def far_rows(shown: Shown, left: LeftOver) -> None:
    """Shows the rows furthest from what the model expects."""
    with st.expander("Rows furthest from what the model expects"):
        st.dataframe(
            left.worst,
            hide_index=True,
            lazy=False,
            key="far_rows",
            column_config={
                "row": st.column_config.NumberColumn(format="%d", help="As numbered in the file."),
                "in SDs": st.column_config.NumberColumn(format="%.1f"),
            },
        )
        tables.download(left.worst, key="far_rows", file_name="rows far out")


def record(shown: Shown) -> None:
    """Shows how the search for the best fit went."""
    optimum = shown.fit.linear.optimum
    opened = st.expander("How the fit was found", on_change="rerun", key="record")
    if not opened.open:
        return
    with opened:
        st.markdown(optimum.stop.value)
        if families.generalised(shown.spec):
            st.caption(wording.SEARCHED_BY[shown.method if shown.fit.linear.sides else "plain"])
        if len(optimum.log) < 2:
            return
        best = min(optimum.log)
        above = [max(value - best, 1e-12) for value in optimum.log]
        criterion = "deviance" if shown.method == "ml" else "REML criterion"  # where posteriors begin, too
        slope = max((abs(float(part)) for part in optimum.gradient), default=0.0)
        st.caption(
            f"{len(above)} evaluations of the {criterion}; a new climb down is a search from another start, "
            f"to be sure; largest slope at the end {slope:.1e}"
        )
        page.chart(
            search_chart(above, state.theme()),
            key="search",
            alt=headlines.alt("Criterion above its best at each evaluation", {"evaluations": len(above)}),
            file_name="search",
        )
