"""Wrong models of yes/no, counts and amounts are found by what they leave over, right ones left alone."""

import numpy as np
import pandas as pd
import pytest

import core
from core.finding import Status
from core.result.bends import bend
from core.result.review_quantiles import furthest_off

SEEDS = (0, 1, 2)


def rows(seed: int) -> tuple[np.random.Generator, pd.DataFrame, np.ndarray]:
    """20 groups of 20 rows, a predictor, and the linear predictor of what is expected."""
    rng = np.random.default_rng(seed)
    g, x = np.repeat(np.arange(20), 20), rng.normal(size=400)
    week = np.tile(np.arange(20), 20)
    eta = 0.7 + 0.3 * x + rng.normal(0, 0.6, 20)[g]
    return rng, pd.DataFrame({"g": [f"g{k:02d}" for k in g], "x": x, "week": week}), eta


def told(frame: pd.DataFrame, family: str, formula: str = "y ~ x + (1 | g)") -> dict[str, str]:
    """What is looked at, by topic."""
    table = core.read_table(frame)
    found = core.diagnose(core.fit(table, formula, family=family), table, "week")
    return {one.topic: one.message for one in found if one.status is Status.LOOK}


@pytest.mark.parametrize("family", ["yes", "binomial", "poisson", "negative_binomial", "gamma"])
def test_right_models_are_left_alone(family: str) -> None:
    """Each of some six findings takes one sound panel in a hundred: two alarms of three panels are rare."""
    alarms = 0
    for seed in SEEDS:
        frame = sound(family, seed + 40)
        formula = "y | trials(t) ~ x + (1 | g)" if family == "binomial" else "y ~ x + (1 | g)"
        alarms += len(told(frame, "binomial" if family == "yes" else family, formula))
    assert alarms <= 1


def sound(family: str, seed: int) -> pd.DataFrame:
    rng, frame, eta = rows(seed)
    mu, share, tried = np.exp(eta), 1 / (1 + np.exp(-eta)), rng.integers(3, 12, 400)
    y = {
        "yes": lambda: rng.binomial(1, share),
        "binomial": lambda: rng.binomial(tried, share),
        "poisson": lambda: rng.poisson(mu),
        "negative_binomial": lambda: rng.negative_binomial(1.5, 1.5 / (1.5 + mu)),
        "gamma": lambda: rng.gamma(1.2, mu / 1.2),
    }[family]()
    return frame.assign(y=y, t=tried)


@pytest.mark.parametrize("seed", SEEDS)
def test_counts_that_vary_more_than_a_poisson_are_found(seed: int) -> None:
    rng, frame, eta = rows(seed)
    frame["y"] = rng.negative_binomial(2, 2 / (2 + np.exp(eta)))
    found = told(frame, "poisson")
    assert {"residual_shape", "zeros"} <= set(found)
    assert not {"residual_shape", "zeros"} & set(told(frame, "negative_binomial"))


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_that_can_only_be_zero_are_found_among_scattered_counts(seed: int) -> None:
    rng, frame, eta = rows(seed)
    frame["y"] = rng.negative_binomial(4, 4 / (4 + np.exp(eta + 2))) * (rng.random(400) > 0.15)
    message = told(frame, "negative_binomial")["zeros"]
    assert message.startswith(f"{(frame['y'] == 0).sum():,} of 400 rows are zero where the model expects ")


@pytest.mark.parametrize("seed", SEEDS)
def test_lognormal_amounts_with_outliers_are_no_gamma(seed: int) -> None:
    rng, frame, eta = rows(seed)
    far = np.flatnonzero(rng.random(400) < 0.02)
    frame["y"] = np.exp(eta + rng.normal(0, 0.5, 400))
    frame.loc[far, "y"] *= np.exp(3)
    found = told(frame, "gamma")
    assert "They lean to the high side." in found["residual_shape"]
    assert "is expected" in found["outlying_rows"]
    first = int(found["outlying_rows"].split("row ")[1].split(" ")[0].replace(",", ""))
    assert first - 1 in far  # rows of a frame are numbered from 1


@pytest.mark.parametrize("family", ["binomial", "poisson", "gamma"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_missing_curve_is_found_and_its_square_mends_it(family: str, seed: int) -> None:
    rng, frame, eta = rows(seed)
    curved = eta - (1.2 if family == "binomial" else 0.4) * (frame["x"].to_numpy() ** 2 - 1)
    frame["y"] = {
        "binomial": lambda: rng.binomial(1, 1 / (1 + np.exp(-curved))),
        "poisson": lambda: rng.poisson(np.exp(curved)),
        "gamma": lambda: rng.gamma(2, np.exp(curved) / 2),
    }[family]()
    frame["square"] = frame["x"] ** 2
    message = told(frame, family)["bend"]
    assert message.startswith("The effect of 'x' bends: where it is lowest and highest there is less than")
    assert "bend" not in told(frame, family, "y ~ x + square + (1 | g)")


def test_what_carries_over_in_time_is_found() -> None:
    rng, frame, eta = rows(1)
    carried = np.zeros((20, 20))
    for week in range(1, 20):
        carried[:, week] = 0.8 * carried[:, week - 1] + rng.normal(0, 0.6, 20)
    frame["y"] = rng.poisson(np.exp(eta + 1 + carried.ravel()))
    assert "carries over" in told(frame, "negative_binomial")["carried_over"]


def test_a_bend_is_as_large_as_its_parabola() -> None:
    """On fifths at -2 .. 2 a parabola of 0.2 rises by 0.8 from the middle to the ends."""
    x = np.linspace(0, 1, 5000, endpoint=False)
    place = np.floor(5 * x) - 2
    noise = np.random.default_rng(1).normal(size=5000)
    found = bend(x, 0.2 * place**2 + noise)
    assert found is not None
    # The error of the parabola's coefficient is 1 / sqrt(n var(place^2)) = 0.0085.
    assert found.size == pytest.approx(0.8, abs=4 * 3 * 0.0085)
    assert found.means == pytest.approx(0.2 * np.array([2, -1, -2, -1, 2]), abs=0.13)
    assert found.p_value < 1e-9
    assert bend(np.repeat([0.0, 1.0], 2500), noise) is None


def test_how_far_chances_are_off_is_kolmogorovs_distance() -> None:
    from scipy import stats

    values = np.random.default_rng(2).normal(0.1, 1.2, 500)
    assert furthest_off(values) == pytest.approx(stats.kstest(values, "norm").statistic, abs=1e-12)
