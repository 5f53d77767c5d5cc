"""Predictive checks: calm where the model is right, told where it is wrong, and exact in their sums."""

import numpy as np
import pandas as pd
import pytest

import core
from core.finding import Status
from core.result.predictive import posterior_predictive, predictive
from core.result.review_predictive import review_predictive
from core.result.row_draws import NeedsDraws
from tests.core.fit.reweighed import panel

TEXT = "y ~ x + w + (1 + x | g)"


def test_data_of_the_model_pass() -> None:
    """The share p is near even where the model is right, whatever the sample: fitted to the data, it lies in
    the middle of its range. Eight panels, four or five quantities each; all outside 0.01 would be chance once
    in a hundred quantities if p were even, and is rarer.
    """
    found = [
        posterior_predictive(core.fit(frame, TEXT), frame, seed=1)
        for frame in (panel(groups=20, rows=12, seed=seed) for seed in range(8))
    ]
    told = [f for one in found for f in review_predictive(one) if f.status is not Status.GOOD]
    assert len(told) <= 2
    assert np.mean([one.quantities.loc["sd", "p"] for one in found]) == pytest.approx(0.5, abs=0.15)


def test_quantities_are_those_of_the_replicates() -> None:
    """By pandas."""
    rng = np.random.default_rng(2)
    observed, made = rng.gamma(2.0, size=60), rng.standard_normal((200, 60)) + 1.5
    codes = rng.integers(0, 7, 60)
    codes[codes == 3] = 4  # a group without rows
    found = predictive("prior", "y", observed, made, {"g": codes}, n_all=60, seed=0)
    frame = pd.DataFrame(made.T)
    spread = frame.groupby(codes).mean().std(ddof=0)
    told = {
        "mean": frame.mean(),
        "sd": frame.std(ddof=0),
        "smallest": frame.min(),
        "largest": frame.max(),
        "below_zero": (frame < 0).mean(),
        "between g": spread,
    }
    assert list(found.quantities.index) == list(told)
    for name, values in told.items():
        row = found.quantities.loc[name]
        mine = (row["low"], row["median"], row["high"])
        assert mine == pytest.approx(values.quantile([0.025, 0.5, 0.975]).to_list(), rel=1e-9), name
        above = (values > row["observed"]).mean() + (values == row["observed"]).mean() / 2
        assert row["p"] == pytest.approx(above, abs=1e-12), name
    assert found.observed.heights.shape[0] == 1 and found.made.heights.shape[0] == 50
    assert review_predictive(found) == []  # what a prior makes is not judged


def test_replicates_scatter_as_the_model_says() -> None:
    """Their SD is that of fitted values and residuals together; 400 replicates, 1,500 rows: to some 2 %."""
    frame = panel(groups=60, rows=25)
    fit = core.fit(frame, TEXT)
    found = posterior_predictive(fit, frame, seed=3)
    fitted = core.residuals(fit, frame).fitted
    assert found.quantities.loc["sd", "median"] == pytest.approx(np.hypot(fitted.std(), fit.sigma), rel=0.02)
    assert found.quantities.loc["mean", "median"] == pytest.approx(frame["y"].mean(), abs=0.05 * fit.sigma)


def test_weights_divide_the_spread() -> None:
    """A single row of little weight is the furthest in nearly every replicate."""
    frame = panel(groups=10, rows=20).assign(n=1.0)
    frame.loc[7, "n"] = 1e-4
    found = posterior_predictive(core.fit(frame, "y | weights(n) ~ x + w"), frame, seed=4)
    assert found.quantities.loc["sd", "median"] > 3


def test_ends_the_model_does_not_make_are_told() -> None:
    """Outcomes with a long right tail: a bell curve neither makes the largest nor stops at zero."""
    frame = panel(groups=20, rows=12)
    frame["y"] = np.exp(frame["y"])
    found = posterior_predictive(core.fit(frame, TEXT), frame, seed=5)
    told = " ".join(finding.message for finding in review_predictive(found))
    assert "The largest outcome made by the model lies below yours" in told
    assert "of outcomes below zero" in told
    assert all(finding.status is Status.LOOK for finding in review_predictive(found))


def test_of_a_yes_or_no_only_rates_are_told() -> None:
    """No logarithm helps a 0 and 1, and their ends are no news; 0, 1 and a half are numbers again."""
    frame = panel(groups=20, rows=12)
    frame["y"] = (frame["y"] > frame["y"].quantile(0.8)).astype(float)
    found = posterior_predictive(core.fit(frame, TEXT), frame, seed=5)
    assert found.yes_no
    first, *others = review_predictive(found)
    assert first.status is Status.UNKNOWN and first.message.startswith("A straight line was fitted to a yes")
    assert all(one.message.startswith("Means of 'g'") for one in others)
    said = " ".join(one.message + one.advice for one in review_predictive(found))
    assert not any(word in said for word in ("logarithm", "smallest", "largest", "below zero"))
    frame.loc[3, "y"] = 0.5
    again = posterior_predictive(core.fit(frame, TEXT), frame, seed=5)
    assert not again.yes_no and "below zero" in " ".join(one.message for one in review_predictive(again))


def test_many_rows_are_taken_at_random_and_seeds_repeat() -> None:
    frame = panel(groups=50, rows=450)
    fit = core.fit(frame, TEXT)
    found = posterior_predictive(fit, frame, seed=6, n_replicates=20)
    assert (found.n_rows, found.n_all) == (20_000, 22_500)
    again = posterior_predictive(fit, frame, seed=6, n_replicates=20)
    pd.testing.assert_frame_equal(found.quantities, again.quantities)
    other = posterior_predictive(fit, frame, seed=7, n_replicates=20)
    assert not found.quantities.equals(other.quantities)


def test_a_wide_prior_is_seen_to_be_wide() -> None:
    rng = np.random.default_rng(8)
    observed = rng.standard_normal(100) + 50
    made = 1000 * rng.standard_normal((300, 1)) + rng.standard_normal((300, 100))
    found = predictive("prior", "y", observed, made, {}, n_all=100, seed=0)
    assert found.observed.grid[0] < -1000 and found.observed.grid[-1] > 1000
    assert 0.02 < found.outside < 0.1


def test_rows_of_a_generalised_fit_need_its_posterior() -> None:
    """The very table it was fitted to: what is missing is draws, not rows."""
    table = core.read_sample("ab_test")
    fit = core.fit(table, "converted ~ variant + (1 | user)", family="binomial")
    for ask in (core.loo, core.posterior_predictive):
        with pytest.raises(NeedsDraws, match='method="nuts"'):
            ask(fit, table, seed=1)
