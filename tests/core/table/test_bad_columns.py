"""Columns that are not what they should be: every case keeps the data and says what was done."""

from contextlib import chdir
from pathlib import Path

import numpy as np
import pytest

from core.errors import PanelwiseError
from core.table.read import read_table
from core.table.table import Kind, Table


def column(*cells: str, name: str = "v") -> Table:
    quoted = "\n".join('"' + cell.replace('"', '""') + '"' for cell in (name, *cells))
    return read_table(quoted.encode(), name="f.csv")


NAMED = {
    "duplicates": (
        "sales,sales,sales (2),sales",
        ("sales", "sales (3)", "sales (2)", "sales (4)"),
        "the name 'sales' occurs more than once: called 'sales (3)'",
    ),
    "empty": ("a,,c", ("a", "column 2", "c"), "the name was empty: called 'column 2'"),
    "blank": ("a,  ,c", ("a", "column 2", "c"), "the name was empty: called 'column 2'"),
    "turned direction": ("a\u202ecb\u202c,b", ("acb", "b"), "hidden characters removed from the name 'acb'"),
    "bell": ("a,b\x07", ("a", "b"), "hidden characters removed from the name 'b'"),
    "zero width": ("a\u200b,a", ("a", "a (2)"), "the name 'a' occurs more than once"),
    "line break": ('"net\nsales",b', ("net sales", "b"), "hidden characters removed"),
    "too long": ("x" * 300 + ",b", ("x" * 200 + "…", "b"), "the name was cut after 200 characters"),
}


@pytest.mark.parametrize(("header", "names", "note"), NAMED.values(), ids=NAMED.keys())
def test_names_are_made_usable_and_noted(header: str, names: tuple[str, ...], note: str) -> None:
    table = read_table(f"{header}\n{','.join('1' * len(names))}\n".encode(), name="f.csv")
    assert table.names == names
    assert note in " / ".join(note for c in table.columns for note in c.notes)


HOSTILE = [
    "__import__('os').system('touch pwned')",
    "<script>alert(1)</script>",
    "=cmd()",
    "=cmd|'/C calc'!A0",
    r"$\alpha$",
    "**bold**",
    "[x](http://e)",
    "{0.__class__}",
    "%s %n",
    "'; DROP TABLE sales; --",
    "`backticks`",
    "../../etc/passwd",
    "🙂 sales",
    "👩‍👩‍👧 family",
    "מכירות",
    "مبيعات",
    "می‌خواهم",
    "销售额",
    "Übergröße",
]


def test_hostile_and_foreign_names_are_text_and_nothing_runs(tmp_path: Path) -> None:
    header = ",".join('"' + name.replace('"', '""') + '"' for name in HOSTILE)
    with chdir(tmp_path):
        table = read_table(f"{header}\n{','.join('1' * len(HOSTILE))}\n".encode(), name="f.csv")
    assert table.names == tuple(HOSTILE)
    assert all(c.notes == () for c in table.columns)
    assert list(tmp_path.iterdir()) == []


def test_hostile_cells_are_text_and_nothing_runs(tmp_path: Path) -> None:
    with chdir(tmp_path):
        table = column(*HOSTILE)
    assert table.frame["v"].tolist() == HOSTILE
    assert list(tmp_path.iterdir()) == []


def test_a_hostile_file_name_is_shown_without_hidden_characters() -> None:
    with pytest.raises(PanelwiseError) as told:
        read_table(b"", name="a\u202excod.csv\n<b>")
    assert "'axcod.csv <b>' is empty" in str(told.value)


MANY = [f"{i}.5" for i in range(40)]
COLUMNS = {
    "a few unreadable cells": (
        [*MANY, "n/k", "x"],
        Kind.NUMBER,
        2,
        "2 cells are not numbers: 'n/k' in row 42, 'x' in row 43, taken as missing",
    ),
    "many unreadable cells": (
        ["1", "x", "2", "y", "3"],
        Kind.TEXT,
        0,
        "2 cells are not numbers: 'x' in row 3, 'y' in row 5; kept as text, because that is more than 5 %",
    ),
    "NA-like words": (
        ["1", "NA", "-", "n/a", "#N/A"],
        Kind.NUMBER,
        4,
        "4 cells read as missing: '#N/A', '-', 'NA'",
    ),
    "all missing": (["NA", "n/a", "null"], Kind.EMPTY, 3, "3 cells read as missing: 'NA', 'n/a', 'null'"),
    "Excel errors": (
        [*MANY, "#DIV/0!", "#REF!"],
        Kind.NUMBER,
        2,
        "2 cells read as missing: '#DIV/0!', '#REF!'",
    ),
    "too large for a number": ([*MANY, "1e400"], Kind.NUMBER, 1, "1 cell is not a number: '1e400' in row 42"),
    "infinite": (["1", "inf", "2"], Kind.NUMBER, 0, "holds infinite numbers"),
    "leading zeros": (["007", "012"], Kind.TEXT, 0, "kept as text so that leading zeros stay, as in '007'"),
    "20 digits": (
        ["12345678901234567890", "6"],
        Kind.TEXT,
        0,
        "kept as text because a number cannot hold all digits of '12345678901234567890'",
    ),
    "ambiguous thousands": (
        ["1.234", "2.500"],
        Kind.NUMBER,
        0,
        "'1.234' could be 1234 or 1.234; read as 1.234. If it is 1234, say that the decimal mark is a comma",
    ),
    "ambiguous comma": (
        ["1,234", "2,500"],
        Kind.NUMBER,
        0,
        "'1,234' could be 1234 or 1.234; read as 1234. If it",
    ),
    "two currencies": (
        ["€5", "$6"],
        Kind.NUMBER,
        0,
        "different currencies in one column: the amounts are not",
    ),
    "percent on some": (["5 %", "0.06"], Kind.NUMBER, 0, "some cells have a percent sign and others do not"),
    "ambiguous dates": (
        ["01/02/2024", "03/04/2024"],
        Kind.DATE,
        0,
        "dates read month first, but nothing in the column says so: '01/02/2024' is read as month 01, day 02",
    ),
    "impossible dates": (
        [f"2024-01-{day:02}" for day in range(1, 32)] + ["2024-02-30"],
        Kind.DATE,
        1,
        "1 cell is not a date: '2024-02-30' in row 33, taken as missing",
    ),
    "dates in both orders": (
        ["25/12/2024", "12/25/2024"],
        Kind.TEXT,
        0,
        "1 cell is not a date: '12/25/2024'",
    ),
    "two-digit years": (["13/02/24", "03/04/70"], Kind.DATE, 0, "two-digit years read as 1969 to 2068"),
    "spaces around": (
        [" North", "North", "South "],
        Kind.TEXT,
        0,
        "spaces around the text removed in 2 cells",
    ),
}


@pytest.mark.parametrize(("cells", "kind", "missing", "note"), COLUMNS.values(), ids=COLUMNS.keys())
def test_columns_are_read_or_kept_and_it_is_said(
    cells: list[str], kind: Kind, missing: int, note: str
) -> None:
    table = column(*cells)
    assert (table.columns[0].kind, table.columns[0].missing) == (kind, missing)
    assert note in " / ".join(table.columns[0].notes)
    assert table.columns[0].missing == int(table.frame["v"].isna().sum())


def test_spaces_do_not_make_two_groups() -> None:
    assert column(" North", "North", "South ").frame["v"].nunique() == 2


def test_kinds_correct_a_column() -> None:
    data = b"id,na,v,f\n1,NA,1,1\n2,NL,x,0\n"
    kinds = {"id": Kind.TEXT, "na": Kind.TEXT, "v": Kind.NUMBER, "f": Kind.YES_NO}
    table = read_table(data, name="f.csv", kinds=kinds)
    assert table.frame["id"].tolist() == ["1", "2"]
    assert table.frame["na"].tolist() == ["NA", "NL"]  # Namibia is not missing once the user says text
    assert table.frame["v"].tolist()[0] == 1
    assert np.isnan(table.frame["v"].tolist()[1])
    assert table.frame["f"].tolist() == [True, False]
    assert {c.name: c.kind for c in table.columns} == kinds


def test_kinds_that_no_cell_fits_are_refused() -> None:
    for kind in (Kind.NUMBER, Kind.DATE, Kind.YES_NO, Kind.EMPTY):
        with pytest.raises(
            PanelwiseError, match=f"Column 'v' cannot be read as {kind}: no cell fits, for example 'x'"
        ):
            read_table(b"v,w\nx,1\nz,2\n", name="f.csv", kinds={"v": kind})


def test_kinds_of_an_unknown_column_are_refused() -> None:
    with pytest.raises(PanelwiseError, match=r"No column is called 'weeks'\. Did you mean 'week'"):
        read_table(b"week,w\n1,1\n", name="f.csv", kinds={"weeks": Kind.TEXT})


def test_the_user_settles_decimal_mark_and_date_order() -> None:
    data = b'v,d\n"1.234",01/02/2024\n"2.500",03/04/2024\n'
    table = read_table(data, name="f.csv", decimal=",", day_first=True)
    assert table.frame["v"].tolist() == [1234, 2500]
    assert [day.month for day in table.frame["d"]] == [2, 4]
    assert "nothing in the column" not in " ".join(table.column("d").notes)


def test_other_columns_settle_what_one_leaves_open() -> None:
    table = read_table(b"a;b\n1.234;1,5\n2.500;2,25\n", name="f.csv")
    assert table.frame["a"].tolist() == [1234, 2500]
    dates = read_table(b"a,b\n01/02/2024,25/12/2024\n03/04/2024,26/12/2024\n", name="f.csv")
    assert [day.month for day in dates.frame["a"]] == [2, 4]
