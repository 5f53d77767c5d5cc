"""Leaving out each group: few by full searches, many by a step from the whole fit."""

import numpy as np
import pytest

import core
from core.fit import leave_out
from core.fit.leave_out import BUDGET, left_out
from core.fit.resample import refitted
from core.fit.reweigh import groups_of
from tests.core.fit.reweighed import panel


@pytest.mark.parametrize(
    ("formula", "slopes"), [("y ~ x + w + (1 | g)", 0.0), ("y ~ x + w + (1 + x | g)", 0.1)]
)
def test_a_step_misses_next_to_nothing(formula: str, slopes: float) -> None:
    groups = int(np.sqrt(BUDGET)) + 60
    frame = panel(groups=groups, rows=5, slopes=slopes)
    # A group far from the others pulls the variances: the step alone would be off by hundredths.
    frame.loc[frame["g"] == "g0007", "y"] += 12.0
    lead = core.fit(frame, formula).linear.lead
    stepped = left_out(lead)
    full = refitted(lead, groups_of(lead.moments), 1 - np.eye(groups))
    assert stepped.found.all() and full.found.all()
    error = np.sqrt(np.diag(lead.fixed_covariance))
    missed, moved = np.abs(stepped.fixed - full.fixed) / error, np.abs(full.fixed - lead.fixed) / error
    # A step misses O(1 / J^2); groups move estimates by a hundred times as much.
    assert missed.max() < 1e-3
    assert moved.max() > 0.1
    np.testing.assert_allclose(stepped.sigma, full.sigma, rtol=1e-3)


def test_weights_and_offsets_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(9)
    frame = panel(groups=30).assign(n=rng.integers(1, 9, 240).astype(float), z=rng.standard_normal(240))
    text = "y | weights(n) ~ x + offset(z) + (1 + x | g)"
    full = left_out(core.fit(frame, text).linear.lead)
    # The unit of the weights is their average over the rows: that of the whole table, in the left-out fits.
    one = core.fit(frame[frame["g"] != "g0004"], text)
    np.testing.assert_allclose(full.fixed[4], one.linear.lead.fixed, rtol=1e-5)
    monkeypatch.setattr(leave_out, "BUDGET", 100)
    stepped = left_out(core.fit(frame, text).linear.lead)
    np.testing.assert_allclose(stepped.fixed, full.fixed, atol=0.02)
