"""The programme's derivatives, Newton's step and the optimum's conditions."""

import numpy as np
import pytest

from core.decide.allocation_interior import _start, interior
from core.decide.allocation_newton import Products, conditions, products, system
from core.decide.allocation_programme import Programme
from core.decide.allocation_scaled import scaled
from core.decide.curve import Curve
from tests.core.decide.allocations import IDENTITY, LOG, LOG1P, SQRT, drawn

CURVES = (IDENTITY, SQRT, LOG, LOG1P)


def programme(curves: tuple[Curve, ...], floor: float | None = None, charge: float = 0.3) -> Programme:
    asked = drawn(1, 6, curves, n=40, charge=charge, level=1.5)
    draws = asked.gains.reshape(40, -1)
    return scaled(asked, 10.0).programme(draws, 0.25, floor, asked.gains.mean(axis=0).ravel())


def test_the_money_of_shares_and_its_derivatives() -> None:
    asked = drawn(1, 6, CURVES, n=2)
    scale = scaled(asked, 10.0)
    of = scale.programme(asked.gains.reshape(2, -1), 1.0, None, asked.gains.mean(axis=0).ravel())
    x = np.random.default_rng(0).uniform(0.1, 0.9, 24)
    spent, slope, bend = of.spent(x)
    by_plan = (asked.money(scale.spend(x)) - asked.money(asked.low)) / scale.between
    assert spent == pytest.approx(float(by_plan), rel=1e-12)
    step = 1e-5
    for k in range(24):
        aside = np.eye(24)[k] * step
        (up, up_slope, _), (down, down_slope, _) = of.spent(x + aside), of.spent(x - aside)
        # Central differences of a function near 0.5: h^2 of its third derivative, and 1e-16 / h.
        assert slope[k] == pytest.approx((up - down) / (2 * step), rel=1e-6)
        assert bend[k] == pytest.approx((up_slope[k] - down_slope[k]) / (2 * step), rel=1e-6, abs=1e-9)


def test_shares_of_nothing_and_of_all_are_the_bounds_themselves() -> None:
    asked = drawn(2, 5, (SQRT, LOG))
    scale = scaled(asked, 1.0)
    assert (scale.spend(np.zeros(10)) == asked.low).all()
    assert (scale.spend(np.ones(10)) == asked.high).all()


@pytest.mark.parametrize("floor", [None, -5.0])
def test_a_whole_newton_step_makes_straight_conditions_hold(floor: float | None) -> None:
    of = programme((IDENTITY, IDENTITY), floor)
    at = conditions(of, _start(of))
    aim = Products(*(0.1 - part for part in products(at.point)))
    step = system(at).step(aim)
    after = conditions(of, at.point.moved(step, 1.0, 1.0))
    # Every condition but complementarity is linear here, so that one step repairs it, but for rounding; the
    # floor's charge multiplies two unknowns only where curves bend.
    assert after.missed < 1e-9
    first_order = Products(
        at.point.slack * step.price + at.point.price * step.slack,
        at.point.z * step.z_price + at.point.z_price * step.z,
        at.point.x * step.at_low + at.point.at_low * step.x,
        at.point.left * step.at_high + at.point.at_high * step.left,
    )
    for found, wanted in zip(first_order, aim, strict=True):
        assert found == pytest.approx(wanted, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("curves", [(IDENTITY, IDENTITY), (SQRT, LOG), CURVES])
@pytest.mark.parametrize("floor", [None, 2.0])
def test_the_end_satisfies_the_conditions_of_the_optimum(
    curves: tuple[Curve, ...], floor: float | None
) -> None:
    of = programme(curves, floor)
    point = interior(of)
    at = conditions(of, point)
    assert products(point).total < 1e-9
    # Sums of 40 draws' gains times their weights, of some 10 each in these units: rounding adds to 1e-8.
    assert at.missed < 1e-7
    for part in (point.x, point.left, point.z, point.slack, point.price, point.z_price):
        assert (part > 0).all()
    weights = point.price[: len(of.base)]
    assert weights.sum() == pytest.approx(1.0, rel=1e-9)
    assert (weights <= of.cap).all()
