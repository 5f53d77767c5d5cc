"""What the groupings of a model are called, in which others they lie, and the names of their groups."""

import re

import numpy as np
import pandas as pd
import pytest

import core
from dashboard import pull
from dashboard.groupings import Grouping, groupings, leading
from dashboard.inner_names import labels, paths
from dashboard.nouns import Noun, noun


def nested(stores: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    store = np.repeat(np.arange(5 * stores), 10)
    x = rng.standard_normal(len(store))
    region = np.array(["North", "a:b", "=1+1", "<b>x</b>", "7"])[store // stores]
    own = rng.standard_normal((5 * stores, 2))[store]
    sales = own[:, 0] + (1 + 0.5 * own[:, 1]) * x + rng.standard_normal(len(store))
    return pd.DataFrame(
        {"region": region, "store": store % stores, "week": np.arange(len(x)) % 10, "x": x, "sales": sales}
    )


def found(formula: str, frame: pd.DataFrame) -> tuple[core.Fit, tuple[Grouping, ...]]:
    fit = core.fit(frame, formula)
    return fit, groupings(fit, fit.spec, lambda column: frame[column].nunique())


def test_nested_groupings_are_called_by_their_last_column() -> None:
    _, (outer, inner) = found("sales ~ x + (1 + x | region/store)", nested())
    assert (outer.noun.many, outer.count, outer.outer) == ("regions", 5, ())
    assert (inner.noun.many, inner.count, inner.outer) == ("stores", 20, ("region",))
    assert inner.columns == ("region", "store")


def test_pairs_that_are_no_nesting_are_pairs() -> None:
    _, (only,) = found("sales ~ x + (1 | region:week)", nested())
    assert only.noun == Noun("region–week pair", "region–week pairs")


def test_the_grouping_with_a_slope_leads() -> None:
    _, both = found("sales ~ x + (1 | week) + (1 + x | region)", nested())
    assert [one.noun.one for one in both] == ["week", "region"]
    assert leading(both) is both[1]
    assert leading(()) is None


def test_two_groupings_never_share_a_noun() -> None:
    frame = nested().rename(columns={"region": "store_id", "week": "store_code"})
    _, both = found("sales ~ x + (1 | store_id) + (1 | store_code)", frame)
    assert len({one.noun for one in both}) == 2
    odd = nested().rename(columns={"region": "<b>1</b>", "week": "**1**"})
    _, both = found("sales ~ x + (1 | `<b>1</b>`) + (1 | `**1**`)", odd)
    assert len({one.noun for one in both}) == 2
    assert all(re.fullmatch(r"[\w –]+", one.noun.many) for one in both)


def test_groups_within_others_are_called_by_their_own_name() -> None:
    fit, (outer, inner) = found("sales ~ x + (1 | region/store)", nested())
    said = labels(fit.linear, inner, (outer,))
    assert said["a:b:3"] == "Store 3 · a:b"  # 3 stands for a store of every region
    assert said["7:0"] == "Store 0 · Region 7"
    assert paths(fit.linear, inner, (outer,))["=1+1:2"] == ("=1+1",)
    frame = nested().assign(store=lambda f: "S" + f["region"] + f["store"].astype(str))
    fit, (outer, inner) = found("sales ~ x + (1 | region/store)", frame)
    assert labels(fit.linear, inner, (outer,))["North:SNorth1"] == "SNorth1"


@pytest.mark.parametrize("share", [0.2, float("nan")])
def test_no_estimate_of_its_own_is_said_in_words(share: float) -> None:
    said = pull.among(1, share, noun("athlete"), [noun("comp_id"), noun("region")])
    assert said.startswith("Its 1 row carries the differences of comp groups and regions too, so it makes no")
    assert "nan" not in said
