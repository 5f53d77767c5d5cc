"""Whether a model has as many terms as its predictors have combinations, so that its own rows cannot miss."""

from typing import Any

from dashboard import state
from dashboard.state import Shown


def kept(shown: Shown) -> bool:
    """Returns `saturated` of a fit, asked once: of a saturated one every row is looked at."""
    return state.kept(("saturated", *shown.about), lambda: saturated(shown.fit))


def saturated(fit: Any) -> bool:
    """Returns whether a generalised fit without groups repeats the average of every combination."""
    rows = fit.linear.rows
    if rows.random:
        return False
    terms, seen = len(rows.fixed), set()
    for row in rows.x:
        seen.add(row.tobytes())
        if len(seen) > terms:
            return False
    return True
