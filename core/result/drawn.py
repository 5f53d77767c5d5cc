"""Fits to groups drawn with replacement: of one grouping all at once, of groups that hold all others one by
one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.crossing import of_cells
from core.design.moments import Moments
from core.errors import PanelwiseError
from core.fit.along import Fitted
from core.fit.gaussian import fit_near
from core.fit.joint_linear import JointLinear
from core.fit.linear import Linear
from core.fit.optimise import Stop
from core.fit.resample import resampled
from core.fit.threads import one_thread
from core.result.errors import CrossedResampled, NoGroups
from core.result.nested import outer_groupings
from core.result.variance import shares


@dataclass(frozen=True, slots=True)
class Drawn:
    """What R fits to drawn groups say, variances in units; NaN where one could not be fitted."""

    fixed: Array  # (R, p)
    spread: Mapping[str, Array]  # by grouping (R, q, q)
    sigma: Array  # (R,)
    explained: Array  # (R,) variance of the predictors' part
    between: Array  # (R,) of the groups' part
    found: NDArray[np.bool_]  # (R,)
    groups: int  # how many are drawn each time


def drawn(fitted: Fitted, n: int, seed: int, done: Callable[[int], None]) -> Drawn:
    """Returns n fits to groups drawn with replacement, each as a group of its own.

    Where groups lie in groups, the outermost are drawn with all that is in them (Davison, Hinkley 1997,
    Bootstrap Methods, section 3.8). Raises NoGroups, CrossedResampled.
    """
    if not fitted.sides:
        raise NoGroups()
    lead = fitted.lead
    if isinstance(lead, Linear):
        made = resampled(lead, n, seed, done)
        spread = {lead.moments.factors[0]: made.spread}
        groups = lead.problem.cells
        return Drawn(made.fixed, spread, made.sigma, made.explained, made.between, made.found, groups)
    assert isinstance(fitted, JointLinear)  # the other kind of fit
    with one_thread():
        return _one_by_one(fitted, outermost(fitted), n, seed, done)


def outermost(fitted: Fitted) -> str:
    """Returns the grouping whose groups hold those of all others. Raises CrossedResampled."""
    names = list(fitted.sides)
    for name in names:
        if all(name in outer_groupings(fitted, other) for other in names if other != name):
            return name
    raise CrossedResampled(names)


def why_not_drawn(fitted: Fitted) -> str:
    """Returns why groups cannot be drawn, as a sentence; empty where they can."""
    try:
        if len(fitted.sides) > 1:
            outermost(fitted)
    except CrossedResampled as refused:
        return str(refused)
    return "" if fitted.sides else str(NoGroups())


def _one_by_one(fitted: JointLinear, outer: str, n: int, seed: int, done: Callable[[int], None]) -> Drawn:
    moments, lead = fitted.moments, fitted.lead
    codes = moments.cells[:, moments.factors.index(outer)]
    count = len(moments.levels[moments.factors.index(outer)])
    held = [np.flatnonzero(codes == k) for k in range(count)]
    rng = np.random.default_rng(seed)
    fixed = np.full((n, lead.problem.p), np.nan)
    spread = {name: np.full((n, q, q), np.nan) for name, q in _sizes(fitted).items()}
    sigma, explained, between = (np.full(n, np.nan) for _ in range(3))
    found = np.zeros(n, dtype=bool)
    for r in range(n):
        one = _fitted(_again(moments, outer, [held[k] for k in rng.integers(0, count, count)]), fitted)
        if one is not None:
            part = shares(one)
            fixed[r], sigma[r], found[r] = one.lead.fixed, one.lead.sigma, True
            explained[r], between[r] = part.fixed, part.random
            for name, side in one.sides.items():
                spread[name][r] = side.random_covariance
        done(r + 1)
    return Drawn(fixed, spread, sigma, explained, between, found, count)


def _sizes(fitted: Fitted) -> dict[str, int]:
    return {name: len(side.problem.random) for name, side in fitted.sides.items()}


def _again(moments: Moments, outer: str, cells: list[NDArray[np.intp]]) -> Moments:
    """The moments of some outer groups' cells, each time under names of their own in every grouping."""
    place = np.concatenate(cells)
    copy = np.repeat(np.arange(len(cells)), [len(part) for part in cells])
    recoded = np.empty((len(place), len(moments.factors)), dtype=np.intp)
    levels = []
    for k, (name, known) in enumerate(zip(moments.factors, moments.levels, strict=True)):
        key = copy if name == outer else copy * len(known) + moments.cells[place, k]
        used, recoded[:, k] = np.unique(key, return_inverse=True)
        levels.append(tuple(map(str, used.tolist())))
    return of_cells(moments, place, recoded, tuple(levels))


def _fitted(moments: Moments, like: JointLinear) -> Fitted | None:
    """The fit of drawn groups, or None where they cannot tell what the whole could."""
    try:
        one = fit_near(moments, like)
    except (PanelwiseError, np.linalg.LinAlgError):
        return None
    same = one.lead.problem.fixed == like.lead.problem.fixed
    return one if same and one.optimum.stop is not Stop.NOT_CONVERGED else None
