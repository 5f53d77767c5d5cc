"""Posteriors of generalised models by NUTS: on small panels, saved, and in every table."""

import numpy as np
import pandas as pd
import pytest

import core
from core.fit.errors import Cancelled
from core.fit.nuts_model import compiled
from core.fit.nuts_rows import TooManyEffects, padded, sample_rows
from core.fit.nuts_rows_numbers import walk_of
from core.fit.rows_drawn import parameters
from core.fit.rows_posterior import RowsPosterior
from core.result.chains import measured
from core.result.fit import Fit
from core.result.store import fit_from_bytes, fit_to_bytes
from tests.core.fit.nuts_panels import log_likelihood, panel, posed

FAMILIES = {
    "binomial": "y | trials(n) ~ x * w + (1 + x | g)",
    "poisson": "y ~ x + w + offset(log_time) + (1 | g) + (1 | h)",
    "negative_binomial": "y ~ x + w + offset(log_time) + (1 | g)",
    "gamma": "y ~ x + offset(log_time) + (1 + x || g)",
}


@pytest.fixture(scope="module")
def fits() -> dict[str, Fit]:
    return {family: core.fit(panel(family), text, "nuts", family=family) for family, text in FAMILIES.items()}


@pytest.mark.parametrize("family", FAMILIES)
def test_no_draw_diverges_and_chains_agree(family: str, fits: dict[str, Fit]) -> None:
    fit = fits[family]
    assert fit.posterior is not None
    assert fit.posterior.how.diverging.sum() == 0
    assert any(one.topic == "chains" and one.status is core.Status.GOOD for one in fit.findings())


def test_one_compiled_model_serves_families_and_tables() -> None:
    """All of these have up to 16 coordinates: one model is compiled, where none is yet."""
    before = compiled.cache_info().misses
    models = (("binomial", "y | trials(n) ~ x + (1 | g)"), ("poisson", "y ~ x + w"), ("gamma", "y ~ x"))
    for seed in (1, 2):
        for family, text in models:
            walk = walk_of(posed(panel(family, seed), text, family)[0])
            sample_rows(walk, seed=1, draws=50, tune=50, chains=2)
    assert compiled.cache_info().misses - before <= 1
    assert [padded(size) for size in (1, 16, 17, 33)] == [16, 16, 32, 64]


@pytest.mark.slow
def test_crossed_groupings_with_much_information_mix() -> None:
    """Baseline and two crossed groupings make up for each other: chains went along that ridge for ever."""
    rng = np.random.default_rng(5)
    g, h = rng.integers(0, 30, 1500), rng.integers(0, 6, 1500)
    f = 3.0 + rng.standard_normal(30)[g] + 0.5 * rng.standard_normal(6)[h]
    frame = pd.DataFrame({"g": [f"g{k}" for k in g], "h": [f"h{k}" for k in h], "y": rng.poisson(np.exp(f))})
    walk = walk_of(posed(frame, "y ~ 1 + (1 | g) + (1 | h)", "poisson")[0])
    chains = sample_rows(walk, seed=1, draws=500)
    found = measured(chains.x)
    assert found.ess_bulk.min() > 400 and chains.diverging.sum() == 0


@pytest.mark.parametrize("family", FAMILIES)
def test_everything_can_be_asked_and_saved(family: str, fits: dict[str, Fit]) -> None:
    fit, frame = fits[family], panel(family)
    again = fit_from_bytes(fit_to_bytes(fit))
    pd.testing.assert_frame_equal(again.fixed_effects, fit.fixed_effects)
    pd.testing.assert_frame_equal(again.group_coefficients["g"], fit.group_coefficients["g"])
    for groups in ("known", "typical", "new"):
        pd.testing.assert_frame_equal(again.predict(frame, groups), fit.predict(frame, groups))
    assert np.isfinite(fit.predict(frame, "new").to_numpy()).all()
    assert np.isfinite(core.loo(fit, frame, seed=1, n_draws=400).elpd)
    for made in (core.posterior_predictive(fit, frame, seed=1), core.prior_predictive(fit, frame, seed=1)):
        assert made.quantities.loc["smallest", "low"] >= 0.0
    assert set(core.datatree(fit).posterior.data_vars) >= {"fixed", "sd_g", "g"}
    assert isinstance(core.sample(again, seed=4).linear, RowsPosterior)


def test_leaving_a_row_out_is_what_brute_force_says(fits: dict[str, Fit]) -> None:
    """The expected log density of rows by all draws: SciPy's of each row at each draw, averaged."""
    fit, frame = fits["negative_binomial"], panel("negative_binomial")
    given = fit.linear
    assert isinstance(given, RowsPosterior)
    found = core.loo(fit, frame, seed=1, n_draws=50)
    places = np.linspace(0, len(given.eta), 50, endpoint=False).astype(int)
    each = np.array([log_likelihood(given.rows, parameters(given.walk, given.eta[[k]])) for k in places])
    whole = np.log(np.exp(each - each.max()).mean(axis=0)) + each.max()
    # p_loo is the difference of the two sums, all rows; pointwise needs the weights, so the sum is compared.
    assert found.elpd + found.p_loo == pytest.approx(whole.sum(), rel=1e-9)


def test_predictions_are_means_of_the_response(fits: dict[str, Fit]) -> None:
    fit, frame = fits["gamma"], panel("gamma")
    given = fit.linear
    assert isinstance(given, RowsPosterior)
    drawn, rows = given.drawn, given.rows
    eta = rows.offset[:, None] + rows.x @ drawn.fixed.T
    eta += np.einsum("nq,snq->ns", rows.z["g"], drawn.effects["g"][:, rows.codes["g"]])
    np.testing.assert_allclose(fit.predict(frame)["mean"], np.exp(eta).mean(axis=1), rtol=1e-10)


def test_requests_that_cannot_be_met_are_sentences(fits: dict[str, Fit]) -> None:
    frame = panel("poisson")
    with pytest.raises(core.PanelwiseError, match='method="nuts"'):
        core.fit(frame, "y ~ x", "posterior", family="poisson")
    with pytest.raises(core.PanelwiseError, match="LOO"):
        core.compare(fits["poisson"], fits["poisson"])
    other = core.Priors(fixed=(("z", core.Normal(0, 1)),))
    with pytest.raises(core.PanelwiseError, match="not in the model"):
        core.fit(frame, "y ~ x", "nuts", family="poisson", priors=other)
    with pytest.raises(Cancelled):
        core.sample(fits["poisson"], stop=lambda: True)
    walk = walk_of(posed(frame, "y ~ x", "poisson")[0])
    with pytest.raises(TooManyEffects, match="laplace"):
        sample_rows(walk, seed=1, draws=10**8)
