"""Profile likelihood intervals: the ends of a quantity over every parameter the data do not object to.

The profile interval of g ends where g is least and greatest in the region D(parameters) <= D_best + chi^2
(Neale, Miller 1997, Behav. Genet. 27(2), 113-120), D being -2 log-likelihood (or the REML criterion). So each
end is one constrained search, a variance of zero being a place like any other.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.fit.along import Fitted
from core.fit.gaussian import fit_gaussian
from core.fit.joint import pose_joint
from core.fit.joint_linear import JointLinear
from core.fit.joint_objective import assemble_joint
from core.fit.linear import Linear
from core.fit.objective import Rooted, assemble, fixed_effects
from core.fit.target import sizes

# Steps of central differences, in parameters of size one.
STEP = 1e-5
# What a search may overstep the region by, in units of D, where 1 is a lot.
SLACK = 1e-4
# Where a search for the end begins, as shares of the way that the curvature at the best foretells.
BEGIN = (0.9, 0.4)
# Where it begins again when none of those searches ended inside the region.
AGAIN = (0.1, 0.7, 1.2, 0.01)
# Times what the slope foretells that a quantity may move before searches begin at the region's edge too.
BENT = 1.5
# How far from the best the edge is looked for.
FURTHEST = 1e4

Score = Callable[[Array], float]


@dataclass(frozen=True, slots=True)
class At:
    """The log-determinant and the root of S at one theta."""

    log_det: float
    pieces: Rooted


@dataclass(frozen=True, slots=True)
class Likelihood:
    """A criterion with its variance parameters as free numbers: sized theta (m,), then what is asked for."""

    at: Callable[[Array], At]  # of sized theta
    best: Array  # (m,)
    sizes: Array  # (m,)
    rows: int
    p: int
    reml: bool

    @property
    def df(self) -> int:
        """n or n - p."""
        return self.rows - (self.p if self.reml else 0)

    def base(self, at: At) -> float:
        """log|V / sigma^2| and, under REML, log|X'V^-1 X|, both at sigma 1."""
        pivots = np.diag(at.pieces.root)[:-1]
        return at.log_det + (2.0 * float(np.log(np.abs(pivots)).sum()) if self.reml else 0.0)

    def profiled(self, x: Array, more: float = 0.0) -> float:
        """D at sized theta, sigma and b profiled out; `more` is added to the residual sum of squares."""
        at = self.at(x)
        r2 = float(at.pieces.root[-1, -1] ** 2) + more
        return self.base(at) + self.df * (1.0 + float(np.log(2.0 * np.pi * r2 / self.df)))

    def with_sigma(self, v: Array) -> float:
        """D at (sized theta, log sigma^2 in working units), b profiled out."""
        at = self.at(v[:-1])
        r2 = float(at.pieces.root[-1, -1] ** 2)
        return self.base(at) + self.df * float(np.log(2.0 * np.pi) + v[-1]) + r2 * float(np.exp(-v[-1]))

    def with_effect(self, v: Array, weights: Array) -> float:
        """D at (sized theta, w'b in working units), the other fixed effects and sigma profiled out.

        Under REML the others are integrated out, with w'b as if an offset: the criterion of the columns that
        are left, |X_k'V^-1 X_k| being |X'V^-1 X| times the spread of w'b. This is the adjusted profile
        likelihood of Cox, Reid (1987, J. R. Stat. Soc. B 49(1)), which pays for what is estimated beside w'b.
        """
        at = self.at(v[:-1])
        away = v[-1] - float(weights @ fixed_effects(at.pieces))
        spread = float(np.square(at.pieces.inverse[:-1, :-1].T @ weights).sum())
        r2 = float(at.pieces.root[-1, -1] ** 2) + away**2 / spread
        df = self.df + int(self.reml)
        others = float(np.log(spread)) if self.reml else 0.0
        return self.base(at) + others + df * (1.0 + float(np.log(2.0 * np.pi * r2 / df)))


def likelihood(fitted: Fitted, reml: bool) -> Likelihood:
    """Returns the criterion of a fitted model around its optimum, which is searched again where it is of the
    other kind.
    """
    if fitted.reml != reml:
        fitted = fit_gaussian(fitted.moments, reml=reml)
    problem = fitted.lead.problem
    if isinstance(fitted, JointLinear):
        joint = pose_joint(fitted.moments)
        size = np.concatenate([sizes(side) for side in joint.sides])

        def together(x: Array) -> At:
            pieces = assemble_joint(joint, x / size, reml)
            return At(pieces.log_det, pieces)

        return Likelihood(together, fitted.optimum.theta * size, size, problem.n_rows, problem.p, reml)
    size = sizes(problem) if isinstance(fitted, Linear) and problem.random else np.empty(0)

    def alone(x: Array) -> At:
        pieces = assemble(problem, x / size if len(size) else x, reml)
        return At(pieces.log_det, pieces)

    return Likelihood(alone, fitted.optimum.theta * size, size, problem.n_rows, problem.p, reml)


def lowest(deviance: Score, start: Array) -> Array:
    """Returns where a deviance is least near `start` (k,)."""
    from scipy.optimize import minimize

    with np.errstate(over="ignore", invalid="ignore"):
        found = minimize(deviance, start, jac=lambda v: _gradient(deviance, v), method="BFGS")
    better = np.isfinite(found.fun) and found.fun <= deviance(start)
    return np.asarray(found.x if better else start)


def ends(
    objective: Score, deviance: Score, best: Array, allowed: float, starts: tuple[Array, ...] = ()
) -> tuple[float, float]:
    """Returns the least and the greatest `objective` where `deviance` is at most `allowed` above its value at
    `best` (k,); NaN for an end that no search reached.

    Each search begins where the curvature at the best foretells the end, and from `starts`: a correlation of
    one has no slope to follow.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # a search may try what no number can hold
        return _ends(objective, deviance, best, allowed, starts)


def _ends(
    objective: Score, deviance: Score, best: Array, allowed: float, starts: tuple[Array, ...]
) -> tuple[float, float]:
    limit = deviance(best) + allowed
    slope = _gradient(objective, best)
    hessian = _hessian(deviance, best)
    values, vectors = np.linalg.eigh(hessian)
    values = np.maximum(values, 1e-6 * max(float(values[-1]), 1e-12))
    along = vectors @ ((vectors.T @ slope) / values)
    rise = float(slope @ along)
    step = along * np.sqrt(2.0 * allowed / rise) if rise > 0.0 else np.full(len(best), 0.05)
    foretold = abs(float(slope @ step))
    if abs(objective(best + step) - objective(best)) > BENT * foretold:
        starts = (*starts, *_crossings(objective, deviance, best, limit))
    low, high = (
        _furthest(objective, deviance, (best, sign * step), limit, sign, starts) for sign in (-1.0, 1.0)
    )
    return low, high


def _crossings(objective: Score, deviance: Score, best: Array, limit: float) -> tuple[Array, ...]:
    """Starts just inside the region's edge, in the directions along which `objective` bends most.

    A variance near zero is stationary in its root: its slope there points nowhere, and a search that begins
    too near runs off.
    """
    values, vectors = np.linalg.eigh(_hessian(objective, best))
    bent = np.abs(values) > 1e-3 * max(float(np.abs(values).max(initial=0.0)), 1e-300)
    found = []
    for way in (*vectors.T[bent], *-vectors.T[bent]):
        inside, outside = 0.0, 0.01
        while _finite(deviance, best + outside * way, limit) <= limit and outside < FURTHEST:
            inside, outside = outside, 2.0 * outside
        for _ in range(20):
            middle = (inside + outside) / 2.0
            if _finite(deviance, best + middle * way, limit) <= limit:
                inside = middle
            else:
                outside = middle
        found.append(best + 0.95 * inside * way)
    return tuple(found)


def _furthest(
    objective: Score,
    deviance: Score,
    way: tuple[Array, Array],
    limit: float,
    sign: float,
    starts: tuple[Array, ...],
) -> float:
    """The furthest end on one side over several starts; NaN where no search stayed in the region."""
    best, step = way
    found = [
        _end(objective, deviance, start, limit, sign, best)
        for start in (*(best + share * step for share in BEGIN), *starts)
    ]
    for share in AGAIN:
        if np.isfinite(found).any():
            break
        found.append(_end(objective, deviance, best + share * step, limit, sign, best))
    return float(sign * np.nanmax(sign * np.array(found))) if np.isfinite(found).any() else np.nan


def _end(objective: Score, deviance: Score, start: Array, limit: float, sign: float, best: Array) -> float:
    """The end of `objective` on one side, from one start; NaN where the search left the region."""
    from scipy.optimize import minimize

    scale = max(abs(objective(best)), abs(objective(start) - objective(best)), 1e-12)
    inside = {
        "type": "ineq",
        "fun": lambda v: limit - _finite(deviance, v, limit),
        "jac": lambda v: -_gradient(lambda u: _finite(deviance, u, limit), v),
    }
    result = minimize(
        lambda v: -sign * objective(v) / scale,
        start,
        jac=lambda v: -sign * _gradient(objective, v) / scale,
        constraints=[inside],
        method="SLSQP",
        options={"maxiter": 100, "ftol": 1e-9},
    )
    over = _finite(deviance, result.x, limit) - limit
    return float(objective(result.x)) if over <= SLACK else np.nan


def _finite(deviance: Score, v: Array, limit: float) -> float:
    """The deviance, or a wall where it cannot be told."""
    try:
        value = deviance(v)
    except np.linalg.LinAlgError:
        return limit + 1e6
    return value if np.isfinite(value) else limit + 1e6


def _gradient(score: Score, v: Array) -> Array:
    steps = STEP * np.maximum(np.abs(v), 1.0)
    return np.array(
        [
            (score(v + h * e) - score(v - h * e)) / (2.0 * h)
            for h, e in zip(steps, np.eye(len(v)), strict=True)
        ]
    )


def _hessian(score: Score, v: Array) -> Array:
    steps = 1e-3 * np.maximum(np.abs(v), 1.0)
    columns = [
        (_gradient(score, v + h * e) - _gradient(score, v - h * e)) / (2.0 * h)
        for h, e in zip(steps, np.eye(len(v)), strict=True)
    ]
    found = np.array(columns)
    return np.asarray((found + found.T) / 2.0)
