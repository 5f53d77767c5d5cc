"""The search against glmm and against many starts, on simulated panels of every kind."""

import glmm
import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

import core
from core.fit.objective import criterion_and_gradient, in_units
from core.fit.optimise import Stop
from core.fit.target import effect_columns

PANELS = 200
# glmm warns of singular fits, which a third of these panels are made to be.
pytestmark = pytest.mark.filterwarnings("ignore::glmm.DiagnosticWarning")


def simulated(seed: int) -> tuple[pd.DataFrame, str, bool]:
    """One panel, its formula and whether REML is asked: sizes, imbalance and signal from none to strong."""
    rng = np.random.default_rng([20261121, seed])
    groups = int(rng.choice([4, 6, 10, 20, 60]))
    smallest, largest = [(2, 3), (3, 40), (8, 12), (1, 100)][seed % 4]
    sizes = rng.integers(smallest, largest + 1, groups)
    sizes[0] += 6
    g = np.repeat(np.arange(groups), sizes)
    n = len(g)
    x1 = rng.gamma(2.0, 1.0, n) * rng.uniform(0.3, 3.0, groups)[g] + rng.choice([0.0, 50.0])
    x2 = rng.standard_normal(n)
    signal = rng.choice([0.0, 0.05, 0.3, 1.0, 5.0], 3)
    correlation = rng.uniform(-0.95, 0.95)
    u = rng.standard_normal((groups, 3))
    u[:, 1] = correlation * u[:, 0] + np.sqrt(1 - correlation**2) * u[:, 1]
    u *= signal
    y = (
        3.0
        + u[g, 0]
        + (0.5 + u[g, 1]) * x1
        + (0.2 + u[g, 2]) * x2
        + rng.choice([0.1, 1.0, 10.0]) * rng.standard_normal(n)
    )
    formula = ["y ~ x1 + x2 + (1 | g)", "y ~ x1 + x2 + (1 + x1 | g)", "y ~ x1 + x2 + (1 + x1 + x2 | g)"][
        seed % 3
    ]
    frame = pd.DataFrame({"y": y, "x1": x1, "x2": x2, "g": [f"g{k}" for k in g]})
    if n <= groups * (1 + formula.count("x", formula.index("("))):
        formula = "y ~ x1 + x2 + (1 | g)"
    return frame, formula, bool(rng.integers(2))


# All blocks run with the slow tests; the first two stand for them.
@pytest.mark.parametrize("block", [0, 1, *(pytest.param(k, marks=pytest.mark.slow) for k in range(2, 8))])
def test_never_above_glmm_nor_above_many_starts(block: int) -> None:
    """The best known value is beaten or met to 1e-6 relative; every search ends at a verified optimum."""
    worse = []
    for seed in range(block, PANELS, 8):
        frame, formula, reml = simulated(seed)
        fit = core.fit(frame, formula, method="reml" if reml else "ml")
        assert fit.stop in (Stop.OPTIMUM, Stop.ON_BOUNDARY), (seed, fit.stop)
        peer = glmm.fit(frame, formula, "gaussian", reml=reml)
        others = {"glmm": -2.0 * peer.loglik, "starts": best_of_starts(fit, reml, seed)}
        worse += [
            (seed, formula, name, fit.criterion - value)
            for name, value in others.items()
            if fit.criterion > value + 1e-6 * abs(value)
        ]
    assert not worse


def best_of_starts(fit: core.Fit, reml: bool, seed: int) -> float:
    """The lowest criterion that L-BFGS reaches from six random starts."""
    problem = fit.linear.problem
    sizes = effect_columns(problem)[1][problem.shape.rows]
    rng = np.random.default_rng([7, seed])

    def sized(theta: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = criterion_and_gradient(problem, theta / sizes, reml)
        return value, gradient / sizes

    values = []
    for size in (0.01, 0.1, 0.3, 1.0, 3.0, 30.0):
        start = size * rng.standard_normal(len(problem.shape.rows))
        values.append(float(minimize(sized, start, jac=True, method="L-BFGS-B").fun))
    return in_units(problem, min(values), reml)
