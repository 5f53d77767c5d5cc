"""What drives the outcome: effects with intervals, plain regression in grey below; where it varies."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.numbers import interval, number, percent, times
from dashboard.theme import Theme, figure

ROW = 52


def coefficient_chart(
    effects: pd.DataFrame,
    plain: pd.DataFrame | None,
    theme: Theme,
    *,
    names: Mapping[str, str],
    sentences: Mapping[str, str],
    axis: str,
    width: str,
    ratios: bool = False,
    endless: Collection[str] = (),
) -> go.Figure:
    """Returns one row a term: dot and interval from the model, and under it what plain regression says.

    `effects` and `plain` have estimate, std_error, low and high by term in the order to show; a hollow dot
    means that the interval, whose width is said by `width`, holds zero. Of `ratios` all are logarithms: the
    axis is logarithmic, written as ratios, and none stands at 1. `endless` are terms whose effect has no
    end: an arrow at the edge, without figures.
    """
    terms, told = list(effects.index), [term for term in effects.index if term not in endless]
    rows = {term: float(place) for place, term in enumerate(terms)}
    ways = effects.loc[[term for term in terms if term in endless], "estimate"]
    effects, plain = effects.loc[told], None if plain is None else plain.loc[plain.index.isin(told)]
    limits = marks.span(
        effects["low"],
        effects["high"],
        *((plain["low"], plain["high"]) if plain is not None else ()),
        [] if told else [-1.0, 1.0],
        margin=0.08,
    )
    drawn = figure(theme, ROW * len(terms) + 64)
    if limits[0] < 0 < limits[1]:
        marks.zero(drawn, theme)
    if plain is not None:
        shown = plain.reindex([term for term in terms if term in plain.index])
        below = [rows[term] + 0.27 for term in shown.index]
        drawn.add_trace(marks.intervals(shown["low"], shown["high"], below, theme.ols, 2))
        hover = [
            f"{safe.figure(names.get(row.Index, row.Index))}: plain regression would say"
            f"<br>{_said(row, width, ratios)}"
            for row in shown.itertuples()
        ]
        drawn.add_trace(marks.dots(shown["estimate"], below, theme.ols, theme, hover=hover, size=7))
    sure = (effects["low"] > 0) | (effects["high"] < 0)
    for wanted, colour in ((True, theme.best), (False, theme.middle_mark)):
        part = effects[sure == wanted]
        if len(part):
            drawn.add_trace(
                marks.intervals(part["low"], part["high"], [rows[t] for t in part.index], colour, 3)
            )
    for term, way in ways.items():
        said = f"<b>{safe.figure(names.get(term, term))}</b><br>{_wrapped(sentences.get(term, ''))}"
        _no_end(drawn, limits, rows[str(term)], way > 0, said, theme)
    hover = [
        f"<b>{safe.figure(names.get(row.Index, row.Index))}</b><br>{_said(row, width, ratios)}"
        f"<br>{_wrapped(sentences.get(row.Index, ''))}"
        for row in effects.itertuples()
    ]
    dots = marks.dots(
        effects["estimate"],
        [rows[term] for term in told],
        theme.best,
        theme,
        hover=hover,
        levels=told,
        size=12,
    )
    dots.marker.color = [theme.best if s else theme.paper for s in sure]
    dots.marker.line = {"color": [theme.best if s else theme.middle_mark for s in sure], "width": 2}
    drawn.add_trace(dots)
    for term, row in effects.iterrows():
        marks.note(
            drawn,
            _times(row["estimate"], row["std_error"])
            if ratios
            else number(row["estimate"], row["std_error"], signed=True),
            theme,
            x=row["estimate"],
            y=rows[term],
            yshift=15,
            font={"size": 13, "color": theme.ink},
        )
    drawn.update_layout(
        margin={"t": 12},
        xaxis={"range": limits, "title": {"text": marks.wrapped(axis, 40)}}
        | (marks.ratio_ticks(limits) if ratios else {}),
        yaxis={
            "range": [len(terms) - 0.45, -0.62],
            "tickmode": "array",
            "tickvals": list(rows.values()),
            "ticktext": [_label(names.get(term, term)) for term in terms],
            "showgrid": False,
            "tickfont": {"color": theme.ink, "size": 14},
            "ticklabelstandoff": 6,
        },
    )
    return drawn


def _no_end(
    drawn: go.Figure, limits: tuple[float, float], row: float, right: bool, said: str, theme: Theme
) -> None:
    """An arrow at the edge for an effect without an end; `said` is safe for plotly already."""
    edge = limits[1] if right else limits[0]
    drawn.add_trace(marks.edge_marks([edge], [row], theme, right, [said]))
    anchor = {"xanchor": "right", "xshift": -10} if right else {"xanchor": "left", "xshift": 10}
    marks.note(drawn, "no end", theme, x=edge, y=row, font={"size": 13, "color": theme.ink}, **anchor)


def _times(value: float, error: float) -> str:
    """A logarithm as a ratio, rounded to what its error supports."""
    return f"×\u00a0{number(times(value), times(value) * error)}"


def _said(row: Any, width: str, ratios: bool) -> str:
    if not ratios:
        return f"{number(row.estimate, row.std_error)}, {width} {interval(row.low, row.high)}"
    error = times(row.low) * row.std_error  # the finer end's
    ends = (number(times(end), error) for end in (row.low, row.high))
    return f"{_times(row.estimate, row.std_error)}, {width} {' to '.join(ends)}"


def _label(name: str, most: int = 28) -> str:
    """Returns a row's name, the parts of a product on lines of their own, the ends of long names kept."""
    parts = name.split("\n")
    short = [p if len(p) <= most else f"{p[: most // 2 - 1]}…{p[-(most // 2) :]}" for p in parts]
    return "<br>× ".join(safe.figure(part, most) for part in short)


def _wrapped(text: str, width: int = 56) -> str:
    lines = [""]
    for word in safe.figure(text, 300).split():
        lines[-1] = f"{lines[-1]} {word}".strip() if len(lines[-1]) + len(word) < width else lines[-1]
        if not lines[-1].endswith(word):
            lines.append(word)
    return "<br>".join(lines)


def partition_chart(
    shares: Sequence[float], labels: Sequence[str], parts: Sequence[str], theme: Theme
) -> go.Figure:
    """Returns where the outcome varies as rows of one length scale, each labelled with its share.

    `parts` says of each row what it is: "predictors", "baseline", "response" or "residual".
    """
    fill = {"predictors": theme.best, "baseline": theme.best_soft, "response": theme.scale[2]}
    rows = list(range(len(shares)))
    drawn = figure(theme, 58 * len(rows) + 16)
    drawn.add_trace(
        go.Bar(
            x=list(shares),
            y=rows,
            orientation="h",
            width=0.36,
            hoverinfo="skip",
            marker={"color": [fill.get(part, theme.middle) for part in parts]},
        )
    )
    for row, share, label in zip(rows, shares, labels, strict=True):
        marks.note(
            drawn,
            safe.figure(label, 60),
            theme,
            x=0,
            y=row - 0.42,
            xanchor="left",
            font={"size": 13, "color": theme.ink},
        )
        marks.note(
            drawn,
            f"<b>{percent(share)}</b>",
            theme,
            x=share,
            y=row,
            xanchor="left",
            xshift=6,
            font={"size": 14, "color": theme.ink},
        )
    drawn.update_layout(
        xaxis={"range": [0, max([*shares, 0.1]) * 1.22], "visible": False},
        yaxis={"range": [len(rows) - 0.6, -0.75], "visible": False},
    )
    return drawn
