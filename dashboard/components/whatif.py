"""The What-if page's answer: headline, figures, warnings, the chart of changes and the check of the sums."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.decide.errors import LogOfNothing, NegativeSpend, NoChannel, OutcomeBent
from core.finding import Finding
from dashboard import actions, drafting, ground, safe, soundness, state, whatif_words
from dashboard.charts.caterpillar import SEVERAL, ends
from dashboard.charts.whatif import change_chart, curve_chart
from dashboard.components import page
from dashboard.ground import Ground
from dashboard.numbers import interval, number, width
from dashboard.outlook import CHANNELS, GROUPS, Outlook, outlook
from dashboard.planning import TIER, Beyond, Draft, Part
from dashboard.state import Shown


def stands(shown: Shown) -> tuple[Ground, Draft] | None:
    """Returns what plans stand on and the plan on the desk; of a model without any, says why."""
    try:
        with st.spinner("Sorting into tiers …", show_time=True):
            return drafting.drafted(shown)
    except (NoChannel, NegativeSpend) as why:
        page.headline("This model has no amounts to plan.", safe.markdown(why, 600))
        page.next_step("views/model.py", "Add a predictor that is an amount", side="left")
        return None


def reckoned(of: Ground, draft: Draft) -> Outlook | None:
    """Returns what a plan would change; the first one waits for the draws. Where nothing can be said, says
    why.
    """
    try:
        with st.spinner(f"Drawing the responses of {of.noun.count(len(of.past.levels))} …", show_time=True):
            return outlook(of, draft)
    except (LogOfNothing, OutcomeBent) as why:
        page.headline("This plan cannot be reckoned.", safe.markdown(why, 600))
        return None


def refuses(found: Outlook, draft: Draft) -> bool:
    """Returns whether the setting refuses the plan."""
    return draft.beyond is Beyond.REFUSE and bool(found.never)


def horizon(of: Ground, found: Outlook) -> str:
    """Returns how long the plan lasts, in words."""
    return horizon_of(of, found.plan.periods)


def horizon_of(of: Ground, periods: int) -> str:
    """Returns a number of periods in words."""
    one = ground.period(of.shown, of.grouping)
    each = f" of each {of.noun.one}" if one == ground.ROW else ""
    return f"{whatif_words.over(periods, one)}{each}"


def lead(of: Ground, draft: Draft, found: Outlook) -> None:
    """Shows the headline, the figures and what to know before believing them."""
    if refuses(found, draft):
        page.headline(*whatif_words.refused(found.never, of.label))
        return
    level, said = of.shown.fit.level, whatif_words.what(of.shown)
    made, earns = drafting.described(of, draft), draft.margin is not None
    words = whatif_words.headline(found, made, said, horizon(of, found), level, earns)
    if soundness.barred(of.shown):  # the warning itself stands above, on every page
        words = (whatif_words.BARRED.format(sentence=words[0].removesuffix(".")), words[1])
    page.headline(*soundness.doubted(words, of.shown))
    if not found.plan.moved.any():
        return
    page.figures(_figures(of, draft, found))


def warnings(of: Ground, draft: Draft, found: Outlook) -> None:
    """Shows what a reader must know of this plan: singular slopes, amounts never spent, lost cells."""
    told: list[Finding] = []
    if not refuses(found, draft):
        told += whatif_words.beyond(found, draft.beyond, of.label, of.noun)
    same = [finding.about for finding in found.review if finding.topic == "no_differences"]
    told += whatif_words.alike(same, of.noun, ground.generalised(of), whatif_words.what(of.shown))
    told += [finding for finding in found.review if finding.topic == "singular"]
    told += whatif_words.lost(found.lost, of.noun)
    told += soundness.few_groups(of.shown, of.grouping.name)
    page.findings(told, "whatif")
    if not refuses(found, draft) and len(found.flags) > whatif_words.NAMED:
        with st.expander(f"All {len(found.flags):,} amounts never spent"):
            st.dataframe(_flags(of, found), hide_index=True, key="table_flags", lazy=False)


def _flags(of: Ground, found: Outlook) -> pd.DataFrame:
    one = of.noun.one
    rows = [
        {
            one: of.label(flag.group),
            "column": safe.one_line(flag.channel, 40),
            "plan": flag.new,
            "least so far": flag.low,
            "most so far": flag.high,
            "range of": f"every {one}" if flag in found.never else f"this {one}",
        }
        for flag in found.flags
    ]
    return pd.DataFrame(rows)


def _figures(of: Ground, draft: Draft, found: Outlook) -> list[page.Figure]:
    said, wide = safe.markdown(whatif_words.what(of.shown), 30), width(of.shown.fit.level)
    row, over = found.total.loc["response"], horizon(of, found)
    spread = (row["high"] - row["low"]) / 4
    cost = found.cost
    unit = whatif_words.unit(of.shown)
    shown = [
        page.Figure(
            f"Change in {said}",
            number(row["mean"], spread, signed=True),
            f"{wide} {interval(row['low'], row['high'])}, {over}",
        ),
        page.Figure(
            "Cost",
            number(cost, signed=True),
            whatif_words.costs(cost, found, over),
        ),
        _profit(draft, found, unit, wide, cost),
    ]
    earns = draft.margin is not None
    chance = float(found.total.loc["profit" if earns else "response", "p_positive"])
    meaning = "that it earns more than it costs" if earns else f"of more {said}"
    same = row["low"] == row["high"] == 0.0 and not cost  # in every draw
    shown.append(page.Figure("Chance of a gain", "–" if same else whatif_words.chance_of(chance), meaning))
    return shown


def _profit(draft: Draft, found: Outlook, unit: str, wide: str, cost: float) -> page.Figure:
    row, mean = found.total.loc["profit"], float(found.total.loc["response", "mean"])
    if draft.margin is not None:
        value = number(row["mean"], (row["high"] - row["low"]) / 4, signed=True)
        return page.Figure("Profit", value, f"{wide} {interval(row['low'], row['high'])}")
    if cost and mean * cost > 0:
        label = "Pays from" if cost > 0 else "Pays up to"
        return page.Figure(
            f"{label} a margin of",
            number(cost / mean),
            f"per {unit}",
            whatif_words.MARGIN_HELP.format(unit=unit),
        )
    help_ = whatif_words.MARGIN_HELP.format(unit=unit)
    return page.Figure("Profit", "–", f"say what one {unit} earns", help_)


def chart(of: Ground, draft: Draft, found: Outlook) -> None:
    """Shows the chart that carries the page: changes with intervals, and where the plan moves money."""
    if refuses(found, draft) or not found.plan.moved.any():
        return
    by = state.current().desk.by
    by = by if by in found.tables else GROUPS
    table = found.tables[by].sort_values("mean", ascending=False, kind="stable")
    label = labels(of, by)
    one = of.noun.one if by == GROUPS else by.removesuffix("s")
    wide, over = width(of.shown.fit.level), horizon(of, found)
    said = whatif_words.what(of.shown)
    name = safe.markdown(spends(of, found, by), 60)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        page.chart_title(
            whatif_words.moved_chart(table, label, one),
            f"left: change in {safe.markdown(said, 40)} {over}, line: {wide} interval · right: {name}, "
            "tick: today, arrow: in the plan",
            "whatif",
        )
        _looked_at(of, found, by)
    selected = state.current().group if by == GROUPS else None
    if by == GROUPS and len(table) > SEVERAL:
        curve = curve_chart(
            table, state.theme(), label=label, says=f"change in {said}", width=wide, selected=selected
        )
        page.chart(
            curve, key="whatif_curve", alt=f"Change of every {one}, in order", file_name="plan", choose=True
        )
        _find(of)
    rows, left_out = ends(table, selected)
    drawn = change_chart(
        rows,
        state.theme(),
        label=label,
        says=f"change in {said}",
        spent=spends(of, found, by),
        width=wide,
        selected=selected,
        left_out=left_out,
    )
    page.chart(drawn, key="whatif", alt=f"Change and spend by {one}", file_name="plan", choose=by == GROUPS)
    st.caption(
        f"{safe.markdown(whatif_words.reconciliation(found), 300)} "
        f"{whatif_words.SIMULTANEOUS.format(n=len(found.gains))}"
    )


def labels(of: Ground, by: str) -> Callable[[object], str]:
    """Returns how the rows of a table are written."""
    if by == GROUPS:
        return of.label
    if by == CHANNELS:
        return str
    count = len(set(of.tiers()) - {ground.NOT_PLACED})

    def named(name: object) -> str:
        return _capital(whatif_words.part(Part(by, str(name)), count)) if name else "Not placed"

    return named


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def spends(of: Ground, found: Outlook, by: str) -> str:
    """Returns what the amounts of a table are: of the one channel that moves, else money. Not escaped."""
    one = ground.period(of.shown, of.grouping).one
    if by == CHANNELS:
        return f"amount a {one}, all {of.noun.many}"
    return f"{found.one} a {one}" if found.one else f"money a {one}, all columns planned"


def _looked_at(of: Ground, found: Outlook, by: str) -> None:
    names = {GROUPS: of.noun.many, CHANNELS: "columns", TIER: "tiers"}
    options = [name for name in found.tables if name != CHANNELS or len(of.past.channels) > 1]
    if len(options) < 2:
        return
    st.segmented_control(
        "Changes by",
        options,
        key=state.seed("whatif_by", by),
        format_func=lambda name: names.get(name, name),
        on_change=drafting.set_desk,
        args=("whatif_by", "by"),
        required=True,
        label_visibility="collapsed",
    )


def _find(of: Ground) -> None:
    selected = state.current().group
    levels = list(of.past.levels)
    st.selectbox(
        f"Find {of.noun.a_one}",
        levels,
        index=None,
        key=state.seed("whatif_group", selected if selected in levels else None),
        width=260,
        format_func=of.label,
        on_change=actions.choose_group,
        args=("whatif_group",),
        help="Type to search; the charts mark it and show it among the rows.",
    )
