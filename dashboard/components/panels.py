"""The Data page's pictures: the calendar of rows, the outcome over time, what a slope can be learned from."""

import pandas as pd
import streamlit as st

from dashboard import headlines, naming, panel, safe, state
from dashboard.charts.nesting import nesting_chart
from dashboard.charts.panel import panel_chart, period_chart, share_chart, within_chart
from dashboard.charts.trajectories import MOST, trajectories_chart
from dashboard.components import page
from dashboard.nouns import GROUP, noun
from dashboard.numbers import number, percent


def figures() -> None:
    """Shows rows, groups, periods and how much is missing."""
    now, size = state.current(), panel.size()
    groups, periods = naming.picked_noun(), naming.period_noun()
    shown = [page.Figure("Rows", f"{size.rows:,}", f"{len(now.table.columns)} columns")]
    if size.groups:
        shown.append(
            page.Figure(
                groups.title, f"{size.groups:,}", f"{size.rows / size.groups:,.0f} rows each on average"
            )
        )
    if size.periods:
        shown.append(page.Figure(periods.title, f"{size.periods:,}", "from first to last"))
    cells = size.rows * len(now.table.columns)
    missing = sum(column.missing for column in now.table.columns)
    shown.append(
        page.Figure(
            "Missing", percent(missing / cells) if cells else "0 %", f"{missing:,} of {cells:,} cells"
        )
    )
    page.figures(shown)


def calendar() -> None:
    """Shows which group has rows in which period."""
    found = panel.calendar()
    if found is None:
        return
    groups, periods = naming.picked_noun(), naming.period_noun()
    facts = (found.gaps, found.least, found.least_rows, found.joined, found.every)
    page.chart_title(*headlines.calendar(*facts, groups, periods), key="calendar")
    drawn = panel_chart(found.drawn, state.theme(), says=state.current().time or "", label=groups.label)
    page.chart(
        drawn, key="calendar", alt=f"Calendar of rows: {groups.many} by {periods.many}", file_name="calendar"
    )


def pictures() -> None:
    """Shows what these columns allow: in two columns, or one picture over the full width."""
    means = panel.means()
    there = (
        (over_time, means is not None and len(means) > 1),
        (within, panel.within() is not None),
        (chosen_groups, len(panel.levels_by_mean()) > 1),
        (tree, panel.tree() is not None),
    )
    drawn = [draw for draw, able in there if able]
    if len(drawn) < 2:
        for draw in drawn:
            draw()
        return
    paired = drawn[: len(drawn) // 2 * 2]
    for column, mine in zip(st.columns(2, gap="medium"), (paired[0::2], paired[1::2]), strict=True):
        with column:
            for draw in mine:
                draw()
    for draw in drawn[len(paired) :]:
        draw()


def over_time() -> None:
    """Shows the mean outcome by period, of yes/no its share."""
    means, now = panel.means(), state.current()
    if means is None or len(means) < 2:
        return
    period, share = naming.period_noun().one, panel.share_said()
    if share:
        _shares_over_time(means, share, period)
        return
    outcome = safe.markdown(now.picks.outcome)
    spread = means["std_error"].median()
    low, high = number(means["mean"].min(), spread), number(means["mean"].max(), spread)
    page.chart_title(
        f"Average {outcome} runs from {low} to {high}",
        f"mean of all rows of a {period}, bar: one standard error either way",
        "means",
    )
    drawn = period_chart(means, state.theme(), says=(now.time, now.picks.outcome))
    page.chart(drawn, key="means", alt=f"Mean {now.picks.outcome} by period", file_name="over time")


def _shares_over_time(means: pd.DataFrame, share: str, period: str) -> None:
    low, high = percent(means["mean"].min()), percent(means["mean"].max())
    page.chart_title(
        f"{share[:1].upper()}{safe.markdown(share[1:])} runs from {low} to {high}",
        f"share of all rows of a {period}, bar: 95 % interval",
        "means",
    )
    drawn = share_chart(means, state.theme(), says=(state.current().time, f"{share}, %"))
    alt = f"{share} by period: {low} to {high}"
    page.chart(drawn, key="means", alt=alt, file_name="over time")


def within() -> None:
    """Shows how much of each predictor's variation lies within groups."""
    shares = panel.within()
    if shares is None:
        return
    groups = naming.picked_noun()
    page.chart_title(
        *headlines.within(shares, groups),
        key="within",
    )
    alt = headlines.alt(
        f"Share of variation within {groups.many}", {name: percent(s) for name, s in shares.items()}
    )
    page.chart(within_chart(shares, state.theme()), key="within", alt=alt, file_name="within")


def chosen_groups() -> None:
    """Shows the outcome over time of a few groups, at first the highest, the middle and the lowest."""
    levels, now = panel.levels_by_mean(), state.current()
    if len(levels) < 2 or now.picks is None:
        return
    groups, outcome = naming.picked_noun(), safe.markdown(now.picks.outcome)
    first = list(dict.fromkeys([levels[0], levels[len(levels) // 2], levels[-1]]))
    best, last = headlines.named(levels[0], groups), headlines.named(levels[-1], groups)
    share = panel.share_said()
    page.chart_title(
        f"{best} has the highest {safe.markdown(share) or f'average {outcome}'}, {last} the lowest",
        f"the outcome of chosen {groups.many} by {naming.period_noun().one}; a gap: no row",
        "paths",
    )
    chosen = st.multiselect(
        groups.title,
        levels,
        default=first,
        key=f"paths_{now.digest}_{panel.group()}",
        format_func=groups.label,
        max_selections=MOST,
        label_visibility="collapsed",
        placeholder=f"choose up to {MOST} {groups.many}",
        persist_state="session",
        wrap=True,
    )
    if chosen:
        says = (now.time or "", f"{share}, %" if share else now.picks.outcome)
        drawn = trajectories_chart(panel.paths(chosen), state.theme(), says=says, label=groups.label)
        alt = f"{now.picks.outcome} over time of {', '.join(groups.label(level) for level in chosen)}"
        page.chart(drawn, key="paths", alt=alt, file_name=f"chosen {groups.many}")


def tree() -> None:
    """Shows which groups lie inside which."""
    rows = panel.tree()
    if rows is None:
        return
    names = [noun(name, GROUP) for name in rows.index.names]
    counts = [rows.index.droplevel(list(range(at + 1, len(names)))).nunique() for at in range(len(names))]
    inner, outer = names[-1].count(counts[-1]), names[-2].count(counts[-2])
    page.chart_title(
        f"{inner} lie in {outer}",
        f"one tile a {names[-1].one}, as large as its rows",
        "tree",
    )
    drawn = nesting_chart(rows, state.theme(), label=names[-1].label)
    page.chart(drawn, key="tree", alt=f"{inner} in {outer}, by rows", file_name="nesting")
