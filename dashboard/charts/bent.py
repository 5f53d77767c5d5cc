"""Axes drawn on the scale that effects add up on and written on as readers read them: in % or as amounts."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from dashboard.numbers import number

Read = Callable[[float], float]
# Figures worth a tick, in percent and as digits of an amount; what else lies between comes in even steps.
SHARES = (0.01, 0.1, 0.5, 1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 98, 99, 99.5, 99.9, 99.99)
DIGITS = (1, 2, 5)
LEAST, APART = 3, 0.11  # ticks, and the share of an axis between two of them
HALVINGS = 60


def bent_ticks(limits: tuple[float, float], read: Read, after: str = "") -> dict[str, object]:
    """Returns where an axis from `limits` is written on, with figures as readers `read` what is drawn.

    `read` rises; `after` is the unit behind each figure. Places are found by halving, so that any link
    will do.
    """
    low, high = read(limits[0]), read(limits[1])
    worth = [value for value in _worth(low, high, after == " %") if low <= value <= high]
    ticks = _apart(worth, limits, read)
    if len(ticks) < LEAST:
        ticks = _apart(_even(low, high), limits, read)
    step = min((b - a for (_, a), (_, b) in pairwise(ticks)), default=0.0)
    return {
        "tickmode": "array",
        "tickvals": [place for place, _ in ticks],
        "ticktext": [f"{_figure(value, step)}{after}" for _, value in ticks],
    }


def _worth(low: float, high: float, shares: bool) -> Sequence[float]:
    if shares:
        return SHARES
    if low <= 0:
        return ()
    tens = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [digit * 10.0**ten for ten in tens for digit in DIGITS]


def _even(low: float, high: float) -> list[float]:
    """Round figures in even steps, about six of them."""
    if not high > low:
        return [low]
    rough = (high - low) / 6
    ten = 10.0 ** math.floor(math.log10(rough))
    step = next(digit * ten for digit in (1, 2, 5, 10) if digit * ten >= rough)
    return [step * k for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _apart(values: Sequence[float], limits: tuple[float, float], read: Read) -> list[tuple[float, float]]:
    """Places and figures, those left out that come too near the one before."""
    found: list[tuple[float, float]] = []
    for value in values:
        place = _place(value, limits, read)
        if not found or place - found[-1][0] >= APART * (limits[1] - limits[0]):
            found.append((place, value))
    return found


def _place(value: float, limits: tuple[float, float], read: Read) -> float:
    low, high = limits
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if read(middle) < value else (low, middle)
    return (low + high) / 2


def _figure(value: float, step: float) -> str:
    if value == 0 or (step > 0 and abs(value) < step / 1e6):
        return "0"
    exact = f"{value:.6g}"
    return exact.replace("-", "\u2212") if "e" not in exact else number(value)
