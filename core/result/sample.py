"""A fit sampled by NUTS: the check of the instant posterior, and its stand-in where that does not hold."""

from collections.abc import Callable
from dataclasses import replace

from core.fit.bayes import fit_chains
from core.fit.nuts import Progress
from core.result.asked import check_seed
from core.result.fit import Fit
from core.spec.prior import Priors


def sample(
    fit: Fit,
    *,
    priors: Priors | None = None,
    seed: int | None = None,
    done: Callable[[Progress], None] = lambda progress: None,
    stop: Callable[[], bool] = lambda: False,
) -> Fit:
    """Returns the same model with its posterior drawn by NUTS, four chains of 1,000 draws.

    Priors and seed are those of the fit where it has them, else the defaults and 0. From sums: no row is
    read. `done` hears how far the chains are, `stop` is asked whether to end. A process compiles the sampler
    once, some seconds, and then takes tenths of a second a model. Raises UnknownPrior, BadSeed, Cancelled,
    NoChains.
    """
    own = fit.posterior
    base = own.base if own else fit.linear
    chosen = seed if seed is not None else own.seed if own else 0
    check_seed(chosen)
    found = fit_chains(base, priors or (own.priors if own else None), chosen, done, stop)
    return replace(fit, method="nuts", linear=found)
