"""Residuals row by row: R's, and leverage by its definition in full matrices."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import core
from tests.core.reference.told import figures, fitted, table
from tests.reference import simulate

NAMES = [
    "sleep",
    "sleep_offset",
    "pastes_ml",
    "machines_slopes",
    "cake",
    "weighted",
    "weighted_offset",
    "assay",
]


@pytest.mark.parametrize("name", NAMES)
def test_fitted_and_residuals_of_r(name: str) -> None:
    told, fit = figures("models")[name], fitted(name, Path("absent"))
    found = core.residuals(fit, table(told["data"], Path("absent")))
    np.testing.assert_allclose(found.fitted[told["rows"]], told["fitted"], atol=1e-4 * fit.sigma)
    np.testing.assert_allclose(found.residual[told["rows"]], told["residual"], atol=1e-4 * fit.sigma)
    assert found.n == told["n"]


def covariance(fit: core.Fit, frame: pd.DataFrame, weights: np.ndarray) -> np.ndarray:
    """Returns Var(y) (n, n) by its definition; the random columns are an intercept and x."""
    v = np.diag(fit.sigma**2 / weights)
    for name, side in fit.linear.sides.items():
        z = np.column_stack([np.ones(len(frame)), frame["x"]])[:, : len(side.problem.random)]
        group = frame[name].to_numpy()
        v += (z @ side.random_covariance @ z.T) * (group[:, None] == group[None])
    return v


@pytest.mark.parametrize("method", ["reml", "ml"])
@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize("random", ["", " + (1 + x | shop)", " + (1 | customer) + (1 + x | shop)"])
def test_leverage_is_what_the_residuals_lack_in_variance(
    random: str, weights: str | None, method: str
) -> None:
    """Var(y - fitted) = R P R with R = sigma^2 / w and P = V^-1 - V^-1 X (X'V^-1 X)^-1 X'V^-1."""
    frame = simulate.crossed()
    fit = core.fit(frame, f"y ~ x{random}", method, weights=weights)
    found = core.residuals(fit, frame)
    w = np.ones(len(frame)) if weights is None else (frame["w"] / frame["w"].mean()).to_numpy()
    x = np.column_stack([np.ones(len(frame)), frame["x"]])
    inverse = np.linalg.inv(covariance(fit, frame, w))
    p = inverse - inverse @ x @ np.linalg.inv(x.T @ inverse @ x) @ x.T @ inverse
    noise = fit.sigma**2 / w
    np.testing.assert_allclose(1 - found.leverage, np.diag(p) * noise, rtol=1e-9)
    np.testing.assert_allclose(found.residual, noise * (p @ frame["y"].to_numpy()), atol=1e-8)
    np.testing.assert_allclose(found.standardised, found.residual / (noise * np.sqrt(np.diag(p))), rtol=1e-8)


def test_correlations_of_residuals_within_one_grouping() -> None:
    """`tied` takes a row's correlations with rows of other leverage for those with rows of its own."""
    frame = simulate.crossed()
    fit = core.fit(frame, "y ~ x + (1 + x | shop)")
    inverse = np.linalg.inv(covariance(fit, frame, np.ones(len(frame))))
    root = np.sqrt(np.diag(inverse))
    correlation = inverse / np.outer(root, root)
    whole = (correlation**2).sum(axis=1) - 1
    np.testing.assert_allclose(core.residuals(fit, frame).tied, whole, atol=0.04)


def test_the_leverage_of_many_rows_is_near_the_exact_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for formula, frame in (
        ("y ~ x + (1 | customer) + (1 + x | shop)", simulate.crossed()),
        ("y ~ x + z + (1 | region) + (1 | region:store)", simulate.panel()),
    ):
        fit = core.fit(frame, formula)
        exact = core.residuals(fit, frame).leverage
        monkeypatch.setattr("core.result.residuals.MANY", 10)
        near = core.residuals(fit, frame).leverage
        monkeypatch.undo()
        assert np.abs(near - exact).max() < 0.12
        assert 0.95 < near.sum() / exact.sum() < 1.25


def test_rows_are_those_complete_in_the_models_columns() -> None:
    frame = simulate.panel()
    frame.loc[[3, 8], "y"] = np.nan
    frame.loc[5, "x"] = np.nan
    frame.loc[9, "w"] = 0.0
    frame.loc[20, "z"] = np.nan  # not in the model
    fit = core.fit(frame, "y ~ x + (1 | store)", weights="w")
    found = core.residuals(fit, frame)
    assert sorted(set(range(len(frame))) - set(found.rows.tolist())) == [3, 5, 8, 9]
    assert found.n == fit.n_rows
    assert found.unknown == 0


def test_a_refit_from_kept_sums_speaks_of_the_rows_it_can() -> None:
    """Kept sums are of rows complete in all columns; rows of a group they lack are left out and counted."""
    frame = simulate.panel()
    frame.loc[frame["store"] == "s03", "z"] = np.nan
    kept = core.moments(frame, "y ~ x + z + (1 | store)")
    found = core.residuals(core.refit(kept, "y ~ x + (1 | store)"), frame)
    assert found.unknown == int((frame["store"] == "s03").sum())
    assert found.n == len(frame) - found.unknown
    assert found.levels["store"] == tuple(sorted(set(frame["store"]) - {"s03"}))


def test_text_interactions_and_transforms_are_those_learned() -> None:
    frame = simulate.panel().assign(kind=lambda f: np.where(f["x"] > 2, "hi", "lo"))
    fit = core.fit(frame, "y ~ within(x, store) * kind + between(x, store) + (1 + kind | store)")
    half = frame.iloc[::2].reset_index(drop=True)
    whole, part = core.residuals(fit, frame), core.residuals(fit, half)
    np.testing.assert_allclose(part.fitted, whole.fitted[::2])
    np.testing.assert_allclose(part.leverage, whole.leverage[::2])
