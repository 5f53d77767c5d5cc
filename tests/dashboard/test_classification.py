"""Yes/no outcomes on Quality: what the charts draw, what their titles say, where the threshold begins."""

import numpy as np
import pytest

import core
from core.result.classification import Classification, classify
from dashboard import classification_words as words
from dashboard import ranking_words as ranking
from dashboard.charts.calibration import calibration_chart, lift_chart
from dashboard.charts.classification import confusion_chart, precision_recall_chart, roc_chart
from dashboard.theme import DARK, LIGHT

SAYS = ("yes", "no")
EVIL = ("“<b>*x*</b>”", "not “<b>*x*</b>”")


def made(spread: float = 1.0, shift: float = 0.0, seed: int = 0, rows: int = 4_000) -> Classification:
    """Returns outcomes whose log-odds are a bell, and probabilities `spread` times as far apart."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(size=rows)
    y = rng.binomial(1, 1 / (1 + np.exp(-odds)))
    return classify(1 / (1 + np.exp(-(spread * odds + shift))), y)


@pytest.fixture(scope="module")
def sound() -> Classification:
    return made()


def test_a_confusion_matrix_says_counts_and_their_share_of_what_happened(sound: Classification) -> None:
    counts = sound.at(0.5)
    drawn = confusion_chart(counts, LIGHT, says=SAYS)
    texts = [note.text for note in drawn.layout.annotations]
    assert texts[0].startswith(f"<b>{counts.true_positive:,.0f}</b>")
    assert f"{100 * counts.recall:.0f} % of yes<br>called right" in texts[0]
    assert f"{100 * (1 - counts.specificity):.0f} % of no<br>called wrong" in texts[2]
    assert sum(float(text[3 : text.index("</b>")].replace(",", "")) for text in texts) == 4_000
    fills = [shape.fillcolor for shape in drawn.layout.shapes]
    assert fills[0].startswith("rgba(11,110,153")  # right calls in the accent, wrong ones in orange
    assert fills[1].startswith("rgba(217,131,36")


def test_curves_are_drawn_in_percent_with_the_threshold_on_them(sound: Classification) -> None:
    counts = sound.at(0.3)
    drawn = precision_recall_chart(sound.precision_recall, counts, DARK, says=SAYS)
    assert max(drawn.data[0].x) == pytest.approx(100)
    assert drawn.data[1].x[0] == pytest.approx(100 * counts.recall)
    lines = roc_chart([("own", sound.roc), ("new", made(seed=1).roc)], counts, LIGHT, says=SAYS)
    assert [line.name for line in lines.data if line.name] == [
        f"own: {100 * sound.roc.area:.0f} %",
        f"new: {100 * made(seed=1).roc.area:.0f} %",
    ]
    assert lines.data[2].line.color == LIGHT.best  # what is judged is in front, in the accent
    assert lines.data[-1].y[0] == pytest.approx(100 * counts.recall)


def test_calibration_and_lift_draw_their_tables(sound: Classification) -> None:
    drawn = calibration_chart(sound.calibration, LIGHT, says=SAYS)
    np.testing.assert_allclose(drawn.data[1].y, 100 * sound.calibration.bins["observed"])
    assert sum(drawn.data[2].y) + sum(drawn.data[3].y) == 4_000
    gains = lift_chart(sound.lift, DARK, says=SAYS)
    np.testing.assert_allclose(gains.data[2].y[1:], 100 * sound.lift.table["reached"])


def test_names_are_harmless_in_charts_and_sentences(sound: Classification) -> None:
    counts, level = sound.at(0.5), 0.95
    for drawn in (
        confusion_chart(counts, LIGHT, says=EVIL),
        roc_chart([("own", sound.roc)], counts, LIGHT, says=EVIL),
        precision_recall_chart(sound.precision_recall, counts, LIGHT, says=EVIL),
        calibration_chart(sound.calibration, LIGHT, says=EVIL),
        lift_chart(sound.lift, LIGHT, says=EVIL),
    ):
        assert "<b>*x" not in drawn.to_json().replace("\\u003c", "<").replace("\\u003e", ">")
    said = [
        *words.lead(sound, sound, "new stores", EVIL),
        *words.confused(counts, 0.4, EVIL),
        *words.called(counts, sound.rates(counts), level, EVIL),
        *words.precise(counts, sound.rates(counts), 0.4, EVIL),
        *ranking.lifted(sound.lift, EVIL),
        words.begins(0.4, EVIL),
    ]
    assert not any("<b>" in text or "*x*" in text.replace(r"\*x\*", "") for text in said)


def test_the_headline_says_how_often_a_yes_is_above_a_no(sound: Classification) -> None:
    said, rests = words.lead(sound, None, "new stores", SAYS)
    assert said == f"It ranks a yes above a no {100 * sound.roc.area:.0f} % of the time"
    assert rests.startswith("on the rows it was fitted to; 95 % interval ")
    assert "(new stores: " in words.lead(sound, made(seed=1), "new stores", SAYS)[0]
    assert words.lead(classify(np.array([0.2, 0.3]), np.ones(2)), None, "", SAYS) == (words.UNKNOWN, "")
    assert words.rests("10 parts, whole groups of '*g*' held out", True).startswith(
        r"10 parts\, whole groups of \'\*g\*\' held out; each part is foretold by a fit to the others"
    )
    assert words.rests("", False).startswith("Foretold by the model that was fitted to them")
    assert words.names("TRUE") == SAYS
    assert words.names("Pass") == ("“Pass”", "not “Pass”")


@pytest.mark.parametrize(
    ("spread", "shift", "held_out", "says"),
    [
        (1.0, 0.0, True, "Probabilities can be taken at their word"),
        (1.15, 0.0, True, "High probabilities are a little too high, and low ones too low"),
        (2.0, 0.0, True, "High probabilities are too high, and low ones too low"),
        (0.5, 0.0, True, "Probabilities are too cautious: they could lie further apart"),
        (0.5, 0.0, False, "On its own rows the model looks cautious, as pooled models do"),
        (-1.0, 0.0, True, "Higher probabilities do not come true more often"),
        (1.0, 0.6, True, "Probabilities are 12 points too high on average"),
    ],
)
def test_calibration_says_which_way_probabilities_are_off(
    spread: float, shift: float, held_out: bool, says: str
) -> None:
    assert ranking.calibrated(made(spread, shift, rows=8_000).calibration, held_out)[0] == says


def test_the_largest_miss_beyond_chance_is_named() -> None:
    table = core.read_sample("season_pass")
    fit = core.fit(table, "bought | trials(contacted) ~ promo + (1 | channel)", family="binomial")
    # Mail without the bundle: 38 of 121 bought, 24 points above; others are at most 6 points off.
    title = ranking.calibrated(core.classification(fit, table).calibration, False)[0]
    assert title == "Right on average, but not where 7 % is foretold: 31 % is found"


def test_ranking_groups_of_few_rows_is_said_to_be_of_rows_seen(sound: Classification) -> None:
    said, rests = words.lead(sound, None, "", SAYS, "users")
    assert said.startswith("On rows it has seen, it ranks a yes above a no ")
    assert "each of the users by those few rows" in rests


def test_one_probability_for_all_is_said() -> None:
    same = classify(np.full(50, 0.4), np.r_[np.ones(20), np.zeros(30)])
    assert ranking.calibrated(same.calibration, False)[0] == "Everyone has the same probability"
    assert ranking.ranked(same.roc, False, "")[0].startswith("Rows it was fitted to are ranked no better")


def test_no_rank_is_called_chance_and_no_lift_is_called_none() -> None:
    rng = np.random.default_rng(4)
    none = classify(rng.random(300), rng.binomial(1, 0.4, 300))
    assert ranking.ranked(none.roc, True, "new stores")[0].startswith("New stores are ranked no better than")
    assert ranking.lifted(none.lift, SAYS)[0].startswith("The most probable tenth holds no more yes")
    sound = made()
    assert ranking.ranked(sound.roc, False, "")[0].endswith("% of pairs in the right order (AUC)")
    assert "times their share (95 % interval " in ranking.lifted(sound.lift, SAYS)[0]


def test_what_a_threshold_cannot_tell_is_said(sound: Classification) -> None:
    counts = sound.at(1.0)
    assert (
        words.precise(counts, sound.rates(counts), 0.5, SAYS)[0] == "At this threshold nobody is called yes"
    )
    said = words.called(counts, sound.rates(counts), 0.95, SAYS)
    assert said[0] == "Precision unknown. No row is called a yes at this threshold."
    assert said[1].startswith("**0 %** of ")


@pytest.mark.parametrize(
    ("rate", "reach"),
    [
        (0.42, (0.0, 1.0, 0.01, 0.42)),
        (0.02, (0.0, 0.2, 0.001, 0.02)),
        (0.985, (0.85, 1.0, 0.001, 0.985)),
        (0.0031, (0.0, 0.031, 0.0001, 0.0031)),
        (0.0, (0.0, 1.0, 0.01, 0.0)),
        (float("nan"), (0.0, 1.0, 0.01, 0.5)),
    ],
)
def test_thresholds_come_in_steps_that_suit_how_rare_a_yes_is(
    rate: float, reach: tuple[float, float, float, float]
) -> None:
    assert words.reach(rate) == pytest.approx(reach)


def test_calls_that_are_no_better_than_a_guess_are_not_praised(sound: Classification) -> None:
    turned, none = made(-1.0), classify(np.tile([0.4, 0.6], 100), np.repeat([0, 1], 100))
    for found, says in (
        (sound, "times as often as a guess, and such calls find"),
        (turned, "less often than a guess"),
        (none, "no more often than a guess, as far as one can tell"),
    ):
        counts = found.at(0.5)
        assert says in words.precise(counts, found.rates(counts), found.scores.rate, SAYS)[0]


def test_steps_show_all_their_digits() -> None:
    assert [words.places(step) for step in (0.01, 0.001, 0.0001)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("terms", "said"),
    [("promo + (1 | channel)", "Right on average, but not"), ("0 + (1 + promo | channel)", "can be taken")],
)
def test_a_model_that_misses_a_cell_is_not_taken_at_its_word(terms: str, said: str) -> None:
    """Season passes: right on average, and wrong for who is written to by email."""
    table = core.read_sample("season_pass")
    fit = core.fit(table, f"bought | trials(contacted) ~ {terms}", family="binomial")
    assert said in ranking.calibrated(core.classification(fit, table).calibration, False)[0]
