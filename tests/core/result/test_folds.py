"""Folds of yes/no outcomes: every trial is held out once, single rows and counted ones alike."""

import numpy as np
import pandas as pd
import pytest

import core
from core.design.matrix import Design, build_design
from core.design.part import part, successes, with_successes
from core.result.errors import UnknownGrouping
from core.result.folds import folds_of
from core.result.k_fold import BadFolds


def all_held(made: Design, by: str, folds: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Returns successes and trials (K, n) that each fold holds out."""
    found = folds_of(made, by, folds, np.random.default_rng(seed))
    held = [found.held(k) for k in range(folds)]
    return np.array([yes for yes, _ in held]), np.array([trials for _, trials in held])


def design(trials: bool = True):
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"g": [f"g{k % 9}" for k in range(90)], "x": rng.normal(size=90)})
    frame["n"] = rng.integers(1, 40, 90) if trials else 1
    frame["y"] = rng.binomial(frame["n"], 0.3)
    text = f"y{' | trials(n)' if trials else ''} ~ x + (1 | g)"
    return build_design(core.read_table(frame), core.parse_formula(text, family="binomial"))


@pytest.mark.parametrize("trials", [True, False])
def test_every_trial_is_held_out_once_and_folds_are_of_equal_size(trials: bool) -> None:
    made = design(trials)
    yes, tried = successes(made)
    held_yes, held = all_held(made, "rows", 7)
    np.testing.assert_array_equal(held_yes.sum(axis=0), yes)
    np.testing.assert_array_equal(held.sum(axis=0), tried)
    assert (held_yes <= held).all()
    assert (held_yes >= 0).all()
    assert np.ptp(held.sum(axis=1)) <= 1
    assert np.ptp(held, axis=0).max() <= 1


def test_successes_fall_as_they_would_on_single_rows() -> None:
    """Of 400 deals of 12 successes in 40 trials into 4 folds: hypergeometric mean 3 and variance 1.615."""
    one = design()
    one = with_successes(one, np.full(90, 12.0), np.full(90, 40.0))
    drawn = np.array([all_held(one, "rows", 4, k)[0] for k in range(12)]).ravel()
    assert drawn.mean() == 3.0
    # 12 x 90 x 4 draws, three quarters of them free: the variance is known to 2.5 %.
    assert drawn.var() == pytest.approx(10 * 0.3 * 0.7 * 30 / 39, rel=0.08)


def test_whole_groups_are_held_out_together() -> None:
    made = design()
    held_yes, held = all_held(made, "g", 4)
    codes = made.factors["g"].codes
    for level in range(9):
        assert ((held[:, codes == level] > 0).all(axis=1)).sum() == 1
    np.testing.assert_array_equal(held_yes.sum(axis=0), successes(made)[0])


def test_a_part_has_its_own_groups_and_the_same_columns() -> None:
    made = design()
    kept = ~np.isin(made.factors["g"].codes, [0, 4])
    some = part(made, kept)
    by = some.factors["g"]
    assert by.levels == ("g1", "g2", "g3", "g5", "g6", "g7", "g8")
    names = np.array(made.factors["g"].levels)[made.factors["g"].codes[kept]]
    np.testing.assert_array_equal(np.array(by.levels)[by.codes], names)
    np.testing.assert_array_equal(some.values["x"], made.values["x"][kept])
    assert some.n_rows == kept.sum() == len(successes(some)[1])
    empty = with_successes(made, np.zeros(90), np.where(kept, 2.0, 0.0))
    assert empty.n_rows == kept.sum()


def test_folds_that_cannot_be_are_refused() -> None:
    made = design()
    for folds in (1, 10, 2.5):
        with pytest.raises(BadFolds, match="from 2 to 9"):
            folds_of(made, "g", folds, np.random.default_rng(1))
    with pytest.raises(UnknownGrouping):
        folds_of(made, "h", 3, np.random.default_rng(1))
