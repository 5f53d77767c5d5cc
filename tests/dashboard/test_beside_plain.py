"""Plain regression beside the model: rounding, ratio, and the sentence on whom it misleads."""

from pathlib import Path

import pandas as pd
import pytest

from dashboard import beside_plain
from tests.dashboard.pages import apply_formula, opened, words


def table(**errors: float) -> pd.DataFrame:
    rows = {
        term.replace("const", "(Intercept)"): {
            "estimate": 10.0,
            "std_error": error,
            "low": 10 - 2 * error,
            "high": 10 + 2 * error,
        }
        for term, error in errors.items()
    }
    return pd.DataFrame(rows).T


@pytest.mark.parametrize(
    ("plain", "says"),
    [
        ({"const": 0.1, "tv": 0.6, "a*b": 1.0}, r"claim tv is surer than it is: its error is 0.6 of"),
        ({"const": 0.1, "tv": 1.0, "a*b": 0.5}, r"claim a\*b is surer"),
        ({"const": 0.1, "tv": 1.0, "a*b": 1.9}, r"less sure of a\*b than these rows allow: its error is 1.9"),
        ({"const": 0.1, "tv": 1.05, "a*b": 0.95}, "about as sure"),
        ({"const": 0.1}, "nothing to set beside"),
    ],
)
def test_the_sentence_names_whom_it_misleads(plain: dict[str, float], says: str) -> None:
    effects = table(const=1.0, tv=1.0, **{"a*b": 1.0})
    assert says in beside_plain.title(effects, table(**plain))


def test_both_ways_of_erring_are_said() -> None:
    effects = table(tv=1.0, price=1.0)
    assert "price (1.8 times)" in beside_plain.drawn(effects, table(tv=0.6, price=1.8))
    assert "times" not in beside_plain.drawn(effects, table(tv=0.6, price=1.0))


def test_rows_round_to_what_their_error_supports() -> None:
    first, last = beside_plain.rows(table(tv=0.51, radio=0.02), table(tv=0.3), "89 %")
    assert "89 % interval" in first
    assert first["this model"] == "10.0"
    assert first["± error"] == "0.51"
    assert first["ratio"] == pytest.approx(0.3 / 0.51)
    assert last["plain regression"] == "–"
    assert last["ratio"] is None


def test_with_a_product_the_table_says_where_its_effects_are_read(root: Path) -> None:
    app = apply_formula(opened(root, page="views/model.py"), "sales ~ youtube * price + (1 | store)")
    assert "the effect where the other is zero" in words(app)
    apply_formula(app, "sales ~ youtube + price + (1 | store)")
    assert "the effect where the other is zero" not in words(app)
