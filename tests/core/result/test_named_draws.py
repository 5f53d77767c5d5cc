"""A predictor may be called like a quantity of the model: both keep their draws."""

import numpy as np
import pytest

import core
from core.result.named_draws import beside_priors, named_draws, named_prior_draws
from tests.core.result.test_posterior import panel


@pytest.mark.parametrize("name", ["residual SD", "SD of baseline by g", "correlation of baseline and w by g"])
def test_predictors_and_quantities_of_one_name_are_told_apart(name: str) -> None:
    frame = panel().rename(columns={"x": name})
    frame["w"] = np.random.default_rng(2).standard_normal(len(frame))
    fit = core.fit(frame, f"y ~ `{name}` + w + (1 + w | g)", "posterior")
    assert fit.posterior is not None
    draws = named_draws(fit.posterior)
    # Three fixed effects, two SDs, a correlation and the residual SD.
    assert len(draws) == 7 and f"{name} (of the model)" in draws
    assert draws[name].mean() == pytest.approx(float(fit.fixed_effects.loc[name, "estimate"]))
    assert (
        set(named_prior_draws(fit.posterior, 50, 0)) == set(draws) == set(beside_priors(fit.posterior, 50, 0))
    )
    table = core.agreement(fit.posterior).table
    assert set(table.index) == set(draws)
    assert table.loc[name, "reml"] == pytest.approx(float(fit.posterior.base.lead.fixed[1]))
