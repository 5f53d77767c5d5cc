"""The door to Bayesian fits of generalised models: from rows and priors to a posterior by NUTS."""

from collections.abc import Callable

from core.design.matrix import Design
from core.design.rows import Rows, aggregated
from core.fit.nuts import Progress
from core.fit.nuts_rows import sample_rows
from core.fit.nuts_rows_numbers import walk_of
from core.fit.rows_posed import averages, complete_rows_priors, pose_rows
from core.fit.rows_posterior import RowsPosterior, posterior_of
from core.fit.threads import one_thread
from core.spec.prior import BadPrior, Priors


def fit_rows_chains(
    design: Design,
    rows: Rows,
    priors: Priors | None,
    seed: int,
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    draws: int = 1000,
) -> RowsPosterior:
    """Returns the posterior of a generalised model, `draws` of each of four chains; like rows are merged.

    Raises BadPrior, UnknownPrior, TooManyEffects, Cancelled, NoChains.
    """
    if priors is not None and not isinstance(priors, Priors):
        raise BadPrior("set", priors, "core.Priors(...)")
    at = averages(design, rows)
    complete = complete_rows_priors(rows, at, priors)
    with one_thread():
        walk = walk_of(pose_rows(aggregated(rows), at, complete))
    chains = sample_rows(walk, seed=seed, draws=draws, progress=progress, stop=stop)
    return posterior_of(design, rows, at, walk, chains, complete)
