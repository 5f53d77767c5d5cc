"""Simulated panels of yes/no and counts: intervals hold what they say, and so do the probabilities of tiers.

Every band is three binomial standard errors around the claim, plus a tolerance for what an approximation is
allowed: 2 points of coverage, 3 of calibration.
"""

import numpy as np
import pandas as pd
import pytest

import core
from core.design.coding import Array

pytestmark = pytest.mark.slow
PANELS, TIERS, COVER, TRUE = 150, 3, 0.02, 0.03
# Family, groups, rows a group, SD between groups.
CASES = [("binomial", 20, 30, 0.8), ("poisson", 20, 15, 0.6), ("binomial", 60, 12, 1.0)]


def simulated(family: str, groups: int, each: int, sd: float, seed: int) -> tuple[pd.DataFrame, Array]:
    """One panel, and the true level of each group at x = 0."""
    rng = np.random.default_rng([7, groups, each, seed])
    g, x = np.repeat(np.arange(groups), each), rng.normal(size=groups * each)
    level = -0.4 + sd * rng.normal(size=groups)
    eta = level[g] + 0.5 * x
    y = rng.poisson(np.exp(eta)) if family == "poisson" else rng.binomial(1, 1 / (1 + np.exp(-eta)))
    return pd.DataFrame({"g": [f"g{k:03d}" for k in g], "x": x, "y": y}), level


@pytest.fixture(scope="module", params=CASES, ids=[f"{c[0]}-{c[1]}x{c[2]}" for c in CASES])
def held(request: pytest.FixtureRequest) -> dict[str, Array]:
    """By name: whether each interval held the truth, what was said of each tier, whether it was so."""
    family, groups, each, sd = request.param
    found: dict[str, list[Array]] = {}
    for seed in range(PANELS):
        frame, level = simulated(family, groups, each, sd, seed)
        fit = core.fit(frame, "y ~ x + (1 | g)", family=family)
        fixed = fit.fixed_effects
        for name, true in (("(Intercept)", -0.4), ("x", 0.5)):
            inside = np.array([fixed["low"][name] <= true <= fixed["high"][name]])
            found.setdefault(f"fixed {name}", []).append(inside)
        for width in (0.8, 0.95):
            told = fit.predict(
                pd.DataFrame({"g": sorted(set(frame["g"])), "x": 0.0}), "known", interval=width
            )
            mean = np.exp(level) if family == "poisson" else 1 / (1 + np.exp(-level))
            inside = (told["low"].to_numpy() <= mean) & (mean <= told["high"].to_numpy())
            found.setdefault(f"groups {width}", []).append(inside)
        table = core.tiers(fit, slope="(Intercept)", n_tiers=TIERS).table.sort_index()
        sizes = table["tier"].value_counts().sort_index().to_numpy()
        if len(sizes) == TIERS:
            rank = np.argsort(np.argsort(-level))
            tier = np.searchsorted(np.cumsum(sizes), rank, side="right")
            for k in range(TIERS):
                found.setdefault("said", []).append(table[f"p_tier_{k + 1}"].to_numpy())
                found.setdefault("so", []).append(tier == k)
    return {name: np.array(parts, dtype=float) for name, parts in found.items()}


@pytest.mark.parametrize("name", ["fixed (Intercept)", "fixed x", "groups 0.8", "groups 0.95"])
def test_intervals_hold_what_they_say(held: dict[str, Array], name: str) -> None:
    said = 0.8 if name.endswith("0.8") else 0.95
    each = held[name].mean(
        axis=1
    )  # of one panel: its groups share one fit, so panels are what is independent
    error = max(each.std(ddof=1), np.sqrt(said * (1 - said) / held[name].shape[1]) / 2) / np.sqrt(PANELS)
    assert abs(each.mean() - said) < 3 * error + COVER, f"{name}: {each.mean():.3f}"


def test_probabilities_of_tiers_are_as_often_true(held: dict[str, Array]) -> None:
    for low, high in ((0.0, 0.1), (0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01)):
        inside = (held["said"] >= low) & (held["said"] < high)
        said, so = held["said"][inside], held["so"][inside]
        # Groups of one panel are not independent: they count as half as many.
        error = np.sqrt(said.mean() * (1 - said.mean()) / (len(said) / 2))
        assert abs(so.mean() - said.mean()) < 3 * error + TRUE, f"{low} to {high}: {so.mean():.3f}"
