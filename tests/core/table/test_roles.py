"""Roles: the right columns on real panels, a reason for each, and nothing invented where there is nothing."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.table.read import read_table
from core.table.review import review_table
from core.table.roles import Roles, guess_roles
from core.table.samples import read_sample


def names(guesses: tuple) -> list[str]:  # type: ignore[type-arg]
    return [guess.columns[0] for guess in guesses]


def roles_of(text: str) -> Roles:
    return guess_roles(read_table(text.encode(), name="f.csv"))


def test_marketing_panel(shared: Path) -> None:
    roles = guess_roles(read_table(shared / "data" / "marketing_panel.csv"))
    assert roles.outcome.column == "sales"
    assert names(roles.groups) == ["store_id"]
    assert roles.groups[0].reason == "'store_id' repeats: 20 values over 200 rows"
    assert roles.time.column == "week"
    assert names(roles.predictors) == names(roles.spend) == ["youtube", "facebook", "newspaper"]
    assert roles.trials == roles.weights == roles.nesting == ()


def test_climbing_finals(shared: Path) -> None:
    roles = guess_roles(read_table(shared / "data" / "ifsc_boulder_2025.csv"))
    assert roles.outcome.column == "score_final"
    assert names(roles.groups) == ["athlete_id", "comp_id", "event_name", "athlete_name", "event_id"]
    assert "spells 1 of them in two ways" in roles.groups[3].reason
    assert [guess.columns for guess in roles.nesting] == [("event_name", "comp_id")]
    assert names(roles.predictors) == ["gender", "score_quali", "score_semi"]
    assert roles.time.column is None


def test_retail_panel() -> None:
    roles = guess_roles(read_sample("retail_panel"))
    assert roles.outcome.column == "sales"
    assert names(roles.groups) == ["store", "region"]
    assert [(g.columns, g.reason) for g in roles.nesting] == [
        (("region", "store"), "each store lies in one region: 24 in 4")
    ]
    assert roles.time.column == "week"
    assert names(roles.predictors)[:3] == names(roles.spend) == ["youtube", "facebook", "newspaper"]
    assert {"price", "promo"} <= set(names(roles.predictors))


def test_season_pass_is_successes_out_of_trials() -> None:
    roles = guess_roles(read_sample("season_pass"))
    assert roles.outcome.column == "bought"
    assert names(roles.trials) == ["contacted"]


def test_grunfeld() -> None:
    from statsmodels.datasets import grunfeld

    roles = guess_roles(read_table(grunfeld.load_pandas().data))
    assert roles.outcome.column == "invest"
    assert "No name says what is measured" in roles.outcome.reason
    assert names(roles.groups) == ["firm"]
    assert roles.time.column == "year"
    assert names(roles.predictors) == ["value", "capital"]


WEEKS = "\n".join(f"{g},{w},{3.5 * g + w},{w * 2}" for g in range(1, 6) for w in range(1, 8))


@pytest.mark.parametrize(
    ("header", "outcome", "group", "time"),
    [
        ("Filiale,KW,Umsatz,Werbekosten", "Umsatz", "Filiale", "KW"),
        ("magasin,semaine,ventes,dépenses", "ventes", "magasin", "semaine"),
        ("tienda,semana,ventas,gasto", "ventas", "tienda", "semana"),
        ("customerId,monthNo,netRevenue,adSpend", "netRevenue", "customerId", "monthNo"),
        ("1405_id,week,orders,tv_grps", "orders", "1405_id", "week"),
        ("a,b,y,x", "y", "a", "b"),
    ],
)
def test_names_in_other_languages_and_none_at_all(header: str, outcome: str, group: str, time: str) -> None:
    roles = roles_of(f"{header}\n{WEEKS}\n")
    assert (roles.outcome.column, roles.groups[0].column, roles.time.column) == (outcome, group, time)


def test_lagged_and_budgeted_sales_are_not_the_outcome() -> None:
    roles = roles_of(
        "store,week,sales_lag1,sales_budget,sales\n" + "A,1,1.5,2.5,3.5\nB,2,2.5,3.5,4.5\nA,2,1,2,3\n"
    )
    assert roles.outcome.column == "sales"


def test_the_finest_unit_comes_first_and_chains_are_direct() -> None:
    rows = [f"R{s // 8},C{s // 2},S{s},{w},{s + w / 10}" for s in range(16) for w in range(4)]
    roles = roles_of("region,city,store,week,sales\n" + "\n".join(rows))
    assert names(roles.groups) == ["store", "city", "region"]
    assert {guess.columns for guess in roles.nesting} == {("city", "store"), ("region", "city")}


def test_weights() -> None:
    roles = roles_of("store,sales,weight\n" + "\n".join(f"S{i % 4},{i}.5,{i + 1}.25" for i in range(12)))
    assert names(roles.weights) == ["weight"]
    assert "weight" not in names(roles.predictors)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "name,city\nA,X\nB,Y\n",
            "The table has no column of numbers that varies: choose the column to explain.",
        ),
        ("a,b\nNA,NA\n-,-\n", "no column of numbers that varies"),
        ("youtube,facebook\n1,2\n3,4\n", "Every column of numbers is a group, a period or spend"),
    ],
)
def test_nothing_to_find_is_said(text: str, reason: str) -> None:
    roles = roles_of(text)
    assert roles.outcome.column is None
    assert reason in roles.outcome.reason
    assert roles.groups == ()
    assert roles.time.reason == "No column holds dates, and none is named like a week, month or year."


CELLS = st.one_of(
    st.floats(),
    st.integers(),
    st.text(max_size=5),
    st.booleans(),
    st.none(),
    st.dates(),
    st.sampled_from("ab"),
)
ODD = st.dictionaries(st.text(max_size=12), st.lists(CELLS, min_size=5, max_size=5), min_size=1, max_size=5)


@given(ODD)
def test_odd_tables_never_crash(columns: dict[str, list[object]]) -> None:
    frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})
    table = read_table(frame)
    roles = guess_roles(table)
    assert all(guess.reason for guess in (roles.outcome, roles.time, *roles.groups, *roles.predictors))
    assert review_table(table, roles)


def test_infinite_and_constant_columns_are_survived() -> None:
    table = read_table(pd.DataFrame({"x": [np.inf, -np.inf, np.nan], "y": [1.0, 1, 1], "g": ["a", "a", "b"]}))
    assert guess_roles(table).outcome.column is None


def test_a_result_that_never_varies_has_no_stand_in() -> None:
    """Explaining the week instead of what was bought would answer a question nobody asked."""
    store, week = [f"S{k}" for k in range(10) for _ in range(8)], list(range(1, 9)) * 10
    spend = [float(k % 7) + 0.5 for k in range(80)]
    frame = pd.DataFrame({"store": store, "week": week, "tv_spend": spend, "bought": [1] * 80})
    found = guess_roles(read_table(frame))
    assert found.outcome.column is None
    assert "'bought' is named like a result and is the same in every row" in found.outcome.reason
