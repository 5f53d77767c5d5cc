"""Small allocations, and the slow roads to their answers: every plan on a grid, and the plain programme."""

from itertools import product

import numpy as np
from scipy.optimize import linprog

from core.decide.allocation_problem import Problem, problem
from core.decide.allocation_tail import tail_mean
from core.decide.curve import Curve

IDENTITY, LOG, LOG1P, SQRT = Curve.IDENTITY, Curve.LOG, Curve.LOG1P, Curve.SQRT


def drawn(
    seed: int,
    groups: int,
    curves: tuple[Curve, ...],
    n: int = 200,
    *,
    level: float = 1.2,
    charge: float = 0.0,
    budget: float | None = None,
    wide: float = 0.3,
) -> Problem:
    """Returns a problem whose next unit of money returns `level` on average, by group and draw."""
    rng = np.random.default_rng([71, seed])
    shape = (groups, len(curves))
    now = rng.gamma(4.0, 5.0, shape)
    returns = level + 0.6 * rng.standard_normal(shape) + 0.3 * rng.standard_normal((n, 1, len(curves)))
    returns = returns + 0.8 * rng.standard_normal((n, *shape))
    slope = np.stack([c.cost_slope(c.of(now[:, k])) for k, c in enumerate(curves)], axis=1)
    low, high = (1 - wide) * now, (1 + wide) * now
    total = None if budget is None else budget * float(now.sum())
    return problem(returns * slope, curves, now, low=low, high=high, charge=charge, budget=total)


def grid(asked: Problem, steps: int) -> np.ndarray:
    """Returns every plan within budget and bounds on a grid of `steps` amounts each: (P, J, C)."""
    ends = zip(asked.low.ravel(), asked.high.ravel(), strict=True)
    plans = np.array(list(product(*(np.linspace(low, high, steps) for low, high in ends))))
    plans = plans.reshape(-1, *asked.low.shape)
    return plans[asked.money(plans) <= asked.budget * (1 + 1e-12)]


def changes(asked: Problem, plans: np.ndarray) -> np.ndarray:
    """Returns what plans (P, J, C) bring in each draw: (P, n)."""
    steps = (asked.values(plans) - asked.values(asked.now)).reshape(len(plans), -1)
    paid = asked.charge * (asked.money(plans) - asked.money(asked.now))
    return steps @ asked.gains.reshape(len(asked.gains), -1).T - paid[:, None]


def tail_means(asked: Problem, plans: np.ndarray, tail: float) -> np.ndarray:
    """Returns the mean of the worst draws of each plan: (P,)."""
    return np.array([tail_mean(change, tail) for change in changes(asked, plans)])


def plain_programme(asked: Problem, tail: float, floor: float | None = None) -> float:
    """Returns the largest tail mean of any plan with straight lines, all draws in one linear programme."""
    n = len(asked.gains)
    cost = np.broadcast_to(asked.price, asked.now.shape).ravel()
    net = asked.gains.reshape(n, -1) - asked.charge * cost
    moves = net.shape[1]
    rows = [np.hstack([-net, np.ones((n, 1)), -np.eye(n)])]
    rows.append(np.concatenate([cost, np.zeros(1 + n)])[None])
    most = [np.zeros(n), [asked.budget - float(asked.money(asked.now))]]
    if floor is not None:
        rows.append(np.concatenate([-net.mean(axis=0), np.zeros(1 + n)])[None])
        most.append([-floor])
    ends = [*zip((asked.low - asked.now).ravel(), (asked.high - asked.now).ravel(), strict=True)]
    found = linprog(
        np.concatenate([np.zeros(moves), [-1.0], np.full(n, 1 / (tail * n))]),
        A_ub=np.vstack(rows),
        b_ub=np.concatenate(most),
        bounds=[*ends, (None, None), *[(0, None)] * n],
        method="highs",
    )
    assert found.status == 0, found.message
    return -float(found.fun)
