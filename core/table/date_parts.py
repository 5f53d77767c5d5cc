"""The parts of a written date as numbers: year, month, day and time of day."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.table.calendar import Parts, days

Stamps = NDArray[np.datetime64]


def whole(parts: Parts, key: str, empty: int = 0) -> NDArray[np.int64]:
    """Returns one part of every date as whole numbers, `empty` where it is not written."""
    if key not in parts:
        return np.full(len(next(iter(parts.values()))), empty)
    text = pc.if_else(pc.equal(parts[key], ""), str(empty), parts[key])
    return np.asarray(pc.cast(text, pa.int64()).to_numpy(zero_copy_only=False))


def year(parts: Parts) -> NDArray[np.int64]:
    """Returns four-digit years; two digits mean 1969 to 2068, as POSIX has it."""
    full = whole(parts, "y")
    short = np.asarray(pc.equal(pc.utf8_length(parts["y"]), 2).to_numpy(zero_copy_only=False), bool)
    return np.where(short, np.where(full < 69, 2000 + full, 1900 + full), full)


def clock(parts: Parts) -> NDArray[np.int64]:
    """Returns the time of day in seconds, -1 where it is none."""
    if "h" not in parts:
        return whole(parts, "h")
    hour, minute, second = (whole(parts, key) for key in ("h", "mi", "s"))
    pm = pc.utf8_lower(pc.utf8_trim_whitespace(parts["pm"]))
    is_pm, is_am = (
        np.asarray(pc.equal(pm, half).to_numpy(zero_copy_only=False), bool) for half in ("pm", "am")
    )
    good = (minute < 60) & (second < 60) & (hour < 24) & (~(is_pm | is_am) | ((hour >= 1) & (hour <= 12)))
    hour = np.where(is_pm, hour % 12 + 12, np.where(is_am, hour % 12, hour))
    return np.where(good, hour * 3600 + minute * 60 + second, -1)


def local(parts: Parts, day_first: bool) -> Stamps:
    """Returns dates such as 03/04/2024, read in the one order or the other."""
    day, month = (whole(parts, key) for key in (("a", "b") if day_first else ("b", "a")))
    return days(year(parts), month, day, clock(parts))
