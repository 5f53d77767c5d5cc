"""Allocations of 2,000 groups and 3 channels by 1,000 draws, beside HiGHS on the whole linear programme."""

from time import perf_counter, process_time

import numpy as np
from scipy.optimize import linprog

from core.decide.allocation_problem import Problem, problem
from core.decide.allocation_search import best_protected, most_expected
from core.decide.allocation_tail import tail_mean
from core.decide.curve import Curve

GROUPS, CHANNELS, DRAWS, TAIL = 2_000, 3, 1_000, 0.05
KINDS = {
    "straight lines": (Curve.IDENTITY,) * 3,
    "square roots": (Curve.SQRT,) * 3,
    "one of each": (Curve.IDENTITY, Curve.SQRT, Curve.LOG1P),
}
PEER = 300.0  # seconds that HiGHS gets


def print_allocation(repeats: int, *, quick: bool = False) -> None:
    """Prints seconds to the plan by both goals, everything that is read off it included."""
    groups = 200 if quick else GROUPS
    print(f"\nA budget over {groups:,} groups x {CHANNELS} channels, {DRAWS:,} joint draws, bounds of 30 %")
    print(f"    {'clock (processor), s':20} {'largest mean':>14} {'best worst 5 %':>16} {'gap':>9}")
    for name, curves in KINDS.items():
        asked = simulated(groups, curves)
        spent = {goal: [] for goal in (most_expected, best_protected)}
        for _ in range(repeats):
            for goal, seconds in spent.items():
                start, busy = perf_counter(), process_time()
                found = goal(asked, tail=TAIL)
                seconds.append((perf_counter() - start, process_time() - busy))
        shown = ["{:.2f} ({:.2f})".format(*np.median(seconds, axis=0)) for seconds in spent.values()]
        print(f"    {name:20} {shown[0]:>14} {shown[1]:>16} {found.gap / found.change.tail_mean:9.0e}")
    asked = simulated(groups, KINDS["straight lines"])
    start = process_time()
    exact = by_highs(asked)
    seconds = process_time() - start
    ours = best_protected(asked, tail=TAIL).change.tail_mean
    print(f"    HiGHS, all draws in one programme, straight lines: {seconds:.0f} s of processor", end="; ")
    print("no optimum in that time" if exact is None else f"ours is {(exact - ours) / exact:.0e} below it")


def simulated(groups: int, curves: tuple[Curve, ...]) -> Problem:
    """Returns a problem of groups whose returns differ by 0.4 around 0.8 to 1.5, uncertain by 0.5 each and by
    0.15 in common.
    """
    rng = np.random.default_rng(1)
    now = rng.gamma(4.0, 5.0, (groups, CHANNELS)) * np.array([4.0, 2.0, 1.0])
    true = np.array([1.2, 1.5, 0.8]) + 0.4 * rng.standard_normal(now.shape)
    returns = true + 0.15 * rng.standard_normal((DRAWS, 1, CHANNELS))
    returns = returns + 0.5 * rng.standard_normal((DRAWS, *now.shape))
    slope = np.stack([f.cost_slope(f.of(now[:, c])) for c, f in enumerate(curves)], axis=1)
    return problem(returns * slope, curves, now)


def by_highs(asked: Problem) -> float | None:
    """Returns the best tail mean along straight lines by Rockafellar and Uryasev's programme, if in time."""
    n, moves = len(asked.gains), asked.now.size
    gains = asked.gains.reshape(n, moves)
    found = linprog(
        np.concatenate([np.zeros(moves), [-1.0], np.full(n, 1 / (TAIL * n))]),
        A_ub=np.vstack(
            [
                np.hstack([-gains, np.ones((n, 1)), -np.eye(n)]),
                np.append(np.ones(moves), np.zeros(n + 1))[None],
            ]
        ),
        b_ub=np.zeros(n + 1),
        bounds=[
            *zip((asked.low - asked.now).ravel(), (asked.high - asked.now).ravel(), strict=True),
            (None, None),
            *[(0, None)] * n,
        ],
        method="highs",
        options={"time_limit": PEER},
    )
    return tail_mean(gains @ found.x[:moves], TAIL) if found.status == 0 else None
