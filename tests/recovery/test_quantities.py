"""Chances by quantities other than a slope, on panels with known truth: P(tier) and P(it pays)."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

import core
from tests.recovery.simulate import FORMULA, panel

pytestmark = pytest.mark.slow
PANELS = 100
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
    """In every fifth of what was said, the share that is true is what was said, to three standard errors.

    Stores of one panel share its mean slope, so chances that they pay are right or wrong together: the errors
    are those of sums over panels, 2 to 4 points of P(tier) and up to 8 of P(it pays).
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
        tier = np.searchsorted(edges, place, side="right") - 1
        said["tier"].append(table[[f"p_tier_{k + 1}" for k in range(3)]].to_numpy().ravel())
        true["tier"].append((tier[:, None] == np.arange(3)).ravel())
        said["positive"].append(table["p_positive"].to_numpy())
        true["positive"].append(of > 0)
    for name in said if ask is not response else ["tier"]:  # sales are surely above zero
        report = list(_fifths(said[name], true[name]))
        assert len(report) == 5
        assert [row for row in report if abs(row[1]) > 3 * row[2] + 0.01] == [], (name, report)


def _fifths(said: list[np.ndarray], true: list[np.ndarray]) -> Iterator[tuple[int, float, float]]:
    """Each fifth of the chances, how far the truth is off, and the standard error over panels."""
    for k in range(5):
        off = [
            ((np.minimum((p * 5).astype(int), 4) == k) * (hit - p)).sum()
            for p, hit in zip(said, true, strict=True)
        ]
        many = sum((np.minimum((p * 5).astype(int), 4) == k).sum() for p in said)
        yield k, float(sum(off) / many), float(np.sqrt(np.square(off).sum()) / many)
