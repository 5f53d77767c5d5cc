"""A verdict as what leads a page: its figures are those of the test, and names of others stay text."""

from dataclasses import replace

import pytest

from core.spec.model import Family
from dashboard import ab_lead
from tests.dashboard.test_ab import found, moved, said


def test_the_headline_says_for_whom_and_when_to_take_it_as_a_guide() -> None:
    title, sure = ab_lead.headline(moved(1.9), said(), "95 % interval")
    assert title.startswith("B beats A: converted 1.9 points more often") and title.endswith("sure.")
    assert sure == "95 % interval in brackets, on average over users to come."
    few = ab_lead.headline(replace(moved(1.9), groups=4), said(), "95 % posterior interval")[1]
    assert few.startswith("95 % posterior interval") and few.endswith(
        "from 4 users alone, so take it as a guide."
    )


def test_figures_are_those_of_the_test_in_the_units_of_its_kind() -> None:
    lift, arm, plain = ab_lead.figures(moved(1.9), said())
    assert lift == ("B instead of A", "+1.9 points", "95 % 0.9 to 2.9")
    assert arm[0] == "With B, users to come"
    assert (arm[1], arm[2]) == (f"{100 * found().new.arm.estimate:.1f} %", "20.5 % with A")
    assert plain[1] == f"+{100 * found().plain.difference.estimate:.1f} points"
    assert ab_lead.figures(moved(1.9), said(family=Family.POISSON))[0][1] == "+10 %"
    assert ab_lead.figures(moved(-190.0, 50.0), said(family=Family.GAUSSIAN))[0][1] == "−1.9"


@pytest.mark.parametrize(
    ("points", "more", "says"),
    [
        (0.6, True, "44 of 50 equally likely differences are for B"),
        (0.6, False, "44 of 50 equally likely differences are for A"),
        (-0.6, True, "44 of 50 equally likely differences are for A"),
    ],
)
def test_the_dots_are_counted_on_the_side_of_most(points: float, more: bool, says: str) -> None:
    # Normal with 0.6 in errors of 0.5: 11.5 % lie beyond zero, 6 dots of 50.
    assert ab_lead.counted(moved(points), said(more=more)) == says


def test_names_stay_text() -> None:
    names = said(arm=":red[B]", baseline="$A$")
    shown = ab_lead.counted(moved(1.9), names) + str(ab_lead.figures(moved(1.9), names))
    assert ":red[" not in shown and "$A$" not in shown
