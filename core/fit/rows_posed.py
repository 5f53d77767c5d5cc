"""A generalised model in working units: columns of SD 1, and the priors that go with them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.design.matrix import Design
from core.design.rows import Rows
from core.fit.covariance import Pattern, joined, pattern
from core.fit.prior import BLURRED, SHAPES, WIDE, WorkingPrior, at_average, completed
from core.fit.spherical import spherical
from core.spec.model import Family, Link
from core.spec.prior import Normal, Priors, Spread

# Families whose shape is estimated too; `Priors.sigma` is then the prior of shape^(-1/2).
SHAPED = (Family.NEGATIVE_BINOMIAL, Family.GAMMA)


@dataclass(frozen=True, slots=True)
class Averages:
    """Which columns are products of which, and the average of each over trials (of successes) or rows."""

    products: Mapping[str, tuple[str, ...]]
    centre: Mapping[str, float]

    def read(self, fixed: tuple[str, ...], at_zero: bool) -> Array:
        """Returns A (p, p) of `prior.read_at`."""
        return at_average(fixed, self.products, self.centre, at_zero)


def averages(design: Design, rows: Rows) -> Averages:
    """Returns the averages of a design's columns; `rows` are all of its rows."""
    products = dict(design.layout.products)
    wanted = {*rows.fixed, *(part for parts in products.values() for part in parts)}
    weight = rows.cases
    held = {name: column for name, column in design.values.items() if name in wanted}
    return Averages(products, {name: float(np.average(one, weights=weight)) for name, one in held.items()})


@dataclass(frozen=True, slots=True)
class RowsPosed:
    """Rows in working columns x (n, p) and z (n, q) by factor, and complete priors.

    Fixed effects = to_fixed @ working (p, p), group effects = to_random @ working (q, q) by factor. With
    far = [F, m] (p, p + 1) the fixed effects' log prior is -|F w - m|^2 / 2. The coordinates of `prior` are
    x = (log shape^(-1/2), psi); see `spherical`.
    """

    rows: Rows
    priors: Priors
    x: Array
    z: Mapping[str, Array]
    far: Array
    to_fixed: Array
    to_random: Mapping[str, Array]
    shapes: Mapping[str, Pattern]
    prior: WorkingPrior

    @property
    def shaped(self) -> bool:
        """Whether the family has a shape to estimate."""
        return self.rows.family in SHAPED

    @property
    def groups(self) -> dict[str, int]:
        """Number of groups by factor."""
        return {name: len(levels) for name, levels in self.rows.levels.items()}

    @property
    def size(self) -> int:
        """Number of parameters NUTS moves; one stands in for the shape where there is none."""
        effects = sum(count * len(self.rows.random[name]) for name, count in self.groups.items())
        return len(self.rows.fixed) + 1 + len(self.prior.frame.is_log_sd) + effects


def pose_rows(rows: Rows, at: Averages, priors: Priors) -> RowsPosed:
    """Returns a generalised model in working units; `rows` may be cells, priors are of everything."""
    a = at.read(rows.fixed, priors.at_zero)
    to_fixed = _to_units(rows.fixed, (len(rows.fixed),), rows.x, rows.cases, centred=True)
    to_random = {
        name: _to_units(rows.random[name], rows.blocks[name], z, rows.cases, not priors.at_zero)
        for name, z in rows.z.items()
    }
    shapes = {name: pattern(blocks, np.eye(sum(blocks))) for name, blocks in rows.blocks.items()}
    far = _far(priors, rows.fixed, a, to_fixed)
    return RowsPosed(
        rows=rows,
        priors=priors,
        x=rows.x @ to_fixed,
        z={name: z @ to_random[name] for name, z in rows.z.items()},
        far=far,
        to_fixed=to_fixed,
        to_random=to_random,
        shapes=shapes,
        prior=_working(rows, priors, far, to_random, tuple(shapes.values())),
    )


def complete_rows_priors(rows: Rows, at: Averages, priors: Priors | None = None) -> Priors:
    """Returns priors of everything in a generalised model: those given, and defaults. Raises UnknownPrior."""
    given = priors or Priors()
    return completed(given, default_rows_priors(rows, at, given.at_zero))


def default_rows_priors(rows: Rows, at: Averages, at_zero: bool = False) -> Priors:
    """Returns weak priors of a generalised model on the scale of its link.

    The level N(link of the overall mean, 2.5) at average predictors, slopes N(0, 2.5 / sd x), SDs
    half-t(3, 0, 2.5), slopes' SDs divided by sd x; shape^(-1/2), the coefficient of variation of Gamma and
    what a negative binomial adds to Poisson's, half-t(3, 0, 1) (as rstanarm, Goodrich et al. 2024, and
    Simpson et al. 2017 on shapes). Averages and SDs are over trials, so successes of trials and single rows
    have the same. Blurred effects are wider, as in `default_priors`.
    """
    weight = rows.cases
    x = np.linalg.solve(at.read(rows.fixed, at_zero).T, rows.x.T).T
    sds, inflation = _spreads(x, rows.fixed, weight)
    wider = np.sqrt(np.maximum(1.0, inflation / BLURRED))
    level = Normal(_level(rows), WIDE)
    spread = []
    for name, z in rows.z.items():
        each = _sds(z, weight)
        for k, term in enumerate(rows.random[name]):
            spread.append(((name, term), Spread(WIDE / (1.0 if term == INTERCEPT else float(each[k])))))
    return Priors(
        fixed=tuple(
            (t, level if t == INTERCEPT else Normal(0.0, float(WIDE / sd * wide)))
            for t, sd, wide in zip(rows.fixed, sds, wider, strict=True)
        ),
        spread=tuple(spread),
        sigma=Spread(1.0),
        at_zero=at_zero,
    )


def _level(rows: Rows) -> float:
    """The link of the overall mean: half a success and half a failure, or half a count, added at the ends."""
    y, weight = float(rows.weights @ rows.y), rows.cases
    if rows.family is not Family.BINOMIAL:
        return float(np.log(max(y, 0.5) / (rows.weights @ np.exp(rows.offset))))
    total = float(weight.sum())
    share = min(max(y, 0.5), total - 0.5) / total if total > 1 else 0.5
    off = float(weight @ rows.offset) / total
    if rows.link is Link.PROBIT:
        from scipy.special import ndtri

        return float(ndtri(share)) - off
    return float(np.log(share / (1.0 - share))) - off


def _sds(columns: Array, weight: Array) -> Array:
    """SDs (k,) of columns; of one that is constant its size."""
    mean = np.average(columns, axis=0, weights=weight)
    sd = np.sqrt(np.average((columns - mean) ** 2, axis=0, weights=weight))
    size = np.abs(columns).max(axis=0, initial=0.0)
    return np.where(sd > 1e-9 * size, sd, np.where(size > 0, size, 1.0))


def _spreads(x: Array, names: tuple[str, ...], weight: Array) -> tuple[Array, Array]:
    """The SDs (p,) of columns and their variance inflation (p,); 1 of the intercept."""
    slopes = np.array([k for k, name in enumerate(names) if name != INTERCEPT], dtype=np.intp)
    sds, inflation = np.ones(len(names)), np.ones(len(names))
    if len(slopes):
        sds[slopes] = _sds(x[:, slopes], weight)
        away = x[:, slopes] - np.average(x[:, slopes], axis=0, weights=weight)
        alike = (away * weight[:, None]).T @ away / weight.sum() / np.outer(sds[slopes], sds[slopes])
        inflation[slopes] = np.maximum(np.diag(np.linalg.pinv(alike, rcond=1e-13, hermitian=True)), 1.0)
    return sds, inflation


def _to_units(
    names: tuple[str, ...], blocks: tuple[int, ...], columns: Array, weight: Array, centred: bool
) -> Array:
    """Turns effects of columns of SD 1, centred beside an intercept, into those as written."""
    if not names:
        return np.empty((0, 0))
    found = np.diag(np.where([name == INTERCEPT for name in names], 1.0, 1.0 / _sds(columns, weight)))
    means, start = np.average(columns, axis=0, weights=weight), 0
    for size in blocks:
        block = range(start, start + size)
        for k in block if centred else ():
            if names[k] == INTERCEPT:
                others = [other for other in block if other != k]
                found[k, others] = -means[others] * np.diag(found)[others]
        start += size
    return found


def _far(priors: Priors, names: tuple[str, ...], a: Array, to_fixed: Array) -> Array:
    """[F, m] (p, p + 1): the fixed effects' log prior is -|F w - m|^2 / 2, distances in prior SDs."""
    known = dict(priors.fixed)
    mean, sd = np.array([known[t].mean for t in names]), np.array([known[t].sd for t in names])
    return np.column_stack([a @ to_fixed, mean]) / sd[:, None] if names else np.empty((0, 1))


def _working(
    rows: Rows, priors: Priors, far: Array, to_random: Mapping[str, Array], shapes: tuple[Pattern, ...]
) -> WorkingPrior:
    spread = dict(priors.spread)
    assert priors.sigma is not None  # completed() saw to it
    every = [
        (spread[(name, t)], float(turn[k, k]))
        for name, turn in to_random.items()
        for k, t in enumerate(rows.random[name])
    ]
    every.append((priors.sigma, 1.0))
    return WorkingPrior(
        fixed=far.T @ far,
        kinds=np.array([SHAPES.index(one.shape) for one, _ in every], dtype=np.intp),
        scales=np.array([one.scale / unit for one, unit in every]),
        dfs=np.array([one.df for one, _ in every]),
        lkj=priors.lkj,
        frame=spherical(joined(shapes) if shapes else pattern((), np.empty((0, 0)))),
    )
