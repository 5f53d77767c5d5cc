"""Other people's words made harmless in Markdown, in equations, in plotly text and in spreadsheets."""

import html
import re
import unicodedata

JOINER = "\u2060"
ISOLATE, RELEASE = "\u2068", "\u2069"
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
LATEX = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
LATEX |= {mark: f"\\{mark}" for mark in "{}$&#%_"}
LATEX |= {mark: mark + "{}" for mark in "-'`:"}  # two in a row would join; :icon/name: would become an icon
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def one_line(text: object, most: int = 80) -> str:
    """Returns the text on one line, control characters removed, cut after `most` characters.

    Right-to-left text is isolated so that it cannot turn the sentence round it.
    """
    spaced = re.sub(r"\s+", " ", str(text))
    clean = "".join(c for c in spaced if unicodedata.category(c) not in {"Cc", "Cf", "Cs"} or c == "\u200d")
    cut = clean if len(clean) <= most else clean[: most - 1] + "…"
    turned = any(unicodedata.bidirectional(c) in {"R", "AL"} for c in cut)
    return f"{ISOLATE}{cut}{RELEASE}" if turned else cut


def markdown(text: object, most: int = 80) -> str:
    """Returns the text so that Streamlit's Markdown shows exactly its characters.

    Every ASCII punctuation mark is escaped. Emoji and icon codes (:x:), web addresses and e-mail addresses
    are recognised after unescaping, so an invisible word joiner breaks those.
    """
    escaped = PUNCTUATION.sub(r"\\\1", one_line(text, most).strip())
    broken = re.sub(r"([:@])", rf"\1{JOINER}", escaped)
    return re.sub(r"(www)", rf"\1{JOINER}", broken, flags=re.IGNORECASE)


def code(text: object, most: int = 400) -> str:
    """Returns the text as inline Markdown code, with a fence longer than any run of backticks in it."""
    line = one_line(text, most).replace(":material/", f":material{JOINER}/")  # Streamlit rewrites it anywhere
    runs = [len(run) for run in re.findall(r"`+", line)]
    fence = "`" * (max(runs, default=0) + 1)
    padding = " " if line.startswith("`") or line.endswith("`") or not line.strip() else ""
    return f"{fence}{padding}{line}{padding}{fence}"


def latex(text: object, most: int = 40) -> str:
    """Returns the text for \\text{} in an equation, where nothing of it can act as a command."""
    line = one_line(text, most).replace(ISOLATE, "").replace(RELEASE, "")
    return "".join(LATEX.get(character, character) for character in line)


def figure(text: object, most: int = 40) -> str:
    """Returns the text for plotly, which renders a subset of HTML in every label, title and hover.

    Quotation marks stay: plotly decodes no &quot;, and without < and > there is no tag they could end.
    """
    return html.escape(one_line(text, most), quote=False)


def cell(text: object) -> object:
    """Returns a spreadsheet cell that no program takes for a formula; anything but text stays as it is."""
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA_STARTS) else text
