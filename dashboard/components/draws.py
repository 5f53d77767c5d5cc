"""Quality of a posterior: its chains, what its priors say, the data it would make, rows it foretells."""

import streamlit as st

from core.result.chain_pictures import energies, ranks
from core.result.curves import curves
from core.result.loo import Loo, loo
from core.result.predictive import posterior_predictive
from core.result.review_predictive import review_predictive
from dashboard import chained, equation, posterior_titles, safe, state, wording
from dashboard.chained import Chained
from dashboard.charts.chains import energy_chart, rank_chart, trace_chart
from dashboard.charts.posterior import pareto_chart, predictive_chart, prior_chart
from dashboard.components import page
from dashboard.components.working import sent, worked
from dashboard.state import Shown

# Rows up to which rows are left out, and data made, while the page is drawn: some 0.3 s.
AT_ONCE = 3_000
LOO_DRAWS = 1_000
HEADS = {
    "mean": "mean",
    "sd": "SD",
    "r_hat": "R-hat",
    "ess_bulk": "draws, middle",
    "ess_tail": "draws, ends",
    "mcse": "error of the mean",
}


def draws(shown: Shown) -> None:
    """Shows chains, priors, data made by the model and rows left out, for a posterior."""
    found = chained.chained(shown)
    if found is not None:
        _chains(found)
    _priors(shown)
    _made(shown)
    _left_out(shown)


def _chains(found: Chained) -> None:
    names = list(found.each.index)
    picked = st.selectbox(
        "Quantity",
        names,
        index=names.index(found.worst),
        key="quality_quantity",
        format_func=wording.term,
        persist_state="session",
    )
    name = picked if picked in found.draws else found.worst
    row, mine = found.each.loc[name], found.draws[name]
    ess = float(min(row["ess_bulk"], row["ess_tail"]))
    count, length = mine.shape
    page.chart_title(
        posterior_titles.paths(wording.term(name), float(row["r_hat"]), ess),
        f"{count} chains of {length:,} draws, one colour each; at the right how often each value came; "
        "a cross: a draw that diverged",
        "trace",
    )
    beside = curves(mine)
    drawn = trace_chart(mine, found.diverging, beside, state.theme(), says=wording.term(name))
    page.chart(drawn, key="trace", alt=f"Paths of {count} chains of {wording.term(name)}", file_name="chains")
    one, other = st.columns(2, gap="medium")
    with one:
        ranked = ranks(mine)
        page.chart_title(
            posterior_titles.ranked(ranked),
            "how many of the lowest to the highest draws each chain holds; band: what chance makes",
            "ranks",
        )
        page.chart(
            rank_chart(ranked, state.theme()), key="ranks", alt="Ranks of draws by chain", file_name="ranks"
        )
    with other:
        page.chart_title(
            posterior_titles.energy(found.fractions.tolist()),
            "where the steps are much narrower than the energies, the far ends are reached slowly",
            "energy",
        )
        drawn = energy_chart(energies(found.energy), state.theme())
        page.chart(drawn, key="energy", alt="Energies and steps of energy", file_name="energy")
    with st.expander("Every quantity's chains in figures"):
        st.dataframe(
            found.each.rename(index=wording.term, columns=HEADS),
            lazy=False,
            key="chain_figures",
            column_config={
                HEADS["r_hat"]: st.column_config.NumberColumn(format="%.3f", help=wording.R_HAT_HELP),
                HEADS["ess_bulk"]: st.column_config.NumberColumn(format="%,.0f", help=wording.ESS_HELP),
                HEADS["ess_tail"]: st.column_config.NumberColumn(format="%,.0f", help=wording.ESS_HELP),
                **{
                    HEADS[name]: st.column_config.NumberColumn(format="%.4g")
                    for name in ("mean", "sd", "mcse")
                },
            },
        )


def _priors(shown: Shown) -> None:
    found = chained.beside_priors(shown)
    if not found:
        return
    page.chart_title(
        posterior_titles.priors(found),
        "dashed: held likely before the outcome was seen; filled: after",
        "beside_priors",
    )
    drawn = prior_chart(found, state.theme(), label=wording.term)
    page.chart(
        drawn, key="beside_priors", alt=f"Prior and posterior of {len(found)} quantities", file_name="priors"
    )


def _made(shown: Shown) -> None:
    table, key = state.current().table, ("predictive", "made", *shown.key)
    assert table is not None
    if shown.fit.n_rows <= AT_ONCE:
        made = state.kept(key, lambda: posterior_predictive(shown.fit, table, seed=state.SEED))
    else:
        made = worked(key, "Make data from the model", lambda: sent(shown.fit, table, seed=state.SEED))
    if made is None:
        return
    outcome, said = equation.outcome_of(shown), review_predictive(made)
    page.chart_title(
        posterior_titles.made(said),
        f"line: the density of your rows; pale lines: {len(made.made.heights)} sets of as many rows that the "
        "model would make",
        "predictive",
    )
    drawn = predictive_chart(made, state.theme(), says=outcome)
    page.chart(drawn, key="predictive", alt=f"Data made by the model beside {outcome}", file_name="made")
    page.findings([one for one in said if one.status.value != "good"], "predictive")


def _left_out(shown: Shown) -> None:
    table, key = state.current().table, ("loo", "rows", *shown.key)
    assert table is not None
    if shown.fit.n_rows <= AT_ONCE:
        found: Loo | None = state.kept(key, lambda: loo(shown.fit, table, seed=state.SEED, n_draws=LOO_DRAWS))
    else:
        found = worked(
            key,
            "Leave each row out",
            lambda: sent(shown.fit, table, seed=state.SEED, n_draws=LOO_DRAWS),
        )
    if found is None:
        return
    page.chart_title(posterior_titles.left_out(found), safe.markdown(wording.LOO_DRAWN, 300), "pareto")
    page.chart(
        pareto_chart(found, state.theme()), key="pareto", alt="Pareto k of every row", file_name="pareto"
    )
    st.markdown(f":gray[{page.unbroken(posterior_titles.score(found))}]")
    page.findings([one for one in found.findings() if one.status.value != "good"], "pareto")
