"""The criterion and its gradient from moments against n x n matrices with 40 digits."""

import mpmath
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import core
from core.design.layout import INTERCEPT
from core.design.matrix import build_design
from core.design.moments import summarise
from core.fit.covariance import factor
from core.fit.objective import criterion_and_gradient, in_units
from core.fit.problem import Problem, pose
from tests import brute

FORMULAS = (
    "y ~ x1 + (1 | g)",
    "y ~ x1 + x2 + (1 + x1 | g)",
    "y ~ x1 + x2 + (1 + x1 + x2 | g)",
    "y ~ x1 + (1 + x1 || g)",
    "y ~ x1 + (1 | g) + (0 + x1 | g)",
    "y ~ 1 + (1 + x1 | g)",
    "y ~ x1 + twice + (1 + twice | g)",
    "y ~ center(x1) + scale(x2) + (1 + center(x1) | g)",
    "y ~ within(x1, g) + between(x1, g) + (1 + within(x1, g) | g)",
)

# Without a constant neither columns nor the outcome can be centred, and sums of squares about zero lose the
# digits of their spread: twice those of the offset. Checked up to an offset of thirty spreads.
THROUGH_ZERO = ("y ~ x1 + (0 + x1 | g)", "y ~ 0 + x1 + (1 + x1 | g)", "y ~ 0 + x1 + x2 + (0 + x2 | g)")


@st.composite
def panels(draw: st.DrawFn, most_offset: float = 1e6) -> pd.DataFrame:
    """Small unbalanced panels with one-row groups, offsets and scales far apart, and tiny or huge noise."""
    sizes = draw(st.lists(st.integers(1, 6), min_size=2, max_size=3))
    n = sum(sizes)
    assume(n >= 10)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    g = np.repeat([f"g{k}" for k in range(len(sizes))], sizes)

    def column() -> np.ndarray:
        scale = 10.0 ** draw(st.integers(-6, 6))
        offset = min(draw(st.sampled_from([0.0, 1.0, 30.0, 1e4, 1e6])), most_offset)
        return scale * (rng.standard_normal(n) + offset)

    x1 = column()
    if draw(st.booleans()):
        x1[g == "g0"] = x1[0]  # a group in which the predictor never moved
    group_sd = draw(st.sampled_from([0.0, 1e-6, 1.0, 1e3]))
    noise = 10.0 ** draw(st.integers(-3, 3))
    y = (
        rng.standard_normal(n)
        + group_sd * rng.standard_normal(len(sizes))[np.repeat(range(len(sizes)), sizes)]
    )
    y = noise * (y + min(draw(st.sampled_from([0.0, 100.0, 1e5])), most_offset))
    return pd.DataFrame({"y": y, "x1": x1, "x2": column(), "twice": 2.0 * x1, "g": g})


def posed(frame: pd.DataFrame, formula: str) -> tuple[Problem, np.ndarray, np.ndarray, np.ndarray, list[int]]:
    """The engine's problem, and y, X, Z and group codes as plain arrays for brute force."""
    table = core.read_table(frame)
    design = build_design(table, core.parse_formula(formula))
    problem = pose(summarise(design))
    ones = np.ones(len(frame))

    def stack(names: tuple[str, ...]) -> np.ndarray:
        return np.column_stack([ones if name == INTERCEPT else design.values[name] for name in names])

    codes = [int(code) for code in design.factors["g"].codes]
    return problem, design.values["y"], stack(problem.fixed), stack(problem.random), codes


def by_definition(problem: Problem, y, x, z, codes, reml: bool):
    """A function of theta that evaluates the criterion with n x n matrices, in the data's own units."""
    back = problem.to_random / np.exp(problem.log_scale[0])
    basis = mpmath.matrix((back @ problem.shape.basis).tolist())

    def evaluate(theta) -> mpmath.mpf:
        with mpmath.workdps(brute.DIGITS):
            lower = mpmath.zeros(problem.shape.size)
            for value, row, col in zip(theta, problem.shape.rows, problem.shape.cols, strict=True):
                lower[int(row), int(col)] = value
            return brute.criterion(y, x, z, codes, basis * lower, reml)

    return evaluate


@pytest.mark.parametrize("reml", [True, False], ids=["reml", "ml"])
@pytest.mark.parametrize("formula", FORMULAS + THROUGH_ZERO)
@settings(max_examples=6)
@given(data=st.data(), seed=st.integers(0, 2**32 - 1), size=st.sampled_from([1e-6, 0.3, 3.0, 100.0]))
def test_criterion_and_gradient_match_the_definition(
    formula: str, reml: bool, data: st.DataObject, seed: int, size: float
) -> None:
    # Slopes about zero of a column further from it than 1e5 of its spreads are refused (FarFromZero).
    apart = "||" in formula or "(0 +" in formula
    frame = data.draw(panels(30.0 if formula in THROUGH_ZERO else 1e4 if apart else 1e6))
    assume(len(frame) > frame["g"].nunique() * (1 + formula.rpartition("(")[2].count("x")))
    problem, y, x, z, codes = posed(frame, formula)
    theta = size * np.random.default_rng(seed).standard_normal(len(problem.shape.rows))
    evaluate = by_definition(problem, y, x, z, codes, reml)
    value, slope = criterion_and_gradient(problem, theta, reml)

    exact = float(evaluate(list(theta)))
    # 1e-8 of the criterion, or of one unit of log-likelihood a row where the criterion happens to be near 0.
    assert in_units(problem, value, reml) == pytest.approx(exact, rel=1e-8, abs=1e-8 * len(y))

    slopes = np.array([float(s) for s in brute.gradient(evaluate, list(theta))])
    # A gradient entry is a difference of sums as large as the largest entry, or as the number of groups over
    # the size of theta, so that is the scale its digits are counted from.
    scale = max(float(np.abs(slopes).max()), problem.cells / max(size, 1.0))
    # Through zero at theta = 100 the entries are differences of sums 1e5 times their size: a unit of the
    # criterion is the scale, as for the criterion itself.
    scale = max(scale, 1.0) if formula in THROUGH_ZERO else scale
    np.testing.assert_allclose(slope, slopes, rtol=1e-8, atol=1e-8 * scale)


@given(frame=panels())
@settings(max_examples=25)
def test_the_fit_does_not_depend_on_centring_or_units(frame: pd.DataFrame) -> None:
    """Section 5: the criterion of a random-slope model is the same to 1e-6 under centring; units move it by a
    known constant."""
    plain = core.fit(frame, "y ~ x1 + (1 + x1 | g)", method="ml")
    centred = core.fit(frame, "y ~ center(x1) + (1 + center(x1) | g)", method="ml")
    scaled = core.fit(frame.assign(x1=frame["x1"] * 1000.0), "y ~ x1 + (1 + x1 | g)", method="ml")
    for other in (centred, scaled):
        assert other.criterion == pytest.approx(plain.criterion, rel=1e-6, abs=1e-6 * len(frame))


@example(theta=[0.0, 0.0, 0.0])
@given(theta=st.lists(st.floats(-1e3, 1e3, allow_subnormal=False), min_size=3, max_size=3))
def test_flipping_a_column_of_the_factor_changes_nothing(theta: list[float]) -> None:
    rng = np.random.default_rng(11)
    frame = pd.DataFrame({"y": rng.standard_normal(40), "x": rng.standard_normal(40), "g": np.arange(40) % 5})
    problem = pose(summarise(build_design(core.read_table(frame), core.parse_formula("y ~ x + (1 + x | g)"))))
    flipped = np.array(theta) * [-1.0, -1.0, 1.0]
    one, _ = criterion_and_gradient(problem, np.array(theta), reml=True)
    other, _ = criterion_and_gradient(problem, flipped, reml=True)
    assert one == pytest.approx(other, rel=1e-12)
    lam = factor(problem.shape, np.array(theta))
    np.testing.assert_allclose(lam @ lam.T, factor(problem.shape, flipped) @ factor(problem.shape, flipped).T)
