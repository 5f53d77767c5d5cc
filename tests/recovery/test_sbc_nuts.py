"""NUTS is calibrated: truths drawn from the priors rank evenly among its draws."""

import numpy as np
import pytest

import core
from core.fit.chains import Chains
from core.result.chains import measured
from tests.recovery.calibration import p_uniform, panel, priors, ranks

PANELS = 100


@pytest.mark.slow
@pytest.mark.parametrize("slopes", [False, True])
def test_nuts_is_calibrated(slopes: bool) -> None:
    """Talts, Betancourt, Simpson, Vehtari, Gelman (2018): ranks are uniform when draws and simulation agree.

    Of 13 tests in all, one in 1,000 runs is below 0.001 / 13 by chance. Panels of 3 to 15 groups, some of
    which hardly differ: the gate (R-hat 1.01, 400 effective draws, no divergence) is to let 95 in 100 by.
    """
    formula = "y ~ x + (1 + x | g)" if slopes else "y ~ x + (1 | g)"
    found: dict[str, list[int]] = {}
    stopped = 0
    for seed in range(PANELS):
        truth = panel(slopes, seed)
        fit = core.fit(truth.frame, formula, "nuts", priors=priors(slopes), seed=seed)
        assert fit.posterior is not None
        how = fit.posterior.how
        assert isinstance(how, Chains)
        said = measured(how.x)
        ess = min(said.ess_bulk.min(), said.ess_tail.min())
        stopped += bool(said.r_hat.max() > 1.01 or ess < 400 or how.diverging.any())
        for name, rank in ranks(truth, fit.posterior, seed).items():
            found.setdefault(name, []).append(rank)
    told = {name: p_uniform(np.array(each)) for name, each in found.items()}
    assert min(told.values()) > 0.001 / 13, told
    assert stopped <= 0.05 * PANELS
