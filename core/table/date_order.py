"""Whether the day or the month comes first, decided for a whole column."""

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.table.calendar import Parts
from core.table.date_parts import local, whole


@dataclass(frozen=True, slots=True)
class Order:
    """Whether the day comes first; `evidence` is None when the column's cells leave it open."""

    first: bool
    evidence: bool | None
    unsure: bool


def find_order(parts: Parts, counts: NDArray[np.int64], day_first: bool | None) -> Order:
    """Returns the order of day and month in words such as 03/04/2024; `counts` weighs them by cells.

    Evidence, strongest first: a part above 12, points as marks, what the user or other columns say, and even
    steps of whole weeks in one of the two orders only.
    """
    a, b = whole(parts, "a"), whole(parts, "b")
    for_day, for_month = int(counts[(a > 12) & (b <= 12)].sum()), int(counts[(b > 12) & (a <= 12)].sum())
    if for_day or for_month:
        return Order(for_day >= for_month, for_day >= for_month, False)
    if bool(pc.all(pc.equal(parts["sep"], ".")).as_py()):
        return Order(True, True, False)  # only day-first countries write dates with points
    if (a == b).all():
        return Order(True, None, False)
    if day_first is not None:
        return Order(day_first, None, False)
    by_steps = _regular_order(parts)
    if by_steps is not None:
        return Order(by_steps, by_steps, False)
    return Order(False, None, True)


def _regular_order(parts: Parts) -> bool | None:
    """Returns the order that makes the dates evenly spaced weeks when only one of the two does."""
    even = []
    for day_first in (True, False):
        stamps = np.unique(local(parts, day_first).astype("datetime64[D]"))
        steps = np.diff(stamps).astype(int)
        even.append(len(steps) >= 3 and bool((steps % 7 == 0).all()))
    return even[0] if even[0] != even[1] else None


def order_notes(parts: Parts, order: Order) -> tuple[str, ...]:
    """Returns what to say about the order, and about two-digit years."""
    notes = [f"dates read {'day' if order.first else 'month'} first"]
    if order.unsure:
        a, b, y = (parts[key][0].as_py() for key in ("a", "b", "y"))
        notes[0] = (
            f"dates read month first, but nothing in the column says so: '{a}/{b}/{y}' is read as "
            f"month {a}, day {b}. If the day comes first, say so"
        )
    if bool(pc.any(pc.equal(pc.utf8_length(parts["y"]), 2)).as_py()):
        notes.append("two-digit years read as 1969 to 2068")
    return tuple(notes)
