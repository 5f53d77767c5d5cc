"""Quantile residuals of yes/no, counts and amounts: where each outcome lies among those the model expects."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.design.matrix import build_design
from core.design.rows import Rows
from core.fit.family import mean
from core.fit.generalised import Generalised
from core.fit.rows_posterior import RowsPosterior
from core.result.asked import check_draws
from core.result.errors import NotGeneralised
from core.result.fit import Fit
from core.result.residuals import Residuals
from core.result.row_draws import OtherRows
from core.result.rows_said import RowsSaid, rows_said
from core.spec.model import Family
from core.table.read import read_table
from core.table.table import Table

# Chances below this are this: a residual is then 37 standard deviations out, and finite.
LEAST = 1e-300


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Residuals of a generalised model on its n rows, by one draw of all effects.

    `residuals.standardised` are quantile residuals: of the model's own outcomes they are independent and
    normal, of mean 0 and SD 1. `fitted` and `residual` are on the response scale, of one trial.
    """

    residuals: Residuals
    rows: Rows
    eta: Array  # (n,) linear predictor of the draw, offset included
    dispersion: float
    effects: Mapping[str, Array]  # by grouping (J, q): those drawn, normal around 0 where effects are
    seed: int


def quantile_residuals(fit: Fit, table: Table | pd.DataFrame, *, seed: int = 0) -> Quantiles:
    """Returns randomised quantile residuals on the rows a generalised fit was made from.

    r = Phi^-1(F(y - 1) + U (F(y) - F(y - 1))) with F the row's distribution and U uniform by `seed`; of
    amounts Phi^-1(F(y)) (Dunn, Smyth 1996, J. Comput. Graph. Stat. 5(3)). F takes one joint draw of fixed and
    group effects of what the data leave open, not their best values: fitted effects follow the very rows, so
    that around them residuals scatter too little, by 1 - leverage (with four rows a group by a quarter), and
    hang together. Effects drawn given the rows have with these rows the joint distribution of the true ones,
    so that residuals of a right model are independent and normal however few rows a group has (Johnson 2007,
    Bayesian Analysis 2(4), section 2). By likelihood the draw is that of Laplace's approximation at the
    estimated variances. Residuals of rows that stand for several are those of one. Raises NotGeneralised,
    OtherRows, BadSeed.
    """
    said = _said(fit, table, seed)
    rows, eta, dispersion = said.rows, said.predictor(slice(None))[0], float(said.dispersion[0])
    mu = mean(rows.link, eta)
    zero = np.zeros(rows.n)
    found = Residuals(
        rows=said.at,
        fitted=mu,
        residual=rows.y / rows.trials - mu,
        leverage=zero,
        standardised=_scores(rows, mu, dispersion, np.random.default_rng([seed, 7]).random(rows.n)),
        tied=zero,
        codes=rows.codes,
        levels=rows.levels,
        sigma=1.0,
        unknown=0,
    )
    effects = {name: drawn[0] for name, drawn in said.effects.items()}
    return Quantiles(found, rows, eta, dispersion, effects, seed)


def _said(fit: Fit, table: Table | pd.DataFrame, seed: int) -> RowsSaid:
    """The rows beside one draw of all effects."""
    fitted = fit.linear
    if isinstance(fitted, RowsPosterior):
        return rows_said(fit, fitted, table, 1, seed)
    if not isinstance(fitted, Generalised):
        raise NotGeneralised("Quantile residuals")
    check_draws(1, seed)
    design = build_design(table if isinstance(table, Table) else read_table(table), fit.spec)
    rows = fitted.rows
    if design.n_rows != rows.n:
        raise OtherRows(f"it has {design.n_rows:,} rows to use and the model has {rows.n:,}")
    if not np.array_equal(design.values[design.layout.outcome], rows.y):
        raise OtherRows("its outcomes are others")
    at = np.arange(rows.n) if design.kept is None else np.flatnonzero(design.kept)
    drawn = fitted.sample(fitted.centre, 1, np.random.default_rng(seed))
    return RowsSaid(rows, at, drawn.fixed, drawn.effects, np.array([fitted.estimates.dispersion]))


def _scores(rows: Rows, mu: Array, dispersion: float, uniform: Array) -> Array:
    """Normal scores (n,) of where outcomes lie in their distributions, from whichever tail is nearer."""
    from scipy import special

    below, above = _tails(rows, rows.y, mu, dispersion)
    if rows.family is not Family.GAMMA:
        before, beyond = _tails(rows, rows.y - 1.0, mu, dispersion)
        below = before + uniform * (below - before)
        above = beyond + uniform * (above - beyond)
    low = special.ndtri(np.clip(below, LEAST, 0.5))
    return np.asarray(np.where(below <= 0.5, low, -special.ndtri(np.clip(above, LEAST, 0.5))))


def _tails(rows: Rows, y: Array, mu: Array, dispersion: float) -> tuple[Array, Array]:
    """P(Y <= y) and P(Y > y), each (n,) and each to its own precision."""
    from scipy import special

    none, at = y < 0.0, np.maximum(y, 0.0)
    match rows.family:
        case Family.BINOMIAL:
            all_of = at >= rows.trials
            left = np.where(all_of, 1.0, rows.trials - at)
            low = np.where(all_of, 1.0, special.betainc(left, at + 1.0, 1.0 - mu))
            high = np.where(all_of, 0.0, special.betainc(at + 1.0, left, mu))
        case Family.POISSON:
            low, high = special.gammaincc(at + 1.0, mu), special.gammainc(at + 1.0, mu)
        case Family.NEGATIVE_BINOMIAL:
            share = dispersion / (dispersion + mu)
            low = special.betainc(dispersion, at + 1.0, share)
            high = special.betainc(at + 1.0, dispersion, mu / (dispersion + mu))
        case _:
            shape = 1.0 / dispersion
            low, high = special.gammainc(shape, shape * at / mu), special.gammaincc(shape, shape * at / mu)
    return np.where(none, 0.0, low), np.where(none, 1.0, high)
