"""The data before any model: who was seen when, the outcome over time, what teaches a slope."""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.numbers import number, percent
from dashboard.theme import Theme, figure, on

LABELLED = 40
HOVERED = 20_000
DENSE = 80  # periods from which marks of full size would cover each other


def panel_chart(
    counts: pd.DataFrame, theme: Theme, *, says: str, label: Callable[[object], str] = str
) -> go.Figure:
    """Returns groups by periods: filled where there are rows, empty where not, darker where several.

    `counts` is indexed by group with one column a period; cells are row counts.
    """
    many = len(counts) > LABELLED
    drawn = figure(theme, 380 if many else max(18 * len(counts) + 60, 140))
    named = counts.size <= HOVERED
    most = int(counts.to_numpy().max()) if counts.size else 1
    names = [safe.figure(label(level), 24) for level in counts.index]
    periods = [marks.period(period) for period in counts.columns]
    drawn.add_trace(
        go.Heatmap(
            z=counts.to_numpy(),
            zmin=0,
            zmax=max(most, 1),
            x=list(range(len(periods))),
            y=list(range(len(names))),
            colorscale=[[0, theme.paper], [1e-9, theme.scale[2]], [1, theme.best]]
            if most > 1
            else [[0, theme.paper], [1, theme.best_soft]],
            showscale=False,
            xgap=0 if len(periods) > 120 else 1.5,
            ygap=0 if many else 1.5,
            customdata=[[f"{name}, {period}: " for period in periods] for name in names] if named else None,
            hovertemplate=("%{customdata}" if named else "") + "%{z:,} rows<extra></extra>",
        )
    )
    every, apart = max(1, len(periods) // 12), max(1, -(-len(names) // 24)) if many else 1
    drawn.update_layout(
        xaxis={
            "showgrid": False,
            "tickmode": "array",
            "tickvals": list(range(0, len(periods), every)),
            "ticktext": periods[::every],
            "title": {"text": safe.figure(says)},
        },
        yaxis={
            "showgrid": False,
            "autorange": "reversed",
            "tickmode": "array",
            "tickvals": list(range(0, len(names), apart)),
            "ticktext": names[::apart],
            "tickfont": {"size": 12, "color": theme.ink},
            "ticklabelstandoff": 6,
        },
    )
    return drawn


def period_chart(means: pd.DataFrame, theme: Theme, *, says: tuple[str, str]) -> go.Figure:
    """Returns the mean outcome in each period with a bar of one standard error either way.

    `means` is indexed by period with mean, std_error and n.
    """
    said = [
        f"{marks.period(period)}: {number(row.mean, row.std_error)} ± {number(row.std_error)}, "
        f"{row.n:,.0f} rows"
        for period, row in zip(means.index, means.itertuples(), strict=True)
    ]
    return _over_time(means, {"array": means["std_error"].fillna(0)}, said, theme, says)


def share_chart(shares: pd.DataFrame, theme: Theme, *, says: tuple[str, str]) -> go.Figure:
    """Returns the share of yes in each period, in percent, with its interval.

    `shares` is indexed by period with mean, low and high (0 to 1) and n, the number tried.
    """
    said = [
        f"{marks.period(period)}: {percent(row.mean)} ({percent(row.low)} to {percent(row.high)}), "
        f"of {row.n:,.0f}"
        for period, row in zip(shares.index, shares.itertuples(), strict=True)
    ]
    drawn = 100 * shares[["mean", "low", "high"]]
    bars = {"array": drawn["high"] - drawn["mean"], "arrayminus": drawn["mean"] - drawn["low"]}
    return _over_time(drawn, {"symmetric": False, **bars}, said, theme, says)


def _over_time(
    means: pd.DataFrame, bars: dict[str, object], said: list[str], theme: Theme, says: tuple[str, str]
) -> go.Figure:
    """A line through `mean` with error bars; `said` is what each point says."""
    drawn = figure(theme, 260)
    dense = len(means) > DENSE
    x: list[object] = list(means.index)
    if x and isinstance(x[0], str):
        x = [safe.figure(period, 24) for period in x]
    drawn.add_trace(
        go.Scatter(
            x=x,
            y=list(means["mean"]),
            mode="lines+markers",
            line={"color": theme.best, "width": 1.5},
            marker={
                "color": theme.best,
                "size": 3 if dense else 7,
                "line": {"color": theme.paper, "width": 0 if dense else 1},
            },
            error_y={
                **bars,
                "color": theme.best_soft,
                "thickness": 1 if dense else 2,
                "width": 0,
            },
            hovertext=said,
            hovertemplate=marks.HOVER,
        )
    )
    drawn.update_layout(
        xaxis={"title": {"text": safe.figure(says[0])}, "showgrid": False},
        yaxis={"title": {"text": safe.figure(says[1])}},
    )
    return drawn


def within_chart(shares: pd.Series, theme: Theme) -> go.Figure:
    """Returns each predictor's share of variation within groups: only that part teaches a slope."""
    ordered = shares.sort_values(ascending=False)
    rows = list(range(len(ordered)))
    drawn = figure(theme, 30 * len(rows) + 44)
    for values, base, colour in ((ordered, 0, theme.best), (1 - ordered, ordered, theme.middle)):
        drawn.add_trace(
            go.Bar(
                x=values,
                y=rows,
                base=base,
                orientation="h",
                width=0.62,
                marker={"color": colour},
                hoverinfo="skip",
            )
        )
    for row, share in zip(rows, ordered, strict=True):
        inside = share > 0.5
        marks.note(
            drawn,
            f"<b>{percent(share)}</b> within",
            theme,
            x=0 if inside else share,
            y=row,
            xanchor="left",
            xshift=8,
            font={"size": 13, "color": on(theme.best if inside else theme.middle)},
        )
    drawn.update_layout(
        barmode="overlay",
        xaxis={"range": [0, 1], "visible": False},
        yaxis={
            "range": [len(rows) - 0.5, -0.5],
            "tickmode": "array",
            "tickvals": rows,
            "showgrid": False,
            "ticktext": [safe.figure(name, 24) for name in ordered.index],
            "tickfont": {"color": theme.ink, "size": 14},
            "ticklabelstandoff": 6,
        },
    )
    return drawn
