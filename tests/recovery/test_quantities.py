"""Chances by quantities other than a slope, on panels with known truth: P(tier) and P(it pays)."""

from collections.abc import Callable

import numpy as np
import pytest

import core
from tests.recovery.simulate import FORMULA, panel

pytestmark = pytest.mark.slow
PANELS = 150
SEASON = 0.3
Asked = tuple[core.Profit | core.Contrast | core.Response, np.ndarray]


def profit(totals: np.ndarray, rng: np.random.Generator) -> Asked:
    """Returns a profit with its true values (J,): it breaks even at slopes from 0 to 1.2, the mean is 0.5.

    One price for all panels would ask of the same true mean again and again: what is said of it is then off
    on the side of the estimate, as it has to be.
    """
    cost = float(rng.uniform(0.0, 2.4))
    return core.Profit("spend", margin=2.0, cost=cost), 2.0 * totals[:, 1] - cost


def contrast(totals: np.ndarray, rng: np.random.Generator) -> Asked:
    """Returns how much more spend does than so many units of the season, with its true values."""
    weight = float(rng.uniform(0.0, 4.0))
    asked = core.Contrast({"spend": 1.0, "season": -weight})
    return asked, totals[:, 1] - weight * SEASON


def response(totals: np.ndarray, rng: np.random.Generator) -> Asked:
    """Returns the outcome at a spend, with its true values."""
    at = float(rng.uniform(0.0, 5.0))
    return core.Response({"spend": at, "season": 0.0}), totals[:, 0] + at * totals[:, 1]


@pytest.mark.parametrize("ask", [profit, contrast, response])
def test_chances_are_calibrated(ask: Callable[[np.ndarray, np.random.Generator], Asked]) -> None:
    """In every tenth with 100 or more entries the share that is true is within 6 points of what was said.

    Entries of one panel go together: a tenth of a few hundred stores has a standard error of some 3 points.
    """
    said, true = {"tier": [], "positive": []}, {"tier": [], "positive": []}
    for seed in range(PANELS):
        known = panel(seed)
        quantity, of = ask(known.totals, np.random.default_rng([7, seed]))
        found = core.tiers(core.fit(known.frame, FORMULA), quantity, 3, seed=seed, n_draws=600)
        if not found.detectable:
            continue
        table = found.table.loc[list(known.levels)]
        place = (-of).argsort().argsort()
        edges = np.concatenate([[0], np.cumsum(found.sizes)])
        for k in range(3):
            said["tier"].append(table[f"p_tier_{k + 1}"].to_numpy())
            true["tier"].append((place >= edges[k]) & (place < edges[k + 1]))
        said["positive"].append(table["p_positive"].to_numpy())
        true["positive"].append(of > 0)
    _check(said["tier"], true["tier"])
    if ask is not response:  # sales are surely above zero
        _check(said["positive"], true["positive"])


def _check(said: list[np.ndarray], true: list[np.ndarray]) -> None:
    p, hit = np.concatenate(said), np.concatenate(true)
    bins = np.minimum((p * 10).astype(int), 9)
    report = [
        (k, int((bins == k).sum()), float(p[bins == k].mean()), float(hit[bins == k].mean()))
        for k in range(10)
        if (bins == k).sum() >= 100
    ]
    assert len(report) >= 6
    assert [row for row in report if abs(row[2] - row[3]) > 0.06] == [], report
