"""The equation says the fit's numbers, and no name in it can act as a command."""

import re

import numpy as np
import pandas as pd
import pytest

import core
from dashboard import equation, safe
from dashboard.charts.covariance import covariance_chart
from dashboard.groupings import Grouping, groupings
from dashboard.state import Shown
from dashboard.theme import DARK, LIGHT
from tests.dashboard.test_safe import HOSTILE


def of(fit: core.Fit) -> tuple[Grouping, ...]:
    return groupings(fit, fit.spec, lambda column: -1)


COMMANDS = r"\\(textbackslash|textasciicircum|textasciitilde)\{\}|\\[{}$&#%_]"


@pytest.mark.parametrize(
    "text", [*HOSTILE, r"\input{/etc/passwd}", "a_b^c~d%e#f&g", "}} $$ \\end{aligned}", "$$"]
)
def test_a_name_in_an_equation_is_text_only(text: str) -> None:
    escaped = safe.latex(text, 80)
    left = re.sub(COMMANDS, "", escaped)
    assert not set(left.replace("{}", "")) & set("\\{}$&#%_^~")
    assert ":material/" not in escaped  # Streamlit would make an icon of it


def test_a_command_is_shown_as_its_characters() -> None:
    assert safe.latex(r"\x_1") == r"\textbackslash{}x\_1"


def test_the_equation_holds_every_estimate_and_what_varies(panel: pd.DataFrame) -> None:
    fit = core.fit(panel, "sales ~ tv + price + (1 + tv | shop)")
    shown = Shown(fit, fit.spec, "reml", "", 0.0)
    said = equation.latex(shown, of(fit))
    assert r"\text{sales} =" in said
    assert r"a + b \cdot \text{tv}" in said
    assert r"- 1.9" in said or r"- 2" in said  # the panel's price effect is -2 with little noise
    letters = [line.split(":")[0] for line in equation.words(shown, of(fit))]
    assert letters == ["a", "b", "e"]


def test_what_is_added_as_it_is_stands_in_the_equation(panel: pd.DataFrame) -> None:
    fit = core.fit(panel, "sales | weights(week) ~ tv + offset(price) + (1 | shop)")
    shown = Shown(fit, fit.spec, "reml", "", 0.0)
    said = equation.latex(shown, of(fit))
    assert r"+ \text{price}" in said
    assert equation.explained(shown) == "sales less price"
    assert equation.words(shown, of(fit))[-1].endswith("for a row of average weight.")


def test_several_groupings_keep_their_letters_apart(panel: pd.DataFrame) -> None:
    frame = panel.assign(region=panel["shop"].str[2].astype(int) % 4)
    fit = core.fit(frame, "sales ~ tv + (1 + tv | region/shop) + (1 | week)")
    shown = Shown(fit, fit.spec, "reml", "", 0.0)
    said = equation.latex(shown, of(fit))
    for letter in (r"a_{\text{region}}", r"b_{\text{shop}} \cdot \text{tv}", r"a_{\text{week}}"):
        assert letter in said
    lines = equation.words(shown, of(fit))
    assert any(line.startswith("b of the shop") and "from its region's" in line for line in lines)
    assert "within one shop and one week" in lines[-1]


def test_without_groups_only_the_rest_is_explained(panel: pd.DataFrame) -> None:
    fit = core.fit(panel, "sales ~ tv")
    shown = Shown(fit, fit.spec, "reml", "", 0.0)
    assert "differs" not in equation.latex(shown, ())
    assert len(equation.words(shown, ())) == 1


def test_many_terms_are_cut_with_their_number(panel: pd.DataFrame) -> None:
    rng = np.random.default_rng(1)
    wide = panel.assign(**{f"x{n}": rng.normal(size=len(panel)) for n in range(30)})
    fit = core.fit(wide, "sales ~ " + " + ".join(f"x{n}" for n in range(30)))
    assert "(17 more)" in equation.latex(Shown(fit, fit.spec, "reml", "", 0.0), ())


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_grid_says_spreads_and_what_is_not_known(theme) -> None:
    drawn = covariance_chart([2.9, 0.0], [[1.0, None], [None, 1.0]], ["baseline", "<b>tv</b>"], theme)
    assert [note.text for note in drawn.layout.annotations] == ["± 2.9", "–", "± 0"]
    assert drawn.layout.xaxis.ticktext[1] == "&lt;b&gt;tv&lt;/b&gt;"


def test_a_rate_is_not_divided_by_its_exposure_twice(panel: pd.DataFrame) -> None:
    frame = panel.assign(people=np.arange(len(panel)) % 7 + 50.0, orders=np.arange(len(panel)) % 5)
    fit = core.fit(frame, "orders ~ tv + offset(log(people)) + offset(price)", family="poisson")
    said = equation.latex(Shown(fit, fit.spec, "laplace", "", 0.0), of(fit))
    assert said.startswith(r"\text{log of orders per person} = ")
    assert r"\text{log(people)}" not in said  # log(orders / people) = ..., or log(orders) = ... + log(people)
    assert r"+ \text{price}" in said


def interaction(of: pd.DataFrame, formula: str) -> str:
    fit = core.fit(of, formula, family="binomial")
    return equation.latex(Shown(fit, fit.spec, "laplace", "", 0.0), ())


def test_interactions_are_called_by_their_values() -> None:
    said = interaction(core.read_sample("season_pass").frame, "bought | trials(contacted) ~ promo * channel")
    assert r"\text{NoBundle} \times \text{Mail}" in said
    assert r"\text{NoBundle} \times \text{Park}" in said
    assert "[" not in said and "…" not in said


def answers(kinds: list[str], places: list[str]) -> pd.DataFrame:
    """Returns every pair of two categories 20 times, with yes and no among them."""
    rows = [
        (k, p, (n * 7 + 3 * i + j) % 5 > 2)
        for n in range(20)
        for i, k in enumerate(kinds)
        for j, p in enumerate(places)
    ]
    return pd.DataFrame(rows, columns=["kind", "place", "yes"])


def test_long_interactions_are_cut_in_both_parts_unless_they_read_alike() -> None:
    start = "a campaign of which there is much to say "
    said = interaction(
        answers(["One", start + "in spring"], ["Here", start + "outside"]), "yes ~ kind * place"
    )
    assert said.count("…") == 2 + 2  # both of the product, and each alone
    apart = interaction(
        answers(["One", start + "in spring", start + "in autumn"], ["Here", "there"]), "yes ~ kind * place"
    )
    assert "in spring} \\times" in apart and "in autumn} \\times" in apart


def test_values_that_say_nothing_alone_keep_their_column() -> None:
    said = interaction(answers(["A", "yes", "perhaps"], ["A", "yes", "later"]), "yes ~ kind * place")
    said = said.replace("{}", "")
    assert r"\text{kind: yes} \times \text{place: yes}" in said
    assert r"\text{perhaps} \times \text{later}" in said


@pytest.mark.parametrize("text", HOSTILE)
def test_a_value_in_a_product_is_text_only(text: str) -> None:
    said = interaction(answers(["A", f"two {text}"], ["here", "there"]), "yes ~ kind * place")
    (product,) = [piece for piece in said.split(r"\allowbreak") if r"\times" in piece]
    inside = re.search(r"\\text\{(.*?)\} \\times", product, re.DOTALL)
    assert inside is not None
    assert not set(re.sub(COMMANDS, "", inside[1]).replace("{}", "")) & set("\\{}$&#%_^~")
