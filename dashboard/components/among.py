"""How the groupings of a model stand to each other: groups within groups, or who met whom."""

import pandas as pd

from dashboard import grouped as seen
from dashboard import safe, state, titles, wording
from dashboard.charts.meetings import MOST, counted, meetings_chart, most_met
from dashboard.charts.within import within_chart
from dashboard.components import page
from dashboard.grouped import Grouped
from dashboard.groupings import Grouping
from dashboard.numbers import width

ROWS = 60


def among(view: Grouped) -> None:
    """Shows the groups in view within their outer groups or with those in them, and against crossing ones."""
    inner = [one for one in view.others if view.by in one.outer and view.term in one.terms]
    outer = next((one for one in view.outer if one.count <= ROWS), None)
    if outer is not None:
        within(view, outer, view.selected)
    elif inner and view.grouping.count <= ROWS:
        nearest = max(inner, key=lambda one: -one.count)
        within(seen.seen_by(view.shown, nearest, view.term), view.grouping, None)
    crossing = [one for one in view.others if one not in view.outer and view.by not in one.outer]
    if crossing:
        met(view, crossing[0])


def within(view: Grouped, outer: Grouping, selected: str | None) -> None:
    """Shows a row for each outer group; a dot is one to choose where these groups can be `selected`."""
    table, inside = seen.read(view.shown, outer)[0], seen.inside(view, outer)
    own = table if view.term in outer.terms else table[[]]
    order = own[view.term] if view.term in own else seen.average_inside(view, inside).reindex(table.index)
    named, wide = seen.named(view, outer), width(view.shown.fit.level)
    own = own.loc[order.sort_values(ascending=False).index]
    page.chart_title(
        titles.within(view.spread(view.term), _inside_one(view, outer), view.term, view.noun, outer.noun),
        f"a row for each {outer.noun.one}, dots: its {view.noun.many}; "
        + (f"upright bar: the {outer.noun.one} itself, with {wide}; " if view.term in own else "")
        + "band: the average"
        + (" · click a dot to choose it" if selected else ""),
        "within",
    )
    drawn = within_chart(
        view.table,
        view.term,
        inside,
        own,
        view.middle(view.term),
        state.theme(),
        says=view.says(view.term),
        width=wide,
        labels=(view.label, lambda level: named.get(str(level)) or outer.noun.label(level)),
        selected=selected,
    )
    page.chart(
        drawn,
        key="within_groups",
        alt=f"{view.noun.title} within {outer.noun.many}: {wording.response(view.term)}",
        file_name=f"{view.noun.many} within {outer.noun.many}",
        choose=selected is not None,
    )


def _inside_one(view: Grouped, outer: Grouping) -> float:
    """The SD of the groups in view that lie in one group of an outer grouping, whatever lies between."""
    inner = [view.by, *(one.name for one in view.outer[: view.outer.index(outer)])]
    return view.spread_of(view.term, inner)


def met(view: Grouped, other: Grouping) -> None:
    """Shows which groups in view met which of another grouping."""
    pairs = seen.met(view, other)
    many, across = view.grouping.count, other.count
    cut = [
        f"the {MOST} of {noun.count(count)} with most"
        for noun, count in ((view.noun, many), (other.noun, across))
        if count > MOST
    ]
    unit = safe.markdown(view.outcome, 40)
    down, right = most_met(pairs, "one", view.selected), most_met(pairs, "other")
    drawn = pairs[pairs["one"].isin(down) & pairs["other"].isin(right)]
    down = list(view.table.loc[down, view.term].sort_values(ascending=False).index)
    right = _order(view, other, drawn)
    page.chart_title(
        titles.met(pairs, view.noun, other.noun, many, across),
        f"filled where there are rows, stronger where {unit} was higher"
        + ("; numbers: rows, where more than one" if counted(drawn, right) else "")
        + (f"; drawn: {' and '.join(cut)}" if cut else ""),
        "met",
    )
    names = seen.named(view, other)
    figure = meetings_chart(
        drawn,
        (down, right),
        state.theme(),
        labels=(view.label, lambda level: names.get(str(level)) or other.noun.label(level)),
        says=(view.outcome, other.noun.many),
        selected=view.selected,
    )
    page.chart(
        figure,
        key="met",
        alt=f"Rows of {view.noun.many} by {other.noun.many}",
        file_name=f"{view.noun.many} and {other.noun.many}",
        choose=True,
    )


def _order(view: Grouped, other: Grouping, drawn: pd.DataFrame) -> list[str]:
    """The groups across: periods in their order, others from the highest average outcome."""
    if other.columns[-1] == state.current().time:
        there = set(drawn["other"])
        return [
            level for level in view.shown.fit.linear.sides[other.name].moments.levels[0] if level in there
        ]
    return list(drawn.groupby("other")["mean"].mean().sort_values(ascending=False).index)
