"""Findings before any model: each risk is found with its numbers and rows; a sound table is left alone."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.finding import Finding, Status
from core.table.read import read_table
from core.table.review import review_table
from core.table.roles import guess_roles
from core.table.samples import read_sample


def sound(stores: int = 8, weeks: int = 10) -> pd.DataFrame:
    """Returns a panel without faults; fixed sines instead of luck."""
    store, week = np.divmod(np.arange(stores * weeks), weeks)
    youtube = 50 + 30 * np.sin(1 + 7 * store + 3 * week)
    radio = 20 + 10 * np.cos(2 + 5 * store + 11 * week)
    sales = 100 + 5 * np.sin(3 * store) + 0.1 * youtube + 2 * np.cos(13 * store + 17 * week)
    labels = [f"S{s:02}" for s in store]
    return pd.DataFrame(
        {"store": labels, "week": week + 1, "youtube": youtube, "radio": radio, "sales": sales}
    )


def findings(frame: pd.DataFrame | bytes) -> dict[str, Finding]:
    table = read_table(frame, name="f.csv")
    return {finding.topic: finding for finding in review_table(table, guess_roles(table))}


def test_a_sound_table_has_nothing_but_good_news() -> None:
    found = findings(sound())
    assert list(found) == ["sound"]
    assert found["sound"].status is Status.GOOD
    assert found["sound"].message.startswith("80 rows in 8 groups")


def test_rows_are_the_file_s_rows() -> None:
    frame = sound()
    frame.loc[41, "sales"] = 9999.0
    assert (
        "9,999 in row 43." in findings(frame.to_csv(index=False).encode())["outliers"].message
    )  # header is row 1
    assert "9,999 in row 42." in findings(frame)["outliers"].message


def broken(topic: str) -> pd.DataFrame:
    frame = sound()
    if topic == "small_groups":
        return frame.drop(frame.index[(frame["store"] == "S03") & (frame["week"] > 2)])
    if topic == "few_groups":
        return sound(stores=4)
    if topic == "one_group":
        return frame.assign(store="S00")
    if topic == "one_row_per_group":
        return frame[frame["week"] == 1].drop(columns="week")
    if topic == "no_groups":
        return frame.drop(columns="store")
    if topic == "constant_within":
        return frame.assign(size=frame["store"].str[1:].astype(int) * 1.5 + 0.25)
    if topic == "some_constant_within":
        return frame.assign(youtube=frame["youtube"].where(frame["store"] != "S02", 12.5))
    if topic == "duplicates":
        return pd.concat([frame, frame.iloc[[3, 7]]], ignore_index=True)
    if topic == "collinear":
        return frame.assign(tv=frame["youtube"] * 2 + 0.1 * frame["radio"])
    if topic == "missing":
        return frame.assign(
            sales=frame["sales"].where(frame.index > 2), radio=frame["radio"].where(frame.index != 50)
        )
    if topic == "infinite":
        return frame.assign(youtube=frame["youtube"].where(frame.index != 5, np.inf))
    if topic == "id_like":
        return frame.assign(receipt=[f"r-{i}" for i in range(len(frame))])
    if topic == "spelling":
        return frame.assign(store=frame["store"].where(frame.index != 4, "s00"))
    assert topic == "total_rows"
    return frame.assign(store=frame["store"].where(frame["store"] != "S07", "Total"))


EXPECTED = {
    "small_groups": (Status.LOOK, "1 of 8 groups in 'store' has fewer than 5 rows: 'S03' (2)."),
    "few_groups": (
        Status.LOOK,
        "'store' has 4 values: how much groups differ is then estimated from 4 points.",
    ),
    "one_group": (Status.STOP, "'store' has one value in all 80 rows: there is only one group."),
    "one_row_per_group": (Status.STOP, "Every value of 'store' occurs in one row only"),
    "no_groups": (Status.UNKNOWN, "No column groups the rows"),
    "constant_within": (
        Status.LOOK,
        "'size' never varies within a 'store': it can say why groups differ, but not",
    ),
    "some_constant_within": (Status.LOOK, "'youtube' never varies in 1 of 8 groups ('S02')"),
    "duplicates": (Status.LOOK, "2 rows repeat a 'store' and 'week' that came before: rows 81, 82."),
    "collinear": (Status.LOOK, "'youtube' and 'tv' move together (correlation 1.00)"),
    "missing": (
        Status.LOOK,
        "Cells are missing: 'sales' in 3 rows, 'radio' in 1 row. A model with all these columns leaves out 4",
    ),
    "infinite": (Status.STOP, "'youtube' holds 1 infinite number: row 6."),
    "id_like": (Status.LOOK, "'receipt' has a different value in every row"),
    "spelling": (Status.LOOK, "differ only in capitals or spaces: 'S00', 's00'."),
    "total_rows": (Status.LOOK, "'Total' in 'store' looks like a total and not like a group."),
}


@pytest.mark.parametrize("topic", EXPECTED)
def test_each_risk_is_found(topic: str) -> None:
    status, message = EXPECTED[topic]
    found = findings(broken(topic))
    assert topic in found
    assert found[topic].status is status
    assert message in found[topic].message
    assert found[topic].advice.endswith(".")


def test_a_constant_outcome_stops_once_it_is_chosen() -> None:
    table = read_table(sound().assign(sales=5.0))
    roles = guess_roles(table)
    chosen = type(roles)(
        **{name: getattr(roles, name) for name in roles.__slots__ if name != "outcome"},
        outcome=type(roles.outcome)(("sales",), "chosen"),
    )
    found = {finding.topic: finding for finding in review_table(table, chosen)}
    assert found["constant_outcome"].status is Status.STOP
    assert found["constant_outcome"].message == "The outcome 'sales' has the same value in every row."


def test_three_columns_that_add_up_are_found_though_no_pair_is_close() -> None:
    frame = sound()
    frame["radio"] = frame["radio"] * 3
    frame["video"] = frame["youtube"] + frame["radio"]
    found = findings(frame)
    assert "nearly determine each other" in found["collinear"].message


def test_skewed_spend_and_its_zeros_are_no_outliers() -> None:
    frame = sound()
    frame["youtube"] = np.exp(2 * np.sin(np.arange(80.0))) * (np.arange(80) % 3 > 0)  # spans a factor of 50
    assert "outliers" not in findings(frame)


def test_gravest_first() -> None:
    frame = sound(stores=4)
    frame.loc[5, "youtube"] = np.inf
    table = read_table(frame)
    statuses = [finding.status for finding in review_table(table, guess_roles(table))]
    assert statuses[0] is Status.STOP
    assert Status.GOOD not in statuses


def test_the_retail_panel_s_known_faults_are_found() -> None:
    table = read_sample("retail_panel")
    found = {finding.topic: finding for finding in review_table(table, guess_roles(table))}
    assert "'Store 17' (4)" in found["small_groups"].message
    assert "'Store 11'" in found["some_constant_within"].message
    assert not any(finding.status is Status.STOP for finding in found.values())


def test_groups_that_recur_in_another_grouping_are_asked_about() -> None:
    cells = [(c, f"k{k}", w) for c in ("FR", "DE", "IT") for k in range(6) for w in range(10)]
    frame = pd.DataFrame(cells, columns=["country", "campaign", "week"])
    frame["sales"] = np.random.default_rng(1).normal(50, 5, len(frame))
    table = read_table(frame, name="f")
    roles = guess_roles(table)
    first = next(g for g in roles.groups if g.column == "campaign")
    rest = tuple(g for g in roles.groups if g.column != "campaign")
    found = {f.topic: f for f in review_table(table, replace(roles, groups=(first, *rest)))}
    assert "'campaign' within 'country'" in found["recurring_groups"].message
    assert "(1 | country:campaign)" in found["recurring_groups"].advice
    assert "duplicates" not in found


@pytest.mark.parametrize(("blanks", "status"), [(2, Status.GOOD), (20, Status.LOOK)])
def test_few_rows_with_gaps_are_no_reason_to_worry(blanks: int, status: Status) -> None:
    frame = sound()
    frame.loc[:blanks, "sales"] = np.nan
    found = findings(frame)
    assert found["missing"].status is status
    assert "no gaps" not in (found["sound"].message if "sound" in found else "")
