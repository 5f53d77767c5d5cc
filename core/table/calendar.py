"""Calendar arithmetic on whole columns, and month names in a few languages."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Parts = dict[str, pa.Array]
Whole = NDArray[np.int64]
Stamps = NDArray[np.datetime64]

_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "short": "jan feb mar apr may jun jul aug sep oct nov dec",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "de short": "jän feb mär apr mai jun jul aug sept okt nov dez",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "fr short": "janv févr mars avr mai juin juil août sept oct nov déc",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "es short": "ene feb mar abr may jun jul ago sep oct nov dic",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "it short": "gen feb mar apr mag giu lug ago set ott nov dic",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "nl short": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "pt short": "jan fev mar abr mai jun jul ago set out nov dez",
}
MONTH_OF = {name: number for names in _MONTHS.values() for number, name in enumerate(names.split(), 1)}


def month_number(names: pa.Array) -> Whole:
    """Returns 1 to 12 for month names in seven languages, 0 for any other word."""
    return np.array([MONTH_OF.get(name.casefold(), 0) for name in names.to_pylist()], dtype=np.int64)


def days(year: Whole, month: Whole, day: Whole, seconds: Whole) -> Stamps:
    """Returns the moments as datetime64[us]; NaT where there is no such day (31 April) or time (-1)."""
    good = (month >= 1) & (month <= 12) & (day >= 1) & (year >= 1) & (seconds >= 0)
    y, m, d = np.where(good, year, 2000), np.where(good, month, 1), np.where(good, day, 1)
    first = ((y - 1970) * 12 + m - 1).astype("datetime64[M]")
    start, end = first.astype("datetime64[D]"), (first + np.timedelta64(1, "M")).astype("datetime64[D]")
    length = (end - start).astype(np.int64)
    clock = (np.where(good, seconds, 0) * 1_000_000).astype("timedelta64[us]")
    moments = (start + _days(d - 1)).astype("datetime64[us]") + clock
    moments[~good | (d > length)] = np.datetime64("NaT", "us")
    stamps: Stamps = moments
    return stamps


def _days(number: Whole) -> NDArray[np.timedelta64]:
    return number.astype("timedelta64[D]")


def weeks(year: Whole, week: Whole, weekday: Whole) -> Stamps:
    """Returns the day of ISO 8601 weeks as datetime64[us]; NaT for a week 0 or beyond the year's last.

    Week 1 is the one that holds 4 January.
    """
    fourth = days(year, np.ones_like(year), np.full_like(year, 4), np.zeros_like(year)).astype(
        "datetime64[D]"
    )
    monday = fourth - _days((fourth.astype(np.int64) + 3) % 7)
    start = monday + _days((week - 1) * 7)
    thursday_year = (start + np.timedelta64(3, "D")).astype("datetime64[Y]").astype(np.int64) + 1970
    stamps: Stamps = (start + _days(weekday - 1)).astype("datetime64[us]")
    stamps[(week < 1) | (thursday_year != year)] = np.datetime64("NaT", "us")
    return stamps
