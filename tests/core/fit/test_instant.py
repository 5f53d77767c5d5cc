"""The instant posterior against integration on a grid, and its draws against what they are given."""

import numpy as np
import pandas as pd
import pytest

import core
from core.fit.bayes import complete_priors, fit_posterior
from core.fit.density import density, point_of
from core.fit.importance import Proposal, around, at_mode, leaning
from core.fit.instant import Weighed, instant
from core.fit.linear import Linear
from core.fit.posed import point, prior_of
from core.fit.posterior import Posterior
from core.fit.sample_many import sample_many
from core.spec.prior import Normal, Priors, Shape, Spread


def panel(groups: int, rows: int, seed: int, between: float = 1.0, slopes: float = 0.4) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    g = np.repeat(np.arange(groups), rows)
    x = rng.standard_normal(len(g))
    y = 2 + x + between * rng.standard_normal(groups)[g] + rng.standard_normal(len(g))
    y += slopes * rng.standard_normal(groups)[g] * x
    return pd.DataFrame({"y": y, "x": x, "g": [f"g{k}" for k in g]})


def linear(frame: pd.DataFrame, formula: str) -> Linear:
    fitted = core.fit(frame, formula).linear
    assert isinstance(fitted, Linear)
    return fitted


@pytest.mark.parametrize(("groups", "rows", "between"), [(3, 6, 1.0), (8, 6, 0.0), (40, 5, 0.5)])
def test_draws_are_those_of_the_density(groups: int, rows: int, between: float) -> None:
    """Means and SDs of log s and log SD from 4,000 draws worth more than 1,500: 4 errors of a mean of 1,500
    draws are 0.10 SD, of an SD 8 %.
    """
    base = linear(panel(groups, rows, 11, between), "y ~ x + (1 | g)")
    prior = prior_of(base, complete_priors(base))
    given = density(base.problem, prior)
    found = instant(given, point_of(prior, base.optimum.theta, base.sigma), 4000, seed=5)
    assert found.weighed.ess > 1500 and found.weighed.k_hat < 0.7
    centre, reach = found.x.mean(axis=0), found.x.std(axis=0)
    axes = [np.linspace(c - 9 * r, c + 9 * r, 301) for c, r in zip(centre, reach, strict=True)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2)
    energy = given.values(grid)
    weight = np.exp(energy.min() - energy)
    weight /= weight.sum()
    mean = weight @ grid
    sd = np.sqrt(weight @ (grid - mean) ** 2)
    assert (np.abs(centre - mean) < 0.10 * sd).all()
    np.testing.assert_allclose(reach, sd, rtol=0.08)


def test_exact_draws_have_the_moments_of_their_point() -> None:
    """30,000 draws at one point of the variances: means within 5 standard errors of the conditional ones, and
    covariances within 6 % (their relative error is 1 / sqrt(15,000)).
    """
    base = linear(panel(6, 5, 2), "y ~ x + (1 + x | g)")
    priors = complete_priors(base, Priors(fixed=(("x", Normal(0.0, 0.3)),)))
    prior = prior_of(base, priors)
    x = point_of(prior, base.optimum.theta, float(np.sqrt(base.pieces.s2)), floor=0.3)
    n = 30_000
    drawn = sample_many(base.problem, "g", prior, np.tile(x, (n, 1)), np.random.default_rng(3))
    at = Posterior(base, priors, x[None], Weighed(0.0, 1.0, 1), 0).at(point(prior, x))["g"]
    wanted = at.effects.conditional + at.effects.pull @ at.fixed_covariance @ at.effects.pull.transpose(
        0, 2, 1
    )
    effects = drawn.effects["g"]
    error = np.sqrt(np.diagonal(wanted, axis1=1, axis2=2) / n)
    assert (np.abs(effects.mean(axis=0) - at.effects.mean) < 5 * error).all()
    np.testing.assert_allclose(effects.var(axis=0), error**2 * n, rtol=0.06)
    np.testing.assert_allclose(np.cov(drawn.fixed.T), at.fixed_covariance, rtol=0.06, atol=3e-4)
    tie = np.array([np.cov(effects[:, j, 1], drawn.fixed[:, 1])[0, 1] for j in range(6)])
    ties = -(at.effects.pull @ at.fixed_covariance)[:, 1, 1]
    assert (np.abs(tie - ties) < 5 * np.sqrt(wanted[:, 1, 1] * at.fixed_covariance[1, 1] / n)).all()
    np.testing.assert_allclose(drawn.sigma, np.exp(base.problem.log_scale[0] + x[0]))


def test_prior_that_is_sure_decides() -> None:
    """A normal prior a hundred times as sharp as the data leaves them no say."""
    frame = panel(20, 10, 4)
    free = core.fit(frame, "y ~ x + (1 | g)", "posterior").fixed_effects.loc["x"]
    sure = Priors(fixed=(("x", Normal(5.0, float(free["std_error"]) / 100)),))
    held = core.fit(frame, "y ~ x + (1 | g)", "posterior", priors=sure).fixed_effects.loc["x"]
    # The data pull by 1 part in 10,000 of the distance; the scale of the rows' error doubles with the misfit.
    assert held["estimate"] == pytest.approx(5.0, abs=0.01)
    assert held["std_error"] == pytest.approx(float(free["std_error"]) / 100, rel=0.05)


def test_same_seed_same_draws() -> None:
    base = linear(panel(5, 6, 1), "y ~ x + (1 + x | g)")
    one, same, other = (fit_posterior(base, None, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.x, same.x) and not np.array_equal(one.x, other.x)
    assert np.array_equal(one.drawn.effects["g"], same.drawn.effects["g"])


def test_split_t_knows_its_own_density() -> None:
    """Over a grid it adds up to one t's total, each half stretched: 2 d integrals of a smooth bell to 1 %."""
    rng = np.random.default_rng(0)
    root = np.array([[1.0, 0.0], [0.4, 0.6]])
    one = Proposal(np.array([0.2, -1.0]), root, np.array([1.0, 3.0]), np.array([2.0, 1.0]))
    axis = np.linspace(-120, 120, 2401)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    step = (axis[1] - axis[0]) ** 2
    norm = np.exp(Proposal(np.zeros(2), np.eye(2), np.ones(2), np.ones(2)).log_density(grid)).sum() * step
    quarter = np.mean([(a + b) / 2 for a, b in zip(one.behind, one.ahead, strict=True)])
    total = np.exp(one.log_density(grid)).sum() * step / norm
    assert total == pytest.approx(1.0, rel=0.02), quarter
    points = one.points(20_000, rng)
    inside = np.linalg.solve(root, (points - one.mode).T).T
    # Each half is as likely whatever its length.
    assert (inside < 0).mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.01)
    middle = Proposal(np.zeros(2), np.eye(2), np.ones(2), np.ones(2)).points(20_000, rng)
    again = around(middle, np.full(20_000, 1 / 20_000))
    np.testing.assert_allclose(again.root @ again.root.T, np.eye(2), atol=0.1)


def test_leaning_proposal_covers_a_one_sided_tail() -> None:
    """A density that falls like exp(x) to the left and as a bell to the right: only the left is stretched."""

    def energies(x: np.ndarray) -> np.ndarray:
        z = x[:, 0]
        return np.where(z < 0, -np.minimum(z, 0.0) * 0.25, 0.5 * z**2) + 0.5 * x[:, 1] ** 2

    plain = at_mode(np.zeros(2), np.eye(2))
    bent = leaning(plain, energies)
    axis = int(np.argmax(np.abs(plain.root[0])))
    left = bent.behind if plain.root[0, axis] > 0 else bent.ahead
    right = bent.ahead if plain.root[0, axis] > 0 else bent.behind
    assert left[axis] > 2.5 and right[axis] < 1.2


def test_two_far_apart_answers_are_not_passed_off_as_one() -> None:
    """A prior that wants no differences against groups that differ a hundredfold: either the noise is huge or
    the prior is wrong, two valleys far apart. The weights say so, or every draw lies in the likelier one.
    """
    frame = panel(4, 3, 6, between=3.0, slopes=0.0)
    narrow = Priors(spread=((("g", "(Intercept)"), Spread(0.02, Shape.HALF_STUDENT_T, df=1.0)),))
    base = linear(frame, "y ~ x + (1 | g)")
    found = fit_posterior(base, narrow, seed=0)
    prior = prior_of(base, found.priors)
    given = density(base.problem, prior)
    axes = [np.linspace(-3, 2, 201), np.linspace(-12, 4, 401)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2)
    weight = np.exp(given.values(grid).min() - given.values(grid))
    weight /= weight.sum()
    share = float(weight[grid[:, 1] < -3.0].sum())
    assert isinstance(found.how, Weighed)
    told = found.how.k_hat > 0.7 or found.how.ess < 400
    assert told or abs((found.x[:, 1] < -3.0).mean() - share) < 0.1
