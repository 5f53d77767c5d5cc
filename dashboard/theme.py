"""The look: colours by meaning and one plotly template for light and one for dark."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

NEAR_BLACK = "#12171D"
FONT = "Source Sans, Source Sans Pro, sans-serif"


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours named by what they mean; charts never write a colour of their own.

    `middle_mark` is `middle` for dots and lines, which need more contrast than a fill.
    """

    name: str
    ink: str
    paper: str
    panel: str
    rule: str
    muted: str
    best: str
    best_soft: str
    middle: str
    middle_mark: str
    last_soft: str
    last: str
    chain: str
    raw: str
    ols: str
    wash: str
    scale: tuple[str, ...]
    series: tuple[str, ...]

    def tiers(self, count: int) -> tuple[str, ...]:
        """Returns the fill of each tier, best first."""
        return _spread(count, (self.best, self.best_soft, self.middle, self.last_soft, self.last))

    def tier_marks(self, count: int) -> tuple[str, ...]:
        """Returns the colour of dots and lines of each tier, best first."""
        return _spread(count, (self.best, self.best_soft, self.middle_mark, self.last_soft, self.last))

    def chains(self, count: int) -> tuple[str, ...]:
        """Returns a colour for each of several equals, none better than another; repeated beyond four."""
        return tuple(self.series[place % len(self.series)] for place in range(count))

    def on_tiers(self, count: int) -> tuple[str, ...]:
        """Returns the text colour that reads on each tier's fill."""
        return tuple(on(fill) for fill in self.tiers(count))


def on(fill: str) -> str:
    """Returns the text colour, white or nearly black, that reads better on a fill (WCAG 2 contrast)."""
    light = luminance(fill)
    return (
        "#FFFFFF" if 1.05 / (light + 0.05) > (light + 0.05) / (luminance(NEAR_BLACK) + 0.05) else NEAR_BLACK
    )


def faint(colour: str, share: float) -> str:
    """Returns #RRGGBB as an rgba() that lets the rest shine through."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share:g})"


def luminance(colour: str) -> float:
    """Returns the relative luminance of #RRGGBB, 0 to 1 (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _spread(count: int, five: Sequence[str]) -> tuple[str, ...]:
    chosen = {1: (2,), 2: (0, 4), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}[count]
    return tuple(five[place] for place in chosen)


LIGHT = Theme(
    name="light",
    ink="#1B2430",
    paper="#FFFFFF",
    panel="#F5F7F9",
    rule="#E1E6EB",
    muted="#5C6875",
    best="#0B6E99",
    best_soft="#6FA9C6",
    middle="#B4BDC7",
    middle_mark="#7D8996",
    last_soft="#E3B27C",
    last="#D98324",
    chain="#D98324",
    raw="#6B7785",
    ols="#8A97A5",
    wash="rgba(11,110,153,0.10)",
    scale=("#EDF3F7", "#B9D6E4", "#6FA9C6", "#2F86AE", "#0B6E99", "#07485F"),
    series=("#0B6E99", "#D98324", "#4E8F5B", "#9563A8"),
)
DARK = Theme(
    name="dark",
    ink="#E8EDF2",
    paper="#12171D",
    panel="#1A2129",
    rule="#2B3540",
    muted="#9AA7B4",
    best="#4FB3D9",
    best_soft="#357890",
    middle="#687582",
    middle_mark="#8A97A5",
    last_soft="#986B37",
    last="#E8A04C",
    chain="#E8A04C",
    raw="#9AA7B4",
    ols="#7D8996",
    wash="rgba(79,179,217,0.14)",
    scale=("#1A2129", "#1F3D4C", "#27596F", "#327C99", "#4FB3D9", "#A5DCF0"),
    series=("#4FB3D9", "#E8A04C", "#86C08E", "#C59ADB"),
)


def named(name: str | None) -> Theme:
    """Returns the theme of that name; light when the browser has not said."""
    return DARK if name == "dark" else LIGHT


def template(theme: Theme) -> go.layout.Template:
    """Returns the plotly template: quiet grid, solid paper so that a saved picture reads on any slide."""
    axis = {
        "gridcolor": theme.rule,
        "linecolor": theme.rule,
        "zeroline": False,
        "ticks": "",
        "automargin": True,
        "tickfont": {"color": theme.muted, "size": 13},
        "title": {"font": {"color": theme.muted, "size": 13}, "standoff": 12},
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 14, "color": theme.ink},
            "paper_bgcolor": theme.paper,
            "plot_bgcolor": theme.paper,
            "colorway": [theme.best, theme.last, theme.middle_mark, theme.best_soft, theme.last_soft],
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "xaxis": axis,
            "yaxis": axis | {"separatethousands": True},
            "showlegend": False,
            "hovermode": "closest",
            "hoverlabel": {
                "bgcolor": theme.panel,
                "bordercolor": theme.rule,
                "font": {"family": FONT, "size": 14, "color": theme.ink},
                "align": "left",
            },
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": theme.muted, "activecolor": theme.best},
            "dragmode": False,
        }
    )


def figure(theme: Theme, height: int) -> go.Figure:
    """Returns an empty figure in the theme, `height` pixels tall."""
    return go.Figure(layout={"template": template(theme), "height": height})
