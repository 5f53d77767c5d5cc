"""Predictions of a posterior: quantiles of all its draws, at the fit's level, the same whatever the seed."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq
from scipy.special import ndtr

import core
from core.result import predict_draws
from tests.core.result.test_posterior import panel

ONE = "y ~ x + (1 + x | g)"
SEVERAL = "y ~ x + (1 + x | g) + (1 | h)"


def drawn_by_hand(fit: core.Fit, row: pd.Series) -> np.ndarray:
    """x'b + z'u of one row, draw by draw."""
    assert fit.posterior is not None
    drawn, values = fit.posterior.drawn, np.array([1.0, row["x"]])
    found = drawn.fixed @ values
    for name, side in fit.linear.sides.items():
        own = drawn.effects[name][:, side.moments.levels[0].index(row[name])]
        found = found + own @ values[: own.shape[1]]
    return np.asarray(found)


@pytest.mark.parametrize("formula", [ONE, SEVERAL])
def test_known_groups_are_quantiles_of_the_joint_draws(formula: str) -> None:
    frame = panel()
    fit = core.fit(frame, formula, "posterior", seed=3)
    rows = frame.iloc[::17]
    found = fit.predict(rows, interval=0.8)
    for k, (_, row) in enumerate(rows.iterrows()):
        draws = drawn_by_hand(fit, row)
        expected = [draws.mean(), draws.std(), *np.quantile(draws, [0.1, 0.9])]
        np.testing.assert_allclose(found.iloc[k, :4], expected, rtol=1e-9)
        # A single outcome: the distribution function of the mixture at both ends, where 4,000 draws of the
        # residual hold it to 0.0047 (one error); four of them.
        assert fit.posterior is not None
        sigma = fit.posterior.drawn.sigma
        ends = [float(ndtr((end - draws) / sigma).mean()) for end in found.iloc[k, 4:]]
        np.testing.assert_allclose(ends, [0.1, 0.9], atol=0.019)


@pytest.fixture(scope="module")
def few() -> list[core.Fit]:
    """Three groups, eight seeds."""
    return [core.fit(panel(3, 12, 4), ONE, "posterior", seed=seed) for seed in range(8)]


def exact_ends(fits: list[core.Fit], x: float, single: bool) -> list[float]:
    """The ends of 95 % of the mixture of normals that all draws of all fits leave for a new group."""
    z, means, variances = np.array([1.0, x]), [], []
    for fit in fits:
        assert fit.posterior is not None
        drawn = fit.posterior.drawn
        means.append(drawn.fixed @ z)
        variances.append(z @ drawn.spread["g"] @ z + single * drawn.sigma**2)
    mean, sd = np.concatenate(means), np.sqrt(np.concatenate(variances))
    wide = 60 * sd.max()
    return [
        float(brentq(lambda c, s=share: ndtr((c - mean) / sd).mean() - s, -wide, wide))
        for share in (0.025, 0.975)
    ]


def test_widths_for_new_groups_do_not_hang_on_the_seed(few: list[core.Fit]) -> None:
    """An end is a quantile of 4,000 draws, worth 2,000 or more: its share errs by 0.0035, which in the tails
    of three groups (t, some 4 degrees of freedom) is 4 % of the half width; both ends together 3 %. The
    coefficient of variation from 8 seeds errs by a quarter of itself: below 6 %. 64 values gave 7 to 10 %.
    """
    rows = panel(3, 12, 4).iloc[[0, 14, 30]]
    for low, high in (("low", "high"), ("prediction_low", "prediction_high")):
        found = np.array([fit.predict(rows, "new")[[low, high]].to_numpy() for fit in few])
        widths = found[:, :, 1] - found[:, :, 0]
        assert (widths.std(axis=0, ddof=1) / widths.mean(axis=0)).max() < 0.06
        for k, x in enumerate(rows["x"]):
            ends = exact_ends(few, x, low == "prediction_low")
            # The mean of 8 ends: 4 % / sqrt(8) of the half width is 0.7 % of the width; four errors.
            np.testing.assert_allclose(found[:, k].mean(axis=0), ends, atol=0.028 * (ends[1] - ends[0]))


def test_errors_for_new_groups_add_the_mean_of_their_variance(few: list[core.Fit]) -> None:
    rows = panel(3, 12, 4).head(4)
    typical, new = (few[0].predict(rows, groups) for groups in ("typical", "new"))
    assert few[0].posterior is not None
    z = np.column_stack([np.ones(4), rows["x"]])
    spread = few[0].posterior.drawn.spread["g"].mean(axis=0)
    np.testing.assert_allclose(typical["mean"], new["mean"])
    added = new["se"] ** 2 - typical["se"] ** 2
    np.testing.assert_allclose(added, np.einsum("ni,ij,nj->n", z, spread, z), rtol=1e-9)


def test_a_row_is_predicted_the_same_beside_any_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """In any chunk, and under "known" where some groups are new and some are not."""
    frame = panel()
    fit = core.fit(frame, SEVERAL, "posterior")
    rows = frame.iloc[::9].assign(g=lambda f: np.where(np.arange(len(f)) % 3, f["g"], "new"))
    whole = fit.predict(rows, unseen="new")
    monkeypatch.setattr(predict_draws, "AT_ONCE", 9_000)
    pd.testing.assert_frame_equal(fit.predict(rows, unseen="new"), whole)
    alone = fit.predict(rows.iloc[[3]], unseen="new")
    np.testing.assert_allclose(alone.iloc[0], whole.iloc[3])


def test_residuals_go_by_the_weights() -> None:
    """Of rows that weigh four times as much, the residual's SD is half; 4,000 draws hold a width to 3 %."""
    frame = panel(40, 10, 2).assign(w=lambda f: np.where(f.index % 2, 4.0, 1.0))
    fit = core.fit(frame, "y ~ x + (1 | g)", "posterior", weights="w")
    rows = pd.concat([frame.head(1).assign(w=w) for w in (1.0, 4.0)])
    found = fit.predict(rows, "typical")
    unit = fit.linear.moments.unit
    width = (found["prediction_high"] - found["prediction_low"]).to_numpy() / (2 * 1.96)
    expected = np.sqrt(found["se"].to_numpy() ** 2 + fit.sigma**2 * unit / np.array([1.0, 4.0]))
    np.testing.assert_allclose(width, expected, rtol=0.08)


@pytest.mark.parametrize("method", ["reml", "posterior"])
def test_intervals_are_as_wide_as_the_fits_own_unless_asked(method: str) -> None:
    frame = panel()
    fit = core.fit(frame, "y ~ x + (1 | g)", method, level=0.8)
    own = fit.predict(frame.head(3))
    pd.testing.assert_frame_equal(own, fit.predict(frame.head(3), interval=0.8))
    wider = fit.predict(frame.head(3), interval=0.95)
    assert (wider["high"] > own["high"]).all() and (wider["prediction_low"] < own["prediction_low"]).all()
