"""Numbers, dates and flags as people write them: each is read as what is meant, and it is said how."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from core.table.dates import read_dates
from core.table.flags import read_flags
from core.table.numbers import read_numbers
from core.table.read import read_table
from core.table.table import Kind

NBSP, NARROW = "\u00a0", "\u202f"

NUMBERS = {
    "plain": (["1", "2.5", "-3", "+4", ".5", "1e3"], [1, 2.5, -3, 4, 0.5, 1000], ()),
    "decimal comma": (["1,5", "2", "-0,25"], [1.5, 2, -0.25], ("decimal comma",)),
    "English thousands": (
        ["1,234.5", "12", "1,234,567"],
        [1234.5, 12, 1234567],
        ("thousands marked by a comma",),
    ),
    "German thousands": (
        ["1.234,5", "12", "1.234.567"],
        [1234.5, 12, 1234567],
        ("decimal comma", "thousands marked by a point"),
    ),
    "one German cell settles the rest": (["1.234", "2.500", "1,5"], [1234, 2500, 1.5], ("decimal comma",)),
    "spaces": (["1 234,5", "2 000"], [1234.5, 2000], ("decimal comma", "thousands marked by a space")),
    "no-break spaces": (
        [f"1{NBSP}234", f"12{NARROW}345{NARROW}678"],
        [1234, 12345678],
        ("thousands marked",),
    ),
    "apostrophes": (["1'234.5", "2’000"], [1234.5, 2000], ("thousands marked by an apostrophe",)),
    "Indian groups": (["1,23,456", "12,34,567.5"], [123456, 1234567.5], ("thousands marked by a comma",)),
    "dollars": (["$5", "$1,234.50", "-$3", "$-4"], [5, 1234.5, -3, -4], ("currency $ removed",)),
    "euros behind": (["5 €", "1.234,50 €", "-3€"], [5, 1234.5, -3], ("currency € removed",)),
    "codes": (["EUR 5", "6 EUR", "eur 7"], [5, 6, 7], ("currency EUR",)),
    "kroner": (["5 kr", "1.200,50 kr."], [5, 1200.5], ("currency kr and kr. removed",)),
    "franken": (["CHF 1'200.50", "Fr. 5"], [1200.5, 5], ("currency CHF and Fr. removed",)),
    "price dash": (["5,-", "2,50"], [5, 2.5], ("decimal comma",)),
    "percent": (["12 %", "3.5%", "-1%"], [12, 3.5, -1], ("percent signs removed: 12 % is read as 12",)),
    "parentheses": (["(5)", "($1,234)", "6"], [-5, -1234, 6], ("parentheses read as a minus: (5) is -5",)),
    "minus behind": (["5-", "6"], [-5, 6], ("a minus behind the number read as negative",)),
    "typographic minus": (["\u22125", "\u20136", "7"], [-5, -6, 7], ()),
    "thousands ruled out": (["1.234", "1500"], [1.234, 1500], ()),
    "a fraction below one rules thousands out": (["0.125", "0.250"], [0.125, 0.25], ()),
}


@pytest.mark.parametrize(("words", "values", "notes"), NUMBERS.values(), ids=NUMBERS.keys())
def test_numbers(words: list[str], values: list[float], notes: tuple[str, ...]) -> None:
    found = read_numbers(pa.array(words), np.ones(len(words), dtype=np.int64))
    assert found.readable.all()
    assert found.values.tolist() == values  # the same literals, so not a bit may differ
    for note in notes:
        assert note in " / ".join(found.notes)
    assert not found.unsure


NOT_NUMBERS = [
    "1,2,3",
    "1.2.3",
    "12-34",
    "1 2",
    "--5",
    "5%%",
    "0x10",
    "1_000",
    "٣",
    "five",
    "$",
    "%",
    "()",
    "(5",
    "e5",
]


@pytest.mark.parametrize("word", NOT_NUMBERS)
def test_not_numbers(word: str) -> None:
    found = read_numbers(pa.array([word, "7"]), np.ones(2, dtype=np.int64))
    assert found.readable.tolist() == [False, True]


DATES = {
    "ISO": (["2024-01-31", "2024/2/1", "2024.03.05"], [(2024, 1, 31), (2024, 2, 1), (2024, 3, 5)]),
    "ISO with a clock": (["2024-01-31T10:30:00Z", "2024-02-01 23:59"], [(2024, 1, 31), (2024, 2, 1)]),
    "German": (["31.01.2024", "1.2.2024"], [(2024, 1, 31), (2024, 2, 1)]),
    "points mean day first": (["01.02.2024", "03.04.2024"], [(2024, 2, 1), (2024, 4, 3)]),
    "British": (["25/04/2024", "03/04/2024"], [(2024, 4, 25), (2024, 4, 3)]),
    "American": (["04/25/2024", "04/03/2024"], [(2024, 4, 25), (2024, 4, 3)]),
    "American with a clock": (["1/25/2024 3:05 PM", "1/26/2024 12:00 AM"], [(2024, 1, 25), (2024, 1, 26)]),
    "two-digit years": (["31.12.99", "1.1.24"], [(1999, 12, 31), (2024, 1, 1)]),
    "weeks": (
        ["2024-W05", "2020W53", "2024-W05-3", "2024-KW06"],
        [(2024, 1, 29), (2020, 12, 28), (2024, 1, 31), (2024, 2, 5)],
    ),
    "months": (["2024-03", "04/2024"], [(2024, 3, 1), (2024, 4, 1)]),
    "quarters": (["2024-Q2", "Q3 2024", "2024 Q4"], [(2024, 4, 1), (2024, 7, 1), (2024, 10, 1)]),
    "month names": (
        ["3 Jan 2024", "3. März 2024", "Feb 3, 2024", "03-Mai-24", "3 février 2024", "Mon, 4 Mar 2024"],
        [(2024, 1, 3), (2024, 3, 3), (2024, 2, 3), (2024, 5, 3), (2024, 2, 3), (2024, 3, 4)],
    ),
    "months by name": (["January 2024", "Dez 2023"], [(2024, 1, 1), (2023, 12, 1)]),
    "leap day": (["29.02.2024"], [(2024, 2, 29)]),
}


@pytest.mark.parametrize(("words", "days"), DATES.values(), ids=DATES.keys())
def test_dates(words: list[str], days: list[tuple[int, int, int]]) -> None:
    found = read_dates(pa.array(words), np.ones(len(words), dtype=np.int64))
    assert found.values.astype("datetime64[D]").tolist() == [date(*day) for day in days]
    assert not found.unsure


@pytest.mark.parametrize(
    "word",
    [
        "29.02.2023",
        "31.04.2024",
        "00.01.2024",
        "2024-13-01",
        "2021-W53",
        "2024-W00",
        "2024-01-01 25:00",
        "3 Foo 24",
        "1.2.3",
        "0000-00-00",
    ],
)
def test_days_that_do_not_exist(word: str) -> None:
    assert not read_dates(pa.array([word]), np.ones(1, dtype=np.int64)).readable.any()


def test_the_clock_is_kept() -> None:
    found = read_dates(pa.array(["1/25/2024 3:05 PM"]), np.ones(1, dtype=np.int64))
    assert str(found.values[0].astype("datetime64[m]")) == "2024-01-25T15:05"


def test_weekly_steps_settle_the_order_that_no_cell_settles() -> None:
    weeks = ["02/01/2024", "09/01/2024", "06/02/2024", "05/03/2024", "12/03/2024"]  # Tuesdays, day first
    found = read_dates(pa.array(weeks), np.ones(5, dtype=np.int64))
    assert (found.day_first, found.unsure) == (True, False)


@pytest.mark.parametrize(
    "pair", ["yes no", "TRUE false", "Ja Nein", "oui non", "WAHR FALSCH", "y N", "Sí No", "да нет", "true"]
)
def test_flags(pair: str) -> None:
    words = pair.split()
    found = read_flags(words)
    assert found is not None
    assert found.values.tolist() == [True, False][: len(words)]


@pytest.mark.parametrize("words", [["no"], ["y"], ["yes", "maybe"], ["1", "0"], ["m", "f"], ["ja", "no"]])
def test_not_flags(words: list[str]) -> None:
    assert read_flags(words) is None


def test_flags_with_gaps_are_nullable() -> None:
    table = read_table(b"a,v\n1,yes\n2,\n3,no\n", name="f.csv")
    assert (table.column("v").kind, table.column("v").missing) == (Kind.YES_NO, 1)
    assert table.frame["v"].dtype == "boolean"
    assert table.frame["v"].tolist()[::2] == [True, False]


def test_eight_digits_are_a_date_only_under_a_date_s_name() -> None:
    table = read_table(b"date,v\n20240131,20240131\n20240201,20240201\n", name="f.csv")
    assert [c.kind for c in table.columns] == [Kind.DATE, Kind.NUMBER]


def test_years_and_whole_numbers_stay_numbers() -> None:
    frame = read_table(b"year,week,x\n2023,1,1.5\n2024,2,2\n", name="f.csv").frame
    assert frame.dtypes.astype(str).tolist() == ["int64", "int64", "float64"]


def test_the_reading_tells_how_the_file_is_punctuated() -> None:
    reading = read_table("a;b\n1.234,5;ä\n2;ö\n".encode("cp1252"), name="f.csv").reading
    assert (reading.delimiter, reading.decimal, reading.thousands) == (";", ",", ".")
    assert reading.encoding == "Windows-1252 (Latin-1)"
    assert reading.format == "text separated by semicolons"
