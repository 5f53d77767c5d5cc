"""The compiled density of a generalised model is its rows' density times the priors', for every family."""

import numpy as np
import pytest
from scipy.linalg import block_diag

from core.design.coding import Array
from core.fit.nuts_rows_kernel import generalised
from core.fit.nuts_rows_numbers import Walk, rows_numbers, walk_of
from core.fit.rows_drawn import parameters, points, working_roots
from core.fit.rows_posed import RowsPosed
from tests.core.fit.nuts_panels import log_likelihood, log_prior, panel, posed

MODELS = (
    ("binomial", None, "y | trials(n) ~ x + w"),
    ("binomial", None, "y | trials(n) ~ x * w + (1 | g)"),
    ("binomial", None, "y | trials(n) ~ 0 + (1 + x | g)"),
    ("binomial", "probit", "y | trials(n) ~ x + (1 + x | g) + (1 | h)"),
    ("poisson", None, "y ~ x + w + offset(log_time) + (1 + x || g)"),
    ("poisson", None, "y | weights(weight) ~ x + (1 | g) + (1 | h)"),
    ("negative_binomial", None, "y ~ x + w + offset(log_time) + (1 | g)"),
    ("negative_binomial", None, "y | weights(weight) ~ x + w + (1 + x | g)"),
    ("gamma", None, "y ~ x + w + offset(log_time) + (1 + x | g)"),
    ("gamma", None, "y | weights(weight) ~ x + (1 | g) + (0 + w | g)"),
)


def jacobian(p: RowsPosed, x: Array) -> float:
    """Log |d (SDs, correlations, shape^(-1/2)) / d x|, blocks of two at most."""
    frame = p.prior.frame
    found = x[1:][frame.is_log_sd].sum() + np.log(1.0 - np.tanh(x[1:][~frame.is_log_sd]) ** 2).sum()
    return float(found + (x[0] if p.shaped else 0.0))


def log_walk(walk: Walk, x: Array) -> float:
    """Log |d u / d r| of all groups at x, by dense determinants: L C'^-1 with C C' = I + L'GL."""
    found = 0.0
    roots = working_roots(walk.posed, x[None])
    for side in walk.sides:
        copies = [(walk.posed.groups[name] if side.together else 1) * [roots[name][0]] for name in side.names]
        root = block_diag(*(one for each in copies for one in each))
        q = len(root)
        for gram in side.groups[:, : q * q].reshape(-1, q, q):
            inner = np.eye(q) + root.T @ gram @ root
            found += np.linalg.slogdet(root)[1] - np.linalg.slogdet(inner)[1] / 2.0
    return found


@pytest.mark.parametrize(("family", "link", "formula"), MODELS)
def test_density_is_that_of_rows_and_priors(family: str, link: str | None, formula: str) -> None:
    """At random points, up to one constant; on cells here, by SciPy on all rows there: rounding only."""
    p, rows = posed(panel(family), formula, family, link)
    walk = walk_of(p)
    numbers = rows_numbers(walk)
    rng = np.random.default_rng(3)
    off = []
    for _ in range(6):
        eta = 0.6 * rng.standard_normal(walk.size + 3)
        value, _ = generalised(eta, numbers)
        at = parameters(walk, eta[None])
        x = points(walk, eta)
        idle = eta[walk.size :] if p.shaped else np.append(eta[walk.size :], eta[len(walk.w0)])
        apart = log_likelihood(rows, at).sum() + log_prior(rows, p.priors, at)
        apart += jacobian(p, x) + log_walk(walk, x) - 0.5 * idle @ idle
        off.append(value - apart)
    assert np.ptp(off) < 1e-9 * max(1.0, np.abs(off).max())


@pytest.mark.parametrize(("family", "link", "formula"), MODELS)
def test_gradient_is_the_slope(family: str, link: str | None, formula: str) -> None:
    """Central differences of step h are off by h^2 of the third derivative and 1e-16 / h of the value."""
    p, _ = posed(panel(family), formula, family, link)
    walk = walk_of(p)
    numbers = rows_numbers(walk)
    eta = 0.5 * np.random.default_rng(4).standard_normal(walk.size + 2)
    value, slope = generalised(eta, numbers)
    step = 1e-5
    found = [
        (generalised(eta + one, numbers)[0] - generalised(eta - one, numbers)[0]) / (2.0 * step)
        for one in step * np.eye(len(eta))
    ]
    np.testing.assert_allclose(slope, found, rtol=1e-5, atol=1e-7 * max(abs(value), 10.0))
