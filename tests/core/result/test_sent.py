"""Results and fits that travel as bytes arrive as they were; what is something else is refused."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

import core
from core.result.loo import loo
from core.result.predictive import posterior_predictive
from core.result.sent import UnreadableResult, result_from_bytes, result_to_bytes
from core.result.store import UnreadableFit, fit_from_bytes, fit_to_bytes

FORMULA = "sales ~ youtube * price + (1 + youtube | store)"


@pytest.fixture(scope="module")
def fit() -> core.Fit:
    return core.fit(core.read_sample("retail_panel"), FORMULA, level=0.89)


def same(one: Any, other: Any) -> None:
    if isinstance(other, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    elif isinstance(other, np.ndarray):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
    elif isinstance(other, Mapping):
        assert list(one) == list(other)
        for name, part in other.items():
            same(one[name], part)
    elif is_dataclass(other):
        assert type(one) is type(other)
        for field in fields(other):
            same(getattr(one, field.name), getattr(other, field.name))
    else:
        assert one == other
        assert isinstance(one, type(other)) or isinstance(other, float)


def arrives(result: object) -> None:
    same(result_from_bytes(result_to_bytes(result)), result)


def test_results_arrive_as_they_were(fit: core.Fit) -> None:
    table = core.read_sample("retail_panel")
    arrives(core.influence(fit))
    arrives(core.bootstrap(fit, 30, seed=2))
    arrives(core.k_fold(fit, table, folds=3))
    arrives(core.k_fold(fit, table, "store", folds=5))
    arrives(core.profile(core.fit(table, "sales ~ youtube + (1 | store)")))
    arrives(loo(fit, table, seed=1, n_draws=100))
    arrives(posterior_predictive(fit, table, seed=1))
    arrives(core.classify(np.array([0.2, 0.4, 0.8]), np.array([3, 9, 8]), np.array([9, 12, 10])))


def test_what_is_no_result_is_not_sent(fit: core.Fit) -> None:
    with pytest.raises(TypeError, match="ModelSpec is not a result"):
        result_to_bytes(fit.spec)


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
