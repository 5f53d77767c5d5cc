"""Names from files show as their own characters: in Markdown, code, plotly text and spreadsheets."""

import html
import re

import pytest

from dashboard import safe

HOSTILE = [
    "**bold**",
    "_em_",
    "# head",
    "- item",
    "1. item",
    "> quote",
    "`code`",
    "$x^2$",
    "$$y$$",
    "[a](http://b.c)",
    "![a](b)",
    "<script>alert(1)</script>",
    "<b>b</b>",
    "&lt;",
    ":smile:",
    ":material/home:",
    ":red[r]",
    ":blue-background[x]",
    "a\\*b",
    "~~s~~",
    "| a | b |",
    "www.example.com",
    "https://example.com",
    "me@example.com",
    "[^1]",
    "***",
    "---",
    ":streamlit:",
    "\\[x\\]",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_every_mark_that_markdown_knows_is_escaped(text: str) -> None:
    shown = safe.markdown(text)
    assert re.fullmatch(r"(?:\\[!-/:-@\[-`{-~]|[^!-/:-@\[-`{-~])*", shown)
    assert re.sub(r"\\(.)", r"\1", shown).replace(safe.JOINER, "") == text


@pytest.mark.parametrize("text", [":smile:", ":material/home:", "https://a.b", "me@a.b", "www.a.b"])
def test_what_is_recognised_after_unescaping_is_broken_by_a_joiner(text: str) -> None:
    """Streamlit looks for emoji, icons and addresses in the text that is left when the escapes are gone."""
    left = re.sub(r"\\(.)", r"\1", safe.markdown(text))
    assert re.search(r":[\w+-]+:|:material/|://|@\w|www\.", left) is None


@pytest.mark.parametrize("text", ["a", "`", "``", "a`b", "`a`", "a``b`c", " ", "```"])
def test_code_fence_is_longer_than_any_run_inside(text: str) -> None:
    shown = safe.code(text)
    fence = re.match(r"`+", shown).group()
    inner = shown[len(fence) : -len(fence)]
    assert shown.endswith(fence)
    assert max((len(run) for run in re.findall(r"`+", inner)), default=0) != len(fence)
    assert inner.strip(" ") == text.strip(" ")


@pytest.mark.parametrize(
    "text", ["<b>x</b>", "<a href='javascript:1'>x</a>", "a & b", "<br>", '"quoted"', "&lt;b&gt;", "Joe's"]
)
def test_plotly_text_has_no_markup_of_the_users(text: str) -> None:
    shown = safe.figure(text)
    assert not set("<>") & set(shown)
    assert html.unescape(shown) == text
    # plotly decodes these entities and no others in a label
    assert set(re.findall(r"&\w*;?", shown)) <= {"&amp;", "&lt;", "&gt;"}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"])
def test_spreadsheet_cells_never_start_a_formula(text: str) -> None:
    assert safe.cell(text) == f"'{text}"


@pytest.mark.parametrize("value", [-1.5, 0, "plain", "a=b", None, True])
def test_numbers_and_plain_words_stay_as_they_are(value: object) -> None:
    assert safe.cell(value) is value


def test_one_line_drops_what_cannot_be_seen_and_cuts_what_is_too_long() -> None:
    assert safe.one_line("a\nb\tc\x00d\u202ee") == "a b cde"
    assert safe.one_line("x" * 100, most=10) == "x" * 9 + "…"


def test_right_to_left_names_cannot_turn_the_sentence() -> None:
    assert safe.one_line("מכירות") == f"{safe.ISOLATE}מכירות{safe.RELEASE}"
