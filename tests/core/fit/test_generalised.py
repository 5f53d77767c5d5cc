"""Generalised fits: our own search against the glmm package, shapes that one leaves out, and hard data."""

import glmm
import numpy as np
import pandas as pd
import pytest

import core
from core.design.matrix import build_design
from core.fit import glmm_package
from core.fit.generalised_fit import checked_rows
from core.fit.laplace_search import search_laplace
from core.fit.optimise import Stop
from core.result.raw import raw_coefficients
from tests.core.fit.generalised_panels import FAMILIES, OUTCOME, design_for, panel

FORMULAS = [
    *(f"{OUTCOME[family]} ~ x + (1 | g)|{family}" for family in FAMILIES),
    "won | trials(tried) ~ x + (1 + x | g)|binomial",
    "count ~ x + offset(log(exposure)) + (1 | g) + (1 | h)|poisson",
]


@pytest.mark.parametrize("case", FORMULAS)
def test_our_search_and_the_package_reach_the_same_height(case: str) -> None:
    formula, _, family = case.rpartition("|")
    rows = design_for(formula, family)[1]
    theirs, ours = glmm_package.search(rows), search_laplace(rows)
    assert theirs is not None
    assert ours.log_likelihood == pytest.approx(theirs.log_likelihood, abs=1e-5)  # both stop near the top
    error = np.sqrt(np.diag(theirs.covariance))
    assert (np.abs(ours.fixed - theirs.fixed) < 0.01 * error).all()
    np.testing.assert_allclose(np.sqrt(np.diag(ours.covariance)), error, rtol=0.01)  # Hessians by differences
    for name, spread in theirs.spread.items():
        np.testing.assert_allclose(ours.spread[name], spread, atol=5e-3)
        np.testing.assert_allclose(ours.effects[name], theirs.effects[name], atol=5e-3)


@pytest.mark.parametrize("units", [1.0, 1e6])
def test_units_of_a_predictor_do_not_matter(units: float) -> None:
    frame = panel().assign(x=lambda d: units * (d["x"] + 10.0))
    fit = core.fit(frame, "count ~ x + (1 + x | g)", family="poisson")
    plain = core.fit(panel(), "count ~ x + (1 + x | g)", family="poisson")
    assert fit.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-6)
    rates = [one.group_coefficients["g"]["x"].to_numpy() for one in (fit, plain)]
    np.testing.assert_allclose(rates[0] * units, rates[1], atol=1e-3)


def test_models_the_package_leaves_out_are_fitted() -> None:
    frame = panel()
    apart = core.fit(frame, "count ~ x + (1 + x || g)", family="poisson")
    together = core.fit(frame, "count ~ x + (1 + x | g)", family="poisson")
    none = core.fit(frame, "count ~ x + (1 | g)", family="poisson")
    assert none.log_likelihood - 1e-6 <= apart.log_likelihood <= together.log_likelihood + 1e-6
    assert apart.n_parameters == together.n_parameters - 1
    alone = core.fit(frame, "count ~ 0 + (1 | g)", family="poisson")
    assert alone.fixed_effects.empty and alone.converged
    only = core.fit(frame, "count ~ x + (0 + x | g)", family="poisson")
    assert list(only.group_effects["g"].columns[:1]) == ["x"] and only.converged


def test_quadrature_is_the_integral() -> None:
    """Against a fine sum over the group effects, done here by hand."""
    frame = panel(n=120, groups=12)
    fit = core.fit(frame, "yes ~ x + (1 | g)", "quadrature", family="binomial")
    sd = float(np.sqrt(fit.variance_components.loc[0, "variance"]))
    eta = fit.fixed_effects["estimate"]["(Intercept)"] + fit.fixed_effects["estimate"]["x"] * frame["x"]
    grid = np.linspace(-8.0, 8.0, 4001)
    total = 0.0
    for rows in frame.groupby("g").groups.values():
        at = eta[rows].to_numpy()[:, None] + sd * grid
        yes = frame["yes"][rows].to_numpy()[:, None]
        each = np.exp((yes * at - np.logaddexp(0, at)).sum(axis=0)) * np.exp(-(grid**2) / 2)
        total += np.log(each.sum() * (grid[1] - grid[0]) / np.sqrt(2 * np.pi))
    assert fit.log_likelihood == pytest.approx(total, abs=1e-6)


def test_quadrature_of_two_groupings_is_a_sentence() -> None:
    with pytest.raises(core.PanelwiseError, match="Adaptive quadrature cannot fit this model"):
        core.fit(panel(), "yes ~ x + (1 | g) + (1 | h)", "quadrature", family="binomial")


def test_without_the_package_fits_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = core.fit(panel(), "yes ~ x + (1 | g)", family="binomial")
    monkeypatch.setattr(glmm_package, "available", lambda: False)  # as where there is no wheel
    without = core.fit(panel(), "yes ~ x + (1 | g)", family="binomial")
    assert without.log_likelihood == pytest.approx(whole.log_likelihood, abs=1e-5)
    with pytest.raises(core.PanelwiseError, match="does not exist for this kind of machine"):
        core.fit(panel(), "yes ~ x + (1 | g)", "quadrature", family="binomial")


def test_successes_of_trials_are_their_single_rows() -> None:
    frame = panel()
    each = frame.loc[frame.index.repeat(frame["tried"])].copy()
    each["one"] = np.concatenate(
        [np.arange(n) < k for n, k in zip(frame["tried"], frame["won"], strict=True)]
    )
    sums = core.fit(frame, "won | trials(tried) ~ x + (1 | g)", family="binomial")
    rows = core.fit(each, "one ~ x + (1 | g)", family="binomial")
    pd.testing.assert_frame_equal(sums.fixed_effects, rows.fixed_effects, rtol=1e-3, atol=1e-5)
    pd.testing.assert_frame_equal(sums.group_effects["g"], rows.group_effects["g"], rtol=0.01, atol=2e-3)
    assert sums.icc().observed == pytest.approx(rows.icc().observed, rel=1e-3)


def test_which_value_counts_as_yes() -> None:
    frame = panel().assign(
        word=lambda d: np.where(d["yes"] == 1, "Bought", "Left"), flag=lambda d: d["yes"] == 1
    )
    yes = core.fit(frame, "yes ~ x", family="binomial").fixed_effects["estimate"]
    for outcome, event, sign in (
        ("word", "Bought", 1), ("word", "Left", -1), ("flag", None, 1), ("yes", "0", -1), ("flag", "no", -1),
    ):  # fmt: skip
        fit = core.fit(frame, f"{outcome} ~ x", family="binomial", event=event)
        np.testing.assert_allclose(fit.fixed_effects["estimate"], sign * yes, atol=1e-9)


def test_separation_is_said_and_ends() -> None:
    frame = panel().assign(told=lambda d: (d["x"] > 3.5) * 1)
    frame.loc[frame["told"] == 1, "yes"] = 1
    for formula in ("yes ~ x + told", "yes ~ x + told + (1 | g)"):
        fit = core.fit(frame, formula, family="binomial")
        (found,) = [one for one in fit.findings() if one.topic == "separation"]
        assert found.status is core.Status.STOP and "'told'" in found.message
        assert np.isfinite(fit.fixed_effects[["estimate", "std_error"]].to_numpy()).all()
    rare = panel().assign(told=lambda d: np.where((d["yes"] == 1) | (d.index % 2 == 0), "A", "B"))
    for link in ("logit", "probit"):  # nobody with B says yes
        fit = core.fit(rare, "yes ~ told + (1 | g)", family="binomial", link=link)
        assert [one.status for one in fit.findings() if one.topic == "separation"] == [core.Status.STOP]
    sound = core.fit(panel(), "yes ~ x + (1 | g)", family="binomial")
    assert not [one for one in sound.findings() if one.topic == "separation"]


def test_no_differences_between_groups_are_a_boundary() -> None:
    rng = np.random.default_rng(8)
    frame = pd.DataFrame({"g": np.repeat(list("abcdefgh"), 40), "y": rng.binomial(1, 0.4, 320)})
    frame["y"] = np.tile([1, 0, 0, 1], 80)  # every group alike
    fit = core.fit(frame, "y ~ 1 + (1 | g)", family="binomial")
    assert fit.singular and fit.stop is Stop.ON_BOUNDARY
    assert fit.icc().adjusted == pytest.approx(0.0, abs=1e-8)
    assert len(core.tiers(fit, slope="(Intercept)", n_tiers=3).table["tier"].unique()) == 1


def test_groups_of_one_row_can_differ_where_chance_is_known() -> None:
    frame = panel().assign(row=lambda d: np.arange(len(d)).astype(str))
    fit = core.fit(frame, "more ~ x + (1 | row)", family="poisson")
    assert fit.variance_components.loc[0, "sd"] > 0.5
    with pytest.raises(core.PanelwiseError, match="row"):
        core.fit(frame, "yes ~ x + (1 | row)", family="binomial")


def test_joint_errors_grow_to_what_the_group_alone_would_have() -> None:
    """With one huge group variance a group's total is its own regression, error and all."""
    frame = panel(n=3000, groups=6)
    fit = core.fit(frame, "count ~ 0 + (1 | g)", family="poisson")
    each = frame.groupby("g")["count"].agg(["sum", "mean"])
    total = fit.group_coefficients["g"]
    np.testing.assert_allclose(total["(Intercept)"], np.log(each["mean"]), atol=0.02)
    np.testing.assert_allclose(total["(Intercept)_se"], 1 / np.sqrt(each["sum"]), rtol=0.05)


def test_the_package_gets_no_text_of_the_user() -> None:
    frame = panel().rename(columns={"g": "a) + I(1", "x": "log(`"})
    fit = core.fit(frame, "yes ~ `log(```+ (1 | `a) + I(1`)", family="binomial")
    plain = core.fit(panel(), "yes ~ x + (1 | g)", family="binomial")
    assert fit.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-9)


def test_the_version_of_the_package_is_the_one_whose_facts_are_known() -> None:
    assert callable(glmm.fit)
    spec = core.parse_formula("won | trials(tried) ~ x + (1 | g)", family="binomial")
    rows = checked_rows(build_design(core.read_table(panel()), spec), spec)
    assert glmm_package.fits(rows) and glmm_package.fits_quadrature(rows)


def test_large_counts_may_scatter_a_little_more_than_chance() -> None:
    """Shapes in the thousands matter where counts are tens of thousands."""
    rng = np.random.default_rng(4)
    g, x = np.repeat(np.arange(12), 30), rng.normal(size=360)
    mean = np.exp(13.0 + 0.1 * x + 0.2 * rng.normal(size=12)[g])
    for shape in (3_000.0, 100_000.0):
        count = rng.negative_binomial(shape, shape / (shape + mean))
        frame = pd.DataFrame({"g": g.astype(str), "x": x, "y": count})
        fit = core.fit(frame, "y ~ x + (1 | g)", family="negative_binomial")
        # 360 rows tell a shape to 7 %.
        assert fit.dispersion == pytest.approx(shape, rel=0.3)
        assert not [one for one in fit.findings() if one.topic == "as_poisson"]


def test_predictions_of_a_separated_fit_are_numbers() -> None:
    frame = panel().assign(count=lambda d: np.where(d["g"] == "g00", 0, d["count"]))
    told = core.fit(frame, "count ~ g", family="poisson").predict(frame.head(60))
    assert np.isfinite(told[["mean", "se", "low", "high"]].to_numpy()).all()


def test_counts_that_vary_less_than_chance_are_a_poisson() -> None:
    frame = panel().assign(even=lambda d: np.round(6 + np.random.default_rng(1).normal(0, 0.7, len(d))))
    wider = core.fit(frame, "even ~ x + (1 | g)", family="negative_binomial")
    poisson = core.fit(frame, "even ~ x + (1 | g)", family="poisson")
    assert wider.converged and [one for one in wider.findings() if one.topic == "as_poisson"]
    pd.testing.assert_frame_equal(wider.fixed_effects, poisson.fixed_effects)


@pytest.mark.parametrize(
    ("formula", "family"),
    [
        ("count ~ {} + late + (1 + late || g)", "poisson"),
        ("count ~ {} + late + (0 + late | g)", "poisson"),
        ("amount | weights(w) ~ {} + late + (1 | g)", "gamma"),
        ("more ~ {} + late + (1 + late || g)", "negative_binomial"),
    ],
)
def test_a_predictor_far_from_zero_is_no_surer_than_near(formula: str, family: str) -> None:
    """Years and years since 2021 are one predictor; only the intercept is read elsewhere."""
    when = np.arange(400) % 7
    frame = panel().assign(year=2018 + when, since=when - 3, late=(when > 3) * 1)
    far, near = (core.fit(frame, formula.replace("{}", name), family=family) for name in ("year", "since"))
    assert far.converged
    assert far.log_likelihood == pytest.approx(near.log_likelihood, abs=1e-4)
    errors = far.fixed_effects["std_error"]["year"], near.fixed_effects["std_error"]["since"]
    assert errors[0] == pytest.approx(errors[1], rel=0.02)


@pytest.mark.parametrize("mean", [1e4, 1e6])
def test_large_counts_leave_what_lies_between_groups_as_unsure_as_it_is(mean: float) -> None:
    """Within a million counts a row everything is known; between twelve groups it is not."""
    rng = np.random.default_rng(1)
    g, w, u = rng.integers(0, 12, 600), rng.normal(size=600), rng.normal(size=(12, 2)) * (0.6, 0.2)
    y = rng.poisson(mean * np.exp(0.2 * w + u[g, 0] + u[g, 1] * w))
    frame = pd.DataFrame({"g": g.astype(str), "w": w, "y": y})
    apart, tied = (core.fit(frame, f"y ~ w + (1 + w {bar} g)", family="poisson") for bar in ("||", "|"))
    assert apart.converged
    np.testing.assert_allclose(
        apart.fixed_effects["std_error"], tied.fixed_effects["std_error"], rtol=0.05
    )  # the correlation of the two is the only difference


def test_a_group_whose_predictor_tells_its_answers_has_no_estimate_of_its_own() -> None:
    frame = panel()
    one = frame["g"] == frame["g"].iloc[0]
    frame.loc[one, "yes"] = (frame["x"][one] > frame["x"][one].median()).astype(int)
    raw = raw_coefficients(core.fit(frame, "yes ~ x + (1 + x | g)", family="binomial").linear.sides["g"])
    assert np.isnan(raw.loc[str(frame["g"].iloc[0]), "x"])
    assert raw["x"].notna().sum() > len(raw) / 2
    assert raw["x"].abs().max() < 15
