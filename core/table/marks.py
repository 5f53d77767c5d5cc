"""What people write around a number: currency, percent, signs, parentheses. Removed before it is read."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

SPACES = "[ \u00a0\u2007\u2008\u2009\u202f]"
CURRENCIES = (
    "US$", "CA$", "AU$", "NZ$", "HK$", "MX$", "A$", "C$", "R$", "S$", "$", "€", "£", "¥", "₹", "₽",
    "₩", "₺", "₪", "฿", "₫", "₴", "¢", "zł", "Kč", "Ft", "kr.", "kr", "Fr.", "SFr.", "Rs.", "Rs",
    "lei", "руб.", "руб", "USD", "EUR", "GBP", "CHF", "JPY", "CNY", "RMB", "SEK", "NOK", "DKK",
    "ISK", "PLN", "CZK", "HUF", "RON", "BGN", "AUD", "CAD", "NZD", "INR", "BRL", "MXN", "ZAR",
    "SGD", "HKD", "KRW", "THB", "IDR", "MYR", "PHP", "VND", "TRY", "ILS", "AED", "SAR", "EGP",
    "NGN", "KES", "RUB", "UAH", "CLP", "COP", "ARS", "PEN", "TWD",
)  # fmt: skip

SAME_CURRENCY = {
    "$": "USD",
    "US$": "USD",
    "€": "EUR",
    "£": "GBP",
    "FR.": "CHF",
    "SFR.": "CHF",
    "KČ": "CZK",
    "ZŁ": "PLN",
}

_ESCAPED = "|".join(
    mark.replace("$", r"\$").replace(".", r"\.") for mark in sorted(CURRENCIES, key=len, reverse=True)
)
_LEAD = rf"^([+-]?){SPACES}*(?i:{_ESCAPED}){SPACES}*([+-]?){SPACES}*(\d|[.,]\d)"
_TRAIL = rf"(\d|[.,]){SPACES}*(?i:{_ESCAPED}){SPACES}*(-?)$"
_FIND = rf"(?i)^[^\d]*?(?P<lead>{_ESCAPED})?[^\d]*[\d].*?(?P<trail>{_ESCAPED})?[)\-]*$"


@dataclass(frozen=True, slots=True)
class Bare:
    """`words` without marks, signs in front; the masks (D,) say what each word carried."""

    words: pa.Array
    percent: pa.Array
    parentheses: pa.Array
    currency: pa.Array
    trailing_minus: pa.Array


def bare(words: pa.Array) -> Bare:
    """Returns the words with currency, percent and parentheses taken off: "($1,234)" gives "-1,234".

    Each step looks for its mark first: most columns have none, and looking is cheap.
    """
    text = _sub(words, "[\u2212\u2013\ufe63\uff0d]", "-")
    parentheses = pc.match_substring_regex(text, r"^[^()]*\([^()]*\)[^()]*$")
    if _any(parentheses):
        text = pc.if_else(parentheses, _sub(_sub(text, r"[()]", ""), "^(.*)$", r"-\1"), text)
    percent = pc.match_substring_regex(text, rf"(^[+-]?{SPACES}*%|%{SPACES}*$)")
    if _any(percent):
        text = pc.utf8_trim_whitespace(pc.replace_substring(text, "%", "", max_replacements=1))
    unpriced = text
    if _any(pc.match_substring_regex(text, r"[^\d.,+\-' ]")):
        text = _sub(_sub(text, _LEAD, r"\1\2\3"), _TRAIL, r"\1\2")
    currency = pc.not_equal(text, unpriced)
    text = _sub(text, r"(\d)[.,]-+$", r"\1")
    trailing_minus = pc.match_substring_regex(text, rf"^[^-]*\d{SPACES}*-$")
    if _any(trailing_minus):
        moved = _sub(_sub(text, rf"{SPACES}*-$", ""), "^(.*)$", r"-\1")
        text = pc.if_else(trailing_minus, moved, text)
    text = _sub(text, rf"^([+-]){SPACES}+", r"\1")
    return Bare(text, percent, parentheses, currency, trailing_minus)


def _any(mask: pa.Array) -> bool:
    return bool(pc.any(mask).as_py())


def _sub(text: pa.Array, pattern: str, by: str) -> pa.Array:
    """Returns the text with the pattern replaced; costs a look when it does not occur."""
    if not _any(pc.match_substring_regex(text, pattern)):
        return text
    return pc.replace_substring_regex(text, pattern=pattern, replacement=by)


def differ(currencies: tuple[str, ...]) -> bool:
    """Returns whether the marks stand for more than one currency: "€" and "EUR" do not."""
    return len({SAME_CURRENCY.get(mark.upper(), mark.upper()) for mark in currencies}) > 1


def currencies_in(words: pa.Array) -> tuple[str, ...]:
    """Returns the different currency marks found in (at most 200 of) the words."""
    parts = pc.extract_regex(words.slice(0, 200), _FIND)
    found = pc.struct_field(parts, "lead").to_pylist() + pc.struct_field(parts, "trail").to_pylist()
    return tuple(dict.fromkeys(mark for mark in found if mark))
