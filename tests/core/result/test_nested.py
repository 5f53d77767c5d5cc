"""Groups within groups: where each lies, and totals with the outer groups' part, by draws and by rows."""

import numpy as np
import pandas as pd
import pytest

import core
from core.result.effects import chain_at_average, coefficients_at_average
from core.result.lines import group_lines, readings
from core.result.nested import nested_at_average, nested_covariance, outer_groupings, parents, parts

NESTED = "sales ~ price + (1 + price | region/store/shelf)"


def shelves(seed: int = 0) -> pd.DataFrame:
    """6 regions of 5 stores of 4 shelves, 8 rows each; baselines and responses differ at every level."""
    rng = np.random.default_rng([11, seed])
    shelf = np.repeat(np.arange(120), 8)
    store, region = shelf // 4, shelf // 20
    price = 3.0 + rng.standard_normal(960)
    at = [rng.standard_normal((n, 2)) * size for n, size in ((6, 1.5), (30, 0.8), (120, 0.4))]
    own = at[0][region] + at[1][store] + at[2][shelf]
    sales = 20 + own[:, 0] + (-1.0 + 0.4 * own[:, 1]) * price + rng.standard_normal(960)
    names = {"region": np.char.add("R", region.astype(str)), "store": np.char.add("S", store.astype(str))}
    return pd.DataFrame({"sales": sales, "price": price, **names, "shelf": shelf % 4})


@pytest.fixture(scope="module")
def fit() -> core.Fit:
    return core.fit(shelves(), NESTED)


def test_where_groups_lie(fit: core.Fit) -> None:
    assert list(fit.n_groups) == ["region", "region:store", "region:store:shelf"]
    assert outer_groupings(fit.linear, "region:store:shelf") == ("region:store", "region")
    assert outer_groupings(fit.linear, "region") == ()
    sides = fit.linear.sides
    stores, regions = (sides[name].moments.levels[0] for name in ("region:store", "region"))
    up = parents(fit.linear, "region:store", "region")
    assert [regions[code] for code in up] == [name.split(":")[0] for name in stores]


def test_totals_hold_the_outer_groups_part(fit: core.Fit) -> None:
    inner = "region:store:shelf"
    total, apart = nested_at_average(fit.linear, inner, 0.95)
    effects, mean = fit.group_effects, shelves()["price"].mean()
    ups = [name.rsplit(":", 1)[0] for name in total.index]
    held = {
        term: effects[inner][term].to_numpy()
        + effects["region:store"][term].loc[ups].to_numpy()
        + effects["region"][term].loc[[name.split(":")[0] for name in ups]].to_numpy()
        for term in ("(Intercept)", "price")
    }
    b = fit.fixed_effects["estimate"]
    slope = b["price"] + held["price"]
    level = b["(Intercept)"] + held["(Intercept)"] + slope * mean
    # Averaged over the variances that the data leave open, estimates move by part of their error: RMS 0.2.
    assert (((total["price"] - slope) / total["price_se"]) ** 2).mean() < 0.1
    assert (((total["(Intercept)"] - level) / total["(Intercept)_se"]) ** 2).mean() < 0.1
    chain = chain_at_average(fit.linear.sides[inner], 0.95)["estimate"]
    np.testing.assert_allclose(total["price"] - apart["price"], chain["price"], atol=0.02)


def test_errors_are_those_of_joint_draws(fit: core.Fit) -> None:
    draws, inner = fit.draws(4000, seed=3), "region:store"
    total, _ = nested_at_average(fit.linear, inner, 0.95)
    up = parents(fit.linear, inner, "region")
    place = draws.terms[inner].index("price")
    fixed = draws.fixed[:, list(fit.fixed_effects.index).index("price")][:, None]
    sums = draws.groups[inner][:, :, place] + draws.groups["region"][:, up, place] - fixed
    # 4,000 draws give an SD to 1.1 %; 64 of 128 values of the variances move it by a few more.
    np.testing.assert_allclose(sums.std(axis=0), total["price_se"], rtol=0.1)
    off = (sums.mean(axis=0) - total["price"]) / total["price_se"]
    assert np.abs(off).max() < 0.12


def test_without_an_outer_grouping_the_total_is_the_plain_one(fit: core.Fit) -> None:
    total, _ = nested_at_average(fit.linear, "region", 0.95)
    plain = coefficients_at_average(fit.linear, 0.95, "region")["region"]
    # Half of the values of the variances: the means differ by a small part of their error.
    np.testing.assert_array_less(np.abs(total["price"] - plain["price"]), 0.1 * plain["price_se"])
    np.testing.assert_allclose(total["price_se"], plain["price_se"], rtol=0.05)


def test_covariances_of_the_parts_add_up(fit: core.Fit) -> None:
    sides = fit.linear.sides
    slopes = [side.random_covariance[1, 1] for side in sides.values()]
    assert nested_covariance(fit.linear, "region:store:shelf")[1, 1] == pytest.approx(sum(slopes))


def test_lines_stand_where_the_totals_do(fit: core.Fit) -> None:
    inner = "region:store"
    side, outer = fit.linear.sides[inner], parts(fit.linear, inner)[1:]
    drawn = group_lines(side, "price", outer).table
    total, _ = nested_at_average(fit.linear, inner, 0.95)
    slope = (drawn["y_high"] - drawn["y_low"]) / (drawn["x_high"] - drawn["x_low"])
    assert (np.abs(slope - total["price"]) < 0.5 * total["price_se"]).all()  # averaged, as above
    three = readings(side, total.index[0], "price", outer)
    assert list(three.index) == ["pooled", "chain"]
    rise = (three["y_high"] - three["y_low"]) / (three["x_high"] - three["x_low"])
    assert rise["pooled"] == pytest.approx(slope.iloc[0])


def test_totals_of_a_posterior_are_those_of_its_draws() -> None:
    """Sums draw by draw, of the stores and of the regions that hold them: means, SDs and quantiles."""
    frame = shelves()
    formula = "sales ~ price + (1 + price | region) + (1 + price | region:store)"
    fit = core.fit(frame, formula, "posterior", seed=2)
    assert fit.posterior is not None
    inner, drawn = "region:store", fit.posterior.drawn
    both = nested_at_average(fit.linear, inner, 0.8)
    up = parents(fit.linear, inner, "region")
    sums = drawn.effects[inner] + drawn.effects["region"][:, up]  # at price 0, and per price
    mean = frame["price"].mean()
    distance = {"(Intercept)": sums[:, :, 0] + mean * sums[:, :, 1], "price": sums[:, :, 1]}
    chain = {"(Intercept)": drawn.fixed @ [1.0, mean], "price": drawn.fixed[:, 1]}
    for term, apart in distance.items():
        for table, by_hand in zip(both, (apart + chain[term][:, None], apart), strict=True):
            low, high = np.quantile(by_hand, [0.1, 0.9], axis=0)
            expected = np.column_stack([by_hand.mean(axis=0), by_hand.std(axis=0), low, high])
            columns = [term, *(f"{term}_{part}" for part in ("se", "low", "high"))]
            np.testing.assert_allclose(table[columns], expected, rtol=1e-6, atol=1e-9)
