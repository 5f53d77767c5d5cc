"""How far groups differ, in sentences: singular fits, logarithms, interactions, several groupings."""

import numpy as np
import pandas as pd
import pytest

import core
from dashboard.groupings import groupings
from dashboard.variance_words import variances


def said(frame: pd.DataFrame, formula: str, yes_no: bool = False) -> str:
    fit = core.fit(frame, formula)
    groups = groupings(fit, fit.spec, lambda column: frame[column].nunique())
    return "\n".join(variances(fit, groups, fit.spec.outcome.column, yes_no=yes_no))


@pytest.fixture(scope="module")
def retail() -> pd.DataFrame:
    return core.read_sample("retail_panel").frame


def test_one_sentence_a_variance_a_correlation_and_the_share(retail: pd.DataFrame) -> None:
    formula = "sales ~ week + youtube + facebook + price + (1 + youtube | store)"
    lines = said(retail, formula).split("\n")
    assert lines[0].startswith("Stores differ by about ")
    assert "in baseline at average predictors: two of three lie within ± " in lines[0]
    fit = core.fit(retail, formula)
    sd = fit.variance_components.query("term_1 == 'youtube' and term_2 == ''")["sd"].item()
    assert f"strays from the average by about {sd:.3f}" in lines[1]
    assert lines[2].startswith("Stores high in baseline are ")
    assert "Row to row, within one store" in lines[3]
    assert lines[4].startswith(f"{100 * fit.icc().adjusted:.0f} % of what the predictors leave")


def test_a_logarithm_is_read_per_doubling(retail: pd.DataFrame) -> None:
    formula = "sales ~ log(price) + (1 + log(price) | store)"
    sd = core.fit(retail, formula).variance_components.query("term_1 == 'log(price)'")["sd"].iloc[0]
    assert f"response to a doubling of price strays from the average by about {sd * np.log(2):.1f}"[
        :-1
    ] in said(retail, formula)


def test_inner_groups_stand_around_their_outer_group(retail: pd.DataFrame) -> None:
    text = said(retail, "sales ~ week + youtube + (1 + youtube | region/store)")
    assert "of their region's average" in text
    assert "strays from its region's average by about" in text
    assert "lies between regions" in text
    assert "Row to row, within one store, " in text  # a store lies in one region: no need to say both


def test_without_correlation_none_is_read_into_it(retail: pd.DataFrame) -> None:
    text = said(retail, "sales ~ week + youtube + (1 + youtube || store)")
    assert "takes baseline and youtube response as unrelated" in text
    assert "correlation" not in text


@pytest.fixture(scope="module")
def alike() -> pd.DataFrame:
    """Twelve shops that do not differ: what varies within is balanced so that their means are equal."""
    rng = np.random.default_rng(5)
    tv = np.tile(rng.normal(0, 1, 20), 12)
    noise = np.concatenate([rng.permuted(np.linspace(-1, 1, 20)) for _ in range(12)])
    shop = np.repeat([f"s{k}" for k in range(12)], 20)
    return pd.DataFrame({"shop": shop, "tv": tv, "sales": 5 + tv + noise})


def test_no_difference_is_said_as_such(alike: pd.DataFrame) -> None:
    text = said(alike, "sales ~ tv + (1 | shop)")
    assert "Shops do not differ detectably in their baseline (variance 0)." in text
    assert "0 % of what the predictors leave lies between shops (ICC)." in text


def test_effects_on_a_yes_no_outcome_are_points(retail: pd.DataFrame) -> None:
    bought = retail.assign(bought=(retail["sales"] > retail["sales"].median()).astype(int))
    text = said(bought, "bought ~ week + (1 + week | store)", yes_no=True)
    assert "points in baseline" in text
    assert "week response strays from the average by about" in text
    assert " points: two of three lie between" in text


def test_no_groups_leave_the_row_sentence_alone(retail: pd.DataFrame) -> None:
    assert said(retail, "sales ~ week").startswith("Row to row outcomes stray")
