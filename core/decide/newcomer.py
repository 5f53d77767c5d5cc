"""Newcomer: what to expect of a group never met, and how long until its own rows say which tier it is in."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.decide.errors import BadSwing
from core.decide.quantity import Quantity
from core.decide.rankable import ranked_grouping
from core.decide.reading import reading
from core.decide.slope import Slope, slope_draws, slope_of, varies
from core.decide.tiers import tier_sizes
from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.fit.along import Along
from core.fit.family import mean as expected
from core.result.asked import check_draws, check_level
from core.result.carried import carried
from core.result.draws import Draws
from core.result.fit import Fit
from core.result.held import places
from core.result.nested import outer_groupings
from core.spec.model import Link

# Periods looked at: every one at first, then ever wider steps, ten years of weeks.
PERIODS = np.unique(np.round(np.geomspace(1, 520, 60)).astype(int))
ENOUGH = 0.8


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What a fit says of a group it has never met.

    `slope`: rows typical, new; columns mean low high: the response of a group in the middle, and of one at
    random. `first`: chance of each tier (k,) before it has any rows. `known`: index periods; p_right, the
    chance that the tier its rows then speak for is the right one, p_sure, the chance that they speak for one
    with a probability of at least `enough`. `needed`: the first number of periods at which p_right is
    `enough`; None when ten years of weeks are too few. `detectable` False: groups do not differ, there are no
    tiers to find.
    """

    factor: str
    term: str
    sizes: tuple[int, ...]
    detectable: bool
    slope: pd.DataFrame
    first: Array
    known: pd.DataFrame
    needed: int | None
    swing: float
    enough: float
    level: float
    n_draws: int
    seed: int


def newcomer(
    fit: Fit,
    slope: Quantity,
    n_tiers: int = 3,
    *,
    factor: str | None = None,
    sizes: tuple[int, ...] | None = None,
    swing: float = 1.0,
    enough: float = ENOUGH,
    n_draws: int = 1000,
    seed: int = 0,
    level: float | None = None,
) -> Newcomer:
    """Returns what to expect of a new group's slope and tier, by simulation from the fit.

    In each draw of the fit's parameters a group is drawn from the population (in a new outer group, where
    groups lie in others); its tier is where its slope falls among the known groups' slopes of that draw. Its
    rows vary their predictors as those of a known group picked at random, `swing` times as far around their
    average. The reader of its first T rows knows the population as the fit estimates it, not as the draw has
    it, weighs them against what the fit says of new groups (the empirical Bayes posterior of its
    coefficients), and names the likeliest tier: `p_right` is how often that is the tier of the draw.
    Raises NothingVaries, UnknownSlope, UnknownGrouping, WhichGrouping, InnerGrouping, NeverMoves, BadSizes,
    BadTierCount, BadSwing, BadLevel, NoDraws, BadSeed.
    """
    width = fit.level if level is None else level
    check_level(width)
    check_level(enough)
    check_draws(n_draws, seed)
    if not (np.isfinite(swing) and swing > 0):
        raise BadSwing(swing)
    asked = reading(fit, slope)
    name = ranked_grouping(fit, asked, factor)
    side = fit.linear.sides[name]
    sizes = tier_sizes(len(side.moments.levels[0]), n_tiers, sizes)
    read = slope_of(side, asked)
    drawn = fit.draws(n_draws, seed)
    rng = np.random.default_rng([seed, 1])
    outer = _outer(fit, name)
    centre, effects = _population(side, read, drawn, outer, rng)
    own = effects @ read.of_random[0]
    table = _slope_table(centre, own, width, read.reading.link)
    if not varies(side, read):
        empty = pd.DataFrame({"p_right": [], "p_sure": []}, index=pd.Index([], name="periods", dtype=int))
        none = np.full(len(sizes), np.nan)
        return Newcomer(
            name, read.term, sizes, False, table, none, empty, None, swing, enough, width, n_draws, seed
        )
    known = slope_draws(fit, name, read, n_draws, seed)
    edges = _edges(known, sizes)
    tier = (centre + own < edges.T).sum(axis=0)  # edges fall from the best tier to the last
    rows = _rows(side, rng, n_draws, swing)
    noise = drawn.sigma**2 if fit.spec.family == "gaussian" else np.full(n_draws, 1.0 / side.moments.unit)
    estimated = _Reader(
        side,
        read,
        _spread(fit, name, outer),
        float(read.of_fixed[0] @ side.fixed) + read.reading.constant,
        edges.mean(axis=0),
        float(noise.mean()),
    )
    # Own rows show what the group's coefficients are, whatever the population's: what the estimates of those
    # miss is in its rows too.
    missed = (drawn.fixed - side.fixed) @ carried(side).T
    told = np.einsum("nab,nb->na", rows, effects + missed)
    off = np.sqrt(noise)[:, None] * _normal(rows, rng)
    chances = {t: estimated.chances(rows * t, told * t + off * np.sqrt(t)) for t in PERIODS.tolist()}
    right = {t: float((p.argmax(axis=1) == tier).mean()) for t, p in chances.items()}
    sure = {t: float((p.max(axis=1) >= enough).mean()) for t, p in chances.items()}
    curve = pd.DataFrame({"p_right": right, "p_sure": sure})
    curve.index.name = "periods"
    first = np.bincount(tier, minlength=len(sizes)) / n_draws
    needed = next((t for t, p in right.items() if p >= enough), None)
    return Newcomer(
        name, read.term, sizes, True, table, first, curve, needed, swing, enough, width, n_draws, seed
    )


def _outer(fit: Fit, name: str) -> dict[str, Array]:
    """For each grouping that the groups lie in, which of its effects are which of theirs: (q, r)."""
    own = fit.linear.sides[name].problem.random
    found = {}
    for outer in outer_groupings(fit.linear, name):
        theirs = fit.linear.sides[outer].problem.random
        found[outer] = np.array([[float(a == b) for b in theirs] for a in own])
    return found


def _population(
    side: Along, read: Slope, drawn: Draws, outer: dict[str, Array], rng: np.random.Generator
) -> tuple[Array, Array]:
    """Draws of the typical group's slope (n,), and effects (n, q) of a new group each, in new outer ones."""
    effects = _normal(drawn.spread[side.moments.factors[0]], rng)
    for name, which in outer.items():
        effects = effects + _normal(drawn.spread[name], rng) @ which.T
    return np.asarray(drawn.fixed @ read.of_fixed[0] + read.reading.constant), effects


def _slope_table(centre: Array, own: Array, level: float, link: Link) -> pd.DataFrame:
    tails = [0.5 - level / 2, 0.5 + level / 2]
    found = {
        name: [float(d.mean()), *np.quantile(d, tails).tolist()]
        for name, d in (("typical", expected(link, centre)), ("new", expected(link, centre + own)))
    }
    return pd.DataFrame.from_dict(found, orient="index", columns=["mean", "low", "high"])


def _edges(known: Array, sizes: tuple[int, ...]) -> Array:
    """The slopes between neighbouring tiers in each draw, best first: (n, k - 1)."""
    falling = -np.sort(-known, axis=1)
    ends = np.cumsum(sizes)[:-1]
    return (falling[:, ends - 1] + falling[:, ends]) / 2.0


def _rows(side: Along, rng: np.random.Generator, n: int, swing: float) -> Array:
    """What a row on average says of the effects of groups picked at random, z'z by weight: (n, q, q)."""
    moments, terms = side.moments, side.problem.random
    columns = moments.columns
    moving = [t for t in terms if t != INTERCEPT]
    at = places(side, tuple(moving))
    scale = columns.scale[at]
    picked = rng.integers(0, len(moments.rows), n)
    mean = (columns.centre + columns.scale * moments.mean)[picked][:, at]
    cross = moments.cross[picked][:, at][:, :, at] * np.outer(scale, scale)
    weight, rows = moments.weight[picked], moments.rows[picked]
    whole = np.ones((n, len(terms)))
    inner = [k for k, t in enumerate(terms) if t != INTERCEPT]
    whole[:, inner] = mean
    found = np.einsum("n,na,nb->nab", weight / rows, whole, whole)
    found[np.ix_(np.arange(n), inner, inner)] += swing**2 * cross / rows[:, None, None]
    return np.asarray(found)


@dataclass(frozen=True, slots=True)
class _Reader:
    """One who knows the population as estimated, and reads a new group's rows."""

    side: Along
    read: Slope
    spread: Array  # (q, q) of new groups' effects
    centre: float
    edges: Array  # (k - 1,) falling
    noise: float

    def chances(self, rows: Array, said: Array) -> Array:
        """P(tier) (n, k) given rows worth `rows` (n, q, q) whose z'e is `said` (n, q), e being what they
        hold beyond the estimated fixed effects.

        With u = L v, v is normal of precision I + L'z'z L / s2 around its weighted mean: no special case for
        a singular L.
        """
        from scipy.special import ndtr

        known = carried(self.side)
        population = known @ self.side.fixed_covariance @ known.T
        values, vectors = np.linalg.eigh(self.spread + population)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        precision = np.eye(len(root)) + root.T @ rows @ root / self.noise
        covariance = np.linalg.inv(precision)
        mean = np.einsum("nab,nb->na", covariance, said @ root / self.noise)
        weights = self.read.of_random[0] @ root
        centre = self.centre + mean @ weights
        sd = np.sqrt(np.maximum(np.einsum("a,nab,b->n", weights, covariance, weights), 1e-300))
        above = ndtr((centre[:, None] - self.edges) / sd[:, None])  # of each edge, rising
        return np.diff(above, axis=1, prepend=0.0, append=1.0)


def _spread(fit: Fit, name: str, outer: dict[str, Array]) -> Array:
    """How the effects of new groups differ, those of new outer groups included: (q, q)."""
    found = fit.linear.sides[name].random_covariance
    for other, which in outer.items():
        found = found + which @ fit.linear.sides[other].random_covariance @ which.T
    return found


def _normal(covariance: Array, rng: np.random.Generator) -> Array:
    """Draws (n, q) of normals with covariances (n, q, q)."""
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
    return np.asarray(np.einsum("nab,nb->na", root, rng.standard_normal(root.shape[:2])))
