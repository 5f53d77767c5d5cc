"""New groups against closed forms, against refits of simulated rows, and at the ends of time."""

import numpy as np
import pandas as pd
import pytest

import core
from core.decide.errors import BadSwing, NothingVaries
from core.decide.newcomer import newcomer
from core.result.fit import Fit
from core.table.read import read_table
from tests.core.decide.panels import panel


def many(stores: int = 400, weeks: int = 12, seed: int = 2, sd: float = 0.4) -> pd.DataFrame:
    """So many stores that the population is known: slopes 0.5 ± sd, noise 2, spend around zero."""
    rng = np.random.default_rng(seed)
    store = np.repeat(np.arange(stores), weeks)
    tv = rng.normal(0, 1, len(store))
    slope = rng.normal(0.5, sd, stores)
    sales = 10 + slope[store] * tv + rng.normal(0, 2, len(store))
    return pd.DataFrame({"sales": sales, "tv": tv, "store": [f"s{k:03d}" for k in store]})


@pytest.fixture(scope="module")
def wide() -> Fit:
    return core.fit(read_table(many()), "sales ~ tv + (0 + tv | store)")


def test_two_tiers_are_told_apart_as_sheppards_formula_says(wide: Fit) -> None:
    found = newcomer(wide, "tv", 2, n_draws=4000, seed=1)
    sigma2 = wide.sigma**2
    tau2 = float(wide.linear.sides["store"].random_covariance[0, 0])
    for periods in (6, 12, 50, 200):
        place = int(np.abs(found.known.index.to_numpy() - periods).argmin())
        t = int(found.known.index[place])
        # Sign of the estimate against sign of the truth, correlation rho: 1/2 + arcsin(rho) / pi
        # (Sheppard 1899). The information of T rows is about T; its spread between stores is averaged over.
        rho = np.sqrt(tau2 / (tau2 + sigma2 / t))
        expected = 0.5 + np.arcsin(rho) / np.pi
        # Monte Carlo 0.008, and three more points for the weeks' own spread and the edge between known stores
        assert found.known["p_right"].iloc[place] == pytest.approx(expected, abs=0.045)


@pytest.fixture(scope="module")
def apart() -> Fit:
    return core.fit(read_table(many(sd=1.5)), "sales ~ tv + (0 + tv | store)")


def test_more_rows_and_wider_swings_tell_sooner(apart: Fit) -> None:
    usual = newcomer(apart, "tv", 3, n_draws=2000, seed=1)
    bold = newcomer(apart, "tv", 3, n_draws=2000, seed=1, swing=2.0)
    right = usual.known["p_right"].to_numpy()
    assert right[-1] > 0.9 > 0.6 > right[0]
    assert usual.needed is not None and bold.needed is not None
    # information goes with the square of the swing
    assert usual.needed / bold.needed == pytest.approx(4.0, rel=0.5)
    assert usual.first == pytest.approx([1 / 3] * 3, abs=0.05)


def test_a_reader_is_as_often_right_as_he_thinks(apart: Fit) -> None:
    found = newcomer(apart, "tv", 3, n_draws=4000, seed=5)
    sure, right = (found.known[name].to_numpy() for name in ("p_sure", "p_right"))
    assert (np.diff(sure) > -0.03).all()  # shares of 4,000, of one set of stores
    # Those named with 80 % or more are right at least so often: p_right >= 0.8 p_sure, and half a guess else.
    assert (right > 0.8 * sure + (1 - sure) / 3 - 0.02).all()


def test_a_population_of_small_differences_keeps_its_tiers_for_itself(wide: Fit) -> None:
    assert newcomer(wide, "tv", 3, n_draws=1000, seed=1).needed is None


def test_refits_of_simulated_newcomers_agree() -> None:
    """Another road: rows of new stores are drawn, joined to the panel, and the model is fitted again."""
    frame = many(60, 12, seed=7, sd=0.5)
    fit = core.fit(read_table(frame), "sales ~ tv + (1 + tv | store)")
    found = newcomer(fit, "tv", 2, n_draws=2000, seed=3)
    weeks = int(found.known.index[(found.known.index.to_numpy() <= 20).sum() - 1])
    rng = np.random.default_rng(11)
    own = fit.linear.sides["store"].random_covariance
    b = fit.fixed_effects["estimate"].to_numpy()
    known = fit.group_coefficients["store"]["tv"].to_numpy()
    right, n = 0, 200
    u = rng.multivariate_normal(np.zeros(2), own, n)
    rows = []
    for k in range(n):
        tv = rng.normal(0, 1, weeks)
        sales = b[0] + u[k, 0] + (b[1] + u[k, 1]) * tv + rng.normal(0, fit.sigma, weeks)
        rows.append(pd.DataFrame({"sales": sales, "tv": tv, "store": f"new{k:03d}"}))
    # One refit holds all newcomers: two hundred of them tell the population better than one would, which
    # moves nobody's own estimate by more than rounding of a tier at the edge.
    again = core.fit(read_table(pd.concat([frame, *rows])), "sales ~ tv + (1 + tv | store)")
    told = again.group_coefficients["store"]["tv"]
    edge = float(np.median(known))
    for k in range(n):
        right += (told[f"new{k:03d}"] > edge) == (b[1] + u[k, 1] > edge)
    # 200 newcomers: standard error 3 points
    assert found.known.loc[weeks, "p_right"] == pytest.approx(right / n, abs=0.09)


@pytest.mark.slow
@pytest.mark.parametrize(("stores", "weeks"), [(8, 30), (30, 10)])
def test_what_is_claimed_of_newcomers_is_so_where_few_stores_are_known(stores: int, weeks: int) -> None:
    """Known truth: a reader's tiers of new stores against their true place among the true slopes."""
    claimed, found = [], []
    for seed in range(16):
        rng = np.random.default_rng([7, seed])
        store = np.repeat(np.arange(stores), weeks)
        tv, slope = rng.normal(0, 1, len(store)), rng.normal(0.5, 1.0, stores)
        sales = 10 + slope[store] * tv + rng.normal(0, 2, len(store))
        frame = pd.DataFrame({"sales": sales, "tv": tv, "store": [f"s{k}" for k in store]})
        fit = core.fit(read_table(frame), "sales ~ tv + (0 + tv | store)")
        said = newcomer(fit, "tv", 3, n_draws=400, seed=seed)
        if not said.detectable:
            continue
        ends = np.cumsum(said.sizes)[:-1]
        edges = []
        for slopes in (slope, fit.group_coefficients["store"]["tv"].to_numpy()):
            falling = -np.sort(-slopes)
            edges.append((falling[ends - 1] + falling[ends]) / 2)
        tau2, own = float(fit.linear.sides["store"].random_covariance[0, 0]), rng.normal(0.5, 1.0, 300)
        for place in (8, 25, 45):
            t = int(said.known.index[place])
            noise = fit.sigma**2 / t
            seen = own + rng.normal(0, 2 / np.sqrt(t), 300)
            told = (seen * tau2 + fit.fixed_effects.loc["tv", "estimate"] * noise) / (tau2 + noise)
            right = (told[:, None] < edges[1]).sum(axis=1) == (own[:, None] < edges[0]).sum(axis=1)
            claimed.append(said.known["p_right"].iloc[place])
            found.append(right.mean())
    # 16 panels whose known stores differ: their share scatters by 10 points, so their mean by 2.5
    assert np.mean(claimed) == pytest.approx(np.mean(found), abs=0.06)


def test_a_random_group_is_less_known_than_the_middle_one() -> None:
    fit = core.fit(read_table(panel()), "sales ~ tv + web + (1 + tv | store)")
    found = newcomer(fit, "tv", seed=2)
    typical, new = found.slope.loc["typical"], found.slope.loc["new"]
    assert new["low"] < typical["low"] < typical["mean"] < typical["high"] < new["high"]
    row = fit.fixed_effects.loc["tv"]
    assert typical["mean"] == pytest.approx(row["estimate"], abs=0.3 * row["std_error"])
    sd = float(np.sqrt(fit.linear.sides["store"].random_covariance[1, 1]))
    # between 80 and 200 % of what the estimated SD alone would give: twelve stores leave it open
    assert 0.8 < (new["high"] - new["low"]) / (2 * 1.96 * sd) < 2.0


@pytest.mark.parametrize(
    ("formula", "family"),
    [
        ("bought ~ tv + web + (1 + tv | store)", "binomial"),
        ("orders ~ tv + web + (1 + tv | store)", "poisson"),
    ],
)
def test_other_outcomes_too(formula: str, family: str) -> None:
    frame = panel(5, 40, 60)
    fit = core.fit(read_table(frame), core.parse_formula(formula, family=family))
    found = newcomer(fit, "tv", 2, seed=2)
    if not found.detectable:
        pytest.fail("the panel's slopes differ")
    right = found.known["p_right"].to_numpy()
    assert 0.4 < right[0] < right[-1]
    # own rows of the known stores, 60 weeks: how often their half is right by the same model
    ranked = core.tiers(fit, "tv", 2, seed=2)
    known = 1 - ranked.expected_misplaced / len(ranked.table)
    at = found.known["p_right"].iloc[int((found.known.index.to_numpy() <= 60).sum()) - 1]
    assert at == pytest.approx(known, abs=0.1)  # shares of 1,000 and of 40 stores


def test_groups_that_do_not_differ_have_no_tiers_to_find() -> None:
    rng = np.random.default_rng(99)
    frame = many(20, 10, seed=3, sd=0.0)
    frame["sales"] = 10 + 0.5 * frame["tv"] + rng.normal(0, 2, len(frame))
    fit = core.fit(read_table(frame), "sales ~ tv + (0 + tv | store)")
    if fit.singular:
        found = newcomer(fit, "tv")
        assert not found.detectable and found.needed is None and not len(found.known)
    else:
        assert newcomer(fit, "tv").needed is None


def test_what_cannot_be_answered_is_said(wide: Fit) -> None:
    with pytest.raises(BadSwing):
        newcomer(wide, "tv", swing=0.0)
    with pytest.raises(NothingVaries):
        newcomer(core.fit(read_table(panel()), "sales ~ tv"), "tv")


def test_a_new_store_may_lie_in_a_new_region() -> None:
    rng = np.random.default_rng(12)
    region, store = np.repeat(np.arange(20), 60), np.repeat(np.arange(100), 12)
    slope = 1 + rng.normal(0, 0.9, 20)[region] + rng.normal(0, 0.25, 100)[store]
    tv = rng.normal(0, 1, 1200)
    frame = pd.DataFrame({"tv": tv, "store": [f"s{k}" for k in store], "region": [f"r{k}" for k in region]})
    frame["sales"] = 5 + slope * tv + rng.normal(0, 1, 1200)
    fit = core.fit(read_table(frame), "sales ~ tv + (1 + tv | store) + (1 + tv | region)")
    found = newcomer(fit, "tv", 3, factor="store", n_draws=2000, seed=1)
    width = found.slope.loc["new", "high"] - found.slope.loc["new", "low"]
    assert width == pytest.approx(2 * 1.96 * 0.93, rel=0.5)  # 20 regions leave their SD open by a sixth
    assert found.first == pytest.approx([1 / 3] * 3, abs=0.08)
