"""The look: colours by meaning and one plotly template for light and one for dark."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

FONT = "Source Sans, Source Sans Pro, sans-serif"


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours named by what they mean; charts never write a colour of their own.

    Text on `best`, `middle` and `last` fills has its own colour, so that it stays readable (WCAG AA).
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
    on_best: str
    on_middle: str
    on_last: str
    chain: str
    raw: str
    ols: str
    wash: str
    scale: tuple[str, ...]

    def tiers(self, count: int) -> tuple[str, ...]:
        """Returns the fill of each tier, best first."""
        return _spread(count, (self.best, self.best_soft, self.middle, self.last_soft, self.last))

    def tier_marks(self, count: int) -> tuple[str, ...]:
        """Returns the colour of dots and lines of each tier, best first."""
        return _spread(count, (self.best, self.best_soft, self.middle_mark, self.last_soft, self.last))

    def on_tiers(self, count: int) -> tuple[str, ...]:
        """Returns the text colour that reads on each tier's fill."""
        return _spread(count, (self.on_best, self.on_middle, self.on_middle, self.on_middle, self.on_last))


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
    on_best="#FFFFFF",
    on_middle="#1B2430",
    on_last="#1B2430",
    chain="#D98324",
    raw="#6B7785",
    ols="#8A97A5",
    wash="rgba(11,110,153,0.10)",
    scale=("#EDF3F7", "#B9D6E4", "#6FA9C6", "#2F86AE", "#0B6E99", "#07485F"),
)
DARK = Theme(
    name="dark",
    ink="#E8EDF2",
    paper="#12171D",
    panel="#1A2129",
    rule="#2B3540",
    muted="#9AA7B4",
    best="#4FB3D9",
    best_soft="#3A7F9B",
    middle="#6E7B88",
    middle_mark="#8A97A5",
    last_soft="#A5763F",
    last="#E8A04C",
    on_best="#12171D",
    on_middle="#FFFFFF",
    on_last="#12171D",
    chain="#E8A04C",
    raw="#9AA7B4",
    ols="#7D8996",
    wash="rgba(79,179,217,0.14)",
    scale=("#1A2129", "#1F3D4C", "#27596F", "#327C99", "#4FB3D9", "#A5DCF0"),
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
            "yaxis": axis,
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
