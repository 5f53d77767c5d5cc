"""Numbers are rounded to what their uncertainty supports."""

import math

import pytest

from dashboard import numbers
from dashboard.numbers import duration, interval, number, percent


@pytest.mark.parametrize(
    ("value", "spread", "text"),
    [
        (0.41234, 0.028, "0.41"),
        (0.41234, 0.012, "0.412"),
        (12345.6, 900, "12,346"),
        (-0.62, 0.09, "−0.62"),
        (1.23456, None, "1.23"),
        (1234.5, None, "1,234"),
        (0.000123, None, "0.000123"),
        (0.0, None, "0"),
        (-0.0004, 0.5, "0.0"),
        (1e-9, None, "1.00e-9"),
        (math.nan, None, "–"),
        (math.inf, 1.0, "–"),
    ],
)
def test_number(value: float, spread: float | None, text: str) -> None:
    assert number(value, spread) == text


def test_signed_numbers_carry_their_sign_and_zero_none() -> None:
    assert [number(v, 0.1, signed=True) for v in (0.5, -0.5, 0.0)] == ["+0.50", "−0.50", "0.00"]


def test_interval_ends_are_rounded_alike() -> None:
    assert interval(0.355, 0.4666) == "0.35 to 0.47" or interval(0.355, 0.4666) == "0.36 to 0.47"
    assert interval(-1.0, 10.0) == "−1 to 10"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.384, "38 %"),
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.001, "under 1 %"),
        (0.999, "over 99 %"),
        (math.nan, "–"),
    ],
)
def test_percent(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(("seconds", "text"), [(0.0112, "11 ms"), (1.26, "1.3 s"), (0.9999, "1.0 s")])
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_percentages_of_findings_are_set_as_everywhere() -> None:
    said = numbers.minus("Most of 'off 20%' (59%), 3.5% of rows, 12% more; 5%x stays, 40 % too")
    assert said.replace("\u00a0", " ") == (
        "Most of 'off 20%' (59 %), 3.5 % of rows, 12 % more; 5%x stays, 40 % too"
    )


def test_findings_have_a_real_minus_and_names_stay() -> None:
    said = numbers.minus("k-hat is -0.3 (-1.2 to 4) for 'shop -5' on 2024-01-02, 1e-05")
    assert said == "k-hat is \u22120.3 (\u22121.2 to 4) for 'shop -5' on 2024-01-02, 1e-05"
