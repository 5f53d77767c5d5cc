"""Agreement: how far REML and NUTS lie from the instant posterior, in posterior SDs."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.numbers import number
from dashboard.theme import Theme, figure

ROW = 30
BAND = 0.5
REACH = 1.1


def agreement_chart(table: pd.DataFrame, names: Sequence[str], theme: Theme) -> go.Figure:
    """Returns one row a quantity of `Agreement.table`: a diamond for REML, a ring for NUTS where it ran."""
    rows = list(range(len(table)))
    drawn = figure(theme, ROW * len(rows) + 70)
    drawn.add_vrect(x0=-BAND, x1=BAND, fillcolor=theme.rule, opacity=0.45, line_width=0, layer="below")
    marks.zero(drawn, theme)
    for column, label, colour, symbol in (
        ("reml", "REML", theme.last, "diamond"),
        ("nuts", "NUTS", theme.best, "circle-open"),
    ):
        off = table[f"{column}_off"]
        here = [row for row in rows if off.iloc[row] == off.iloc[row]]
        if not here:
            continue
        hover = [_hover(names[row], label, table, column, row) for row in here]
        x = [max(min(float(off.iloc[row]), _reach(table)), -_reach(table)) for row in here]
        drawn.add_trace(marks.dots(x, here, colour, theme, hover=hover, size=11, symbol=symbol))
    reach = _reach(table) * 1.08
    drawn.update_layout(
        margin={"t": 8},
        xaxis={
            "range": [-reach, reach],
            "title": {"text": "posterior SDs from the instant posterior's mean"},
        },
        yaxis={
            "range": [len(rows) - 0.4, -0.6],
            "tickmode": "array",
            "tickvals": rows,
            "ticktext": [safe.figure(name, 44) for name in names],
            "showgrid": False,
            "tickfont": {"color": theme.ink, "size": 13},
            "ticklabelstandoff": 6,
        },
    )
    return drawn


def _hover(name: str, label: str, table: pd.DataFrame, column: str, row: int) -> str:
    one = table.iloc[row]
    said = (number(one[part], one["sd"]) for part in (column, "instant"))
    here, instant = said
    off = number(one[f"{column}_off"], 0.05, signed=True)
    return f"<b>{safe.figure(name)}</b><br>{label} {here}, instant posterior {instant}<br>{off} posterior SDs"


def _reach(table: pd.DataFrame) -> float:
    """Half the axis: at most three SDs; what lies further stands at the end."""
    far = table[["reml_off", "nuts_off"]].abs().max().max()
    return min(max(float(far) if far == far else 0.0, REACH), 3.0)
