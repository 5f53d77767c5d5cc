"""Numbers as readers want them: rounded to what the uncertainty supports, thousands apart, a real minus."""

import math
import re

MINUS = "\u2212"
DASH = "–"
ENDLESS = 300.0  # a logarithm beyond which a ratio is no figure


def decimals(spread: float) -> int:
    """Returns how many decimals a number with this standard error deserves (half its error still shows)."""
    if not math.isfinite(spread) or spread <= 0:
        return 3
    return min(max(-math.floor(math.log10(spread / 2)), 0), 8)


def number(value: float, spread: float | None = None, signed: bool = False) -> str:
    """Returns the number in words' company: '0.41', '12,300', '−0.62'; three digits when no error is given.

    `spread` is the standard error (or half width) that sets the rounding. Not-a-number reads as a dash.
    """
    if value is None or not math.isfinite(value):
        return DASH
    size = abs(value)
    if spread is None or not math.isfinite(spread) or spread <= 0:
        places = 0 if size >= 100 or size == 0 else min(2 - math.floor(math.log10(size)), 8)
    else:
        places = decimals(spread)
    if 0 < size < 1e-6 or size >= 1e12:
        mantissa, exponent = f"{size:.2e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    else:
        text = f"{size:,.{max(places, 0)}f}"
    zero = not any(digit in "123456789" for digit in text)
    sign = MINUS if value < 0 and not zero else "+" if signed and not zero else ""
    return sign + text


def times(log: float) -> float:
    """Returns the ratio of a logarithm; endless ones, as of predictors that separate yes from no, are cut."""
    return math.exp(min(max(log, -ENDLESS), ENDLESS)) if math.isfinite(log) else log


def minus(text: str) -> str:
    """Returns a sentence whose negative numbers have a real minus, and percentages their space ("59 %"); what
    is quoted, as names are, stays.
    """
    set_as = {"-": MINUS, "%": "\u00a0%"}
    return re.sub(
        r"'[^']*'|(?<![^\s(])-(?=\d)|(?<=\d)%(?!\w)", lambda found: set_as.get(found[0], found[0]), text
    )


def interval(low: float, high: float) -> str:
    """Returns '0.36 to 0.47', both ends rounded alike to suit the width."""
    spread = (high - low) / 4 if math.isfinite(high - low) else None
    return f"{number(low, spread)} to {number(high, spread)}"


def percent(share: float) -> str:
    """Returns '38 %'; ends that round away read as 'under 1 %' and 'over 99 %'."""
    if not math.isfinite(share):
        return DASH
    if 0 < share < 0.005:
        return "under 1 %"
    if 0.995 < share < 1:
        return "over 99 %"
    return f"{100 * share:.0f} %"


def width(level: float) -> str:
    """Returns the width of intervals as '95 %'."""
    return f"{100 * level:.4g} %"


def duration(seconds: float) -> str:
    """Returns '11 ms', '1.3 s', '40 s' or '10 minutes'."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} minutes"
