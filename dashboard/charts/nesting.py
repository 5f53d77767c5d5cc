"""How groups lie inside one another: each outer group a field, its inner groups tiles in it."""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.theme import Theme, figure, on


def nesting_chart(
    rows: pd.Series, theme: Theme, *, label: Callable[[object], str] = str, height: int = 360
) -> go.Figure:
    """Returns the tree as nested tiles, each as large as its rows.

    `rows` counts rows by the levels of the tree, outermost first; `label` writes the innermost.
    """
    depth = rows.index.nlevels
    ids: list[str] = []
    labels: list[str] = []
    parents: list[str] = []
    values: list[int] = []
    hover: list[str] = []
    leaves: list[bool] = []
    for level in range(depth):
        sums = rows.groupby(level=list(range(level + 1)), sort=False).sum()
        inner = level == depth - 1
        for path, count in sums.items():
            names = path if isinstance(path, tuple) else (path,)
            text = label(names[-1]) if inner else str(names[-1])
            ids.append(_key(names))
            parents.append(_key(names[:-1]) if level else "")
            labels.append(safe.figure(text, 24))
            values.append(int(count))
            leaves.append(inner)
            hover.append(f"<b>{safe.figure(text)}</b><br>{int(count):,} rows")
    drawn = figure(theme, height)
    fill = [theme.scale[1] if leaf else theme.panel for leaf in leaves]
    drawn.add_trace(
        go.Treemap(
            ids=ids,
            labels=labels,
            parents=parents,
            values=values,
            branchvalues="total",
            sort=True,
            marker={
                "colors": fill,
                "line": {"color": theme.paper, "width": 1.5},
                "pad": {"t": 24, "l": 4, "r": 4, "b": 4},
            },
            textfont={"size": 13, "color": [on(theme.scale[1]) if leaf else theme.ink for leaf in leaves]},
            texttemplate="%{label}",
            textposition="middle center",
            hovertext=hover,
            hovertemplate="%{hovertext}<extra></extra>",
            pathbar={"visible": False},
            tiling={"packing": "squarify", "pad": 1},
        )
    )
    drawn.update_layout(margin={"t": 2, "b": 2, "l": 0, "r": 0}, uniformtext={"minsize": 10, "mode": "hide"})
    return drawn


def _key(names: tuple[object, ...]) -> str:
    return "\x1f".join(map(str, names))
