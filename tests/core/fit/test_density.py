"""The collapsed posterior density against n x n normal densities with priors in the data's own units."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import core
from core.design.coding import Array
from core.fit.density import Density, density, joint_density, thetas_of
from core.fit.joint_linear import JointLinear
from core.fit.linear import Linear
from core.fit.prior import completed, default_priors, log_prior, working_prior
from core.fit.problem import Problem
from core.spec.prior import Normal, Priors, Shape, Spread

PRIORS = Priors(
    fixed=(("(Intercept)", Normal(20.0, 30.0)), ("x", Normal(1.0, 2.0)), ("w", Normal(-0.5, 0.7))),
    spread=(
        (("g", "(Intercept)"), Spread(9.0, Shape.HALF_NORMAL)),
        (("g", "x"), Spread(1.5)),
        (("h", "(Intercept)"), Spread(4.0, Shape.EXPONENTIAL)),
    ),
    sigma=Spread(5.0, Shape.HALF_STUDENT_T, df=4.0),
    lkj=1.7,
    at_zero=True,
)


def panel(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    g, h = rng.integers(0, 6, 50), rng.integers(0, 4, 50)
    x, w = 30 + 3 * rng.standard_normal(50), rng.standard_normal(50)
    y = 5 + x + 3 * rng.standard_normal(6)[g] + rng.standard_normal(4)[h] + 2 * rng.standard_normal(50)
    return pd.DataFrame({"y": y, "x": x, "w": w, "g": [f"g{k}" for k in g], "h": [f"h{k}" for k in h]})


def sides_of(fitted: Linear | JointLinear) -> list[tuple[str, Problem]]:
    if isinstance(fitted, JointLinear):
        return list(zip(fitted.joint.factors, fitted.joint.sides, strict=True))
    return [("g", fitted.problem)]


def posed(frame: pd.DataFrame, formula: str) -> tuple[Density, Linear | JointLinear]:
    """The density under those of PRIORS that the model has."""
    fitted = core.fit(frame, formula).linear
    assert isinstance(fitted, Linear | JointLinear)
    sides = sides_of(fitted)
    lead = sides[0][1]
    default = default_priors(fitted.moments, sides, lead.fixed)
    spread = tuple((pair, one) for pair, one in PRIORS.spread if pair in dict(default.spread))
    given = Priors(PRIORS.fixed, spread, PRIORS.sigma, PRIORS.lkj, PRIORS.at_zero)
    prior = working_prior(completed(given, default), fitted.moments, lead, sides)
    if isinstance(fitted, JointLinear):
        return joint_density(fitted.joint, prior), fitted
    return density(fitted.problem, prior), fitted


def brute(frame: pd.DataFrame, fitted: Linear | JointLinear, prior: Density, x: Array) -> float:
    """Minus log posterior density of x from y ~ N(X m, X D X' + Z Sigma Z' + s2 I), in units."""
    theta = thetas_of(prior.prior, x)
    sides = sides_of(fitted)
    scale = float(np.exp(sides[0][1].log_scale[0]))
    s = float(np.exp(x[0])) * scale
    said, columns = dict(PRIORS.fixed), np.column_stack([np.ones(50), frame["x"], frame["w"]])
    mean = columns @ [said[t].mean for t in ("(Intercept)", "x", "w")]
    cover = s**2 * np.eye(50) + (columns * [said[t].sd ** 2 for t in ("(Intercept)", "x", "w")]) @ columns.T
    log_prior, start = stats.t(4.0, scale=5.0).logpdf(s) + np.log(s), 0
    for name, side in sides:
        shape = side.shape
        lower = np.zeros((shape.size, shape.size))
        lower[shape.rows, shape.cols] = theta[start : start + len(shape.rows)]
        start += len(shape.rows)
        back = side.to_random @ shape.basis @ lower * np.exp(x[0])
        spread = back @ back.T
        terms = [np.ones(50) if t == "(Intercept)" else frame[t].to_numpy() for t in side.random]
        z = np.column_stack(terms)
        same = frame[name].to_numpy()[:, None] == frame[name].to_numpy()
        cover += (z @ spread @ z.T) * same
        # SDs of the effects at average predictors, where they go together, else at zero
        tied = len(shape.rows) > shape.size
        at = np.eye(shape.size)
        if tied:
            at[0, 1] = frame["x"].mean()
        own = at @ spread @ at.T
        for k, term in enumerate(side.random):
            log_prior += _log_density(dict(PRIORS.spread)[(name, term)], float(np.sqrt(own[k, k])))
        if tied:
            r = own[0, 1] / np.sqrt(own[0, 0] * own[1, 1])
            log_prior += (PRIORS.lkj - 1.0) * np.log(1 - r**2) + np.log(1 - r**2)  # and the Jacobian of tanh
    return -float(stats.multivariate_normal(mean, cover).logpdf(frame["y"]) + log_prior)


def _log_density(prior: Spread, sd: float) -> float:
    """Of log SD."""
    kind = {
        Shape.HALF_STUDENT_T: stats.t(prior.df, scale=prior.scale),
        Shape.HALF_NORMAL: stats.norm(scale=prior.scale),
        Shape.EXPONENTIAL: stats.expon(scale=prior.scale),
    }[prior.shape]
    return float(kind.logpdf(sd) + np.log(sd))


FORMULAS = [
    "y ~ x + w + (1 | g)",
    "y ~ x + w + (1 + x | g)",
    "y ~ x + w + (1 + x || g)",
    "y ~ x + w + (1 | g) + (1 | h)",
    "y ~ x + w + (1 + x | g) + (1 | h)",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_density_is_that_of_the_whole_normal(formula: str) -> None:
    """Up to one constant for all points; log densities of some 100 to eight digits of their size."""
    frame = panel(3)
    found, fitted = posed(frame, formula)
    rng = np.random.default_rng(1)
    xs = rng.uniform(-1.2, 0.7, (6, 1 + len(found.prior.frame.is_log_sd)))
    values = found.values(xs)
    wanted = np.array([brute(frame, fitted, found, x) for x in xs])
    np.testing.assert_allclose(values - values[0], wanted - wanted[0], rtol=1e-8, atol=1e-6)
    np.testing.assert_allclose([found.slopes(x)[0] for x in xs], values, rtol=1e-10)


@pytest.mark.parametrize("formula", FORMULAS)
def test_gradient_is_that_of_the_density(formula: str) -> None:
    """Central differences of step 1e-5 lose half the digits of a value of about 100: 1e-5 is left."""
    found, _ = posed(panel(4), formula)
    rng = np.random.default_rng(2)
    x = rng.uniform(-0.8, 0.5, 1 + len(found.prior.frame.is_log_sd))
    steps = 1e-5 * np.eye(len(x))
    numeric = [(found.slopes(x + e)[0] - found.slopes(x - e)[0]) / 2e-5 for e in steps]
    np.testing.assert_allclose(found.slopes(x)[1], numeric, rtol=1e-5, atol=1e-5)


def test_default_priors_do_not_know_units_or_centring() -> None:
    """The density at one point of working coordinates is the same after x moves and changes unit."""
    frame = panel(5)
    moved = frame.assign(x=1000 + 7 * frame["x"], y=50 * frame["y"] - 3)
    here, there = (core.fit(one, "y ~ x + (1 + x | g)").linear for one in (frame, moved))
    assert isinstance(here, Linear) and isinstance(there, Linear)
    values = []
    for fitted in (here, there):
        sides = [("g", fitted.problem)]
        default = default_priors(fitted.moments, sides, fitted.problem.fixed)
        prior = working_prior(default, fitted.moments, fitted.problem, sides)
        values.append(density(fitted.problem, prior).values(np.array([[-0.5, -0.3, 0.2, -1.0]]))[0])
    assert values[0] == pytest.approx(values[1], rel=1e-9)


def test_default_priors_of_products_do_not_know_centring() -> None:
    """A moderator far from zero: the posterior is that of the centred one, near REML's. With priors of the
    product as it stands the interaction was drawn to 0.0005 where 0.3 was true.
    """
    rng = np.random.default_rng(3)
    g, year = np.repeat(np.arange(12), 8), np.tile(np.arange(8), 12) + 2015.0
    x = rng.standard_normal(96)
    y = 1.5 * rng.standard_normal(12)[g] + x * (1 + 0.3 * (year - 2018.5)) + 0.5 * rng.standard_normal(96)
    frame = pd.DataFrame({"y": y, "x": x, "year": year, "g": [f"g{k}" for k in g]})
    raw, centred = (
        core.fit(frame, f"y ~ x * {year} + (1 | g)", "posterior", seed=1) for year in ("year", "center(year)")
    )
    one, other = raw.fixed_effects.loc["x:year"], centred.fixed_effects.loc["x:center(year)"]
    # One density, so one set of draws, but for rounding of columns 2,000 from zero.
    assert one["estimate"] == pytest.approx(float(other["estimate"]), rel=1e-6)
    assert raw.sigma == pytest.approx(centred.sigma, rel=1e-6)
    reml = core.fit(frame, "y ~ x * year + (1 | g)").fixed_effects.loc["x:year"]
    assert abs(one["estimate"] - reml["estimate"]) < 0.1 * reml["std_error"]


def test_default_priors_leave_blurred_effects_their_size() -> None:
    """x, log x and sqrt x within 50 and 60: effects of thousands that cancel. The residual SD, which narrow
    priors would blow up by half, stays REML's but for the few percent that its own uncertainty adds.
    """
    rng = np.random.default_rng(4)
    g, x = np.repeat(np.arange(12), 8), rng.uniform(50, 60, 96)
    y = (
        3 * x
        - 20 * np.log(x)
        + rng.standard_normal(12)[g]
        + 0.05 * (x - 55) ** 3
        + 0.5 * rng.standard_normal(96)
    )
    frame = pd.DataFrame({"y": y, "x": x, "g": [f"g{k}" for k in g]})
    formula = "y ~ x + log(x) + sqrt(x) + (1 | g)"
    reml, posterior = (core.fit(frame, formula, method).sigma for method in ("reml", "posterior"))
    assert posterior == pytest.approx(reml, rel=0.05)


def test_prior_of_a_correlation_of_one_to_rounding_is_finite() -> None:
    """1 - tanh^2 is 4 exp(-2 |z|) to rounding beyond |z| = 20, where tanh itself rounds to one."""
    prior = posed(panel(1), "y ~ x + w + (1 + x | g)")[0].prior
    (free,) = np.flatnonzero(~prior.frame.is_log_sd)
    x = np.zeros((4, 4))
    x[:, 1 + free] = [0.0, 20.0, -60.0, 900.0]
    value, gradient = log_prior(prior, x)
    power = PRIORS.lkj  # of the one correlation of a pair: Beta on (-1, 1) and the Jacobian
    wanted = power * (np.log(4.0) - 2.0 * np.abs(x[1:, 1 + free]))
    np.testing.assert_allclose(value[1:] - value[0], wanted, rtol=1e-12)  # rounding
    assert np.isfinite(gradient).all()


@pytest.mark.parametrize("formula", ["y ~ x + w + (1 + x | g)", "y ~ x + w + (1 | g) + (1 | h)"])
def test_density_at_no_points_is_empty(formula: str) -> None:
    given, _ = posed(panel(1), formula)
    assert given.values(np.empty((0, 4 if "1 + x" in formula else 3))).shape == (0,)
