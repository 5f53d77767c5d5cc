"""Comparisons: published figures, the boundary's mixture by simulation, and refusals by name."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import core
from core.result.compare import DifferentData, DifferentFixed, UnknownLikelihood

PREDICTORS = "week + youtube + facebook + newspaper"


def panel(seed: int = 0, slope_sd: float = 0.5) -> pd.DataFrame:
    rng = np.random.default_rng([5, seed])
    g = np.repeat(np.arange(12), 10)
    x, w = rng.standard_normal((2, 120))
    y = 1 + x + rng.standard_normal(12)[g] + slope_sd * rng.standard_normal(12)[g] * x
    return pd.DataFrame({"y": y + rng.standard_normal(120), "x": x, "w": w, "g": g.astype(str)})


def test_the_tutorials_likelihood_ratio(shared: Path) -> None:
    table = core.read_table(shared / "data" / "marketing_panel.csv")
    slope = core.fit(table, f"sales ~ {PREDICTORS} + (1 + youtube | store_id)")
    intercept = core.fit(table, f"sales ~ {PREDICTORS} + (1 | store_id)")
    found = core.compare(slope, intercept)
    first, second = found.table.iloc[0], found.table.iloc[1]
    assert found.nested and found.new_variances == 1 and found.likelihood == "ml"
    # Published to two places, by a search that stopped 0.005 above the optimum of the second model.
    assert (first["aic"], first["bic"]) == pytest.approx((856.28, 879.36), abs=0.01)
    assert (second["aic"], second["bic"]) == pytest.approx((848.40, 878.08), abs=0.02)
    assert second["chi_square"] == pytest.approx(11.878, abs=0.01)
    assert second["df"] == 2
    assert second["p_value"] == pytest.approx(0.002635, rel=0.005)
    mixed = (stats.chi2.sf(second["chi_square"], 1) + stats.chi2.sf(second["chi_square"], 2)) / 2
    assert second["p_boundary"] == pytest.approx(mixed, rel=1e-9)


def test_the_order_of_the_two_does_not_matter_and_formulas_name_the_rows() -> None:
    frame = panel()
    one, other = core.fit(frame, "y ~ x + (1 | g)"), core.fit(frame, "y ~ x + w + (1 | g)")
    found = core.compare(one, other)
    pd.testing.assert_frame_equal(found.table, core.compare(other, one).table)
    assert found.table.index.tolist() == ["y ~ x + (1 | g)", "y ~ x + w + (1 | g)"]
    fits = [core.fit(frame, formula, method="ml") for formula in found.table.index]
    np.testing.assert_allclose(found.table["aic"], [fit.aic for fit in fits], rtol=1e-9)
    np.testing.assert_allclose(found.table["bic"], [fit.bic for fit in fits], rtol=1e-9)
    # A fixed effect is inside its range: the plain test.
    assert found.table["p_boundary"].iloc[1] == found.table["p_value"].iloc[1]


@pytest.mark.slow
def test_a_variance_on_the_boundary_is_tested_by_the_mixture() -> None:
    """Without group differences the naive test is right half as often as it says, the mixture as often."""
    naive, mixed = [], []
    for seed in range(300):
        rng = np.random.default_rng([6, seed])
        frame = pd.DataFrame({"y": rng.standard_normal(120), "g": np.repeat(list("abcdefghijklmnopqrst"), 6)})
        found = core.compare(core.fit(frame, "y ~ 1"), core.fit(frame, "y ~ 1 + (1 | g)")).table.iloc[1]
        naive.append(found["p_value"])
        mixed.append(found["p_boundary"])
    # 300 tests at 10 %: 30 expected, SD 5.2; the naive test should find some 15, fewer at ML's slight bias.
    assert 12 <= np.sum(np.array(mixed) < 0.1) <= 45
    assert np.sum(np.array(naive) < 0.1) < np.sum(np.array(mixed) < 0.1)


def test_models_that_are_not_special_cases_have_no_test() -> None:
    frame = panel()
    found = core.compare(core.fit(frame, "y ~ x + (1 | g)"), core.fit(frame, "y ~ w + (1 | g)"))
    assert not found.nested
    assert found.table[["chi_square", "p_value", "p_boundary"]].isna().all(axis=None)
    assert found.table["aic"].notna().all()


def test_relations_alone_are_no_new_variance() -> None:
    frame = panel()
    found = core.compare(core.fit(frame, "y ~ x + (1 + x | g)"), core.fit(frame, "y ~ x + (1 + x || g)"))
    assert (found.nested, found.new_variances, found.table["df"].iloc[1]) == (True, 0, 1)
    assert found.table["p_boundary"].iloc[1] == found.table["p_value"].iloc[1]


def test_several_new_variances_leave_the_mixture_open() -> None:
    frame = panel()
    found = core.compare(core.fit(frame, "y ~ x"), core.fit(frame, "y ~ x + (1 + x | g)"))
    assert (found.nested, found.new_variances) == (True, 2)
    assert np.isnan(found.table["p_boundary"].iloc[1])


def test_reml_compares_what_varies_and_refuses_other_predictors() -> None:
    frame = panel()
    small, large = core.fit(frame, "y ~ x + (1 | g)"), core.fit(frame, "y ~ x + (1 + x | g)")
    found = core.compare(small, large, likelihood="reml")
    assert found.table["chi_square"].iloc[1] == pytest.approx(small.criterion - large.criterion, rel=1e-9)
    with pytest.raises(DifferentFixed, match=r"differ in: w\. Compare them by maximum likelihood"):
        core.compare(small, core.fit(frame, "y ~ x + w + (1 | g)"), likelihood="reml")
    with pytest.raises(UnknownLikelihood, match="No likelihood is called 'aic'"):
        core.compare(small, large, likelihood="aic")


def test_other_rows_and_other_outcomes_are_refused_by_name() -> None:
    frame = panel()
    fit = core.fit(frame, "y ~ x + (1 | g)")
    with pytest.raises(DifferentData, match="one used 120 rows, the other 110"):
        core.compare(fit, core.fit(frame.iloc[:110], "y ~ x + (1 | g)"))
    with pytest.raises(DifferentData, match="one explains 'y', the other 'w'"):
        core.compare(fit, core.fit(frame, "w ~ x + (1 | g)"))
    with pytest.raises(DifferentData, match="'y' has another mean"):
        core.compare(fit, core.fit(panel(seed=1), "y ~ x + (1 | g)"))


def test_other_rows_of_the_same_means_are_refused() -> None:
    """A column in another order has the same mean and spread, and so has a grouping its sizes."""
    rng = np.random.default_rng(7)
    g = np.repeat(np.arange(9), 8)
    x, w = rng.standard_normal(72), rng.gamma(1.0, 1.0, 72)
    y = 1e6 + x + rng.standard_normal(9)[g] + rng.standard_normal(72)
    frame = pd.DataFrame({"y": y, "x": x, "w": w, "g": [f"s{k}" for k in g]})
    small, text = "y ~ x + (1 | g)", "y ~ x + (1 + x | g)"
    one = core.fit(frame, small)
    for column, says in (("g", "the values of 'g' have other rows"), ("x", "'y' and 'x' go together")):
        with pytest.raises(DifferentData, match=says):
            core.compare(one, core.fit(frame.assign(**{column: rng.permutation(frame[column])}), text))
    other = core.fit(frame.assign(w=rng.permutation(w) ** 2), text, weights="w")
    with pytest.raises(DifferentData, match="the weights 'w' of one are not those"):
        core.compare(core.fit(frame, small, weights="w"), other)
    again = core.fit(frame.sample(frac=1.0, random_state=1), text)
    assert core.compare(one, again).table["p_value"].iloc[1] > 0.0
