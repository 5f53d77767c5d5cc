"""One variant beside another: the verdict in each case, the dots, and what is offered to compare."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import core
from core.result.arms import Arms
from core.result.expected import Range
from core.spec.model import Family
from dashboard import ab_lines, ab_words, experiments
from dashboard.charts.ab import lift_chart
from dashboard.nouns import CASE, Noun
from dashboard.scale import many_of
from dashboard.theme import named
from tests.core.result.experiments import experiment

USER = Noun("user", "users")


@cache
def found() -> core.AbTest:
    return core.ab(
        core.fit(core.read_sample("ab_test"), "converted ~ variant + (1 | user)", family="binomial")
    )


def moved(points: float, error: float = 0.5, p: float | None = None) -> core.AbTest:
    """Returns the test with another lift, in points; draws normal around it."""
    drawn = np.random.default_rng(0).normal(points, error, 4000) / 100
    low, high = np.quantile(drawn, [0.025, 0.975])
    lift = replace(
        found().new,
        difference=Range(points / 100, error / 100, float(low), float(high)),
        percent=Range(5 * points, 5 * error, float(500 * low), float(500 * high)),
    )
    return replace(
        found(),
        new=lift,
        p_better=float((drawn > 0).mean()) if p is None else p,
        chances=tuple(np.quantile(drawn, (np.arange(50) + 0.5) / 50).tolist()),
    )


def said(**changes: object) -> ab_words.Said:
    words = ab_words.Said("converted", "A", "B", USER, Family.BINOMIAL, more=True)
    return replace(words, **changes)


def title(test: core.AbTest, **changes: object) -> str:
    return ab_words.verdict(test, said(**changes))[0]


def test_verdicts() -> None:
    assert title(moved(1.9)) == "B beats A: converted 1.9 points more often (0.9 to 2.9); over 99 % sure"
    assert title(moved(-1.9)).startswith("B loses to A: converted 1.9 points less often (0.9 to 2.9); over")
    unsure = title(moved(0.6, p=0.88))
    assert unsure == (
        "Not settled: converted 0.6 points more often (−0.4 to 1.6) with B; 88 % sure it beats A"
    )


def test_less_may_be_better() -> None:
    assert title(moved(-1.9), more=False).startswith("B beats A: converted 1.9 points less often")
    assert title(moved(1.9), more=False).startswith("B loses to A: converted 1.9 points more often")
    assert title(moved(0.6, p=0.88), more=False).endswith("with B; 88 % sure A beats it")


def test_counts_and_amounts_are_said_in_percent() -> None:
    assert title(moved(1.9), outcome="orders", family=Family.POISSON).startswith(
        "B beats A: orders 10 % higher (5 to 14)"
    )


def test_amounts_around_an_average_are_said_in_their_units() -> None:
    shown = title(moved(190.0, 50.0), outcome="spent", family=Family.GAUSSIAN)
    assert shown.startswith("B beats A: spent 1.9 higher (0.9 to 2.9); over 99 %")


def test_draws_never_say_one_hundred_percent() -> None:
    assert ab_words.better(moved(9.0), said()) < 1.0
    assert "100 %" not in title(moved(9.0)) + title(moved(-9.0))


def test_names_of_others_stay_text() -> None:
    shown = title(moved(1.9), outcome="*a*", arm=":red[B]", baseline="$A$")
    assert "\\*a\\*" in shown and "\\$A\\$" in shown and ":red[" not in shown


def test_the_sample_in_words() -> None:
    lines = ab_lines.in_words(found(), said(cases=CASE, counted="conversions"), "15.8 % to 17.5 %")
    assert lines[0].startswith("Users to come: converted, expected **22.3 %** (")
    assert (
        lines[1]
        .replace("\\", "")
        .replace("\u00a0", " ")
        .startswith("A typical case, with a user in the middle: from 15.8 % to 17.5 %")
    )
    assert "In 1,000 cases with B instead of A: +18 conversions (−7 to 44)" in lines[2]
    assert lines[3].startswith("Being wrong costs, on average in 1,000 cases: 0.49 conversions when choosing")
    assert lines[3].endswith("choosing B, 18 conversions when staying with A")
    amounts = ab_lines.in_words(found(), said(outcome="spent", family=Family.GAMMA), "4 to 5")
    assert "0.49 of spent when choosing B" in amounts[3]
    head, told = ab_words.beside_plain(found(), said())
    assert head == "Plain regression is too sure: its error of the lift is 0.77 of the real one"
    assert "0.02 to 3.9 points; with users told apart −0.7 to 4.4 points. " in told
    assert "variant was given out by user" in told


def test_a_p_stands_only_beside_its_own_interval() -> None:
    """Points are averaged over groups to come; the p is of the coefficient, which only amounts have alike."""
    assert "p = " not in ab_words.beside_plain(found(), said())[1]
    assert "p = " not in ab_words.beside_plain(found(), said(outcome="n", family=Family.POISSON))[1]
    assert "p = .17" in ab_words.beside_plain(found(), said(outcome="spent", family=Family.GAUSSIAN))[1]
    head, told = ab_words.beside_plain(
        found(), said(outcome="spent", family=Family.GAUSSIAN, doubt="Not as sure as it reads.")
    )
    assert "p = " not in told and "as this model stands. " in told
    assert head.endswith("of this model's")


def test_a_doubt_ends_before_the_next_sentence_begins() -> None:
    drawn = ab_words.verdict(found(), said(doubt="Intervals are too narrow."))[1].replace("\\", "")
    assert drawn.startswith("Intervals are too narrow. For users to come, 50 dots")


def test_what_many_yes_are_called() -> None:
    for word, many in (
        ("converted", "conversions"),
        ("bought", "purchases"),
        ("Clicks", "Clicks"),
        ("left", "cases of leaving"),
        ("visit won", "cases of visit won"),
    ):
        assert many_of(word) == many


def test_plain_regression_that_errs_otherwise() -> None:
    fit = core.fit(experiment(0, 60, 40, within=True), "y ~ variant + (1 | user)", family="binomial")
    head, told = ab_words.beside_plain(core.ab(fit), said())
    assert head.startswith("Plain regression is less sure than it could be: its error of the lift is 1.")
    assert " of 60 users met both" in told
    table = core.read_sample("season_pass")
    passes = core.fit(table, "bought | trials(contacted) ~ promo + (1 | channel)", family="binomial")
    turned, _ = ab_words.beside_plain(core.ab(passes), said())
    assert turned == "Plain regression points the other way"
    assert "from 3 users alone, so take it as a guide" in ab_words.verdict(core.ab(passes), said())[1]


@pytest.mark.parametrize("points", [-30.0, -1.9, 0.3, 1.9, 40.0])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_dots_are_all_there_and_on_their_side(points: float, theme: str) -> None:
    test = moved(points)
    colours = named(theme)
    drawn = lift_chart(
        [100 * one for one in test.chances],
        [("this model", (points, points - 1, points + 1)), ("plain regression", (0.1, -1.0, 1.2))],
        colours,
        more=True,
        axis="B less A",
        sides=("A better", "B better"),
        width="95 %",
    )
    stacks = [trace for trace in drawn.data if trace.marker.size == 15]
    assert sum(len(trace.x) for trace in stacks) == 50
    for trace in stacks:
        signs = np.sign(trace.x)
        assert (signs == (1 if trace.marker.color == colours.best else -1)).all()
        places = list(zip(trace.x, trace.y, strict=True))
        assert len(set(places)) == len(places)
    low, high = drawn.layout.xaxis.range
    assert all(low <= one <= high for trace in stacks for one in trace.x)


def test_experiments_are_offered_by_name_and_by_number_of_values() -> None:
    device, promo = Arms("device", ("desktop", "mobile", "tablet"), True), Arms("promo", ("no", "yes"), False)
    variant, three = Arms("variant", ("A", "B"), True), Arms("test_cell", ("x", "y", "z"), True)
    assert experiments.shown_first([device, promo, variant, three]) == (variant, three, promo)
    assert experiments.shown_first([device]) == ()
    assert experiments.shown_first([device, promo, variant], by_name=True) == (variant,)


@pytest.mark.parametrize(
    ("names", "first"),
    [
        (("A", "B"), "A"),
        (("Bundle", "NoBundle"), "NoBundle"),
        (("no", "yes"), "no"),
        (("blue", "control", "red"), "control"),
        (("new", "old"), "old"),
        (("Anna", "Bert"), "Anna"),
        (("notice", "letter"), "notice"),
        (("none", "control"), "none"),
    ],
)
def test_what_was_there_before(names: tuple[str, ...], first: str) -> None:
    assert experiments.before(names) == first


def test_fewer_of_the_unwanted_are_better() -> None:
    for outcome in ("churned", "unsubscribed", "returned", "Complaints", "cancelled"):
        assert not experiments.more_is_better(outcome)
    for outcome in ("converted", "bought", "clicks", "returning_visit"):
        assert experiments.more_is_better(outcome)
