"""Predictions: published ones, the fit's own draws, new rows of every kind, refusals."""

import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

import core
from core.design.errors import NotANumber, UnmetMeans, UnseenValues
from core.errors import UnknownColumn
from core.result.asked import BadLevel
from core.result.predict import BadPrediction, UnseenLevels
from tests.core.result.test_several_groupings import FORMULA, panel

PUBLISHED = {
    "ANRAKU Sorato": 86.01379,
    "SCHALCK Mejdi": 57.68975,
    "NARASAKI Tomoa": 56.63974,
    "AMAGASA Sohta": 59.86462,
    "FUJIWAKI Yuji": 45.59547,
    "PEHARC Anze": 43.80919,
    "JENFT Paul": 48.27394,
    "POSCH Jan-Luca": 50.57660,
    "MEIGNAN Naile": 61.79730,
    "BERTONE Oriane": 72.10748,
    "MORONI Camilla": 60.61288,
    "NAKAMURA Mao": 64.67640,
    "SEKIKAWA Melody": 51.89295,
    "ITO Futaba": 52.10807,
    "MATSUFUJI Anon": 54.87297,
    "SANDERS Nekaia": 48.45737,
}
ONE = "sales ~ price + tv + (1 + tv | store)"


@pytest.mark.parametrize("formula", [FORMULA, ONE, "sales ~ price"])
def test_known_groups_are_predicted_at_their_fitted_values(formula: str) -> None:
    frame = panel()
    fit = core.fit(frame, formula)
    found = fit.predict(frame)
    np.testing.assert_allclose(found["mean"], core.residuals(fit, core.read_table(frame)).fitted, rtol=1e-9)
    assert (found["low"] < found["mean"]).all() and (found["prediction_high"] > found["high"]).all()
    typical = fit.predict(frame.drop(columns="sales"), groups="typical")
    b = fit.fixed_effects["estimate"]
    known = sum(b[term] * (1.0 if term == "(Intercept)" else frame[term]) for term in b.index)
    np.testing.assert_allclose(typical["mean"], known, rtol=1e-9)


@pytest.mark.parametrize("formula", [FORMULA, ONE])
def test_errors_are_those_of_the_joint_draws(formula: str) -> None:
    """SD over 8,000 joint draws of x'b + z'u, every factor's groups together."""
    frame = panel()
    fit = core.fit(frame, formula)
    rows = frame.iloc[::37]
    drawn = fit.draws(8000, seed=3)
    levels = {name: list(side.moments.levels[0]) for name, side in fit.linear.sides.items()}
    terms = fit.fixed_effects.index
    expected = np.zeros((8000, len(rows)))
    for j, (_, row) in enumerate(rows.iterrows()):
        values = {"(Intercept)": 1.0, "price": row["price"], "tv": row["tv"]}
        expected[:, j] = drawn.fixed @ [values[term] for term in terms]
        for name, totals in drawn.groups.items():
            for k, term in enumerate(drawn.terms[name]):
                own = totals[:, levels[name].index(row[name]), k]
                around = drawn.fixed[:, list(terms).index(term)]
                expected[:, j] += values[term] * (own - around)
    found = fit.predict(rows)
    apart = expected - found["mean"].to_numpy()
    # Root mean squared distance from the prediction; 8,000 draws of heavy tails: 1 to 2 %.
    np.testing.assert_allclose(np.sqrt((apart**2).mean(axis=0)), found["se"], rtol=0.06)


def test_new_groups_add_their_variance_and_typical_ones_do_not() -> None:
    frame = panel()
    fit = core.fit(frame, ONE)
    typical, new = (fit.predict(frame.head(5), groups=kind) for kind in ("typical", "new"))
    np.testing.assert_allclose(typical["mean"], new["mean"])
    side = fit.linear.sides["store"]
    thetas = side.plausible.theta
    thetas = thetas[:: max(1, len(thetas) // 64)]
    spread = np.mean([side.at(theta).spread for theta in thetas], axis=0)
    z = np.column_stack([np.ones(5), frame["tv"].head(5)])
    added = new["se"] ** 2 - typical["se"] ** 2
    # The groups' covariance, averaged over what the data leave open.
    np.testing.assert_allclose(added, np.einsum("ni,ij,nj->n", z, spread, z), rtol=1e-9)


def test_climbing_finals_of_an_event_not_yet_seen(shared: Path) -> None:
    frame = pd.read_csv(shared / "data" / "ifsc_boulder_2025.csv")
    frame["comp"] = frame["event_name"] + ":" + frame["gender"]
    formula = "score_final ~ score_semi + score_quali + (1 | event_name:gender) + (1 | athlete_name)"
    train, test = frame[frame["event_id"] != 1408], frame[frame["event_id"] == 1408]
    fit = core.fit(train, formula)
    assert fit.criterion == pytest.approx(627.1, abs=0.05)
    with pytest.raises(UnseenLevels, match=r"values of 'event_name:gender'.*unseen=\"new\""):
        fit.predict(test)
    found = fit.predict(test, unseen="new")["mean"]
    for name, mean in zip(test["athlete_name"], found, strict=True):
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        assert mean == pytest.approx(PUBLISHED[plain], abs=1e-3)


def test_blanks_give_no_prediction_and_keep_their_place() -> None:
    frame = panel()
    fit = core.fit(frame, ONE)
    holed = frame.head(4).assign(price=[1.0, np.nan, 2.0, 3.0])
    found = fit.predict(holed)
    assert found["mean"].isna().tolist() == [False, True, False, False]
    np.testing.assert_allclose(found["mean"].iloc[[0, 2, 3]], fit.predict(holed.iloc[[0, 2, 3]])["mean"])


def test_what_was_learned_is_replayed() -> None:
    frame = panel().assign(kind=lambda f: np.where(f.index % 3, "plain", "promo"))
    fit = core.fit(frame, "sales ~ center(price) * kind + log1p(tv) + (1 | store)")
    few = frame.iloc[[5, 17]].assign(kind="promo")
    again = frame.assign(kind="promo").iloc[[5, 17]]
    np.testing.assert_allclose(fit.predict(few)["mean"], fit.predict(again)["mean"])
    assert (fit.predict(few)["mean"].iloc[0]) == pytest.approx(
        fit.predict(frame.assign(kind="promo"))["mean"].iloc[5]
    )


def test_refusals_name_what_was_found() -> None:
    frame = panel().assign(kind=lambda f: np.where(f.index % 3, "plain", "promo"))
    fit = core.fit(frame, "sales ~ price + kind + (1 | store)")
    with pytest.raises(UnknownColumn, match="No column is called 'price'"):
        fit.predict(frame.drop(columns="price"))
    with pytest.raises(UnseenValues, match="values of 'kind': gala"):
        fit.predict(frame.head(3).assign(kind="gala"))
    with pytest.raises(UnseenLevels, match="values of 'store': s99"):
        fit.predict(frame.head(3).assign(store="s99"))
    with pytest.raises(BadPrediction, match="'groups' cannot be 'average'"):
        fit.predict(frame, groups="average")
    with pytest.raises(BadLevel):
        fit.predict(frame, interval=95)
    with pytest.raises(NotANumber):
        fit.predict(frame.head(3).assign(price=["a", "b", "c"]))


def test_names_with_colons_are_met_again() -> None:
    """Levels "x:y" of one column and "y:z" of the other make quoted pairs; new rows must be written so."""
    rng = np.random.default_rng(4)
    pairs = [("x:y", "z"), ("x", "y:z"), ("x:y", "w"), ("x", "w"), ("v", "z"), ("v", "y:z")] * 8
    frame = pd.DataFrame(pairs, columns=["region", "store"])
    frame["sales"] = np.tile(np.arange(6.0), 8) + rng.standard_normal(48)
    fit = core.fit(frame, "sales ~ 1 + (1 | region/store)")
    found = fit.predict(frame)
    known = core.residuals(fit, core.read_table(frame)).fitted
    np.testing.assert_allclose(found["mean"], known, rtol=1e-9)
    few = fit.predict(frame.iloc[[1]])  # one row alone is written the same way
    assert few["mean"].iloc[0] == pytest.approx(found["mean"].iloc[1])
    with pytest.raises(UnseenLevels, match="region:store"):
        fit.predict(frame.head(1).assign(store="u"))


def test_without_groups_intervals_are_those_of_plain_regression() -> None:
    """t with n - p degrees of freedom: of eight rows a normal interval holds 88 % of outcomes, not 95 %."""
    rng = np.random.default_rng(2)
    x = np.arange(8.0)
    frame = pd.DataFrame({"x": x, "y": 1 + x + rng.standard_normal(8)})
    found = core.fit(frame, "y ~ x").predict(frame, groups="typical")
    design = np.column_stack([np.ones(8), x])
    inverse = np.linalg.inv(design.T @ design)
    b = inverse @ design.T @ frame["y"].to_numpy()
    s2 = float(((frame["y"] - design @ b) ** 2).sum()) / 6
    lever = np.einsum("np,pr,nr->n", design, inverse, design)
    reach = float(student.ppf(0.975, 6))
    np.testing.assert_allclose(found["high"], design @ b + reach * np.sqrt(s2 * lever), rtol=1e-9)
    np.testing.assert_allclose(
        found["prediction_low"], design @ b - reach * np.sqrt(s2 * (1 + lever)), rtol=1e-9, atol=1e-9
    )


@pytest.mark.parametrize("kind", ["typical", "new"])
@pytest.mark.parametrize("formula", [FORMULA, ONE])
def test_groups_that_are_not_read_may_be_missing(formula: str, kind: str) -> None:
    """Without the column, and where it is blank; that of `within` is needed."""
    frame = panel()
    fit = core.fit(frame, formula)
    expected = fit.predict(frame, kind)
    bare = frame.drop(columns=[one for one in frame if one not in ("price", "tv")])
    pd.testing.assert_frame_equal(fit.predict(bare, kind), expected)
    pd.testing.assert_frame_equal(fit.predict(frame.assign(store=None), kind), expected)
    with pytest.raises(UnknownColumn):
        fit.predict(bare)


@pytest.mark.parametrize("term", ["within", "between"])
@pytest.mark.parametrize(("kind", "unseen"), [("typical", "error"), ("new", "error"), ("known", "new")])
def test_means_of_groups_never_met_are_refused_by_name(term: str, kind: str, unseen: str) -> None:
    frame = panel()
    fit = core.fit(frame, f"sales ~ {term}(price, store) + (1 | store)")
    with pytest.raises(UnmetMeans, match=rf"{term}\(price, store\) needs .*'store'.*not met these: s99\."):
        fit.predict(frame.head(3).assign(store="s99"), kind, unseen=unseen)
    with pytest.raises(UnknownColumn, match="store"):
        fit.predict(frame.drop(columns="store"), kind, unseen=unseen)
