"""The door to Bayesian fits of Gaussian models: from a REML fit and priors to a posterior."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter

import numpy as np

from core.design.coding import Array
from core.fit.along import Fitted
from core.fit.density import point_of
from core.fit.errors import TooNarrow
from core.fit.generalised import Generalised
from core.fit.instant import Instant, instant, summit
from core.fit.joint_linear import JointLinear
from core.fit.joint_many import sweeps
from core.fit.joint_objective import assemble_joint
from core.fit.linear import Linear
from core.fit.nuts import Progress, sample_chains
from core.fit.posed import density_of, posed_sides, prior_of
from core.fit.posterior import Posterior
from core.fit.prior import WorkingPrior, completed, default_priors
from core.fit.rows_posed import averages, complete_rows_priors
from core.fit.threads import one_thread
from core.spec.prior import BadPrior, Priors

DRAWS = 4_000
# Draws of each chain.
CHAIN = 1_000
# Joint draws that a posterior is tried by, at least and at most, and times groups: some ten milliseconds.
TRIED, MORE, AT_ONCE = 8, 500, 20_000
# Draws of models whose every value of the density takes milliseconds, and of large ones tens of them.
CROSSED, LARGE = 1_000, 600
# Points times groups that are weighed at a time: half a second.
SWEPT = 10_000_000


def complete_priors(base: Fitted, priors: Priors | None = None) -> Priors:
    """Returns priors of everything in a fit's model: those given, and defaults. Raises UnknownPrior."""
    if priors is not None and not isinstance(priors, Priors):
        raise BadPrior("set", priors, "core.Priors(...)")
    if isinstance(base, Generalised):
        return complete_rows_priors(base.rows, averages(base.design, base.rows), priors)
    assert isinstance(base, Linear | JointLinear)
    given = priors or Priors()
    default = default_priors(base.moments, posed_sides(base), base.lead.problem.fixed, given.at_zero)
    return completed(given, default)


def fit_posterior(base: Fitted, priors: Priors | None, seed: int) -> Posterior:
    """Returns the instant posterior of a REML fit's model.

    Raises UnknownPrior, UnweighableDraws, TooNarrow.
    """
    assert isinstance(base, Linear | JointLinear)
    complete = complete_priors(base, priors)
    found = instant_of(base, complete, seed)
    return _drawable(Posterior(base, complete, found.x, found.weighed, seed))


def instant_of(base: Linear | JointLinear, priors: Priors, seed: int) -> Instant:
    """Returns importance draws from a posterior, priors complete. Raises UnweighableDraws, TooNarrow."""
    with one_thread(), _far_out():
        prior = _working(base, priors)
        return instant(density_of(base, prior), _start(base, prior), DRAWS, seed, proposals(base))


def proposals(base: Linear | JointLinear) -> int:
    """Returns how many points are weighed at a time: fewer where each takes long."""
    if isinstance(base, Linear):
        return int(np.clip(SWEPT // max(base.problem.cells, 1), CROSSED, DRAWS))
    if sweeps(base.joint):
        return DRAWS
    return LARGE if base.joint.large else CROSSED


def seconds_expected(base: Fitted) -> float:
    """Returns about how long the instant posterior of a fit's model takes: under a second but for models with
    several groupings that are too large to be swept, of which one value is timed.
    """
    if not isinstance(base, JointLinear) or sweeps(base.joint):
        return 0.5
    start = perf_counter()
    assemble_joint(base.joint, base.optimum.theta, reml=True)
    return (perf_counter() - start) * (2.0 * proposals(base) + 200.0)


def fit_chains(
    base: Fitted,
    priors: Priors | None,
    seed: int,
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    draws: int = CHAIN,
) -> Posterior:
    """Returns the posterior of a REML fit's model by NUTS, `draws` of each of four chains.

    Raises UnknownPrior, UnweighableDraws, TooNarrow, Cancelled, NoChains.
    """
    assert isinstance(base, Linear | JointLinear)
    complete = complete_priors(base, priors)
    with one_thread(), _far_out():
        prior = _working(base, complete)
        mode, root = summit(density_of(base, prior), _start(base, prior))
    posed = base.joint if isinstance(base, JointLinear) else base.problem
    chains = sample_chains(posed, prior, mode, root, seed=seed, draws=draws, progress=progress, stop=stop)
    return _drawable(Posterior(base, complete, chains.pooled, chains, seed))


@contextmanager
def _far_out() -> Iterator[None]:
    """Where the density overflows, or cannot be computed, a point weighs nothing."""
    try:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            yield
    except np.linalg.LinAlgError as error:
        raise TooNarrow from error


def _working(base: Linear | JointLinear, priors: Priors) -> WorkingPrior:
    found = prior_of(base, priors)
    if not np.isfinite(found.fixed).all() or not (found.scales > 0.0).all():
        raise TooNarrow
    return found


def _drawable(found: Posterior) -> Posterior:
    """The posterior, a few joint draws of which are numbers; `drawn` looks at all when asked for."""
    cells = max(1, *found.sizes) if len(found.sizes) == 1 else AT_ONCE
    n = min(len(found.x), int(np.clip(AT_ONCE // cells, TRIED, MORE)))
    found.sample_at(n, np.random.default_rng([found.seed, 2]))
    return found


def _start(base: Linear | JointLinear, prior: WorkingPrior) -> Array:
    """The best fit's variances."""
    return point_of(prior, base.optimum.theta, float(np.sqrt(base.pieces.s2)))


def applicable(base: Fitted, priors: Priors) -> Priors:
    """Returns those priors that are of things in a fit's model: terms come and go as models change.

    By their names alone, at no cost that grows with the rows: pages ask at every click.
    """
    if isinstance(base, Generalised):
        terms, random = base.rows.fixed, dict(base.rows.random)
    else:
        assert isinstance(base, Linear | JointLinear)
        terms, random = base.lead.problem.fixed, {name: side.random for name, side in posed_sides(base)}
    effects = {(name, term) for name, of in random.items() for term in of}
    return replace(
        priors,
        fixed=tuple((term, one) for term, one in priors.fixed if term in terms),
        spread=tuple((pair, one) for pair, one in priors.spread if pair in effects),
    )
