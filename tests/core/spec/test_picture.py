"""The two lines that show where the fault is."""

import pytest

from core.spec.errors import AROUND, FormulaError
from core.spec.formula import parse_formula


def picture(text: str) -> list[str]:
    with pytest.raises(FormulaError) as caught:
        parse_formula(text)
    return caught.value.picture.split("\n")


def test_marks_stand_under_the_fault() -> None:
    assert picture("sales ~ wek(x) + z") == ["sales ~ wek(x) + z", "        ^^^"]


def test_line_breaks_do_not_break_the_picture() -> None:
    assert picture("y ~ x\n + lg(z)") == ["y ~ x  + lg(z)", "         ^^"]


def test_wide_and_combining_characters_keep_the_marks_in_place() -> None:
    assert picture("`売上` ~ lg(x)") == ["`売上` ~ lg(x)", " " * 9 + "^^"]
    assert picture("e\u0301 ~ lg(x)") == ["e\u0301 ~ lg(x)", " " * 4 + "^^"]


def test_invisible_characters_show_as_dots() -> None:
    assert picture("y ~ \u202ex") == ["y ~ ·x", "    ^"]


def test_long_formulas_are_cut_around_the_fault() -> None:
    line, marks = picture("y ~ " + "a" * 300 + " + lg(x) + " + "b" * 300)
    assert line.startswith("…aaa")
    assert line.endswith("bbb…")
    assert len(line) <= 3 * AROUND
    assert line[marks.index("^") :].startswith("lg(x)")


def test_a_long_fault_is_marked_to_the_edge() -> None:
    line, marks = picture("a" * 9_000)
    assert AROUND <= len(marks) < len(line) <= 3 * AROUND


def test_an_empty_formula_has_one_mark() -> None:
    assert picture("") == ["", "^"]
