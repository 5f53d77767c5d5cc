"""The A/B test is what data/README.md says: the variant is the user's, users differ, sessions repeat them."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import norm

import core

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(scope="module")
def sessions() -> pd.DataFrame:
    return pd.read_csv(DATA / "ab_test.csv")


@pytest.fixture(scope="module")
def truth() -> dict:
    return json.loads((DATA / "ab_test_truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def columns(sessions: pd.DataFrame) -> np.ndarray:
    """The fixed columns in the order of the truth."""
    is_b = sessions["variant"] == "B"
    devices = [sessions["device"] == device for device in ("mobile", "tablet")]
    return np.column_stack([np.ones(len(sessions)), is_b, *devices]).astype(float)


def test_shape(sessions: pd.DataFrame, truth: dict) -> None:
    per_user = sessions.groupby("user").size()
    assert (len(sessions), len(per_user)) == (6929, truth["users"])
    assert (per_user.min(), per_user.max()) == (1, 8)
    assert not sessions.duplicated(["user", "date"]).any()
    assert set(sessions["converted"]) == {0, 1}


def test_the_variant_is_the_users(sessions: pd.DataFrame) -> None:
    of = sessions[["user", "variant"]].drop_duplicates()
    assert of["user"].is_unique
    assert of["variant"].value_counts().to_dict() == {"A": 750, "B": 750}


def plain(sessions: pd.DataFrame, columns: np.ndarray, **how: object) -> tuple[float, float]:
    """Effect of B and its standard error by statsmodels' logistic regression."""
    from statsmodels.api import GLM, families

    fit = GLM(sessions["converted"].to_numpy(), columns, family=families.Binomial()).fit(**how)
    return float(fit.params[1]), float(fit.bse[1])


def test_plain_regression_is_too_sure(sessions: pd.DataFrame, columns: np.ndarray) -> None:
    """Clustering by users, which needs no model of them, gives an error 1.2 to 1.7 times as large.

    Sessions per user, weighed by sessions, are about 5.6; outcomes of one user correlate by some 0.17, so the
    variance grows by about 1 + 4.6 x 0.17 = 1.8, its root by 1.3.
    """
    effect, error = plain(sessions, columns)
    groups = pd.factorize(sessions["user"])[0]
    _, clustered = plain(sessions, columns, cov_type="cluster", cov_kwds={"groups": groups})
    assert (effect, error) == pytest.approx((0.122, 0.059), abs=1e-3)  # as data/README.md rounds them
    assert 2 * norm.sf(effect / error) == pytest.approx(0.04, abs=5e-3)
    assert 1.2 < clustered / error < 1.7
    assert 2 * norm.sf(effect / clustered) > 0.1


def test_users_as_groups_find_the_truth_and_are_not_sure(
    sessions: pd.DataFrame, columns: np.ndarray, truth: dict
) -> None:
    """The likelihood by 15-point Gauss-Hermite; each figure within 3 of its standard errors of the truth."""
    best, errors = by_quadrature(sessions["converted"].to_numpy(), columns, sessions["user"])
    made = [*truth["fixed_effects"].values(), np.log(truth["sd_user"])]
    assert (np.abs(best - made) < 3 * errors).all()
    assert errors[1] == pytest.approx(0.095, abs=1e-3)  # as data/README.md rounds it
    assert 2 * norm.sf(best[1] / errors[1]) == pytest.approx(0.15, abs=5e-3)


def test_our_own_fit_gives_the_same_figures(sessions: pd.DataFrame, columns: np.ndarray) -> None:
    """`core.fit` by quadrature beside the likelihood written out here: to a hundredth of a standard error.

    Laplace's approximation, the usual method, is off by what data/README.md says: SE 0.092 and p = .14.
    """
    best, errors = by_quadrature(sessions["converted"].to_numpy(), columns, sessions["user"])
    formula = "converted ~ variant + device + (1 | user)"
    ours = core.fit(core.read_sample("ab_test"), formula, family="binomial", method="quadrature")
    assert ours.fixed_effects["estimate"].to_numpy() == pytest.approx(best[:-1], abs=0.01 * errors[1])
    assert ours.fixed_effects["std_error"].to_numpy() == pytest.approx(errors[:-1], rel=0.01)
    laplace = core.fit(core.read_sample("ab_test"), formula, family="binomial").fixed_effects
    assert laplace.loc["variant[B]", "std_error"] == pytest.approx(0.092, abs=5e-4)
    assert laplace.loc["variant[B]", "p_value"] == pytest.approx(0.14, abs=5e-3)


def by_quadrature(y: np.ndarray, x: np.ndarray, groups: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Best fixed effects and log SD of a random intercept, and their errors by a numerical Hessian."""
    codes, levels = pd.factorize(groups)
    nodes, weights = np.polynomial.hermite.hermgauss(15)

    def loss(at: np.ndarray) -> float:
        eta = (x @ at[:-1])[:, None] + np.sqrt(2) * np.exp(at[-1]) * nodes
        rows = y[:, None] * eta - np.logaddexp(0, eta)
        whole = np.column_stack([np.bincount(codes, of, len(levels)) for of in rows.T])
        return -float(np.log(np.exp(whole) @ weights / np.sqrt(np.pi)).sum())

    best = minimize(loss, np.zeros(x.shape[1] + 1), method="BFGS").x
    step = 1e-3 * np.eye(len(best))
    hessian = [
        [loss(best + a + b) - loss(best + a - b) - loss(best - a + b) + loss(best - a - b) for b in step]
        for a in step
    ]
    return best, np.sqrt(np.diag(np.linalg.inv(np.array(hessian) / 4e-6)))
