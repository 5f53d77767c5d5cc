"""A posterior speaks of probability, REML and ML of chance: on every page, and of the same numbers."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import core
from dashboard import certainty, headlines, sentences, titles, variance_words
from dashboard.groupings import Grouping
from dashboard.nouns import noun
from tests.dashboard.pages import PAGES, chosen, go, opened, words

STORE = noun("store")
OF_CHANCE = (
    "cannot be told",
    "can be told",
    "beyond chance",
    "tell from zero",
    "confidence",
    "p-value",
    "p =",
)


def row(estimate: float, share: float) -> dict[str, float]:
    """Returns an effect of which that share of draws has the sign of the mean."""
    return {"estimate": estimate, "p_value": 2 * (1 - share)}


@pytest.mark.parametrize(
    ("estimate", "share", "says"),
    [
        (0.4, 1.0, "over 99 % sure to be above zero"),
        (-0.4, 0.97, "97 % sure to be below zero"),
        (0.1, 0.6, "60 % sure to be above zero"),
        (0.1, 0.52, "as likely above zero as below"),
        (0.1, float("nan"), "as likely above zero as below"),
    ],
)
def test_the_sign_of_an_effect_has_a_probability(estimate: float, share: float, says: str) -> None:
    assert certainty.direction(row(estimate, share)) == says


@pytest.mark.parametrize(("level", "says"), [(0.95, "at least 97.5 % sure"), (0.89, "at least 94.5 % sure")])
def test_what_an_interval_leaves_on_one_side_is_at_least_so_sure(level: float, says: str) -> None:
    assert certainty.least(SimpleNamespace(posterior=True, level=level)) == says
    assert certainty.least(SimpleNamespace(posterior=None, level=level)) == ""


@pytest.fixture(scope="module")
def drawn(panel: pd.DataFrame):
    """Returns a posterior in which tv is clear and what has no effect is not."""
    frame = panel.assign(idle=np.random.default_rng(3).normal(size=len(panel)))
    return core.fit(frame, "sales ~ tv * price + idle + (1 + tv | shop)", method="posterior", seed=1)


def test_a_probability_is_the_share_of_draws(drawn) -> None:
    draws = drawn.posterior.drawn.fixed
    table = certainty.effects_table(drawn)
    share = (draws > 0).mean(axis=0)
    # The same draws counted twice: exact but for rounding.
    assert table["probability_of_sign"].to_numpy() == pytest.approx(np.maximum(share, 1 - share), abs=1e-12)
    assert not {"p_value", "statistic", "df"} & set(table)


def test_sentences_of_a_posterior_say_how_likely_a_sign_is(drawn) -> None:
    said = sentences.coefficients(drawn, "sales")
    assert "may go with more or less sales" in said["idle"] and "% sure to be" in said["idle"]
    assert "goes with" in said["price"]
    assert not any(word in sentence for word in OF_CHANCE for sentence in said.values())


def test_how_far_groups_differ_is_said_with_its_interval(drawn) -> None:
    side = Grouping("shop", ("shop",), noun("shop"), 12, (), drawn.linear.sides["shop"].problem.random)
    lines = variance_words.variances(replace(drawn, level=0.89), [side], "sales")
    assert all(" (89 % " in line for line in lines[:2])
    assert any(line.startswith("Row to row") and " sales (89 % " in line for line in lines)
    plain = variance_words.variances(core.refit(drawn.linear.moments, drawn.spec), [side], "sales")
    assert not any("(95 % " in line for line in plain)  # REML gives none here


def test_an_effect_that_chance_could_make_is_said_by_its_method(panel: pd.DataFrame) -> None:
    frame = panel.assign(idle=np.random.default_rng(3).normal(size=len(panel)))
    says = {}
    for method in ("reml", "posterior"):
        fit = core.fit(frame, "sales ~ idle + (1 + idle | shop)", method=method)
        says[method] = headlines.model(fit, "sales", "shop", "idle", noun("shop"))
    assert "cannot be told from no effect" in says["reml"][0]
    assert "One unit more of idle may go with more or less sales" in says["posterior"][0]
    assert " sure to be " in says["posterior"][1] and "95 % posterior interval" in says["posterior"][1]


def test_titles_of_groups_say_how_sure_they_at_least_are() -> None:
    clear = pd.Series([1, 1, 0, -1])
    least = "at least 97.5 % sure"
    assert titles.ranking(clear, "tv", STORE).endswith("beyond chance, 1 below")
    assert titles.ranking(clear, "tv", STORE, least).endswith("1 below, each at least 97.5 % sure")
    one = titles.ranking(pd.Series([0, -1]), "tv", STORE, least)
    assert one == "1 store below the average in the effect of tv, none above, at least 97.5 % sure"


@pytest.fixture(scope="module")
def app(root: Path):
    """Returns the app with a posterior on the Model page."""
    app = opened(root, page="views/model.py")
    return app.button_group(key="pick_method").set_value("posterior").run()


@pytest.mark.parametrize("page", PAGES[1:])
def test_no_page_of_a_posterior_speaks_of_chance(app, page: str) -> None:
    go(app, page)
    said = words(app).replace("\u00a0", " ")
    assert not app.exception and not app.error
    assert not [word for word in OF_CHANCE if word in said]
    assert not any("p_value" in frame.value for frame in app.dataframe)


@pytest.mark.parametrize("page", ["views/groups.py", "views/tiers.py"])
def test_the_spread_of_groups_has_an_interval(app, page: str) -> None:
    go(app, page)
    assert any(text.value.startswith("one SD of the response, 95\u00a0% ") for text in app.caption)


@pytest.mark.parametrize("page", ["views/model.py", "views/groups.py", "views/tiers.py"])
def test_the_kind_of_interval_is_named_where_the_chart_is(app, page: str) -> None:
    go(app, page)
    assert chosen(app).shown.fit.how == "95 % central posterior interval"
    assert "95 % central posterior interval" in words(app).replace("\u00a0", " ")
