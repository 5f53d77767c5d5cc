"""The sessions are what data/README.md says: made from the stated truth, and paradoxical without groups."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import core

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(scope="module")
def sessions() -> pd.DataFrame:
    return pd.read_csv(DATA / "conversions.csv")


@pytest.fixture(scope="module")
def truth() -> dict:
    return json.loads((DATA / "conversions_truth.json").read_text(encoding="utf-8"))


def test_shape(sessions: pd.DataFrame) -> None:
    of = sessions["landing_page"].value_counts()
    assert (len(sessions), len(of)) == (3600, 20)
    assert (of.idxmax(), of.max(), of.idxmin(), of.min()) == ("Home", 500, "Boot fitting", 30)
    assert set(sessions["converted"]) == {"yes", "no"}
    assert sessions["referral"].nunique() == 5
    assert (sessions["duration"] > 0).all()


def test_landing_pages_have_the_stated_spread(truth: dict) -> None:
    """To the rounding of the pages' values, 4 decimals."""
    pages = pd.DataFrame(truth["landing_pages"]).T
    assert pages["duration"].std(ddof=0) == pytest.approx(truth["sd_duration"], abs=1e-4)
    assert pages["intercept"].std(ddof=0) == pytest.approx(truth["sd_intercept"], abs=2e-4)
    assert pages.mean().to_dict() == pytest.approx(
        {"intercept": truth["fixed_effects"]["(Intercept)"], "duration": truth["fixed_effects"]["duration"]},
        abs=1e-4,
    )
    stands = (pages["duration"] - truth["fixed_effects"]["duration"]) / truth["sd_duration"]
    assert ((stands > 1).sum(), (stands < -1).sum()) == (5, 4)


def test_conversions_are_drawn_from_the_truth(sessions: pd.DataFrame, truth: dict) -> None:
    """Conversions of each landing page are within 4 standard deviations of what the truth expects."""
    pages = pd.DataFrame(truth["landing_pages"]).T.loc[sessions["landing_page"]]
    fixed = truth["fixed_effects"]
    eta = pages["intercept"].to_numpy() + pages["duration"].to_numpy() * sessions["duration"].to_numpy()
    eta += fixed["pages"] * sessions["pages"].to_numpy()
    eta += sessions["referral"].map(lambda source: fixed.get(f"referral[{source}]", 0.0)).to_numpy()
    p = 1 / (1 + np.exp(-eta))
    off = pd.DataFrame({"left": (sessions["converted"] == "yes") - p, "variance": p * (1 - p)})
    off = off.groupby(sessions["landing_page"]).sum()
    assert (off["left"].abs() < 4 * np.sqrt(off["variance"])).all()


def test_longer_sessions_convert_more_on_a_page_and_less_over_all(sessions: pd.DataFrame) -> None:
    """Slope of duration by plain logistic regression, without and with a level for each landing page."""
    from statsmodels.formula.api import glm
    from statsmodels.genmod.families import Binomial

    frame = sessions.assign(bought=(sessions["converted"] == "yes").astype(int))
    over_all = glm("bought ~ duration", frame, family=Binomial()).fit()
    inside = glm("bought ~ duration + C(landing_page)", frame, family=Binomial()).fit()
    assert over_all.params["duration"] < -3 * over_all.bse["duration"]
    assert inside.params["duration"] > 3 * inside.bse["duration"]


def test_a_model_with_landing_pages_finds_the_truth_and_names_the_paradox(truth: dict) -> None:
    """Effects within three of their standard errors of what the rows were made from."""
    table = core.read_sample("conversions")
    fit = core.fit(table, truth["formula"], family=truth["family"])
    found = fit.fixed_effects
    off = (found["estimate"] - pd.Series(truth["fixed_effects"])[found.index]) / found["std_error"]
    assert (off.abs() < 3).all()
    assert "simpson" in [finding.topic for finding in fit.findings()]
