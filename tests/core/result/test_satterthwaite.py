"""Degrees of freedom against numeric derivatives of the unprofiled deviance, in another parametrisation."""

import numpy as np
import pytest

import core
from core.fit.curvature import satterthwaite
from tests.core.result.dense import columns, deviance, panel

FRAME = panel(9)
Y = FRAME["y"].to_numpy()
STEP = 2e-3

# Formula -> fixed columns, random columns, sizes of independent blocks. All interior on this panel: on the
# boundary two parametrisations need not agree, because the deviance there is not quadratic in both.
INTERIOR = {
    "y ~ x + w + m + (1 | g)": ("1 x w m", "1", (1,)),
    "y ~ x + w + (1 + x | g)": ("1 x w", "1 x", (2,)),
    "y ~ x + w + (1 + w || g)": ("1 x w", "1 w", (1, 1)),
    "y ~ x + w + (1 | g) + (0 + w | g)": ("1 x w", "1 w", (1, 1)),
    "y ~ x + w + (1 + x + w | g)": ("1 x w", "1 x w", (3,)),
    "y ~ 0 + x + w + (0 + w | g)": ("x w", "w", (1,)),
    "y ~ w + (1 + x | g)": ("1 w", "1 x", (2,)),
}


def free_entries(blocks: tuple[int, ...]) -> np.ndarray:
    """Returns the mask of the free entries of the Cholesky factor of Sigma."""
    size = sum(blocks)
    mask, first = np.zeros((size, size), dtype=bool), 0
    for block in blocks:
        mask[first : first + block, first : first + block] = np.tril(np.ones((block, block), dtype=bool))
        first += block
    return mask


def by_differences(linear, x, z, blocks, contrasts, reml: bool) -> np.ndarray:
    """Returns 2 v^2 / (g' M g) with M = 2 H^-1; parameters: Cholesky of Sigma / s2, each row in units of its
    SD, and log sigma. Fourth-order differences: their error is of the size STEP^4, 1e-11, and rounding adds
    1e-15 x deviance / STEP^2, so H is good to about 1e-7.
    """
    s2 = linear.sigma**2
    root = np.linalg.cholesky(linear.random_covariance / s2)
    size = np.sqrt(np.diag(root @ root.T))
    mask = free_entries(blocks)
    at = np.append((root / size[:, None])[mask], np.log(s2) / 2)

    def evaluate(shift: np.ndarray) -> tuple[float, np.ndarray]:
        phi = at + STEP * shift
        lower = np.zeros_like(root)
        lower[mask] = phi[:-1]
        lower *= size[:, None]
        variance = np.exp(2 * phi[-1])
        value, covariance = deviance(Y, x, z, variance * lower @ lower.T, variance, reml)
        return value, np.einsum("kp,pr,kr->k", contrasts, covariance, contrasts)

    m = len(at)
    one = np.eye(m)
    middle, v = evaluate(np.zeros(m))
    hessian, slope = np.empty((m, m)), np.empty((m, len(v)))
    for i in range(m):
        (a2, v2), (a1, v1), (b1, w1), (b2, w2) = (evaluate(s * one[i]) for s in (2, 1, -1, -2))
        hessian[i, i] = (-a2 + 16 * a1 - 30 * middle + 16 * b1 - b2) / (12 * STEP**2)
        slope[i] = (8 * (v1 - w1) - (v2 - w2)) / (12 * STEP)
        for k in range(i):

            def mixed(s: int, i: int = i, k: int = k) -> float:
                same = evaluate(s * (one[i] + one[k]))[0] + evaluate(-s * (one[i] + one[k]))[0]
                other = evaluate(s * (one[i] - one[k]))[0] + evaluate(s * (one[k] - one[i]))[0]
                return (same - other) / (4 * s * s * STEP**2)

            hessian[i, k] = hessian[k, i] = (4 * mixed(1) - mixed(2)) / 3
    return 2 * v**2 / np.einsum("mk,mn,nk->k", slope, 2 * np.linalg.inv(hessian), slope)


@pytest.mark.parametrize("method", ["reml", "ml"])
@pytest.mark.parametrize("formula", INTERIOR)
def test_degrees_of_freedom(formula: str, method: str) -> None:
    fixed, random, blocks = INTERIOR[formula]
    fit = core.fit(FRAME, formula, method)
    assert not fit.singular
    x, z = columns(FRAME, fixed), columns(FRAME, random)
    contrasts = np.vstack([np.eye(x.shape[1]), np.ones(x.shape[1])])
    known = by_differences(fit.linear, x, z, blocks, contrasts, method == "reml")
    # Both sides rest on differences: the engine's Hessian too is one, of exact gradients, good to 1e-5.
    np.testing.assert_allclose(satterthwaite(fit.linear, contrasts), known, rtol=1e-4)
    np.testing.assert_allclose(fit.fixed_effects["df"], known[:-1], rtol=1e-4)


def test_without_groups_the_degrees_of_freedom_are_the_textbook_ones() -> None:
    n = len(FRAME)
    np.testing.assert_allclose(core.fit(FRAME, "y ~ x + w").fixed_effects["df"], n - 3)
    # Under maximum likelihood the variance of s2 is 2 s4 / n, so the same formula gives n.
    np.testing.assert_allclose(core.fit(FRAME, "y ~ x + w", "ml").fixed_effects["df"], n)


def test_balanced_panel_has_the_degrees_of_freedom_of_the_analysis_of_variance() -> None:
    """J groups of equal size: a predictor of the group has J - 2 df, one that is the same set of values in
    every group J (k - 1) - 1: exact by the classical split of sums of squares."""
    rng = np.random.default_rng(4)
    groups, k = 15, 6
    code = np.repeat(np.arange(groups), k)
    m, x = rng.standard_normal(groups)[code], np.tile(rng.standard_normal(k), groups)
    y = 1 + 0.4 * m + x + 2.0 * rng.standard_normal(groups)[code] + rng.standard_normal(groups * k)
    frame = FRAME.head(0)[["y", "x", "m", "g"]].reindex(range(groups * k))
    frame = frame.assign(y=y, x=x, m=m, g=[f"g{c}" for c in code])
    df = core.fit(frame, "y ~ x + m + (1 | g)").fixed_effects["df"]
    assert df["m"] == pytest.approx(groups - 2, rel=1e-3)
    assert df["x"] == pytest.approx(groups * (k - 1) - 1, rel=1e-3)
