"""Influence: every row of the tables is the fit of the rows without that group."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import core
from core.result.errors import NoGroups, UnknownGrouping
from core.result.influence import influence_at_average
from core.result.mains_at_average import mains_at_average
from tests.core.fit.reweighed import panel
from tests.core.reference.told import figures, table


@pytest.mark.parametrize("name", ["sleep", "sleep_intercept", "marketing", "marketing_slope"])
def test_figures_of_r(name: str, request: pytest.FixtureRequest) -> None:
    """R refits without each group; its search stops at about five digits."""
    told = figures("leave_out")[name]
    shared = request.getfixturevalue("shared") if name.startswith("marketing") else Path("absent")
    fit = core.fit(table(told["data"], shared), told["formula"])
    found = core.influence(fit)
    levels = [str(level) for level in told["levels"]]
    np.testing.assert_allclose(found.summary.loc[levels, "sigma"], told["sigma"], rtol=1e-4)
    np.testing.assert_allclose(
        found.summary.loc[levels, "cooks_distance"], told["cooks"], rtol=5e-3, atol=1e-6
    )
    error = fit.fixed_effects["std_error"].to_numpy()
    missed = np.abs(found.estimates.loc[levels].to_numpy() - np.array(told["fixed"])) / error
    assert missed.max() < 1e-4


def test_bent_effects_are_read_at_the_average() -> None:
    frame = panel(groups=6, rows=12)
    fit = core.fit(frame, "y ~ x * w + (1 | g)")
    found = influence_at_average(fit, core.influence(fit))
    level = str(found.estimates.index[2])
    rest = core.fit(frame[frame["g"].astype(str) != level], "y ~ x * w + (1 | g)").fixed_effects["estimate"]
    at = rest["x"] + rest["x:w"] * frame["w"].mean()
    error = mains_at_average(fit.linear.lead, 0.95).loc["x", "std_error"]
    assert abs(found.estimates.loc[level, "x"] - at) < 1e-4 * error  # two searches
    whole = mains_at_average(fit.linear.lead, 0.95).loc["x", "estimate"]
    assert found.changes.loc[level, "x"] == pytest.approx((at - whole) / error, abs=1e-4)
    plain = core.fit(frame, "y ~ x + w + (1 | g)")
    assert influence_at_average(plain, made := core.influence(plain)) is made


def crossed() -> pd.DataFrame:
    frame = panel(groups=6, rows=12)
    return frame.assign(h=[f"h{k}" for k in np.random.default_rng(8).integers(0, 5, len(frame))])


def test_several_groupings_one_by_one() -> None:
    frame, text = crossed(), "y ~ x + w + (1 + x | g) + (1 | h)"
    fit = core.fit(frame, text)
    for factor in ("g", "h"):
        found = core.influence(fit, factor)
        level = found.summary.index[2]
        without = core.fit(frame[frame[factor] != level], text)
        np.testing.assert_allclose(
            found.estimates.loc[level], without.fixed_effects["estimate"], rtol=1e-4, atol=1e-6
        )
        assert found.summary.loc[level, "sigma"] == pytest.approx(without.sigma, rel=1e-4)
        assert found.summary.loc[level, "n"] == (frame[factor] == level).sum()


def test_the_group_that_carries_the_result_is_found() -> None:
    frame = panel(groups=30, rows=8)
    odd = frame["g"] == "g0011"
    frame.loc[odd, "y"] += 6.0 * (frame.loc[odd, "x"] - 2.0)
    found = core.influence(core.fit(frame, "y ~ x + w + (1 + x | g)"))
    assert found.summary["cooks_distance"].idxmax() == "g0011"
    assert found.changes["x"].abs().idxmax() == "g0011"
    row = found.summary.loc["g0011"]
    assert row["largest_change"] == found.changes.loc["g0011", row["term"]]
    assert abs(row["largest_change"]) == found.changes.loc["g0011"].abs().max() > 0.5
    assert found.deviations["x"].idxmin() == "g0011"


def test_a_predictor_that_one_group_alone_moves_is_unknown_without_it() -> None:
    frame = panel(groups=8)
    frame["w"] = np.where(frame["g"] == "g0002", frame["w"], 1.0)
    found = core.influence(core.fit(frame, "y ~ x + w + (1 | g)"))
    assert found.estimates.loc["g0002"].isna().all()
    assert found.estimates.drop(index="g0002").notna().all(axis=None)
    assert found.summary.loc["g0002", "term"] == ""


def test_requests_that_cannot_be_met() -> None:
    with pytest.raises(NoGroups):
        core.influence(core.fit(panel(), "y ~ x"))
    with pytest.raises(UnknownGrouping, match="does not group by 'h'"):
        core.influence(core.fit(panel(), "y ~ x + (1 | g)"), "h")


def test_without_fixed_effects_there_is_nothing_to_carry() -> None:
    found = core.influence(core.fit(panel(groups=6, rows=8), "y ~ 0 + (1 | g)"))
    assert found.estimates.shape == (6, 0)
    assert found.summary[["cooks_distance", "largest_change"]].isna().all(axis=None)
    assert found.summary["sigma"].notna().all()
