"""Outcomes of generalised models: what is read, and each thing that cannot be one."""

import numpy as np
import pandas as pd
import pytest

import core
from core.design.matrix import build_design
from core.errors import PanelwiseError

FRAME = pd.DataFrame(
    {
        "yes": [1, 0, 1, 0, 1, 0],
        "word": list("ababab"),
        "three": list("abcabc"),
        "always": [1, 1, 1, 1, 1, 1],
        "never": [0, 0, 0, 0, 0, 0],
        "won": [1, 2, 3, 0, 5, 2],
        "tried": [4, 2, 9, 3, 5, 4],
        "short": [4, 1, 9, 3, 5, 4],
        "some": [4, 0, 9, 3, 5, 4],
        "half": [0.5, 1, 2, 3, 4, 5],
        "below": [-1, 1, 2, 3, 4, 5],
        "amount": [0.5, 1.2, 2.5, 3.1, 0.1, 9.0],
        "next": [0.5, 1e-15, 2.5, 3.1, 0.1, 9.0],
        "tiny": [5e-201, 1e-200, 2e-200, 3e-200, 1e-200, 9e-200],
        "x": [1.0, 2.0, 4.0, 3.0, 7.0, 5.0],
        "day": pd.date_range("2024-01-01", periods=6),
    }
)

BAD = {
    "three values": ("three ~ x", "binomial", r"has two values, and 'three' has more: a, b, c"),
    "numbers": ("won ~ x", "binomial", "'won' has more"),
    "no yes named": ("word ~ x", "binomial", "'word' is 'a' and 'b'. Say which of them counts as yes"),
    "one answer": ("always ~ x", "binomial", "'always' is yes in all 6 cases"),
    "never": ("never ~ x", "binomial", "'never' is no in all 6 cases"),
    "dates": ("day ~ x", "binomial", "'day' holds dates"),
    "more than tried": ("won | trials(short) ~ x", "binomial", r"exceeds 'short' in 1 row.*row 2 \(2 of 1\)"),
    "half a count": ("half ~ x", "poisson", r"whole number from 0, and 1 row holds.*row 1 \(0\.5\)"),
    "below zero": ("below ~ x", "negative_binomial", r"'below' is used as a count.*row 1 \(-1\)"),
    "all zero": ("never ~ x", "poisson", "'never' is 0 in all 6 cases"),
    "zero amounts": ("won ~ x", "gamma", r"an amount above zero, and 1 row holds zero or less, first row 4"),
    "next to nothing": ("next ~ x", "gamma", r"1 row holds next to nothing beside .*row 2 \(1e-15\)"),
    "amounts beyond squares": ("tiny ~ x", "gamma", "Give it in other units"),
    "text amounts": ("word ~ x", "gamma", "'word' holds text cells"),
    "one amount": ("always ~ x", "gamma", "'always' is 1 in every row"),
    "text counts": ("word ~ x", "poisson", "'word' holds text cells"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_the_outcome_is_a_sentence(case: str) -> None:
    formula, family, words = BAD[case]
    with pytest.raises(PanelwiseError, match=words):
        core.fit(FRAME, formula, family=family)


def test_a_value_that_never_occurs_cannot_count_as_yes() -> None:
    with pytest.raises(PanelwiseError, match="'c' was to count as yes, and 'word' is never that: it is a, b"):
        core.fit(FRAME, "word ~ x", family="binomial", event="c")
    with pytest.raises(PanelwiseError, match="not yes or no"):
        core.fit(FRAME, "won ~ x", family="poisson", event="1")


def test_rows_without_trials_are_left_out_and_counted() -> None:
    spec = core.parse_formula("won | trials(some) ~ x", family="binomial")
    design = build_design(core.read_table(FRAME.assign(won=0).assign(won=[1, 0, 3, 0, 5, 2])), spec)
    assert design.n_rows == 5 and design.trials is not None
    np.testing.assert_array_equal(design.trials, [4, 9, 3, 5, 4])
    assert [(one.rows, one.column) for one in design.dropped] == [(1, "some")]
    with pytest.raises(PanelwiseError, match="'never' is zero in every row"):
        core.fit(FRAME, "won | trials(never) ~ x", family="binomial")
