"""What things are called on the pages, from the data and model now on the table."""

from dashboard import state
from dashboard.nouns import PERIOD, Noun, noun
from dashboard.state import Shown


def grouping(shown: Shown) -> str | None:
    """Returns the name of a fit's first grouping factor, None when it has none."""
    return next(iter(shown.fit.group_coefficients), None)


def group_noun() -> Noun:
    """Returns what one group and several are called: store and stores."""
    now = state.current()
    if now.shown is not None and now.shown.spec.random:
        return noun(now.shown.spec.random[0].group[-1])
    return noun(now.picks.group if now.picks else None)


def period_noun() -> Noun:
    """Returns what one period is called: week, month, date."""
    return noun(state.current().time, PERIOD)
