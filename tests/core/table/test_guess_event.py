"""Which of two texts counts as yes, and that the reason says how it was told."""

import pytest

from core.table.guess_event import guess_event


@pytest.mark.parametrize(
    ("column", "values", "event", "reason"),
    [
        ("result", ("bought", "left"), "bought", "'bought' says yes"),
        ("result", ("Lost", "Won"), "Won", "'Won' says yes"),
        ("result", ("not bought", "bought"), "bought", "'bought' says yes"),
        ("result", ("unsubscribed", "subscribed"), "subscribed", "'subscribed' says yes"),
        ("gekauft", ("gekauft", "nicht gekauft"), "gekauft", "'gekauft' says yes"),
        ("response", ("silent", "respond"), "respond", "'respond' is what the column is named after"),
        ("loyalty", ("loyal", "gone"), "loyal", "'loyal' is what the column is named after"),
        ("result", ("not yet", "maybe"), "maybe", "'not yet' says no, so 'maybe' counts as yes"),
        ("result", ("red", "blue"), "blue", "neither value says yes, and 'blue' is the rarer one"),
    ],
)
def test_event(column: str, values: tuple[str, str], event: str, reason: str) -> None:
    assert guess_event(column, values, (8, 5)) == (event, reason)
    assert guess_event(column, values[::-1], (5, 8)) == (event, reason)


def test_a_tie_is_decided_all_the_same() -> None:
    assert guess_event("result", ("red", "blue"), (5, 5))[0] in ("red", "blue")
