"""Two models in words: the verdict is the test's where there is one, AIC's where there is none."""

import pytest

import core
from core.result.compare import Comparison
from dashboard import compared
from tests.dashboard.pages import apply_formula, opened, words

BASE = "sales ~ week + youtube + (1 | store)"


@pytest.fixture(scope="module")
def fits() -> dict[str, core.Fit]:
    table = core.read_sample("retail_panel")
    more = {
        "base": BASE,
        "slope": "sales ~ week + youtube + (1 + youtube | store)",
        "flat": "sales ~ week + youtube",
        "noise": "sales ~ week + youtube + newspaper + (1 | store)",
        "other": "sales ~ week + price + (1 | store)",
        "two": "sales ~ week + youtube + (1 + youtube + week || store)",
    }
    return {name: core.fit(table, formula) for name, formula in more.items()}


def both(fits: dict[str, core.Fit], one: str, other: str) -> Comparison:
    return core.compare(fits[one], fits[other])


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        (
            "base",
            "slope",
            "The large one earns what it has more: chance alone would hardly do that (p < 0.001)",
        ),
        ("base", "flat", "The large one earns"),
        ("base", "noise", "The small one says as much with less"),
        ("base", "other", "The small one fits better for its size: AIC lower by"),
    ],
)
def test_the_verdict(fits: dict[str, core.Fit], one: str, other: str, says: str) -> None:
    assert compared.title(both(fits, one, other), "the large one", "the small one").startswith(says)


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        ("base", "flat", "half-and-half mixture"),
        ("base", "noise", "likelihood ratio"),
        ("base", "other", "neither is a special case of the other"),
        ("base", "two", "with 2 new variances"),
    ],
)
def test_how_it_was_reached(fits: dict[str, core.Fit], one: str, other: str, says: str) -> None:
    assert says in compared.how(both(fits, one, other))


def test_the_mixture_is_what_is_acted_on(fits: dict[str, core.Fit]) -> None:
    found = both(fits, "base", "flat")
    row = found.table.iloc[1]
    assert compared.chance(found) == row["p_boundary"] < row["p_value"] or row["p_value"] == 0.0


def test_the_page_compares_and_says_what_core_refuses(root) -> None:
    app = opened(root, page="views/model.py")
    assert "Which of two to keep" not in words(app)
    apply_formula(app, BASE)
    assert "Which of two to keep" in words(app)
    assert "Both fitted again by maximum likelihood; likelihood ratio" in words(app)
    apply_formula(app, "price ~ week + (1 | store)")
    assert not app.exception
    assert any("cannot be compared" in box.value for box in app.info)
