"""The unpooled model from sums against statsmodels on its own matrix of indicators and interactions."""

import warnings

import numpy as np
import pytest
import statsmodels.api as sm

import core
from core.design.matrix import Design, build_design
from core.result.raw import Own, own_regressions
from core.result.unpooled import foretell, scatter
from tests.core.result.dense import CODES, columns, panel, spread_out

FRAME = panel()
MODELS = [
    ("y ~ x + w + (1 | g)", "x w", "1"),
    ("y ~ x + w + (1 + w | g)", "x", "1 w"),
    ("y ~ x + w + f + (1 + x | g)", "w f=b f=c", "1 x"),
    ("y ~ x + w + f + (1 + x + w | g)", "f=b f=c", "1 x w"),
]


def matrix(design: Design, names: tuple[str, ...]) -> np.ndarray:
    ones = np.ones(design.n_rows)
    return np.column_stack([ones if name == "(Intercept)" else design.values[name] for name in names])


def made(formula: str) -> tuple[Own, np.ndarray, np.ndarray, np.ndarray]:
    fit = core.fit(FRAME, formula)
    own = own_regressions(fit.linear.sides["g"])
    design = build_design(core.read_table(FRAME), fit.spec)
    problem = own.linear.problem
    return own, matrix(design, problem.fixed), matrix(design, problem.random), design.factors["g"].codes


@pytest.mark.parametrize(("formula", "shared", "random"), MODELS)
def test_it_is_one_least_squares_with_indicators_and_interactions(
    formula: str, shared: str, random: str
) -> None:
    own, x, z, codes = made(formula)
    big = np.column_stack([spread_out(columns(FRAME, random)), columns(FRAME, shared)])
    with warnings.catch_warnings():  # a group of one row, and one where x never moves
        warnings.simplefilter("ignore")
        known = sm.OLS(FRAME["y"].to_numpy(), big).fit()
        said = known.get_prediction(big)
    variance, df = scatter(own)
    # Both solve the same 70 rows; columns whose mean is 20 spreads off leave ten digits.
    assert variance == pytest.approx(known.scale, rel=1e-9)
    assert df == known.df_resid
    found = foretell(own, x, z, codes)
    np.testing.assert_allclose(found.eta, said.predicted_mean, rtol=1e-9)
    np.testing.assert_allclose(variance * found.lever, said.var_pred_mean, rtol=1e-8)


@pytest.mark.parametrize("formula", [formula for formula, _, random in MODELS if random == "1 x"])
def test_rows_that_a_group_never_had_have_no_answer(formula: str) -> None:
    """x moved on by one: groups 0 (one row) and 3 (x never moved there) cannot say; where it was they can."""
    own, x, z, codes = made(formula)
    moved, place = z.copy(), own.linear.problem.fixed.index("x")
    moved[:, 1] += 1.0
    along = x.copy()
    along[:, place] += 1.0
    found = foretell(own, along, moved, codes)
    np.testing.assert_array_equal(np.isnan(found.eta), np.isin(CODES, [0, 3]))
    still = foretell(own, x, z, codes)
    told = np.isfinite(found.eta)
    slopes = own.table["x"].to_numpy()[codes]
    np.testing.assert_allclose((found.eta - still.eta)[told], slopes[told], rtol=1e-8)
    unmet = foretell(own, x, z, np.full(len(codes), -1))
    assert np.isnan(unmet.eta).all()


def test_no_rows_to_spare_leave_no_scatter() -> None:
    """Two rows a group and a line for each: nothing is left to scatter around them."""
    frame = FRAME[FRAME["g"].isin(["s04", "s05", "s06", "s10"])].groupby("g").head(2)
    fit = core.fit(FRAME, "y ~ x + (1 + x | g)")
    rest = core.refit(core.moments(frame, "y ~ x + (1 | g)"), "y ~ x + (1 | g)")
    assert scatter(own_regressions(rest.linear.sides["g"]))[1] == 8 - 4 - 1
    assert scatter(own_regressions(fit.linear.sides["g"]))[1] == 70 - 2 * 12 + 2
