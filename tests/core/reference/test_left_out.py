"""Refits without each group, and Cook's distances: ours of the smaller tables are R's."""

from pathlib import Path

import numpy as np
import pytest

import core
from tests.core.reference.told import figures, table


@pytest.mark.parametrize("name", ["sleep", "sleep_intercept", "marketing", "marketing_slope"])
def test_refits_without_each_group(name: str, request: pytest.FixtureRequest) -> None:
    told = figures("leave_out")[name]
    shared = request.getfixturevalue("shared") if name.startswith("marketing") else Path("absent")
    frame = table(told["data"], shared).frame
    whole = core.fit(frame, told["formula"])
    inverse = np.linalg.inv(whole.linear.lead.fixed_covariance)
    error = whole.fixed_effects["std_error"].to_numpy()
    for k, level in enumerate(told["levels"]):
        fit = core.fit(frame[frame[told["group"]].astype(str) != str(level)], told["formula"])
        estimate = fit.fixed_effects["estimate"].to_numpy()
        assert fit.criterion <= told["criterion"][k] * (1 + 1e-8)
        assert fit.criterion == pytest.approx(told["criterion"][k], rel=1e-6)
        assert fit.sigma == pytest.approx(told["sigma"][k], rel=1e-4)
        np.testing.assert_array_less(np.abs(estimate - told["fixed"][k]), 1e-4 * error)
        shift = estimate - whole.fixed_effects["estimate"].to_numpy()
        assert shift @ inverse @ shift / len(shift) == pytest.approx(told["cooks"][k], rel=5e-3, abs=1e-6)
