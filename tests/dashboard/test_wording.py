"""Model terms and results in words."""

import pandas as pd
import pytest

import core
from core.finding import Status
from dashboard import headlines, sentences, soundness, titles, wording
from dashboard.nouns import noun

STORE = noun("store")


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("(Intercept)", "baseline"),
        ("youtube", "youtube"),
        ("within(youtube, store)", "youtube, own swings"),
        ("between(youtube, store)", "youtube, usual level"),
        ("center(youtube)", "youtube"),
        ("promo[yes]", "promo: yes"),
        ("log(price)", "log(price)"),
        ("youtube:price", "youtube:price"),
        ("$x$ :red[r] [a](b)", "$x$ :red[r] [a](b)"),
    ],
)
def test_terms(term: str, words: str) -> None:
    assert wording.term(term) == words


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("spend", [True, False])
def test_every_tier_has_a_name_and_spend_a_piece_of_advice(count: int, spend: bool) -> None:
    names = wording.tier_names(count, (spend,) * count)
    assert len(set(names)) == count


@pytest.mark.parametrize(
    ("term", "inner"),
    [
        ("log(radio)", "radio"),
        ("within(log(a b), store)", "a b"),
        ("center(log(radio))", "radio"),
        ("radio", None),
        ("sqrt(radio)", None),
        ("log(a):log(b)", None),
    ],
)
def test_logarithms_are_known_by_what_is_in_them(term: str, inner: str | None) -> None:
    assert wording.logged(term) == inner


def ranking(first: float, last: float) -> pd.DataFrame:
    return pd.DataFrame(
        {"p_tier_1": [first, 0.4, 0.1], "p_tier_2": [1 - first, 0.6, last], "tier": [1, 2, 2]}
    )


def test_a_ranking_nobody_can_be_sure_of_is_called_a_guess() -> None:
    sentence, certainty = headlines.tiers(ranking(0.6, 0.7), "youtube", 2, STORE)
    assert sentence == "No store is surely among the most or least responsive to youtube."
    assert "guess" in certainty


def test_the_sure_ones_are_counted() -> None:
    sentence, _ = headlines.tiers(ranking(0.9, 0.85), "youtube", 2, STORE)
    assert sentence == "1 store is surely the most responsive to youtube; 1 among the 2 least."


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, "does not relate"),
        (0.05, "hardly related"),
        (-0.3, "weakly"),
        (0.9, "strongly"),
        (-1.0, "limit"),
    ],
)
def test_correlations_in_words(value: float | None, says: str) -> None:
    assert says in headlines.correlation(value, False, STORE)


def test_a_pull_says_how_far_and_why() -> None:
    said = sentences.pull(4, 0.27, 0.1, 0.47, "few rows", STORE)
    assert said == "Its 4 rows alone say 0.27. Pulled 47 % of the way to the average: it has only 4 rows."
    assert "alone cannot say" in sentences.pull(30, float("nan"), 0.1, 1.0, "no own estimate", STORE)
    assert "left it there" in sentences.pull(30, 0.5, 0.1, 0.001, "typical", STORE)


def said(frame: pd.DataFrame, formula: str, pairs: dict[str, tuple[str, str]]) -> dict[str, str]:
    return sentences.coefficients(core.fit(frame, formula), "sales", pairs)


def test_a_coefficient_of_two_values_names_them(panel: pd.DataFrame) -> None:
    flags = panel.assign(promo=panel["week"] % 3 == 0)
    words = said(flags, "sales ~ tv + promo + (1 + tv | shop)", {"promo": ("ja", "nein")})
    assert words["promo"].startswith("promo ja instead of nein")
    assert words["tv"].startswith("One unit more of tv goes with")


def test_an_interaction_says_what_changes_what(panel: pd.DataFrame) -> None:
    words = said(panel, "sales ~ tv * price + (1 | shop)", {})
    assert words["tv:price"].startswith("One unit more of price: ")
    assert "one unit more of tv" in words["tv:price"]


def test_every_reason_core_gives_has_words() -> None:
    reasons = {"no own estimate", "no differences", "few rows", "little variation", "typical"}
    assert reasons == set(sentences.WHY)


@pytest.mark.parametrize(
    ("missing", "start"), [("", "24 stores. Ready"), ("No column of numbers", "24 stores. Not ready")]
)
def test_the_data_headline_says_whether_a_model_stands(missing: str, start: str) -> None:
    assert headlines.data("24 stores", missing, [])[0].startswith(start)


@pytest.mark.parametrize(
    ("draws", "says"), [(40.0, "68 to 92 %"), (4.0, "41 to 100 %"), (100.0, ""), (0.0, "")]
)
def test_chances_from_few_draws_are_said_to_be_rough(draws: float, says: str) -> None:
    found = soundness.ranking(draws, STORE)
    assert [finding.status for finding in found] == [Status.LOOK] * bool(says)
    assert all(says in finding.advice and "how far stores differ" in finding.message for finding in found)


@pytest.mark.parametrize(
    ("spreads", "says"),
    [((1.0, 3.0), "the further"), ((3.0, 1.0), "the closer"), ((1.0, 1.1), "as far apart")],
)
def test_lines_that_fan_out_or_close(spreads: tuple[float, float], says: str) -> None:
    assert says in titles.fan(spreads, (2.0, 8.0), "tv", "sales", STORE)


def test_an_effect_below_zero_is_not_called_a_response() -> None:
    sentence, _ = headlines.tiers(ranking(0.9, 0.85), "price", 2, STORE, middle=-5.0)
    assert sentence == "1 store surely has the highest effect of price; 1 one of the 2 lowest."
    sentence, _ = headlines.tiers(ranking(0.5, 0.85), "price", 2, STORE, middle=-5.0)
    assert sentence == "No store surely has the highest effect of price; 1 surely one of the 2 lowest."
    table = pd.DataFrame({"price": [-2.0, -6.0], "price_se": 0.1, "price_low": -6.5, "price_high": -1.5})
    assert "highest effect of price" in headlines.groups(table, "price", 1.0, -4.0, 1, STORE)[0]
    assert headlines.groups(table, "price", 1.0, -4.0, 0, STORE)[0].startswith("No store can be told")


@pytest.mark.parametrize(
    ("open_things", "says"),
    [(1, "One thing is open in this file."), (2, "2 things are open in this file.")],
)
def test_what_a_file_leaves_open_is_counted(open_things: int, says: str) -> None:
    assert headlines.data("24 stores", "", [], open_things)[1] == says


def test_a_relation_is_a_finding_only_where_its_interval_tells_it_from_none() -> None:
    told = titles.relation(0.38, False, STORE, (0.1, 0.6), "95 %")
    assert told == "Stores with a high baseline respond more (correlation 0.38)"
    untold = titles.relation(0.38, False, STORE, (-0.24, 0.84), "95 %")
    assert "cannot be told" in untold
    assert "−0.24 to 0.84" in untold


def test_equal_figures_are_not_said_to_differ() -> None:
    assert "as much in baseline" in titles.apart(0.741, 0.738, "tv", "log-odds", STORE)
    assert "more in baseline" in titles.apart(0.85, 0.73, "tv", "log-odds", STORE)
