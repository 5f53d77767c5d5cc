"""Predictors that differ mostly between groups are named, from moments, with the share the rows give."""

import numpy as np
import pandas as pd
import pytest

import core
from core.result.review_between import mostly_between, review_between, shares_within
from core.table.within import within_share


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    shop = np.repeat(np.arange(30), 20)
    usual = rng.normal(0, 3, 30)[shop]
    return pd.DataFrame(
        {
            "shop": [f"s{k}" for k in shop],
            "tv": 50 + usual + rng.normal(0, 1, 600),
            "radio": rng.normal(5, 1, 600),
            "size": np.round(100 + 10 * usual),
            "open": (usual + rng.normal(0, 0.5, 600) > 0).astype(int),
            "sales": 10 + usual + rng.normal(0, 1, 600),
        }
    )


def test_shares_are_those_of_the_rows(panel: pd.DataFrame) -> None:
    fit = core.fit(panel, "sales ~ tv + radio + size + (1 + radio | shop)")
    table = core.read_table(panel)
    shares = shares_within(fit.linear.lead)
    for name in ("tv", "radio"):
        # sums of squares in two orders: all but the last digits
        assert shares[name] == pytest.approx(within_share(table, name, "shop"), rel=1e-9)
    assert shares["size"] < 1e-12  # constant within shops, up to rounding


def test_only_what_can_be_split_is_named(panel: pd.DataFrame) -> None:
    fit = core.fit(panel, "sales ~ tv + radio + size + open + (1 | shop)")
    found = mostly_between(fit.linear.lead)
    assert list(found) == ["tv"]
    assert 0.8 < found["tv"] < 0.95  # variances 9 and 1
    [finding] = review_between(fit.linear.lead)
    assert "'tv' (" in finding.message
    assert finding.numbers == found


@pytest.mark.parametrize(
    "formula",
    [
        "sales ~ within(tv, shop) + between(tv, shop) + (1 | shop)",
        "sales ~ radio + (1 | shop)",
        "sales ~ tv",
    ],
)
def test_nothing_is_said_where_nothing_is_mixed(panel: pd.DataFrame, formula: str) -> None:
    assert review_between(core.fit(panel, formula).linear.lead) == []


def test_a_logarithm_is_named_by_its_column(panel: pd.DataFrame) -> None:
    fit = core.fit(panel, "sales ~ log(tv) + (1 | shop)")
    assert list(mostly_between(fit.linear.lead)) == ["tv"]
