"""Groups within groups: which grouping lies in which, and what a group's total is with its outer groups'
part.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.crossing import merged
from core.design.layout import INTERCEPT
from core.fit.along import Along, Fitted
from core.fit.sample import Sample
from core.fit.threads import one_thread
from core.result.central import central
from core.result.effects import table_of
from core.result.held import averages, rates
from core.result.totals import around, detectable, weights_at_average

# Values of the variances that the uncertainty is averaged over: as many as predictions take, fewer where many
# groups pin the variances down and one value takes long.
VALUES, FEW, MANY = 64, 16, 400


@dataclass(frozen=True, slots=True)
class Part:
    """What one grouping adds to the totals of groups that lie in its groups, or are its groups.

    `codes` (J,) is its group for each of the J inner ones; `weights` (q, r) what its r effects weigh in the q
    totals, read at the average of every predictor.
    """

    side: Along
    codes: NDArray[np.intp]
    weights: Array


def outer_groupings(fitted: Fitted, inner: str) -> tuple[str, ...]:
    """Returns the other groupings whose groups hold the groups of `inner`, the nearest first."""
    moments = fitted.moments
    count = {name: len(by) for name, by in zip(moments.factors, moments.levels, strict=True)}
    holding = [name for name in count if count[name] < count[inner] and inside(fitted, inner, name)]
    return tuple(sorted(holding, key=lambda name: -count[name]))


def inside(fitted: Fitted, inner: str, outer: str) -> bool:
    """Returns whether each group of one factor lies in one group of another factor."""
    moments = fitted.moments
    return inner != outer and len(merged(moments, (inner, outer)).rows) == len(
        moments.levels[moments.factors.index(inner)]
    )


def parents(fitted: Fitted, inner: str, outer: str) -> NDArray[np.intp]:
    """Returns the group of `outer` in which each group of `inner` lies: (J,), both in the order of levels."""
    cells = merged(fitted.moments, (inner, outer)).cells
    codes = np.empty(len(cells), dtype=np.intp)
    codes[cells[:, 0]] = cells[:, 1]
    return codes


def parts(fitted: Fitted, inner: str) -> tuple[Part, ...]:
    """Returns the parts of the totals of `inner`'s groups: its own first, then those of outer groupings."""
    own = fitted.sides[inner]
    found = [Part(own, np.arange(own.problem.cells), weights_at_average(own)[1])]
    for name in outer_groupings(fitted, inner):
        side = fitted.sides[name]
        part = Part(side, parents(fitted, inner, name), _weights(side, own.problem.random))
        found += [part] if part.weights.any() else []
    return tuple(found)


def _weights(side: Along, terms: Sequence[str]) -> Array:
    centre, names = side.moments.columns.centre, side.problem.random
    rows = [averages(side, names) if t == INTERCEPT else rates(side, t, names, centre) for t in terms]
    return np.array(rows).reshape(len(terms), len(names))


def nested_covariance(fitted: Fitted, inner: str) -> Array:
    """Returns how the totals of `inner`'s groups vary together, outer groups' part included: (q, q)."""
    own = [part.weights @ part.side.random_covariance @ part.weights.T for part in parts(fitted, inner)]
    return np.asarray(sum(own))


def nested_at_average(fitted: Fitted, inner: str, level: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Returns the totals of `inner`'s groups, outer groups' part included, and their distance from the chain.

    Total: fixed + the effect of every grouping the group lies in + its own, at the average of every
    predictor; both tables have the columns of `coefficients_at_average`. Estimates and errors are averaged
    over variances that the data leave open, as there; a term in which nothing varies keeps the optimum's.
    Of a posterior: means, SDs and central intervals of its draws.
    """
    own, held = fitted.sides[inner], parts(fitted, inner)
    of_fixed, terms = weights_at_average(own)[0], own.problem.random
    flat = [not any(detectable(p.side, t, p.weights[k]) for p in held) for k, t in enumerate(terms)]
    total, apart = nested_sums(fitted, held, of_fixed, np.array(flat, dtype=bool), level)
    levels = own.moments.levels[0]
    return (
        table_of(inner, levels, terms, total.estimate, total.std_error, total.ends),
        table_of(inner, levels, terms, apart.estimate, apart.std_error, apart.ends),
    )


@dataclass(frozen=True, slots=True)
class Sums:
    """Estimates (J, k) of sums over groupings, their errors, and the ends of their intervals."""

    estimate: Array
    std_error: Array
    ends: tuple[Array, Array]


def nested_sums(
    fitted: Fitted, held: Sequence[Part], of_fixed: Array, flat: NDArray[np.bool_], level: float
) -> tuple[Sums, Sums]:
    """Returns k sums of what the parts weigh, the first of them the groups' own: with the fixed effects
    (`of_fixed` (k, p)), and without.

    Averaged over the variances that the data leave open; those that are `flat` (k,) keep the optimum's.
    """
    own = held[0].side
    if own.drawn is not None:
        return _of_draws(own.drawn, held, of_fixed, level)
    ups = np.stack([part.side.effects.mean[part.codes] @ part.weights.T for part in held]).sum(axis=0)
    thetas = fitted.plausible.theta
    thetas = thetas[:: max(1, len(thetas) // (VALUES if len(ups) <= MANY else FEW))]
    off, square = (np.zeros((2, *ups.shape)) for _ in range(2))
    with one_thread():
        for theta in thetas:
            moved, variance = _at(fitted, held, theta, of_fixed, ups, own.fixed)
            off += moved / len(thetas)
            square += (variance + moved**2) / len(thetas)
    off[..., flat] = 0.0
    error = np.sqrt(np.maximum(square - off**2, 0.0))
    total, apart = ups + of_fixed @ own.fixed + off[0], ups + off[1]
    return (
        Sums(total, error[0], around(total, error[0], level)),
        Sums(apart, error[1], around(apart, error[1], level)),
    )


def _of_draws(drawn: Sample, held: Sequence[Part], of_fixed: Array, level: float) -> tuple[Sums, Sums]:
    """What draws from a posterior say of the sums with and without the fixed effects."""
    apart = np.zeros((len(drawn.sigma), len(held[0].codes), len(of_fixed)))
    for part in held:  # in turn: each is as large as the sum
        effects = drawn.effects[part.side.moments.factors[0]]
        apart += (effects @ part.weights.T)[:, part.codes]
    chain = drawn.fixed @ of_fixed.T
    total, distance = (
        Sums(d.mean(axis=0), d.std(axis=0), central(d, level)) for d in (apart + chain[:, None, :], apart)
    )
    return total, distance


def _at(
    fitted: Fitted, held: Sequence[Part], theta: Array, of_fixed: Array, ups: Array, fixed: Array
) -> tuple[Array, Array]:
    """How far totals and distances move from the optimum's at one theta, and their variance: (2, J, q)."""
    at = [part.side.at(theta) for part in held]
    whole = at[0]
    up = sum(a.effects.mean[part.codes] @ part.weights.T for a, part in zip(at, held, strict=True)) - ups
    moved = np.stack([up + of_fixed @ (whole.fixed - fixed), up])
    variance = np.empty_like(moved)
    known = _known(fitted, held, theta)
    for k in range(len(of_fixed)):
        pull = sum(
            np.einsum("a,nap->np", part.weights[k], a.effects.pull[part.codes])
            for a, part in zip(at, held, strict=True)
        )
        for place, lever in enumerate((of_fixed[k] - pull, -pull)):
            spread = np.einsum("np,pr,nr->n", lever, whole.fixed_covariance, lever)
            variance[place, :, k] = known[:, k] + spread
    return moved, variance


def _known(fitted: Fitted, held: Sequence[Part], theta: Array) -> Array:
    """Variance (J, q) of the sum of all parts, given the fixed effects."""
    many, q = len(held[0].codes), len(held[0].weights)
    mine = {part.side.moments.factors[0]: part for part in held}
    z, codes = {}, {}
    for name, side in fitted.sides.items():
        weights = mine[name].weights if name in mine else np.zeros((q, len(side.problem.random)))
        z[name] = np.tile(weights, (many, 1))
        codes[name] = np.repeat(mine[name].codes if name in mine else np.full(many, -1, dtype=np.intp), q)
    return fitted.known(theta, z, codes).reshape(many, q)
