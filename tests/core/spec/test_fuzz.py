"""Whatever is typed gives a model or a FormulaError inside the text, and nothing is run."""

import ast
from contextlib import chdir
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import core.spec
from core.spec.errors import FormulaError
from core.spec.formula import parse_formula, write_formula
from core.spec.model import Family, ModelSpec
from tests.strategies import specs

PIECES = [
    *"~+-:*/(),|`.01 ",
    *(
        "||",
        " ~ ",
        "y",
        "x",
        "g",
        "log(",
        "within(",
        "trials(",
        "(1 | g)",
        "`a b`",
        "``",
        "^",
        "%in%",
        "'",
        "é",
        "😀",
    ),
]


def assert_read_or_refused(text: str, family: Family) -> None:
    try:
        spec = parse_formula(text, family)
    except FormulaError as error:
        assert 0 <= error.position < max(1, len(text))
        assert bool(text) <= error.length <= len(text) - error.position
        assert str(error).endswith(".")
        assert error.picture.count("\n") == 1
    else:
        assert parse_formula(write_formula(spec), family) == spec


@given(st.text(), st.sampled_from(Family))
def test_any_text(text: str, family: Family) -> None:
    assert_read_or_refused(text, family)


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.sampled_from(Family))
def test_pieces_of_formulas_in_any_order(text: str, family: Family) -> None:
    assert_read_or_refused(text, family)
    assert_read_or_refused(f"y ~ {text}", family)


@given(specs(), st.data())
def test_good_formulas_with_one_character_changed(spec: ModelSpec, data: st.DataObject) -> None:
    text = write_formula(spec)
    place = data.draw(st.integers(0, len(text) - 1))
    typed = data.draw(st.sampled_from(["", *"~+-:*/(),|`.01 x'^"]))
    assert_read_or_refused(text[:place] + typed + text[place + 1 :], spec.family)


def test_code_in_backticks_stays_a_name(tmp_path: Path) -> None:
    code = "__import__('os').system('touch x')"
    with chdir(tmp_path):
        assert parse_formula(f"y ~ `{code}`").fixed[0].parts[0][0].column == code
        with pytest.raises(FormulaError):
            parse_formula(f"y ~ {code}")
    assert list(tmp_path.iterdir()) == []


def test_the_package_has_no_way_to_run_text() -> None:
    forbidden = {"eval", "exec", "compile", "__import__", "getattr", "import_module"}
    for path in Path(core.spec.__file__).parent.glob("*.py"):
        called = {n.id for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Name)}
        assert not called & forbidden, path.name
