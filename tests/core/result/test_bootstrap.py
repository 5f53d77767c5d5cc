"""Cluster bootstrap: intervals of quantities that are checked one by one in test_reweigh."""

from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

import core
from core.result.errors import CrossedResampled, NoGroups
from tests.core.fit.reweighed import panel

FORMULA = "y ~ x + w + (1 + x | g)"


@pytest.fixture(scope="module")
def made() -> core.Bootstrap:
    return core.bootstrap(core.fit(panel(groups=20, rows=10), FORMULA), 400, seed=3)


def test_estimates_stay_those_of_the_fit(made: core.Bootstrap) -> None:
    fit = core.fit(panel(groups=20, rows=10), FORMULA)
    pd.testing.assert_series_equal(made.fixed_effects["estimate"], fit.fixed_effects["estimate"])
    parts = fit.variance_components
    expected = np.where(parts["sd"].isna(), parts["correlation"], parts["sd"])
    np.testing.assert_allclose(made.variance_components["estimate"], expected)
    assert made.shares.loc["icc_adjusted", "estimate"] == pytest.approx(fit.icc().adjusted)
    assert made.shares.loc["r2_conditional", "estimate"] == pytest.approx(fit.r_squared().conditional)


def test_standard_errors_agree_with_the_model_where_the_model_is_true(made: core.Bootstrap) -> None:
    """A bootstrap standard error of 20 groups varies by about 1 / sqrt(2 x 19) = 16 %, and is 3 % low."""
    fit = core.fit(panel(groups=20, rows=10), FORMULA)
    ratio = made.fixed_effects["std_error"] / fit.fixed_effects["std_error"]
    assert ((ratio > 0.55) & (ratio < 1.5)).all()


def test_intervals_lie_around_the_estimates_and_say_how(made: core.Bootstrap) -> None:
    for table in (made.fixed_effects, made.shares, made.variance_components):
        assert (table["low"] < table["high"]).all()
    inside = made.fixed_effects
    assert ((inside["low"] < inside["estimate"]) & (inside["estimate"] < inside["high"])).all()
    assert made.used == made.asked == 400
    assert made.how == (
        "95 % percentile interval of 400 cluster-bootstrap fits (20 groups drawn with replacement, seed 3)"
    )


def test_tails_are_as_far_out_as_a_t_interval(made: core.Bootstrap) -> None:
    """Hesterberg (2015), section 3.1: for J = 20, sqrt(20 / 19) t(0.975, 19) = 2.147, a tail of 1.6 %."""
    fit = core.fit(panel(groups=20, rows=10), FORMULA)
    from core.fit.resample import resampled

    replicates = resampled(fit.linear.lead, 400, 3).fixed
    tail = NormalDist().cdf(-np.sqrt(20 / 19) * student.ppf(0.975, 19))
    assert tail == pytest.approx(0.0159, abs=2e-4)
    np.testing.assert_allclose(made.fixed_effects["low"], np.quantile(replicates, tail, axis=0))


def test_basic_intervals_are_percentiles_turned_round(made: core.Bootstrap) -> None:
    fit = core.fit(panel(groups=20, rows=10), FORMULA)
    basic = core.bootstrap(fit, 400, seed=3, kind="basic")
    both = 2 * made.fixed_effects["estimate"]
    np.testing.assert_allclose(basic.fixed_effects["low"], both - made.fixed_effects["high"])
    assert (basic.variance_components.query("measure == 'sd'")["low"] >= 0).all()
    assert (basic.shares["low"] >= 0).all()
    assert (basic.shares["high"] <= 1).all()


def test_variances_of_zero_have_intervals_that_begin_there() -> None:
    """Of panels without group differences about half end at zero, mostly with replicates that do not."""
    highs = []
    for seed in range(12):
        noise = np.random.default_rng([23, seed]).standard_normal(72)
        fit = core.fit(panel(groups=12, rows=6).assign(y=noise), "y ~ x + (1 | g)")
        if fit.singular:
            row = core.bootstrap(fit, 100).variance_components.iloc[0]
            assert row["low"] == pytest.approx(0.0, abs=1e-3)
            highs.append(row["high"])
    assert len(highs) >= 3
    assert max(highs) > 0.1


def test_few_groups_are_warned_of() -> None:
    few = core.bootstrap(core.fit(panel(groups=20, rows=4), FORMULA), 30)
    many = core.bootstrap(core.fit(panel(groups=50, rows=4), FORMULA), 30)
    assert few.caution.startswith("With 20 groups the bootstrap is too sure of SDs, ICC and R2")
    assert many.caution == ""


def test_draws_that_cannot_be_fitted_are_said_to_be_missing() -> None:
    """A predictor that moves in one of 9 groups: a third of the draws, (8 / 9)^9 = 0.35, cannot tell it."""
    frame = panel(groups=9, rows=8)
    frame["z"] = np.where(frame["g"] == frame["g"].iloc[0], frame["w"], 0.0)
    made = core.bootstrap(core.fit(frame, "y ~ x + z + (1 | g)"), 300, seed=0)
    assert 0.25 < 1 - made.used / made.asked < 0.45
    assert made.caution.startswith(f"{300 - made.used} of 300 draws could not be fitted")
    assert "With 9 groups" in made.caution
    assert len(made.caution) < 400  # what the page shows of it


def test_progress_is_told() -> None:
    heard: list[int] = []
    core.bootstrap(core.fit(panel(groups=40, rows=4), FORMULA), 900, done=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 900
    assert len(heard) > 1


def test_requests_that_cannot_be_met() -> None:
    frame = panel().assign(h=lambda f: np.arange(len(f)) % 5)
    with pytest.raises(NoGroups):
        core.bootstrap(core.fit(frame, "y ~ x"))
    with pytest.raises(CrossedResampled, match="by g, h, none of which holds"):
        core.bootstrap(core.fit(frame, "y ~ x + (1 | g) + (1 | h)"))
    fit = core.fit(frame, "y ~ x + (1 | g)")
    for wrong in ({"n": 0}, {"seed": -1}, {"kind": "bca"}, {"level": 95}):
        with pytest.raises(core.PanelwiseError):
            core.bootstrap(fit, **wrong)


def nested(seed: int = 2) -> pd.DataFrame:
    """8 regions of 4 stores of 6 rows."""
    rng = np.random.default_rng([41, seed])
    store = np.repeat(np.arange(32), 6)
    region, x = store // 4, rng.standard_normal(192)
    y = 1 + x + 0.8 * rng.standard_normal(8)[region] + 0.6 * rng.standard_normal(32)[store]
    y += 0.4 * rng.standard_normal(8)[region] * x + rng.standard_normal(192)
    return pd.DataFrame({"y": y, "x": x, "region": region.astype(str), "store": (store % 4).astype(str)})


def test_outermost_groups_are_drawn_with_what_lies_in_them() -> None:
    """Each replicate is the fit of the regions it drew, rows and all, under new names."""
    from core.result.drawn import drawn

    frame, text = nested(), "y ~ x + (1 + x | region) + (1 | region:store)"
    fit = core.fit(frame, text)
    made = drawn(fit.linear, 3, 5, lambda count: None)
    rng = np.random.default_rng(5)
    regions = fit.linear.sides["region"].moments.levels[0]
    for r in range(3):
        parts = [
            frame[frame["region"] == regions[k]].assign(region=f"copy {c}")
            for c, k in enumerate(rng.integers(0, 8, 8))
        ]
        one = core.fit(pd.concat(parts), text)
        np.testing.assert_allclose(made.fixed[r], one.fixed_effects["estimate"], rtol=1e-4, atol=1e-5)
        assert made.sigma[r] == pytest.approx(one.sigma, rel=1e-4)
        own = one.linear.sides["region:store"].random_covariance
        np.testing.assert_allclose(made.spread["region:store"][r], own, rtol=1e-3, atol=1e-5)


def test_tables_of_nested_groups() -> None:
    fit = core.fit(nested(), "y ~ x + (1 | region/store)")
    made = core.bootstrap(fit, 40, seed=1)
    assert made.groups == 8
    assert list(made.variance_components["group"]) == ["region", "region:store", "Residual"]
    assert (made.variance_components["low"] < made.variance_components["high"]).all()
    assert made.fixed_effects.loc["x", "low"] < 1.5


def test_a_draw_without_the_rows_an_effect_moves_has_no_fit() -> None:
    """Two of 8 groups are of kind a: draws without both, (6 / 8)^8 = 10 %, kept the whole fit's SD of a."""
    rng = np.random.default_rng(3)
    g = np.repeat(np.arange(8), 8)
    y = 2 * rng.standard_normal(8)[g] + rng.standard_normal(64)
    frame = pd.DataFrame({"y": y, "g": g.astype(str), "t": np.where(g < 2, "a", "b")})
    made = core.bootstrap(core.fit(frame, "y ~ 1 + (0 + t | g)"), 200, seed=0)
    counts = np.random.default_rng(0).multinomial(8, np.full(8, 1 / 8), size=200)
    assert made.used == 200 - int(
        (counts[:, :2].sum(axis=1) == 0).sum() + (counts[:, 2:].sum(axis=1) == 0).sum()
    )
