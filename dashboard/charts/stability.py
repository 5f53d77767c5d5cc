"""How many groups change tier without each period."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.result.stability import Stability
from dashboard import safe
from dashboard.charts import marks
from dashboard.theme import Theme, figure

HEIGHT = 240
LABELS = 14


def stability_chart(found: Stability, theme: Theme, *, says: tuple[str, str], unit: str) -> go.Figure:
    """Returns a bar a period, in order; that of the one period that moves most stands out.

    `says` are one period and several groups, `unit` what is counted. Dashed: what draws alone move.
    """
    one, many = (safe.figure(word, 24) for word in says)
    table = found.periods
    names = [safe.figure(name, 28) for name in table.index]
    drawn = figure(theme, HEIGHT)
    worst = table["moved"] == table["moved"].max()
    alone = found.most if int(worst.sum()) == 1 else None
    drawn.add_trace(
        go.Bar(
            x=list(range(len(table))),
            y=[None if value != value else value for value in table["moved"]],
            marker={
                "color": [theme.last if name == alone else theme.middle for name in table.index],
                "line": {"width": 0},
            },
            hovertext=_hover(found, names, one, many),
            hovertemplate=marks.HOVER,
        )
    )
    chance = (1.0 - found.chance) * len(found.groups)
    if chance >= 0.5:
        drawn.add_hline(chance, line={"color": theme.muted, "width": 1.5, "dash": "dash"})
    places = range(0, len(names), max(1, -(-len(names) // LABELS)))
    top = max(1.0, float(table["moved"].max()), chance)
    drawn.update_layout(
        margin={"t": 12, "b": 8, "l": 8, "r": 8},
        bargap=0.25,
        xaxis={
            "tickmode": "array",
            "tickvals": list(places),
            "ticktext": [names[k] for k in places],
            "title": {"text": one},
            "showgrid": False,
        },
        yaxis={
            "title": {"text": marks.wrapped(safe.figure(unit, 40), 26)},
            "range": [0, 1.1 * top],
            "rangemode": "tozero",
            "tickformat": ",d",
        },
    )
    if top < 5:
        drawn.update_yaxes(dtick=1)
    return drawn


def _hover(found: Stability, names: Sequence[str], one: str, many: str) -> list[str]:
    said = []
    for name, row in zip(names, found.periods.itertuples(), strict=True):
        if row.note:
            what = "no differences left" if row.note == "alike" else "could not be left out"
        else:
            what = f"{row.moved:,.0f} {many} change tier"
        said.append(f"<b>{one} {name}</b><br>{what}<br>{row.rows:,.0f} rows")
    return said
