"""Draws against theory: joint means and covariances, the seed, and the posterior of the variances."""

import numpy as np
import pytest

import core
from core.fit.collapsed import collapsed, variance_draws
from core.fit.effects import working_variance
from core.fit.objective import assemble, criterion
from core.result.carried import carried
from tests.core.result.dense import GROUPS, columns, henderson, panel

FRAME = panel(9)
Y = FRAME["y"].to_numpy()
N = 20_000
# Largest of some 400 standardised errors, each about standard normal: beyond 5 once in two thousand runs, and
# the seed is fixed; over twelve other seeds the largest was 2.5 (means) and 4.5 (covariances).
MOST = 5.0


@pytest.fixture(scope="module")
def fit() -> core.Fit:
    return core.fit(FRAME, "y ~ x + w + (1 + w | g)")


@pytest.mark.parametrize(
    ("formula", "fixed", "random"),
    [
        ("y ~ x + w + (1 | g)", "1 x w", "1"),
        ("y ~ x + w + (1 + w | g)", "1 x w", "1 w"),
        ("y ~ w + (1 + x || g)", "1 w", "1 x"),
        ("y ~ 0 + x + w + (0 + w | g)", "x w", "w"),
    ],
)
@pytest.mark.parametrize("zero", [False, True], ids=["interior", "singular"])
def test_given_the_variances_draws_follow_hendersons_joint_distribution(
    formula: str, fixed: str, random: str, zero: bool
) -> None:
    """Fixed effects and totals of all groups together: the full covariance matrix, not its diagonal."""
    linear = core.fit(FRAME, formula).linear
    problem = linear.problem
    theta = linear.optimum.theta * (np.arange(len(linear.optimum.theta)) > 0 if zero else 1.0)
    pieces = assemble(problem, theta, reml=True)
    df = pieces.df
    s2 = pieces.r2 / df
    root = problem.to_random @ pieces.factor
    known = henderson(
        Y,
        columns(FRAME, fixed),
        columns(FRAME, random),
        s2 * root @ root.T,
        s2 * float(np.exp(2 * problem.log_scale[0])),
    )
    p, q = problem.p, len(problem.random)
    pick = carried(linear)
    to_totals = np.vstack([np.eye(p, p + GROUPS * q), np.zeros((GROUPS * q, p + GROUPS * q))])
    for j in range(GROUPS):
        rows = slice(p + j * q, p + (j + 1) * q)
        to_totals[rows, :p] = pick
        to_totals[rows, rows] = np.eye(q)
    mean = to_totals @ np.append(known.b, known.u.ravel())
    # s2 drawn from r2 / chi-square makes the joint distribution Student's, with df / (df - 2) the variance.
    covariance = to_totals @ known.covariance @ to_totals.T * df / (df - 2)

    sample = linear.sample(theta, N, np.random.default_rng(1))
    b, sigma = sample.fixed, sample.sigma
    around = b @ carried(linear).T
    totals = sample.effects["g"] + around[:, None, :]
    drawn = np.column_stack([b, totals.reshape(N, -1)])
    size = np.sqrt(np.maximum(np.diag(covariance), 1e-18 * np.diag(covariance).max()))
    assert np.abs((drawn.mean(axis=0) - mean) / size).max() * np.sqrt(N) < MOST
    apart = (np.cov(drawn.T) - covariance) / np.outer(size, size)
    assert np.abs(apart).max() * np.sqrt(N) < 1.6 * MOST  # SD of a variance of standard normals: sqrt(2)
    expected = s2 * float(np.exp(2 * problem.log_scale[0])) * df / (df - 2)
    assert abs(np.mean(sigma**2) / expected - 1) < MOST * np.sqrt(2 / (df - 4) / N)


def test_the_same_seed_gives_the_same_draws_and_another_seed_others(fit: core.Fit) -> None:
    one, same, other = fit.draws(300, 5), core.fit(FRAME, fit.spec).draws(300, 5), fit.draws(300, 6)
    for a, b, c in ((one.fixed, same.fixed, other.fixed), (one.sigma, same.sigma, other.sigma)):
        np.testing.assert_array_equal(a, b)
        assert not np.array_equal(a, c)
    np.testing.assert_array_equal(one.groups["g"], same.groups["g"])
    assert one.seed == 5
    assert one.terms == {"g": ("(Intercept)", "w")}


@pytest.mark.parametrize("n", [1, 7, 255, 257])
def test_as_many_draws_as_asked(fit: core.Fit, n: int) -> None:
    draws = fit.draws(n, 0)
    assert draws.fixed.shape == (n, 3)
    assert draws.groups["g"].shape == (n, GROUPS, 2)
    assert draws.sigma.shape == (n,)
    assert core.fit(FRAME, "y ~ x").draws(n, 0).groups == {}


def test_draws_without_groups_have_the_textbook_spread() -> None:
    fit = core.fit(FRAME, "y ~ x + w")
    draws, table = fit.draws(N, 3), fit.fixed_effects
    df = table["df"].iloc[0]
    spread = table["std_error"] * np.sqrt(df / (df - 2))
    np.testing.assert_allclose(draws.fixed.std(axis=0) / spread, 1.0, atol=MOST / np.sqrt(2 * N))
    assert np.abs((draws.fixed.mean(axis=0) - table["estimate"]) / spread).max() < MOST / np.sqrt(N)


def test_draws_and_intervals_tell_the_same_uncertainty(fit: core.Fit) -> None:
    """Standard errors of totals average over fewer variances than draws do; both estimate one number."""
    totals = fit.draws(8000, 1).groups["g"][:, :, 1]
    table = fit.group_coefficients["g"]
    assert np.abs((totals.mean(axis=0) - table["w"]) / table["w_se"]).max() < 0.35
    np.testing.assert_allclose(totals.std(axis=0) / table["w_se"], 1.0, atol=0.15)


def test_draws_of_the_variances_follow_their_posterior_on_a_grid() -> None:
    """One SD: log posterior by the criterion and the half-t prior, summed on 1,500 points."""
    linear = core.fit(FRAME, "y ~ x + w + (1 | g)").linear
    sd = float(np.sqrt(working_variance(linear.pieces)))
    at = np.linspace(-6.0, 6.0, 1500)
    log_density = np.array(
        [
            psi - 2 * np.log1p((np.exp(psi) * sd / 2.5) ** 2 / 3)
            - criterion(linear.problem, np.array([np.exp(psi)]), reml=True) / 2
            for psi in at
        ]
    )  # fmt: skip
    weight = np.exp(log_density - log_density.max())
    weight /= weight.sum()
    mean = weight @ at
    spread = np.sqrt(weight @ (at - mean) ** 2)
    n = 2000
    drawn = variance_draws(collapsed(linear.problem), linear.optimum.theta, sd, n, np.random.default_rng(2))
    psi = np.log(np.abs(drawn.theta[:, 0]))
    assert drawn.ess >= n
    assert abs(psi.mean() - mean) / spread < 4 / np.sqrt(drawn.ess)
    assert psi.std() / spread == pytest.approx(1.0, abs=4 / np.sqrt(drawn.ess))


@pytest.mark.parametrize(
    ("n", "seed", "words"),
    [
        (0, 0, "0 draws"),
        (2.5, 0, r"2\.5 draws"),
        ("many", 0, "'many' draws"),
        (3, -1, "-1 cannot be a seed"),
        (3, 0.5, r"0\.5 cannot be a seed"),
        (3, None, "None cannot be a seed"),
    ],
)
def test_numbers_of_draws_and_seeds_that_cannot_be_are_sentences(fit: core.Fit, n, seed, words: str) -> None:
    with pytest.raises(core.PanelwiseError, match=words) as error:
        fit.draws(n, seed)
    assert str(error.value).endswith(".")


@pytest.mark.parametrize("n", [1, 50])
def test_few_draws_of_several_groupings_are_as_many_as_asked(n: int) -> None:
    """Fewer than the values of the variances they are spread over in some steps."""
    frame = FRAME.assign(h=[f"h{k % 4}" for k in range(len(FRAME))])
    found = core.fit(frame, "y ~ x + (1 | g) + (1 | h)").draws(n, 0)
    assert found.groups["h"].shape == (n, 4, 1)


@pytest.mark.parametrize("text", ["y ~ x + w + (1 + w | g)", "y ~ x + (1 + w | g) + (1 | h)"])
def test_draws_carry_the_covariances_they_were_drawn_with(text: str) -> None:
    """A posterior's, each one of those it holds; of several groupings a few serve many draws."""
    frame = FRAME.assign(h=[f"h{k % 5}" for k in range(len(FRAME))])
    fit = core.fit(frame, text, "posterior")
    given = fit.posterior
    assert given is not None
    draws = fit.draws(300, 4)
    near = np.abs(given.sigmas[None] - draws.sigma[:, None]).argmin(axis=1)
    np.testing.assert_allclose(draws.sigma, given.sigmas[near], rtol=1e-12)
    for name, spread in draws.spread.items():
        np.testing.assert_allclose(spread, given.spreads[name][near], rtol=1e-9, atol=1e-12)


def test_draws_around_a_fit_spread_as_its_groups_do(fit: core.Fit) -> None:
    """Squares of drawn deviations, averaged over groups and draws, are near the variances drawn with them:
    nine groups tell a variance to about half of itself.
    """
    draws = fit.draws(4000, 6)
    around = draws.groups["g"] - (draws.fixed @ carried(fit.linear).T)[:, None, :]
    seen = np.einsum("nja,nja->a", around, around) / around[:, :, 0].size
    mean = draws.spread["g"].mean(axis=0).diagonal()
    assert ((seen / mean > 0.3) & (seen / mean < 1.5)).all()
    assert (np.linalg.eigvalsh(draws.spread["g"]) > -1e-9 * mean.max()).all()
