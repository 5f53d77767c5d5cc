"""New rows whose yes/no cells alone do not tell what they are."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import core
from core.design.errors import UnseenValues
from core.result.predict import UnseenLevels


def panel() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    promo = rng.random(96) < 0.5
    said = rng.choice(["yes", "no", "unsure"], 96)
    frame = pd.DataFrame({"promo": np.where(promo, "Y", "N"), "said": said, "x": rng.normal(size=96)})
    return frame.assign(g=np.arange(96) % 6, sales=4 + promo + 2.0 * (said == "no") + rng.normal(size=96))


FORMULAS = ["sales ~ promo + x", "sales ~ center(promo) + x", "sales ~ x + (1 | promo)",
            "sales ~ promo:x + (1 + promo | g)", "sales ~ within(x, promo) + x"]  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
def test_rows_that_all_say_yes_are_predicted_as_among_others(formula: str) -> None:
    """One word alone is text to a reader of files; among both words the same rows are yes/no."""
    frame = panel()
    fit = core.fit(frame, formula)
    for word, number in (("Y", 1), ("N", 0)):
        some = frame[frame["promo"] == word]
        expected = fit.predict(frame).loc[some.index].reset_index(drop=True)
        for cells in (word, {"Y": "yes", "N": "no"}[word], bool(number), number):
            pd.testing.assert_frame_equal(fit.predict(some.assign(promo=cells)), expected)
        one = fit.predict(some.head(1))
        pd.testing.assert_frame_equal(one, expected.head(1))


def test_a_saved_fit_knows_its_yes_no_columns(tmp_path: Path) -> None:
    frame = panel()
    fit = core.fit(frame, "sales ~ promo + x")
    core.save_fit(fit, tmp_path / "fit.zip")
    few = frame[frame["promo"] == "Y"].head(3)
    pd.testing.assert_frame_equal(core.load_fit(tmp_path / "fit.zip").predict(few), fit.predict(few))


def test_yes_and_no_of_three_words_are_words() -> None:
    """Without an "unsure" among the new rows their column reads as a flag."""
    frame = panel()
    fit = core.fit(frame, "sales ~ said + x")
    sure = frame[frame["said"] != "unsure"]
    expected = fit.predict(frame).loc[sure.index].reset_index(drop=True)
    pd.testing.assert_frame_equal(fit.predict(sure), expected)


def test_blanks_among_one_word_are_no_prediction() -> None:
    fit = core.fit(panel(), "sales ~ promo + x")
    few = panel().head(3).assign(promo=["Y", None, "Y"])
    assert fit.predict(few)["mean"].isna().to_list() == [False, True, False]


@pytest.mark.parametrize(
    ("cells", "named"), [(2, "2"), ("maybe", "maybe"), (["Y", "ja", "oui"], "Y, ja, oui")]
)
def test_what_is_neither_yes_nor_no_is_refused(cells: object, named: str) -> None:
    few = panel().head(3).assign(promo=cells)
    with pytest.raises(UnseenValues, match=rf"values of 'promo': {named}\. It knows: no, yes"):
        core.fit(panel(), "sales ~ promo + x").predict(few)
    with pytest.raises(UnseenLevels, match="values of 'promo'"):
        core.fit(panel(), "sales ~ x + (1 | promo)").predict(few)
