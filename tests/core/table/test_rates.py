"""Rates by category: the published season-pass figures, rows and totals alike, intervals by two roads."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

from core.errors import UnknownColumn, UnknownEvent, WhichIsYes
from core.table.rates import Rates, Yes, categories, contrast, pooled, rates, shares, tally
from core.table.read import read_table
from core.table.samples import read_sample
from core.table.table import Table
from core.table.wilson import wilson


def rates_of(table: Table, yes: Yes, by: list[str]) -> Rates:
    return rates(tally(table, yes, by))


def shares_of(table: Table, yes: Yes, by: list[str], category: str) -> pd.DataFrame:
    return shares(tally(table, yes, by), category)


BOUGHT = Yes("bought", trials="contacted")


@pytest.fixture(scope="module")
def passes() -> Rates:
    return rates_of(read_sample("season_pass"), BOUGHT, ["channel", "promo"])


def test_bought_by_channel_is_as_published(passes: Rates) -> None:
    """Chapman and Feit, R for Marketing Research and Analytics, chapter 9: exact counts."""
    assert pooled(passes, "channel")["won"].to_dict() == {"Mail": 601, "Park": 923, "Email": 65}
    assert passes.cells["tried"].sum() == 3156
    assert passes.left_out == 0


def test_share_bundled_is_as_published() -> None:
    """Three decimals are published."""
    table, by = read_sample("season_pass"), ["channel", "promo"]
    found = shares_of(table, BOUGHT, by, "Bundle")
    assert found["of_won"].to_dict() == pytest.approx(
        {"Mail": 0.403, "Park": 0.692, "Email": 0.585}, abs=5e-4
    )
    assert found.loc["Email", "of_tried"] == 121 / 633
    low, high = wilson(np.array([38]), np.array([65]), 0.95)
    assert found.loc["Email", ["won_low", "won_high"]].to_list() == pytest.approx([low[0], high[0]])
    other = shares_of(table, BOUGHT, by, "NoBundle")
    assert (found[["of_won", "of_tried"]] + other[["of_won", "of_tried"]]).to_numpy() == pytest.approx(1)


def single_rows() -> pd.DataFrame:
    """The season passes as 3,156 rows of bought or not."""
    frame = read_sample("season_pass").frame
    rows = frame.loc[frame.index.repeat(frame["contacted"])].reset_index(drop=True)
    bought = rows.groupby(["promo", "channel"]).cumcount() < rows["bought"]
    return rows[["promo", "channel"]].assign(bought=bought)


@pytest.mark.parametrize(
    ("write", "event"),
    [
        (lambda yes: yes, None),
        (lambda yes: yes.astype(int), None),
        (lambda yes: yes.astype(float), None),
        (lambda yes: yes.map({True: "sold", False: "kept"}), "sold"),
        (lambda yes: yes.astype(int) + 1, "2"),
        (lambda yes: yes.map({True: "yes", False: "no"}), None),
    ],
)
def test_single_rows_say_the_same_as_their_totals(passes: Rates, write: object, event: str | None) -> None:
    rows = single_rows()
    table = read_table(rows.assign(bought=write(rows["bought"])))  # type: ignore[operator]
    found = rates_of(table, Yes("bought", event=event), ["channel", "promo"])
    pd.testing.assert_frame_equal(found.cells, passes.cells)


def test_pandas_counts_the_same(passes: Rates) -> None:
    by = single_rows().groupby(["channel", "promo"])["bought"]
    assert passes.cells["won"].to_list() == by.sum().to_list()
    assert passes.cells["rate"].to_list() == pytest.approx(by.mean().to_list(), rel=1e-12)


@pytest.mark.parametrize(("yes", "tried"), [(0, 7), (38, 121), (7, 7), (1, 3000)])
def test_wilson_ends_are_where_the_score_test_just_refuses(yes: int, tried: int) -> None:
    """The score test's p is .05 at both ends; solved by bisection, so to its tolerance."""
    low, high = wilson(np.array([yes]), np.array([tried]), 0.95)
    z = norm.ppf(0.975)

    def off(share: float) -> float:
        return (yes / tried - share) ** 2 - z**2 * share * (1 - share) / tried

    if yes > 0:
        assert low[0] == pytest.approx(brentq(off, 1e-12, yes / tried - 1e-9), abs=1e-9)
    else:
        assert low[0] == pytest.approx(0, abs=1e-15)
    if yes < tried:
        assert high[0] == pytest.approx(brentq(off, yes / tried + 1e-9, 1 - 1e-12), abs=1e-9)
    else:
        assert high[0] == pytest.approx(1, abs=1e-15)


def test_difference_is_newcombes(passes: Rates) -> None:
    """His worked example: 56 of 70 against 48 of 80, difference 0.2, 95 % 0.0524 to 0.3339 (method 10)."""
    frame = pd.DataFrame({"g": ["a", "a"], "arm": ["x", "y"], "won": [56, 48], "of": [70, 80]})
    found = contrast(rates_of(read_table(frame), Yes("won", trials="of"), ["g", "arm"]), "x", "y").loc["a"]
    assert found[["difference", "low", "high"]].to_list() == pytest.approx([0.2, 0.0524, 0.3339], abs=5e-5)
    bundle = contrast(passes, "Bundle", "NoBundle")
    assert bundle.loc["Email", "low"] > 0 > bundle.loc["Park", "high"]
    assert bundle["difference"].to_numpy() == pytest.approx(
        -contrast(passes, "NoBundle", "Bundle")["difference"].to_numpy()
    )


def test_rows_that_say_nothing_are_left_out_and_counted() -> None:
    frame = pd.DataFrame(
        {
            "won": [1, 2, 3, np.nan, 0, -1, 0],
            "of": [4, 4, 2, 4, 0, 4, 3],
            "kind": ["a", "b", "a", "a", "a", "a", None],
        }
    )
    found = rates_of(read_table(frame), Yes("won", trials="of"), ["kind"])
    assert found.cells[["won", "tried"]].to_numpy().tolist() == [[1, 4], [2, 4]]
    assert found.left_out == 5


def test_combinations_that_never_occur_are_no_cells() -> None:
    frame = pd.DataFrame({"y": [0, 1, 1], "a": ["p", "p", "q"], "b": [True, False, True]})
    table = read_table(frame)
    found = rates_of(table, Yes("y"), ["a", "b"])
    assert found.cells.index.to_list() == [("p", "no"), ("p", "yes"), ("q", "yes")]
    assert contrast(found, "yes", "no").index.to_list() == ["p"]
    assert shares_of(table, Yes("y"), ["a", "b"], "no")["of_won"].to_dict() == {"p": 1.0, "q": 0.0}


def test_nothing_won_has_no_share() -> None:
    frame = pd.DataFrame({"y": [0, 0, 1], "a": ["p", "p", "q"], "b": ["s", "t", "t"]})
    found = shares_of(read_table(frame), Yes("y"), ["a", "b"], "t")
    assert np.isnan(found.loc["p", ["of_won", "won_low", "won_high"]].astype(float)).all()
    assert found.loc["p", "of_tried"] == 0.5


def test_categories_are_few_and_no_measurements() -> None:
    assert categories(read_sample("retail_panel")) == ("store", "region", "promo")
    assert categories(read_sample("ab_test")) == ("variant", "device", "converted")
    frame = pd.DataFrame(
        {"age": range(18, 48), "wave": [1, 2, 3] * 10, "only": "x", "spend": np.arange(30) / 7}
    )
    assert categories(read_table(frame)) == ("wave",)


def test_an_unknown_column_is_a_sentence() -> None:
    with pytest.raises(UnknownColumn):
        rates_of(read_sample("season_pass"), BOUGHT, ["chanel"])


def test_one_column_alone_is_the_sum_over_the_other() -> None:
    rows = tally(read_sample("season_pass"), BOUGHT, ["channel", "promo"])
    alone = rates(rows, ["promo"]).cells
    assert alone["won"].to_list() == [919, 670]
    assert rates(rows, []).cells[["won", "tried"]].to_numpy().tolist() == [[1589, 3156]]
    wide = rates(rows, level=0.99).cells
    assert (wide["low"] < rates(rows).cells["low"]).all()


@pytest.mark.parametrize(("event", "won"), [("Y", 30), ("yes", 30), (None, 30), ("N", 50), ("no", 50)])
def test_the_words_of_a_yes_no_column_name_its_event(event: str | None, won: int) -> None:
    """As in a model: a column of Y and N is read as yes/no, and either word may be what counts."""
    cells = ["Y"] * 30 + ["N"] * 50 + [None] * 4
    table = read_table(pd.DataFrame({"said": cells, "all": "all"}))
    found = rates_of(table, Yes("said", event=event), ["all"])
    assert found.cells[["won", "tried"]].to_numpy().tolist() == [[won, 80]]
    assert found.left_out == 4


def test_what_counts_as_yes_must_be_said_and_be_there() -> None:
    table = read_table(pd.DataFrame({"p": [1, 2, 2, 1], "said": ["Y", "N", "N", "Y"], "c": list("abca")}))
    with pytest.raises(WhichIsYes, match="'p' is '1' and '2'"):
        tally(table, Yes("p"), [])
    with pytest.raises(UnknownEvent, match="'3' was to count as yes"):
        tally(table, Yes("p", event="3"), [])
    with pytest.raises(UnknownEvent, match="it is no, yes"):
        tally(table, Yes("said", event="sold"), [])
