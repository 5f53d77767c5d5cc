"""The chains of a posterior: how each quantity's agree, which draws each holds, how they move."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.fit.chains import Chains
from core.result.chain_pictures import energies, ranks
from core.result.chains import e_bfmi, table_of_chains
from core.result.curves import curves
from core.result.named_draws import named_draws, sampled_draws
from dashboard import posterior_titles, state, wording
from dashboard.charts.chains import energy_chart, rank_chart, trace_chart
from dashboard.components import page
from dashboard.state import Shown

HEADS = {
    "mean": "mean",
    "sd": "SD",
    "r_hat": "R-hat",
    "ess_bulk": "draws, middle",
    "ess_tail": "draws, ends",
    "mcse_mean": "error of the mean",
}


@dataclass(frozen=True, slots=True)
class Named:
    """Every quantity's chains (chains, draws) by name, and what they say of themselves, the worst first."""

    draws: dict
    each: pd.DataFrame


def chains(shown: Shown, how: Chains) -> None:
    """Shows one quantity's chains, at first the one that agrees least, and the figures of all."""
    found = state.kept(("chains of", *shown.key), lambda: _read(shown))
    names = list(found.each.index)
    picked = st.selectbox(
        "Quantity", names, key="chain_of", format_func=wording.term, width=420, persist_state="session"
    )
    name = picked if picked in found.draws else names[0]
    _paths(shown, how, found, name)
    one, other = st.columns(2, gap="medium")
    with one:
        counted = state.kept(("ranks", name, *shown.key), lambda: ranks(found.draws[name]))
        page.chart_title(posterior_titles.ranked(counted), wording.RANKS_DRAWN, "ranks")
        drawn = rank_chart(counted, state.theme())
        page.chart(drawn, key="ranks", alt=f"Ranks of {wording.term(name)} by chain", file_name="ranks")
    with other:
        page.chart_title(posterior_titles.energy(e_bfmi(how.energy).tolist()), wording.ENERGY_DRAWN, "energy")
        moved = state.kept(("energy", *shown.key), lambda: energies(how.energy))
        drawn = energy_chart(moved, state.theme())
        page.chart(drawn, key="energy", alt="Energies of the chains", file_name="energy")
    with st.expander("Every quantity's chains in figures"):
        _figures(found.each)


def _read(shown: Shown) -> Named:
    given = shown.fit.posterior
    # Of many groups effects are drawn at a part of the draws; the sampler's quantities are there at all.
    draws = (named_draws if len(given.places) == len(given.x) else sampled_draws)(given)
    return Named(draws, table_of_chains(draws))


def _paths(shown: Shown, how: Chains, found: Named, name: str) -> None:
    values, row, said = found.draws[name], found.each.loc[name], wording.term(name)
    page.chart_title(
        posterior_titles.paths(said, float(row["r_hat"]), float(min(row["ess_bulk"], row["ess_tail"]))),
        wording.PATHS_DRAWN,
        "trace",
    )
    beside = state.kept(("chain curves", name, *shown.key), lambda: curves(values))
    drawn = trace_chart(values, how.diverging, beside, state.theme(), says=said)
    page.chart(drawn, key="trace", alt=f"Paths of {len(values)} chains of {said}", file_name="chains")


def _figures(each: pd.DataFrame) -> None:
    count = {"format": "%,.0f", "help": wording.ESS_HELP}
    st.dataframe(
        each.rename(index=wording.term, columns=HEADS),
        lazy=False,
        key="chain_figures",
        column_config={
            HEADS["r_hat"]: st.column_config.NumberColumn(format="%.3f", help=wording.R_HAT_HELP),
            HEADS["ess_bulk"]: st.column_config.NumberColumn(**count),
            HEADS["ess_tail"]: st.column_config.NumberColumn(**count),
            **{
                HEADS[name]: st.column_config.NumberColumn(format="%.4g")
                for name in ("mean", "sd", "mcse_mean")
            },
        },
    )
