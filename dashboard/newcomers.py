"""New groups in the unit that their rows come in, and as the page shows them."""

import core
from core.decide.newcomer import Newcomer
from dashboard import naming, state
from dashboard.nouns import ROW, Noun
from dashboard.tiering import SEED, Tiering

AT_ONCE = 400  # groups up to which a simulation takes no time that anyone minds


def told(sorted_: Tiering, swing: float) -> Newcomer:
    """Returns what the fit says of a new group whose predictors swing so many times as far as usual."""
    view, by = sorted_.view, sorted_.by

    def make() -> Newcomer:
        return core.newcomer(
            view.shown.fit, by.quantity, factor=view.by, sizes=sorted_.tiers.sizes, swing=swing, seed=SEED
        )

    return view.keep("newcomer", make, *by.key, sorted_.tiers.sizes, swing)


def unit(sorted_: Tiering) -> Noun:
    """Returns what one row of a new group is: a period where each has one row a period, else a row."""
    view, now = sorted_.view, state.current()
    table, time, columns = now.table, now.time, list(view.grouping.columns)
    if table is None or time is None or time in columns:
        return ROW

    def once() -> bool:
        return not bool(table.frame.duplicated([*columns, time]).any())

    return naming.period_noun() if view.keep("one row a period", once, time) else ROW
