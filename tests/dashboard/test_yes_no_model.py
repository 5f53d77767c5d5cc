"""Yes/no outcomes are opened as such: odds ratios, probabilities of groups, tiers of them."""

import json
import time
from pathlib import Path

import pytest

from tests.dashboard.pages import PAGES, apply_formula, chosen, figures, go, opened, title, upload, words

PANEL = b"shop,day,price,status\n" + b"".join(
    b"S%d,%d,%d,%s\n"
    % (k % 8, k // 8, k % 7, b"won" if (k * 7 + k // 8 * 3) % 11 < 2 + k % 8 // 2 else b"open")
    for k in range(320)
)


@pytest.mark.parametrize("sample", ["season_pass", "ab_test", "conversions"])
def test_samples_of_yes_and_no_open_as_such_on_every_page(root: Path, sample: str) -> None:
    app = opened(root, sample)
    for page in PAGES:
        go(app, page)
        assert not app.exception, page
        assert not app.error, page
        assert chosen(app).shown.spec.family == "binomial"
        assert chosen(app).shown.method == "laplace"


def test_the_kind_and_its_reason_are_said_where_it_is_chosen(root: Path) -> None:
    app = opened(root, "season_pass")
    assert "yes or no" in words(app)
    assert "counts successes out of" in words(app).replace("\\", "")
    go(app, "views/model.py")
    assert app.selectbox(key="pick_kind").value == "binomial"
    assert "counts successes out of" in words(app).replace("\\", "")
    assert app.selectbox(key="pick_trials").value == "contacted"


def test_the_bundle_alone_has_the_published_odds_ratio(root: Path) -> None:
    app = opened(root, "season_pass", "views/model.py")
    apply_formula(app, "bought | trials(contacted) ~ promo")
    assert "the odds of buying are 48" in title(app)
    assert "from 45" in words(app)
    assert "54.9" in words(app).replace("\\", "")
    assert next(m.value for m in app.metric if m.label == "Odds ratio") == "1.48"
    ticks = figures(app)[0]["layout"]["xaxis"]["ticktext"]
    assert "× 1" in ticks


def test_within_channels_the_bundle_sells_less(root: Path) -> None:
    app = opened(root, "season_pass", "views/model.py")
    assert "43" in title(app)
    assert "lower" in title(app)
    hover = json.dumps(figures(app)[0], ensure_ascii=False).replace("\xa0", " ")
    assert "plain regression would say" in hover
    assert "× 1.48" in hover


def test_an_interaction_is_read_in_each_channel(root: Path) -> None:
    app = opened(root, "season_pass", "views/model.py")
    apply_formula(app, "bought | trials(contacted) ~ promo * channel")
    said = words(app).replace("\\", "").replace("\u2060", "")
    for channel, points in (("Mail", "from 56 % to 35 %"), ("Park", "from 85 % to 74 %")):
        line = next(one for one in said.split("\n") if f"channel {channel}:" in one)
        assert points in line
    assert "8 times as high" in said
    assert "How far that differs" not in said  # no groups, so nothing to say below it


def test_groups_are_shown_as_probabilities_and_ranked_by_them(root: Path) -> None:
    app = opened(root, "season_pass", "views/groups.py")
    assert "Park has the highest probability of buying (79.6 %)" in title(app).replace("\\", "").replace(
        "\xa0", " "
    )
    go(app, "views/tiers.py")
    assert "Park surely has the highest probability of buying" in title(app)
    table = app.get("arrow_data_frame")[0].value if app.get("arrow_data_frame") else app.dataframe[0].value
    column = next(name for name in table.columns if name.startswith("probability of buying"))
    assert table[column].between(0, 100).all()
    assert table.loc["Park", column] == pytest.approx(79.6, abs=0.2)


def test_quality_of_successes_draws_what_is_left_over_beside_how_well_it_ranks(root: Path) -> None:
    app = opened(root, "season_pass", "views/quality.py")
    assert "Quantile residuals (Dunn, Smyth 1996)" in words(app)
    assert "It ranks a yes above a no" in words(app)


def test_a_text_of_two_values_is_an_outcome_and_its_yes_can_be_turned(root: Path) -> None:
    app = upload(opened(root, None), "deals.csv", PANEL)
    go(app, "views/model.py")
    assert not app.exception
    app.selectbox(key="pick_outcome").set_value("status").run()
    assert chosen(app).spec.family == "binomial"
    assert chosen(app).spec.event == "won"
    first = chosen(app).shown.fit.fixed_effects["estimate"]
    app.selectbox(key="pick_event").set_value("open").run()
    turned = chosen(app).shown.fit.fixed_effects["estimate"]
    assert turned.tolist() == pytest.approx((-first).tolist(), abs=1e-4)  # of the search
    assert not app.exception


def test_kind_link_and_back_keep_everything_else(root: Path) -> None:
    app = opened(root, "ab_test", "views/model.py")
    formula = chosen(app).formula
    app.button_group(key="pick_link").set_value("probit").run()
    assert chosen(app).spec.link == "probit"
    assert not app.exception
    assert "odds" not in title(app)
    app.selectbox(key="pick_kind").set_value("gaussian").run()
    assert not app.exception
    assert chosen(app).shown.method == "reml"
    assert chosen(app).formula == formula
    app.selectbox(key="pick_kind").set_value("binomial").run()
    assert chosen(app).shown.method == "laplace"
    assert chosen(app).formula == formula


def test_a_kind_the_outcome_cannot_have_is_a_sentence_and_the_last_fit_stays(root: Path) -> None:
    app = opened(root, page="views/model.py")
    before = chosen(app).shown
    app.selectbox(key="pick_kind").set_value("poisson").run()
    assert not app.exception
    assert len(app.error) == 1
    assert chosen(app).shown is before
    app.selectbox(key="pick_kind").set_value("gaussian").run()
    assert not app.error


def test_skewed_amounts_multiply(root: Path) -> None:
    app = opened(root, page="views/model.py")
    app.selectbox(key="pick_kind").set_value("gamma").run()
    assert not app.exception
    assert not app.error
    assert "sales" in title(app)
    for page in PAGES:
        go(app, page)
        assert not app.exception, page


@pytest.mark.slow  # the sampler is prepared in a process of its own
def test_nuts_is_asked_for_and_every_page_then_shows_the_posterior(root: Path) -> None:
    app = opened(root, "season_pass", "views/model.py")
    by_likelihood = title(app)
    app.button_group(key="pick_method").set_value("nuts").run()
    assert chosen(app).shown.method == "laplace"
    app.button(key="want_nuts_chains").click().run()
    until = time.monotonic() + 240
    while chosen(app).shown.fit.posterior is None and time.monotonic() < until:
        time.sleep(1)
        app.run()
    assert chosen(app).shown.method == "nuts"
    assert title(app) == by_likelihood  # the same headline: -0.556 and its error are known to 0.01
    for page in PAGES:
        go(app, page)
        assert not app.exception, page
        assert not app.error, page


@pytest.mark.parametrize("rule", [lambda n: n % 7 > 3, lambda n: n * 7 % 11 > 5, lambda n: n % 6 < 2])
def test_outcomes_that_predictors_or_groups_foretell_whole_leave_every_page_standing(
    root: Path, rule
) -> None:
    rows = "".join(
        f"S{n % 6},{n % 9},{n * 7 % 11},{'a' if n % 3 else 'b'},{'yes' if rule(n) else 'no'}\n"
        for n in range(180)
    )
    app = upload(opened(root, None), "bought.csv", f"shop,day,x,kind,bought\n{rows}".encode())
    for page in PAGES:
        go(app, page)
        assert not app.exception, page
