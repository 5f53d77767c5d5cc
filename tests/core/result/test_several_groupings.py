"""The public tables of a fit with several groupings, on the climbing finals and on simulated panels."""

import json
from pathlib import Path

import glmm
import numpy as np
import pandas as pd
import pytest

import core
from core.decide.errors import UnknownGrouping, UnknownSlope, WhichGrouping
from core.result.carried import carried
from core.result.totals import averaged
from core.result.variance import partition, shares

FINALS = "score_final ~ score_semi + score_quali + (1 | comp_id) + (1 | athlete_id)"
pytestmark = pytest.mark.filterwarnings("ignore::glmm.DiagnosticWarning")


def panel(seed: int = 0) -> pd.DataFrame:
    """15 stores crossed with 6 brands, 300 rows; prices work differently by brand."""
    rng = np.random.default_rng([3, seed])
    store, brand = rng.integers(0, 15, 300), rng.integers(0, 6, 300)
    price, tv = 3 + rng.standard_normal(300), rng.gamma(2.0, 1.0, 300)
    sales = 20 + rng.standard_normal(15)[store] + (-2 + 0.7 * rng.standard_normal(6)[brand]) * price
    sales += (1 + 0.4 * rng.standard_normal(15)[store]) * tv + rng.standard_normal(300)
    names = {"store": [f"s{k:02d}" for k in store], "brand": [f"b{k}" for k in brand]}
    return pd.DataFrame({"sales": sales, "price": price, "tv": tv, **names})


FORMULA = "sales ~ price + tv + (1 + tv | store) + (1 + price | brand)"


@pytest.fixture(scope="module")
def fit() -> core.Fit:
    return core.fit(panel(), FORMULA)


def test_climbing_finals(shared: Path) -> None:
    table = core.read_table(shared / "data" / "ifsc_boulder_2025.csv")
    fit = core.fit(table, FINALS)
    known = json.loads((shared / "reference" / "ifsc_crossed.json").read_text())
    assert fit.criterion == pytest.approx(765.7026, rel=1e-6)
    assert fit.n_groups == {"comp_id": 11, "athlete_id": 37}
    variances = fit.variance_components.set_index("group")["variance"]
    assert list(variances.index) == ["comp_id", "athlete_id", "Residual"]
    np.testing.assert_allclose(variances, [116.1, 187.1, 190.0], atol=0.1)
    for name in ("athlete_id", "comp_id"):
        effects = fit.group_effects[name]["(Intercept)"]
        listed = known["ranef"][name]
        # lme4 stops within about 1e-6 of the optimum in theta: four digits of the modes.
        np.testing.assert_allclose(
            effects.loc[listed["levels"]], listed["values"]["(Intercept)"], rtol=1e-3, atol=1e-3
        )
    assert fit.r_squared().conditional == pytest.approx(known["r2c"], rel=1e-3)
    assert fit.r_squared().marginal == pytest.approx(known["r2m"], rel=1e-3)


def test_tables_of_every_grouping(fit: core.Fit) -> None:
    assert fit.n_groups == {"store": 15, "brand": 6}
    assert list(fit.group_coefficients) == ["store", "brand"]
    totals, effects = fit.group_coefficients["brand"], fit.group_effects["brand"]
    moved = totals["price"] - effects["price"]
    np.testing.assert_allclose(moved, fit.fixed_effects.loc["price", "estimate"], rtol=1e-12)
    assert fit.variance_components["group"].tolist() == ["store"] * 3 + ["brand"] * 3 + ["Residual"]
    assert fit.n_parameters == 3 + 3 + 3 + 1
    peer = glmm.fit(panel(), FORMULA, "gaussian", reml=True)
    assert fit.criterion <= -2 * peer.loglik + 1e-6 * abs(fit.criterion)


def test_draws_have_the_mean_and_error_of_the_same_variances(fit: core.Fit) -> None:
    """Against totals averaged exactly, given each value of the variances, over the same values."""
    draws = fit.draws(8000, seed=1)
    for name, side in fit.linear.sides.items():
        terms = side.problem.random
        known = averaged(side, terms, carried(side), np.eye(len(terms)))
        found = draws.groups[name]
        # 8,000 draws: a mean to 1/90 SD, an SD to 1 %; five of these, and heavy tails of the variances.
        off = (found.mean(axis=0) - known.estimate) / known.std_error
        np.testing.assert_allclose(off, 0.0, atol=0.06)
        np.testing.assert_allclose(found.std(axis=0), known.std_error, rtol=0.08)


def test_shares_add_up_over_the_groupings(fit: core.Fit) -> None:
    part = shares(fit.linear)
    assert set(part.groups) == {"store", "brand"}
    table = partition(fit.linear)
    assert table["share"].sum() == pytest.approx(1.0)
    assert table["part"].tolist() == [
        "predictors",
        "baseline",
        "response",
        "baseline",
        "response",
        "residual",
    ]
    assert table["group"].tolist() == ["", "store", "store", "brand", "brand", ""]
    # Mean over rows of z' Sigma z, by the rows themselves.
    frame = panel()
    sigma = fit.linear.sides["brand"].random_covariance
    z = np.column_stack([np.ones(300), frame["price"]])
    assert part.groups["brand"].total == pytest.approx(np.einsum("ni,ij,nj->n", z, sigma, z).mean())
    assert fit.icc().unadjusted == pytest.approx(part.random / part.total)


def test_fitted_values_are_the_sum_of_all_parts(fit: core.Fit) -> None:
    frame = panel()
    b = fit.fixed_effects["estimate"]
    store = fit.group_effects["store"].loc[frame["store"]]
    brand = fit.group_effects["brand"].loc[frame["brand"]]
    known = b["(Intercept)"] + b["price"] * frame["price"] + b["tv"] * frame["tv"]
    known += store["(Intercept)"].to_numpy() + store["tv"].to_numpy() * frame["tv"]
    known += brand["(Intercept)"].to_numpy() + brand["price"].to_numpy() * frame["price"]
    np.testing.assert_allclose(core.residuals(fit, core.read_table(frame)).fitted, known, rtol=1e-9)


def test_a_refit_from_kept_sums_drops_or_adds_groupings() -> None:
    frame = panel()
    kept = core.moments(frame, FORMULA)
    for formula in (
        "sales ~ tv + (1 + tv | store)",
        "sales ~ price + (1 | brand) + (1 | store)",
        "sales ~ price",
        FORMULA,
    ):
        again, fresh = core.refit(kept, formula), core.fit(frame, formula)
        # The same sums in another order, and a search from them.
        assert again.criterion == pytest.approx(fresh.criterion, rel=1e-9)
        np.testing.assert_allclose(
            again.fixed_effects["estimate"], fresh.fixed_effects["estimate"], rtol=1e-5, atol=1e-6
        )
        assert again.n_groups == fresh.n_groups


def test_tiers_ask_whose_groups(fit: core.Fit) -> None:
    assert core.tiers(fit, "tv", seed=0).factor == "store"
    by_brand = core.tiers(fit, "price", n_tiers=2, seed=0)
    assert by_brand.factor == "brand"
    assert len(by_brand.table) == 6
    with pytest.raises(WhichGrouping, match="differs by store, brand"):
        core.tiers(fit, "(Intercept)")
    assert core.tiers(fit, "(Intercept)", factor="brand", n_tiers=2).factor == "brand"
    with pytest.raises(UnknownGrouping, match="does not group by 'shop'"):
        core.tiers(fit, "tv", factor="shop")
    with pytest.raises(UnknownSlope, match="same for every group"):
        core.tiers(fit, "tv", factor="brand")


def test_saved_and_read_again(fit: core.Fit, tmp_path: Path) -> None:
    core.save_fit(fit, tmp_path / "fit.zip")
    again = core.load_fit(tmp_path / "fit.zip")
    pd.testing.assert_frame_equal(again.fixed_effects, fit.fixed_effects)
    pd.testing.assert_frame_equal(again.group_coefficients["brand"], fit.group_coefficients["brand"])


def test_findings_name_the_grouping_they_are_about(fit: core.Fit) -> None:
    said = [finding.message for finding in fit.findings()]
    assert any("'store'" in message for message in said)
    assert any("'brand'" in message for message in said)


def test_nested_groupings() -> None:
    frame = panel().assign(region=lambda f: "r" + (f["store"].str[1:].astype(int) // 4).astype(str))
    fit = core.fit(frame, "sales ~ tv + (1 | region/store)")
    assert fit.n_groups == {"region": 4, "region:store": 15}
    peer = glmm.fit(frame, "sales ~ tv + (1 | region) + (1 | store)", "gaussian", reml=True)
    assert fit.criterion == pytest.approx(-2 * peer.loglik, rel=1e-7)
