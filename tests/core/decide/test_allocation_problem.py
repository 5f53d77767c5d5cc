"""What an allocation may be asked, and what its plans change."""

import numpy as np
import pytest

from core.decide.allocation_errors import BadBounds, BadBudget, BadGains, BadPrice, LogAtZero
from core.decide.allocation_problem import problem
from core.decide.curve import Curve
from tests.core.decide.allocations import IDENTITY, LOG, LOG1P, SQRT, drawn

NOW = np.array([[4.0, 9.0], [1.0, 16.0]])
GAINS = np.ones((3, 2, 2))
BOTH = (IDENTITY, SQRT)
NAMES = {"groups": ("Aalen", "Bonn"), "channels": ("tv", "web")}


def test_unless_told_otherwise_bounds_are_thirty_percent_and_the_budget_is_todays() -> None:
    asked = problem(GAINS, BOTH, NOW)
    assert asked.low == pytest.approx(0.7 * NOW)
    assert asked.high == pytest.approx(1.3 * NOW)
    assert asked.budget == 30.0
    assert asked.allows(NOW)


def test_prices_turn_spend_into_money() -> None:
    asked = problem(GAINS, BOTH, NOW, price=np.array([2.0, 10.0]))
    assert asked.budget == 2 * 5 + 10 * 25


@pytest.mark.parametrize("curves", [(IDENTITY, LOG), (SQRT, LOG1P)])
def test_todays_spend_changes_exactly_nothing(curves: tuple[Curve, ...]) -> None:
    asked = drawn(1, 20, curves, charge=1.3)
    assert (asked.change(asked.now, asked.gains) == 0.0).all()


def test_a_change_is_gains_times_steps_less_what_is_spent() -> None:
    asked = problem(GAINS * np.array([2.0, 6.0]), BOTH, NOW, charge=3.0)
    new = np.array([[5.0, 9.0], [1.0, 12.25]])
    by_hand = 2.0 * 1.0 + 6.0 * (3.5 - 4.0) - 3.0 * (1.0 - 3.75)
    assert asked.change(new, asked.gains) == pytest.approx([by_hand] * 3, rel=1e-14)


def test_a_budget_below_the_lower_bounds_is_refused_with_both_figures() -> None:
    with pytest.raises(BadBudget, match=r"budget of 20 a period is less than .* 21\. Raise the budget"):
        problem(GAINS, BOTH, NOW, budget=20.0)
    with pytest.raises(BadBudget, match="nan is no budget"):
        problem(GAINS, BOTH, NOW, budget=float("nan"))


def test_a_budget_of_the_lower_bounds_themselves_is_kept() -> None:
    assert problem(GAINS, BOTH, NOW, budget=float((0.7 * NOW).sum())).budget == pytest.approx(21.0)


def test_bounds_without_an_amount_between_them_are_refused_by_name() -> None:
    with pytest.raises(BadBounds, match="'web' in 'Bonn' may be at least 20 and at most 16"):
        problem(GAINS, BOTH, NOW, low=np.array([[0, 0], [0, 20.0]]), high=NOW, **NAMES)
    with pytest.raises(BadBounds, match="'tv' in 'Aalen'"):
        problem(GAINS, BOTH, NOW, low=-NOW, **NAMES)
    with pytest.raises(BadBounds):
        problem(GAINS, BOTH, NOW, high=np.full((2, 2), np.nan))


def test_blank_gains_are_refused() -> None:
    with pytest.raises(BadGains, match="2 groups and 2 channels"):
        problem(np.full((3, 2, 2), np.nan), BOTH, NOW)
    with pytest.raises(BadGains):
        problem(np.ones((3, 2, 1)), BOTH, NOW)
    with pytest.raises(BadGains):
        problem(np.ones((0, 2, 2)), BOTH, NOW)


def test_a_price_of_nothing_is_refused() -> None:
    with pytest.raises(BadPrice, match="One unit of 'web' cannot cost 0"):
        problem(GAINS, BOTH, NOW, price=np.array([1.0, 0.0]), **NAMES)


def test_a_logarithm_of_nothing_is_refused() -> None:
    with pytest.raises(LogAtZero, match=r"'Aalen' spends nothing .* log1p\(tv\)"):
        problem(GAINS, (LOG, SQRT), NOW, low=np.zeros((2, 2)), **NAMES)
