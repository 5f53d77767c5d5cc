"""NUTS: the compiled density is the density, chains agree with a grid, and a run is watched and stopped."""

import sys
from time import perf_counter
from types import SimpleNamespace

import numpy as np
import pytest

from core.design.coding import Array
from core.fit.density import Density, point_of
from core.fit.errors import Cancelled, NoChains
from core.fit.instant import instant
from core.fit.joint_linear import JointLinear
from core.fit.linear import Linear
from core.fit.nuts import Chains, Progress, sample_chains
from core.fit.nuts_joint_kernel import several_factors
from core.fit.nuts_kernel import one_factor
from core.fit.nuts_model import Way, compiled, fingerprint
from core.fit.nuts_numbers import joint_numbers_of, numbers_of, partly_numbers_of
from core.fit.nuts_partly_kernel import others_sampled
from core.result.chains import measured
from tests.core.fit.test_density import panel, posed

FORMULAS = (
    "y ~ x + w",
    "y ~ x + w + (1 | g)",
    "y ~ x + w + (1 + x | g)",
    "y ~ x + w + (1 + x || g)",
    "y ~ x + w + (1 + x + w | g)",
    "y ~ x + w + (1 + x | g) + (0 + w | g)",
    "y ~ x + w + (0 + w | g) + (1 + x | g)",
)


def one(formula: str, seed: int = 1) -> tuple[Density, Linear]:
    density, fitted = posed(panel(seed), formula)
    assert isinstance(fitted, Linear)
    return density, fitted


def whitening(d: int, seed: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    return 0.5 * rng.standard_normal(d), np.eye(d) + 0.2 * rng.standard_normal((d, d))


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("seed", [1, 2])
def test_kernel_is_the_density(formula: str, seed: int) -> None:
    """Written out in loops, against the same formulas in NumPy: rounding only, gradients of the largest."""
    density, fitted = one(formula, seed)
    d = 1 + len(fitted.problem.shape.rows)
    mode, root = whitening(d, seed)
    eta = np.random.default_rng([seed, 5]).standard_normal(d)
    value, gradient = one_factor(eta, numbers_of(fitted.problem, density.prior, mode, root))
    energy, slope = density.slopes(mode + root @ eta)
    np.testing.assert_allclose(value, -energy, rtol=1e-12, atol=1e-10)
    np.testing.assert_allclose(gradient, -root.T @ slope, atol=1e-11 * max(1.0, np.abs(slope).max()))


CROSSED = (
    "y ~ x + w + (1 | g) + (1 | h)",
    "y ~ x + w + (1 + x | g) + (1 | h)",
    "y ~ x + w + (1 | g) + (1 + x | h)",
    "y ~ x + w + (1 + x | g) + (1 + w || h)",
    "y ~ x + w + (1 | g) + (1 | h) + (1 | g:h)",
)


@pytest.mark.parametrize("formula", CROSSED)
@pytest.mark.parametrize("seed", [1, 2])
def test_kernel_of_several_factors_is_the_density(formula: str, seed: int) -> None:
    """As for one factor; a digit less, for what is left of sums over one factor's groups is subtracted."""
    density, fitted = posed(panel(seed), formula)
    assert isinstance(fitted, JointLinear)
    d = len(density.prior.frame.is_log_sd) + 1
    mode, root = whitening(d, seed)
    eta = np.random.default_rng([seed, 5]).standard_normal(d)
    value, gradient = several_factors(eta, joint_numbers_of(fitted.joint, density.prior, mode, root))
    energy, slope = density.slopes(mode + root @ eta)
    np.testing.assert_allclose(value, -energy, rtol=1e-11, atol=1e-9)
    np.testing.assert_allclose(gradient, -root.T @ slope, atol=1e-10 * max(1.0, np.abs(slope).max()))


# Effects walked through as shares of their prior SD in all factors, in some, in none.
OPENS = (-1.0, 0.4, 2.0)


@pytest.mark.parametrize("formula", CROSSED)
@pytest.mark.parametrize("share", OPENS)
def test_density_with_effects_sampled_is_the_one_without_when_they_are_integrated_out(
    formula: str, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given the variances the effects are Gaussian: the integral is the value at their mode times a root.

    Both to rounding: the difference to the collapsed density is one constant, and at the mode of the
    variances the effects are white.
    """
    monkeypatch.setattr(sys.modules["core.fit.nuts_numbers"], "OPEN", share)
    density, fitted = posed(panel(1), formula)
    assert isinstance(fitted, JointLinear)
    d, others = len(density.prior.frame.is_log_sd) + 1, fitted.joint.starts[-1]
    mode, root = whitening(d, 1)
    numbers = partly_numbers_of(fitted.joint, density.prior, mode, root)
    rng = np.random.default_rng(2)
    apart = []
    for far in (0.0, 0.4, 0.4):
        eta = np.concatenate([far * rng.standard_normal(d), np.zeros(others)])
        slope = others_sampled(eta, numbers)[1][d:]
        steps = np.eye(d + others)[d:]
        curved = np.array([others_sampled(eta + step, numbers)[1][d:] - slope for step in steps])
        if not far:
            np.testing.assert_allclose(curved, -np.eye(others), atol=1e-8)
        eta[d:] = -np.linalg.solve(curved, slope)
        integrated = others_sampled(eta, numbers)[0] - 0.5 * np.linalg.slogdet(-curved)[1]
        apart.append(integrated + density.slopes(mode + root @ eta[:d])[0])
    np.testing.assert_allclose(apart, apart[0], atol=1e-9)


@pytest.mark.parametrize("formula", CROSSED)
@pytest.mark.parametrize("share", OPENS)
def test_slopes_with_effects_sampled_are_slopes(
    formula: str, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Differences over 1e-5 of values near 100 carry nine digits after the point, so slopes seven."""
    monkeypatch.setattr(sys.modules["core.fit.nuts_numbers"], "OPEN", share)
    density, fitted = posed(panel(2), formula)
    assert isinstance(fitted, JointLinear)
    d, others = len(density.prior.frame.is_log_sd) + 1, fitted.joint.starts[-1]
    numbers = partly_numbers_of(fitted.joint, density.prior, *whitening(d, 2))
    eta = 0.5 * np.random.default_rng(3).standard_normal(d + others)
    steps = 1e-5 * np.eye(d + others)
    up, down = (np.array([others_sampled(eta + s * step, numbers)[0] for step in steps]) for s in (1, -1))
    gradient = others_sampled(eta, numbers)[1]
    np.testing.assert_allclose(gradient, (up - down) / 2e-5, atol=1e-6 * np.abs(gradient).max())


@pytest.mark.parametrize(
    "formula", ["y ~ x + w + (1 | g)", pytest.param("y ~ x + w + (1 + x | g)", marks=pytest.mark.slow)]
)
def test_compiled_model_has_the_density_of_each_table_it_is_given(formula: str) -> None:
    """PyMC's density with its gradient by PyTensor, after compilation: 1e-9 is rounding in another order."""
    ready = compiled(1 + len(one(formula)[1].problem.shape.rows), Way.ONE)
    (numbers,) = ready.logp_func.get_shared()
    for seed in (1, 2, 3):
        density, fitted = one(formula, seed)
        mode, root = whitening(ready.n_dim, seed)
        numbers.set_value(numbers_of(fitted.problem, density.prior, mode, root))
        for eta in np.random.default_rng(seed).standard_normal((5, ready.n_dim)):
            value, gradient = ready.logp_func(eta)
            energy, slope = density.slopes(mode + root @ eta)
            np.testing.assert_allclose(value, -energy, rtol=1e-9)
            np.testing.assert_allclose(gradient, -root.T @ slope, atol=1e-9 * max(1.0, np.abs(slope).max()))


@pytest.mark.slow
def test_chains_of_several_factors_agree_with_the_instant_posterior() -> None:
    """The compiled density of crossed groups, and means five standard errors of weighted draws."""
    density, fitted = posed(panel(1), CROSSED[0])
    assert isinstance(fitted, JointLinear)
    start = point_of(density.prior, fitted.optimum.theta, float(np.sqrt(fitted.pieces.s2)))
    found = instant(density, start, 4000, 1)
    ready = compiled(3, Way.SEVERAL)
    (numbers,) = ready.logp_func.get_shared()
    numbers.set_value(joint_numbers_of(fitted.joint, density.prior, found.mode, found.root))
    for eta in np.random.default_rng(1).standard_normal((5, 3)):
        value, gradient = ready.logp_func(eta)
        energy, slope = density.slopes(found.mode + found.root @ eta)
        np.testing.assert_allclose(value, -energy, rtol=1e-9)
        np.testing.assert_allclose(gradient, -found.root.T @ slope, atol=1e-9 * np.abs(slope).max())
    chains = sample_chains(fitted.joint, density.prior, found.mode, found.root, seed=2)
    said = measured(chains.x)
    assert said.r_hat.max() < 1.02
    assert min(said.ess_bulk.min(), said.ess_tail.min()) > 400
    far = np.hypot(said.mcse_mean, found.x.std(axis=0) / np.sqrt(found.weighed.ess))
    assert (np.abs(chains.x.mean(axis=(0, 1)) - found.x.mean(axis=0)) < 5 * far).all()


@pytest.mark.slow
def test_chains_with_effects_sampled_agree_with_the_instant_posterior(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Means of the variance parameters within five standard errors, the way chosen as if D were too large."""
    monkeypatch.setattr(sys.modules["core.fit.nuts"], "COLLAPSED", 0)
    density, fitted = posed(panel(1), CROSSED[0])
    assert isinstance(fitted, JointLinear)
    start = point_of(density.prior, fitted.optimum.theta, float(np.sqrt(fitted.pieces.s2)))
    found = instant(density, start, 4000, 1)
    chains = sample_chains(fitted.joint, density.prior, found.mode, found.root, seed=2)
    assert chains.x.shape == (4, 1000, 3)
    said = measured(chains.x)
    far = np.hypot(said.mcse_mean, found.x.std(axis=0) / np.sqrt(found.weighed.ess))
    assert (np.abs(chains.x.mean(axis=(0, 1)) - found.x.mean(axis=0)) < 5 * far).all()


def test_changed_kernel_is_not_taken_for_the_one_compiled_before() -> None:
    def another(eta: Array, numbers: Array) -> tuple[float, Array]:
        return 0.5, eta

    functions = Way.ONE.value
    changed = (*functions[:-1], another)
    assert fingerprint(functions) != fingerprint(changed)


def sampled(density: Density, fitted: Linear, **asked: object) -> Chains:
    """Chains whitened by the curvature near the REML optimum, directions kept below a width of two."""
    mode = point_of(density.prior, fitted.optimum.theta, 0.5)
    steps = 1e-4 * np.eye(len(mode))
    hessian = np.array([density.slopes(mode + s)[1] - density.slopes(mode - s)[1] for s in steps]) / 2e-4
    values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    root = vectors / np.sqrt(np.maximum(values, 0.25))
    return sample_chains(fitted.problem, density.prior, mode, root, **{"seed": 3, **asked})  # type: ignore[arg-type]


def test_chains_agree_with_a_grid() -> None:
    """Mean and SD of log s and log SD against sums over a fine grid of the NumPy density.

    Within five standard errors, the chains' own effective number of draws behind each: the seed does not fix
    the draws on every machine, and four figures at five standard errors fail once in a million.
    """
    density, fitted = one("y ~ x + w + (1 | g)")
    chains = sampled(density, fitted)
    assert chains.x.shape == (4, 1000, 2)
    assert not chains.diverging.any()
    axes = np.linspace(-2.5, 1.0, 300), np.linspace(-9.0, 3.5, 500)
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2)
    energy = density.values(grid)
    weight = np.exp(energy.min() - energy)
    weight /= weight.sum()
    mean = weight @ grid
    sd = np.sqrt(weight @ (grid - mean) ** 2)
    for values, truth in ((chains.x, mean), ((chains.x - mean) ** 2, sd**2)):
        said = measured(values)
        assert min(said.ess_bulk.min(), said.ess_tail.min()) > 400
        assert (np.abs(values.mean(axis=(0, 1)) - truth) < 5 * said.mcse_mean).all()


def test_progress_is_told_and_a_second_table_compiles_nothing() -> None:
    density, fitted = one("y ~ x + w + (1 + x | g)")
    ready = compiled(4, Way.ONE)
    told: list[Progress] = []
    chains = sampled(density, fitted, draws=20_000, progress=told.append)
    assert chains.x.shape == (4, 20_000, 4)
    assert compiled(4, Way.ONE) is ready
    done = [one.done for one in told]
    assert done == sorted(done)
    assert 0 < max(done) <= told[0].total == 4 * (20_000 + chains.tune)
    assert [one.tuning for one in told] == sorted((one.tuning for one in told), reverse=True)


@pytest.mark.parametrize("by", ["stop", "progress"])
def test_sampling_stops_when_asked_to(by: str) -> None:
    """The million draws asked for would take minutes: half of one shows that they were not made."""
    density, fitted = one("y ~ x + w + (1 | g)")
    compiled(2, Way.ONE)
    asked = SimpleNamespace(at=0.0)

    def stop() -> bool:
        asked.at = asked.at or perf_counter()
        return True

    def progress(_: Progress) -> None:
        asked.at = perf_counter()
        raise Cancelled("This")

    with pytest.raises(Cancelled, match="stopped before its end"):
        sampled(
            density, fitted, draws=1_000_000, **({"stop": stop} if by == "stop" else {"progress": progress})
        )
    assert perf_counter() - asked.at < 30.0


def test_density_that_is_nowhere_is_said() -> None:
    density, fitted = one("y ~ x + w + (1 | g)")
    with pytest.raises(NoChains, match="could not sample"):
        sample_chains(fitted.problem, density.prior, np.full(2, np.nan), np.eye(2), seed=1)
