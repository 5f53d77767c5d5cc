"""A group's own level: at zero in raw_coefficients, at average predictors in raw_at_average."""

import numpy as np
import pytest

import core
from core.result.effects import chain_at_average
from core.result.raw import raw_at_average, raw_coefficients
from core.result.totals import totals_at_average
from tests.core.result.dense import columns, panel, spread_out

FRAME = panel()
Y = FRAME["y"].to_numpy()


@pytest.mark.parametrize(
    ("formula", "shared", "random"),
    [
        ("y ~ x + w + (1 | g)", "x w", "1"),
        ("y ~ x + w + (1 + w | g)", "x", "1 w"),
        ("y ~ x + w + f + (1 + x | g)", "w f=b f=c", "1 x"),
    ],
)
def test_levels_at_zero_and_at_average(formula: str, shared: str, random: str) -> None:
    """The means of x (about 22) and w (3) are far from zero, so the two readings are far apart."""
    linear = core.fit(FRAME, formula).linear
    z, others = columns(FRAME, random), columns(FRAME, shared)
    solved = np.linalg.lstsq(np.column_stack([spread_out(z), others]), Y, rcond=1e-10)[0]
    own, slopes = solved[: -others.shape[1]].reshape(-1, z.shape[1]), solved[-others.shape[1] :]
    raw = raw_coefficients(linear)
    told = raw["(Intercept)"].notna().to_numpy()
    assert told.sum() >= 9
    np.testing.assert_allclose(raw["(Intercept)"][told], own[told, 0], rtol=1e-7, atol=1e-7)
    at_average = own @ z.mean(axis=0) + others.mean(axis=0) @ slopes
    ours = raw_at_average(linear)["(Intercept)"]
    told = ours.notna().to_numpy()
    np.testing.assert_allclose(ours[told], at_average[told], rtol=1e-8)
    # The pooled level of a group with twelve rows is close to its own: the same quantity is compared.
    assert totals_at_average(linear).estimate[10, 0] == pytest.approx(ours.iloc[10], abs=linear.sigma)


def test_a_predictor_constant_within_groups_keeps_the_mixed_models_effect() -> None:
    fit = core.fit(FRAME, "y ~ w + m + (1 | g)")
    effect = fit.fixed_effects.loc["m", "estimate"]
    held = Y - effect * FRAME["m"].to_numpy()
    big = np.column_stack([spread_out(np.ones((len(Y), 1))), FRAME["w"]])
    own = np.linalg.lstsq(big, held, rcond=None)[0][:-1]
    np.testing.assert_allclose(raw_coefficients(fit.linear)["(Intercept)"], own, rtol=1e-9, atol=1e-9)


def test_levels_of_models_without_intercept_are_at_the_outcomes_height() -> None:
    """One indicator a text value instead of the intercept: the same model, so the same levels."""
    ours = raw_at_average(core.fit(FRAME, "y ~ 0 + f + x + (1 + x | g)").linear)
    known = raw_at_average(core.fit(FRAME, "y ~ f + x + (1 + x | g)").linear)
    np.testing.assert_allclose(ours["(Intercept)"], known["(Intercept)"], rtol=1e-6)
    np.testing.assert_allclose(ours["x"], known["x"], rtol=1e-6)


def test_slopes_at_average_of_a_partner_are_those_of_each_groups_own_surface() -> None:
    linear = core.fit(FRAME, "y ~ x*w + (1 + x | g)").linear
    z, others = columns(FRAME, "1 x"), columns(FRAME, "w x*w")
    solved = np.linalg.lstsq(np.column_stack([spread_out(z), others]), Y, rcond=1e-10)[0]
    own, shared = solved[:-2].reshape(-1, 2), solved[-2:]
    ours = raw_at_average(linear)
    told = ours["x"].notna().to_numpy()
    assert told.sum() >= 9
    np.testing.assert_allclose(ours["x"][told], own[told, 1] + shared[1] * FRAME["w"].mean(), rtol=1e-7)


def test_the_chain_at_average_is_that_of_the_centred_model() -> None:
    """What the groups vary around, with its interval: the centred model's own coefficient table."""
    ours = chain_at_average(core.fit(FRAME, "y ~ x*w + (1 + x | g)").linear, 0.95)
    known = core.fit(FRAME, "y ~ center(x)*center(w) + (1 + center(x) | g)").fixed_effects
    for name in ("estimate", "std_error", "df", "low", "high"):
        assert ours.loc["x", name] == pytest.approx(known.loc["center(x)", name], rel=1e-4)


def test_a_slope_without_a_fixed_effect_varies_around_nothing() -> None:
    chain = chain_at_average(core.fit(FRAME, "y ~ w + (0 + x | g)").linear, 0.95).loc["x"]
    assert chain[["estimate", "std_error", "low", "high"]].tolist() == [0.0, 0.0, 0.0, 0.0]
