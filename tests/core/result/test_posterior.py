"""A Bayesian fit has every table of the others: means, SDs and central intervals of one set of draws."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import core
from core.fit.bayes import applicable
from core.result.errors import NotPosterior, NotSearched
from core.result.named_draws import named_draws, named_prior_draws
from core.result.prior_predictive import prior_predictive
from core.result.sensitivity import sensitivity
from core.result.variance import partition
from core.spec.prior import Normal, Priors, Shape, Spread


def panel(groups: int = 12, rows: int = 10, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    g = np.repeat(np.arange(groups), rows)
    x = 20 + 4 * rng.standard_normal(len(g))
    y = 3 + 0.8 * x + 2 * rng.standard_normal(groups)[g] + 0.3 * rng.standard_normal(groups)[g] * (x - 20)
    h = rng.integers(0, 5, len(g))
    y += rng.standard_normal(5)[h] + 2 * rng.standard_normal(len(g))
    return pd.DataFrame({"y": y, "x": x, "g": [f"g{k:02}" for k in g], "h": [f"h{k}" for k in h]})


FORMULAS = ["y ~ x + (1 + x | g)", "y ~ x + (1 | g) + (1 | h)", "y ~ x"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_tables_are_those_of_the_draws(formula: str) -> None:
    fit = core.fit(panel(), formula, "posterior", seed=3)
    assert fit.posterior is not None and fit.how == "95 % central posterior interval"
    drawn = fit.posterior.drawn
    table = fit.fixed_effects
    low, high = np.quantile(drawn.fixed, [0.025, 0.975], axis=0)
    np.testing.assert_allclose(table["estimate"], drawn.fixed.mean(axis=0))
    np.testing.assert_allclose(table[["low", "high"]], np.column_stack([low, high]))
    assert list(table.columns) == list(core.fit(panel(), formula).fixed_effects.columns)
    for name, totals in fit.group_coefficients.items():
        draws = drawn.effects[name][:, 0, 0] + drawn.fixed[:, 0]
        assert totals.iloc[0]["(Intercept)"] == pytest.approx(draws.mean())
        assert totals.iloc[0]["(Intercept)_se"] == pytest.approx(draws.std(), rel=1e-6)
        assert totals.iloc[0]["(Intercept)_high"] == pytest.approx(np.quantile(draws, 0.975))
    parts = fit.variance_components
    assert ((parts["low"] < parts["sd"].fillna(parts["correlation"])) & (parts["low"] < parts["high"])).all()
    assert list(parts["group"])[-1] == "Residual" and fit.sigma == pytest.approx(parts["sd"].iloc[-1])


def test_posterior_of_many_groups_is_reml() -> None:
    """With 400 groups the prior says nothing: estimates within a tenth of an error of REML's, errors within
    5 % (4,000 draws: 1 % each), tiers and predictions alike.
    """
    frame = panel(400, 12, 5)
    reml, posterior = (core.fit(frame, "y ~ x + (1 + x | g)", method) for method in ("reml", "posterior"))
    one, other = reml.fixed_effects, posterior.fixed_effects
    assert ((one["estimate"] - other["estimate"]).abs() < 0.1 * one["std_error"]).all()
    np.testing.assert_allclose(one["std_error"], other["std_error"], rtol=0.05)
    np.testing.assert_allclose(
        reml.variance_components["sd"].dropna(), posterior.variance_components["sd"].dropna(), rtol=0.03
    )
    ranks = [core.tiers(fit, "x", seed=1).table["rank"].sort_index() for fit in (reml, posterior)]
    assert np.abs(ranks[0] - ranks[1]).max() < 0.06 * 400
    told = [fit.predict(frame.head(40)) for fit in (reml, posterior)]
    # Group errors hold to some percent of themselves with 64 values of the variances behind them.
    np.testing.assert_allclose(told[0]["mean"], told[1]["mean"], atol=0.1 * float(told[0]["se"].median()))
    np.testing.assert_allclose(told[0]["se"], told[1]["se"], rtol=0.1)
    assert reml.icc().adjusted == pytest.approx(posterior.icc().adjusted, rel=0.05)


@pytest.mark.parametrize("groups", [3, 8])
def test_icc_is_the_mean_over_the_draws(groups: int) -> None:
    """With three groups the ratio of mean variances said 0.82 where the mean ICC is 0.58."""
    rng = np.random.default_rng(3)
    g = np.repeat(np.arange(groups), 10)
    frame = pd.DataFrame({"y": rng.standard_normal(groups)[g] + rng.standard_normal(10 * groups)})
    fit = core.fit(frame.assign(g=[f"g{k}" for k in g]), "y ~ 1 + (1 | g)", "posterior", level=0.8)
    assert fit.posterior is not None
    draws = named_draws(fit.posterior)
    between, within = draws["SD of baseline by g"][0] ** 2, draws["residual SD"][0] ** 2
    share = between / (between + within)
    found = fit.icc()
    assert found.adjusted == pytest.approx(share.mean()) == pytest.approx(found.unadjusted)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(share, [0.1, 0.9])))
    parts = partition(fit.linear)
    assert parts["share"].sum() == pytest.approx(1.0)
    assert float(parts.loc[parts["part"] == "baseline", "share"].iloc[0]) == pytest.approx(share.mean())
    assert fit.r_squared().conditional == pytest.approx(share.mean())


def test_named_draws_belong_to_the_groups_beside_them() -> None:
    """Where a model is drawn at few points of the variances, each SD is still that of its own groups: the SD
    of the four effects of a draw goes with the SD they were drawn from.
    """
    rng = np.random.default_rng(2)
    n, sizes = 3000, (260, 210, 4)
    codes = [rng.integers(0, size, n) for size in sizes]
    y = sum(rng.standard_normal(size)[code] for size, code in zip(sizes, codes, strict=True))
    frame = pd.DataFrame({"y": y + rng.standard_normal(n)})
    frame = frame.assign(
        **{name: [f"{name}{k}" for k in code] for name, code in zip("abc", codes, strict=True)}
    )
    fit = core.fit(frame, "y ~ 1 + (1 | a) + (1 | b) + (1 | c)", "posterior")
    assert fit.posterior is not None
    drawn = fit.posterior.drawn
    sd = named_draws(fit.posterior)["SD of baseline by c"][0]
    np.testing.assert_allclose(sd**2, drawn.spread["c"][:, 0, 0])
    found = np.log(np.sqrt((drawn.effects["c"][:, :, 0] ** 2).mean(axis=1)))
    assert np.corrcoef(np.log(sd), found)[0, 1] > 0.3


def test_draws_are_taken_from_the_posterior() -> None:
    fit = core.fit(panel(), "y ~ x + (1 + x | g)", "posterior")
    draws, table = fit.draws(3000, seed=9), fit.fixed_effects
    # 4 errors of a mean of draws worth at least 1,500.
    assert (np.abs(draws.fixed.mean(axis=0) - table["estimate"]) < 0.11 * table["std_error"]).all()
    assert draws.groups["g"].shape == (3000, 12, 2)
    assert fit.draws(3000, seed=9).sigma.tolist() == draws.sigma.tolist()


def test_saved_and_reopened(tmp_path: Path) -> None:
    given = Priors(fixed=(("x", Normal(0.5, 0.2)),), lkj=1.5)
    fit = core.fit(panel(), "y ~ x + (1 | g) + (1 | h)", "posterior", priors=given, seed=4, level=0.89)
    core.save_fit(fit, tmp_path / "a.fit")
    again = core.load_fit(tmp_path / "a.fit")
    pd.testing.assert_frame_equal(again.fixed_effects, fit.fixed_effects)
    pd.testing.assert_frame_equal(again.group_coefficients["g"], fit.group_coefficients["g"])
    assert again.posterior is not None and fit.posterior is not None
    assert again.posterior.priors == fit.posterior.priors and again.how == "89 % central posterior interval"
    assert [f.message for f in again.findings()] == [f.message for f in fit.findings()]


def test_what_belongs_to_other_methods_is_refused_in_words() -> None:
    fit = core.fit(panel(), "y ~ x + (1 | g)", "posterior")
    for asked in (core.profile, core.bootstrap, core.influence):
        with pytest.raises(NotSearched, match="REML or ML"):
            asked(fit)
    with pytest.raises(NotPosterior, match="no priors"):
        prior_predictive(core.fit(panel(), "y ~ x + (1 | g)"), panel(), seed=1)
    with pytest.raises(core.PanelwiseError, match="does not use any"):
        core.fit(panel(), "y ~ x + (1 | g)", priors=Priors())
    with pytest.raises(core.PanelwiseError, match="Did you mean 'x'"):
        core.fit(panel(), "y ~ x + (1 | g)", "posterior", priors=Priors(fixed=(("xx", Normal(0, 1)),)))
    wrong = Priors(spread=((("g", "z"), Spread(1.0)),))
    with pytest.raises(core.PanelwiseError, match="differences in 'z' by 'g'"):
        core.fit(panel(), "y ~ x + (1 | g)", "posterior", priors=wrong)


def test_priors_of_what_a_model_lost_are_put_aside() -> None:
    base = core.fit(panel(), "y ~ x + (1 | g)").linear
    by_hand = Priors(
        fixed=(("x", Normal(0, 1)), ("w", Normal(0, 1))),
        spread=((("g", "(Intercept)"), Spread(2.0)), (("g", "x"), Spread(1.0))),
    )
    kept = applicable(base, by_hand)
    assert [t for t, _ in kept.fixed] == ["x"] and [p for p, _ in kept.spread] == [("g", "(Intercept)")]


def test_wider_priors_are_foretold_without_a_fit() -> None:
    """Of 4 groups: the mean SD under priors twice as wide, by weights and by a fit. Weighed draws are worth
    some hundreds: 4 errors are 0.2 posterior SDs.
    """
    frame = panel(4, 10, 8)
    fit = core.fit(frame, "y ~ x + (1 | g)", "posterior")
    assert fit.posterior is not None
    ((pair, before),) = fit.posterior.priors.spread
    told = sensitivity(fit.posterior)[0]
    for factor, foretold in ((0.5, told.narrower), (2.0, told.wider)):
        other = Priors(spread=((pair, Spread(before.scale * factor, before.shape, before.df)),))
        again = core.fit(frame, "y ~ x + (1 | g)", "posterior", priors=other)
        assert abs(again.variance_components["sd"].iloc[0] - foretold) < 0.2 * told.sd
    spoken = [f for f in fit.findings() if f.topic == "prior"]
    assert len(spoken) == 1 and "twice as wide" in spoken[0].message


def test_prior_draws_are_those_of_the_priors() -> None:
    """20,000 draws: medians of half-t, half-normal, exponential within 4 % of theory, correlations by LKJ."""
    given = Priors(
        fixed=(("(Intercept)", Normal(10.0, 2.0)), ("x", Normal(-1.0, 0.5))),
        spread=((("g", "(Intercept)"), Spread(3.0, Shape.HALF_NORMAL)), (("g", "x"), Spread(0.7))),
        sigma=Spread(2.0, Shape.EXPONENTIAL),
        lkj=3.0,
        at_zero=True,
    )
    frame = panel().assign(x=lambda f: f["x"] - f["x"].mean())
    fit = core.fit(frame, "y ~ x + (1 + x | g)", "posterior", priors=given)
    assert fit.posterior is not None
    draws = named_prior_draws(fit.posterior, 20_000, seed=2)
    assert draws["(Intercept)"].mean() == pytest.approx(10.0, abs=0.06)
    assert draws["x"].std() == pytest.approx(0.5, rel=0.03)
    assert np.median(draws["SD of baseline by g"]) == pytest.approx(3.0 * 0.6745, rel=0.04)
    assert np.median(draws["SD of x by g"]) == pytest.approx(0.7 * 0.7649, rel=0.04)  # t with 3 df
    assert np.median(draws["residual SD"]) == pytest.approx(2.0 * np.log(2.0), rel=0.04)
    # Two effects under LKJ(3): (r + 1) / 2 is Beta(3, 3), variance 1 / 7 of r.
    assert draws["correlation of baseline and x by g"].var() == pytest.approx(1 / 7, rel=0.05)
    assert set(draws) == set(named_draws(fit.posterior))


def test_data_of_the_priors_are_as_wide_as_these() -> None:
    """Default priors: the outcome's SD from 2.5 times the data's own in every part; more than they are."""
    fit = core.fit(panel(), "y ~ x + (1 + x | g)", "posterior")
    made = prior_predictive(fit, panel(), seed=1)
    assert made.kind == "prior" and made.n_rows == 120
    assert made.quantities.loc["sd", "median"] > 3 * made.quantities.loc["sd", "observed"]
    tight = Priors(
        fixed=(("(Intercept)", Normal(19.0, 0.1)), ("x", Normal(0.8, 0.01))),
        spread=((("g", "(Intercept)"), Spread(0.1)), (("g", "x"), Spread(0.01))),
        sigma=Spread(0.1, Shape.HALF_NORMAL),
    )
    sure = core.fit(panel(), "y ~ x + (1 + x | g)", "posterior", priors=tight)
    narrow = prior_predictive(sure, panel(), seed=1)
    # 0.8 times the spread of x, and little besides.
    assert narrow.quantities.loc["sd", "median"] == pytest.approx(0.8 * float(panel()["x"].std()), rel=0.1)


def test_climbing_finals_beside_the_published_run(shared: Path) -> None:
    """STATISTICS section 12: one run of 4,000 draws under the same priors gave means 8.81, quali 0.41, semi
    0.11, squared mean SDs 74.23 (competition), 124.74 (athlete), 261.45. All within 0.15 posterior SDs, the
    error that draws worth some hundreds leave in a mean.
    """
    frame = core.read_table(shared / "data" / "ifsc_boulder_2025.csv").frame
    frame = frame[frame["event_id"].astype(str) != "1408"]
    factors = ("event_name:gender", "athlete_name")
    half = Spread(50.0, Shape.HALF_NORMAL)
    terms = (("(Intercept)", 100.0), ("score_semi", 10.0), ("score_quali", 10.0))
    given = Priors(
        fixed=tuple((term, Normal(0.0, sd)) for term, sd in terms),
        spread=tuple(((name, "(Intercept)"), half) for name in factors),
        sigma=half,
        at_zero=True,
    )
    formula = "score_final ~ score_semi + score_quali + (1 | event_name:gender) + (1 | athlete_name)"
    fit = core.fit(frame, formula, "posterior", priors=given, seed=1)
    assert fit.posterior is not None
    table = fit.fixed_effects
    for term, published in (("(Intercept)", 8.81), ("score_quali", 0.41), ("score_semi", 0.11)):
        assert abs(table.loc[term, "estimate"] - published) < 0.15 * table.loc[term, "std_error"]
    draws = named_draws(fit.posterior)
    for name, published in (
        ("SD of baseline by event_name:gender", 74.23),
        ("SD of baseline by athlete_name", 124.74),
        ("residual SD", 261.45),
    ):
        assert abs(draws[name].mean() - published**0.5) < 0.15 * draws[name].std()


def test_priors_that_the_data_contradict_are_named() -> None:
    """A sure prior far from the data, one that outweighs them, and an SD's that does not reach theirs; the
    defaults say nothing of the kind.
    """
    frame = panel()

    def told(*, x: Normal | None = None, sd: Spread | None = None) -> str:
        given = Priors(
            fixed=() if x is None else (("x", x),),
            spread=() if sd is None else ((("g", "(Intercept)"), sd),),
        )
        fit = core.fit(frame, "y ~ x + (1 | g)", "posterior", priors=given)
        found = [f for f in fit.findings() if f.topic == "prior" and f.status is core.Status.LOOK]
        return found[0].message if found else ""

    assert told() == ""
    assert told(x=Normal(9.0, 0.05)).startswith("Prior and data contradict each other about 'x': the prior")
    assert told(x=Normal(0.8, 0.001)).startswith("The prior decides about 'x'")
    narrow = told(sd=Spread(0.05, Shape.HALF_NORMAL))
    assert "contradict each other about the SD of baselines by 'g'" in narrow
