"""A fit as a posterior: at once by weighed draws, or by NUTS, which checks them and stands in for them."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from core.design.matrix import Design
from core.design.rows import Rows
from core.errors import PanelwiseError
from core.fit.along import Fitted
from core.fit.bayes import CHAIN, fit_chains, fit_posterior
from core.fit.gaussian import fit_gaussian
from core.fit.generalised import Generalised
from core.fit.nuts import Progress
from core.fit.posterior import Posterior
from core.fit.rows_bayes import fit_rows_chains
from core.fit.rows_posterior import RowsPosterior
from core.result.asked import check_seed
from core.result.chains import measured
from core.result.errors import check_gaussian
from core.result.fit import Fit
from core.result.named_draws import named_draws
from core.result.review_chains import LEAST_ESS
from core.spec.model import Family
from core.spec.prior import Priors


class NotAtOnce(PanelwiseError):
    """An instant posterior was asked of a generalised model."""

    def __init__(self, family: Family) -> None:
        super().__init__(
            f"There is no instant posterior of outcomes of the kind '{family}'. Sample it by chains "
            '(method="nuts", a second or so once prepared), or fit it without priors (method="laplace").'
        )


def posterior(fit: Fit, *, priors: Priors | None = None, seed: int = 0) -> Fit:
    """Returns the same model with its instant posterior under priors: those of the fit where none are given.

    From sums: no row is read. Raises UnknownPrior, BadSeed, UnweighableDraws.
    """
    check_seed(seed)
    if fit.spec.family is not Family.GAUSSIAN:
        raise NotAtOnce(fit.spec.family)
    own = fit.posterior
    found = fit_posterior(_base(fit), priors or (own.priors if own else None), seed)
    return replace(fit, method="posterior", linear=found)


def _base(fit: Fit) -> Fitted:
    """The REML fit of the same moments. Raises NotGaussian."""
    check_gaussian(fit.linear, "A posterior from sums", "Leave it to the likelihood, or fit it by NUTS")
    if fit.posterior:
        return fit.posterior.base
    return fit.linear if fit.linear.reml else fit_gaussian(fit.linear.moments)


def sample(
    fit: Fit,
    *,
    priors: Priors | None = None,
    seed: int | None = None,
    done: Callable[[Progress], None] = lambda progress: None,
    stop: Callable[[], bool] = lambda: False,
) -> Fit:
    """Returns the same model with its posterior drawn by NUTS, four chains of 1,000 draws; of 4,000 where
    those are worth fewer than 400 independent ones of any quantity, as where an SD may be zero.

    Priors and seed are those of the fit where it has them, else the defaults and 0. From sums: no row is
    read. `done` hears how far the chains are, `stop` is asked whether to end. A process compiles the sampler
    once, some seconds, and then takes tenths of a second a model. Raises UnknownPrior, BadSeed, Cancelled,
    NoChains.
    """
    own = fit.posterior
    chosen = seed if seed is not None else own.seed if own else 0
    check_seed(chosen)
    given = priors or (own.priors if own else None)
    if isinstance(fit.linear, Generalised | RowsPosterior):
        design, rows = fit.linear.design, fit.linear.rows
        drawn = sampled_rows(design, rows, given, chosen, done, stop)
        return replace(fit, method="nuts", linear=drawn)
    base = _base(fit)
    found = fit_chains(base, given, chosen, done, stop)
    if _worth(found) < LEAST_ESS:
        found = fit_chains(base, given, chosen, done, stop, draws=4 * CHAIN)
    return replace(fit, method="nuts", linear=found)


def sampled_rows(
    design: Design,
    rows: Rows,
    priors: Priors | None,
    seed: int,
    done: Callable[[Progress], None] = lambda progress: None,
    stop: Callable[[], bool] = lambda: False,
) -> RowsPosterior:
    """Returns the posterior of a generalised model, as `sample` of a fit; raises what it does, and
    TooManyEffects.
    """
    found = fit_rows_chains(design, rows, priors, seed, done, stop)
    if _worth(found) < LEAST_ESS:
        found = fit_rows_chains(design, rows, priors, seed, done, stop, draws=4 * CHAIN)
    return found


def _worth(found: Posterior) -> float:
    """The fewest independent draws that any quantity's middle or ends rest on."""
    each = measured(np.stack(list(named_draws(found).values()), axis=2))
    return float(min(np.nanmin(each.ess_bulk), np.nanmin(each.ess_tail)))
