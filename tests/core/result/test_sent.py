"""Results and fits that travel as bytes arrive as they were; what is something else is refused."""

from dataclasses import fields

import pandas as pd
import pytest

import core
from core.result.sent import UnreadableResult, result_from_bytes, result_to_bytes
from core.result.store import UnreadableFit, fit_from_bytes, fit_to_bytes

FORMULA = "sales ~ youtube * price + (1 + youtube | store)"


@pytest.fixture(scope="module")
def fit() -> core.Fit:
    return core.fit(core.read_sample("retail_panel"), FORMULA, level=0.89)


def same(result: object) -> None:
    again = result_from_bytes(result_to_bytes(result))
    assert type(again) is type(result)
    for field in fields(again):
        one, other = getattr(again, field.name), getattr(result, field.name)
        if isinstance(other, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other, check_exact=True)
        else:
            assert one == other
            assert type(one) is type(other)


def test_results_arrive_as_they_were(fit: core.Fit) -> None:
    table = core.read_sample("retail_panel")
    same(core.influence(fit))
    same(core.bootstrap(fit, 30, seed=2))
    same(core.k_fold(fit, table, folds=3))
    same(core.k_fold(fit, table, "store", folds=5))
    same(core.profile(core.fit(table, "sales ~ youtube + (1 | store)")))


def test_a_result_of_the_fit_that_arrived_is_that_of_the_fit(fit: core.Fit) -> None:
    again = fit_from_bytes(fit_to_bytes(fit))
    mine, theirs = core.bootstrap(fit, 30, seed=2), core.bootstrap(again, 30, seed=2)
    pd.testing.assert_frame_equal(mine.fixed_effects, theirs.fixed_effects, check_exact=True)


@pytest.mark.parametrize("cut", [0, 10, 300, -1])
def test_damage_is_said_in_a_sentence(fit: core.Fit, cut: int) -> None:
    with pytest.raises(UnreadableResult, match="not a Panelwise result"):
        result_from_bytes(result_to_bytes(core.influence(fit))[:cut])
    with pytest.raises(UnreadableFit, match="'these bytes' is not a saved"):
        fit_from_bytes(fit_to_bytes(fit)[:cut])
