"""Tail means against their definition."""

import numpy as np
import pytest
from scipy.optimize import linprog

from core.decide.allocation_tail import tail_mean

CHANGE = np.array([3.0, -1.0, 4.0, 1.0, -5.0, 9.0, 2.0, 6.0])


@pytest.mark.parametrize(
    ("tail", "expected"),
    [(0.125, -5.0), (0.25, -3.0), (0.375, -5 / 3), (0.3, (-5 - 1 + 0.4 * 1) / 2.4), (0.01, -5.0)],
)
def test_is_the_mean_of_the_worst(tail: float, expected: float) -> None:
    assert tail_mean(CHANGE, tail) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("tail", [0.13, 0.25, 0.5, 0.77, 0.999])
def test_is_the_programme_of_rockafellar_and_uryasev(tail: float) -> None:
    n = len(CHANGE)
    found = linprog(
        np.concatenate([[-1.0], np.full(n, 1 / (tail * n))]),
        A_ub=np.hstack([np.ones((n, 1)), -np.eye(n)]),
        b_ub=CHANGE,
        bounds=[(None, None), *[(0, None)] * n],
    )
    assert tail_mean(CHANGE, tail) == pytest.approx(-found.fun, rel=1e-10)
