"""What pages tell of yes/no outcomes and counts: units, the headline's effect, what nothing is known of."""

from pathlib import Path

import numpy as np
import pytest

import core
from core.spec.model import Family, Link
from dashboard.saturation import saturated
from dashboard.scale import Scale
from tests.dashboard.pages import apply_formula, chosen, go, opened, title, upload, words

RNG = np.random.default_rng(5)
TV = RNG.normal(2.0, 1.0, 800).round(2)
OWN = RNG.normal(0.0, 0.4, (20, 2))
BOUGHT = RNG.random(800) < 1 / (1 + np.exp(-(OWN[np.arange(800) % 20] * np.c_[np.ones(800), TV]).sum(axis=1)))
SHOPS = "shop,week,tv,bought\n" + "".join(
    f"S{k % 20:02d},{k // 20 + 1},{TV[k]},{int(BOUGHT[k])}\n" for k in range(800)
)


@pytest.mark.parametrize(("link", "says"), [(Link.LOGIT, "1"), (Link.PROBIT, "zero"), (Link.LOG, "1")])
def test_only_ratios_are_held_against_one(link: Link, says: str) -> None:
    family = Family.POISSON if link is Link.LOG else Family.BINOMIAL
    assert Scale(family, link, "bought", "buying").none == says


def test_the_table_handed_over_holds_probits_against_zero(root: Path) -> None:
    app = go(upload(opened(root, None), "shops.csv", SHOPS.encode()), "views/model.py")
    apply_formula(app, "bought ~ tv + (1 + tv | shop)")
    for link, head in (("logit", "1"), ("probit", "zero")):
        if link == "probit":
            go(app, "views/model.py").button_group(key="pick_link").set_value(link).run()
        assert chosen(app).spec.family == "binomial"
        go(app, "views/tiers.py")
        handed = next(one.value for one in app.dataframe if "place expected" in one.value)
        assert f"chance it is above {head}, %" in handed, link
        if link == "probit":  # the slope's own sign, which its chance is about
            slope = handed.iloc[:, 1]
            assert ((slope > 0) == (handed["chance it is above zero, %"] > 50)).mean() > 0.9


def test_the_headline_is_of_a_clear_effect(root: Path) -> None:
    """A slope that differs by shop leads, but not where nothing is known of it and much of another."""
    rng = np.random.default_rng(4)
    noise, price = rng.normal(size=800).round(2), rng.normal(size=800).round(2)
    sold = rng.random(800) < 1 / (1 + np.exp(1.2 * price))  # 1.2 is over ten errors of 0.1 from zero
    text = "shop,noise,price,sold\n" + "".join(
        f"S{k % 20:02d},{noise[k]},{price[k]},{int(sold[k])}\n" for k in range(800)
    )
    app = go(upload(opened(root, None), "shops.csv", text.encode()), "views/model.py")
    apply_formula(app, "sold ~ noise + price + (1 + noise | shop)")
    assert "price" in title(app)
    assert "noise" not in title(app)


def test_users_of_few_rows_are_ranked_on_rows_seen(root: Path) -> None:
    app = opened(root, "ab_test", "views/quality.py")
    assert "On rows it has seen, it ranks a yes above a no" in words(app)


def test_a_model_of_as_many_terms_as_cells_is_not_praised_for_its_own_rows(root: Path) -> None:
    app = opened(root, "season_pass", "views/model.py")
    apply_formula(app, "bought | trials(contacted) ~ promo * channel")
    assert "Likelihood" in app.button_group(key="pick_method").options
    assert "groups explain" not in words(app)
    go(app, "views/quality.py")
    assert title(app) == "The rows cannot speak against this model."
    assert "on its own rows this model cannot miss" in words(app)
    assert "taken at their word" not in words(app)


def test_what_varies_too_much_without_groups_is_said_of_predictors() -> None:
    table = core.read_sample("season_pass")
    fit = core.fit(table, "bought | trials(contacted) ~ promo", family="binomial")
    (found,) = [one for one in fit.findings() if one.topic == "overdispersion"]
    assert "this model's predictors explain" in found.message
    assert "a slope that differs" not in found.advice
    assert saturated(fit)  # with two terms for two values
    grouped = core.fit(table, "bought | trials(contacted) ~ promo + (1 | channel)", family="binomial")
    assert not saturated(grouped)


def test_the_column_of_trials_is_said_to_be_used(root: Path) -> None:
    app = opened(root, "season_pass")
    used = next(one.value for one in app.dataframe if "used as" in one.value).set_index("column")["used as"]
    assert used["contacted"] == "trials"
