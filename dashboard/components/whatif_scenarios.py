"""Scenarios of the What-if page: saved, compared from the same draws, taken along as files."""

from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from dashboard import certainty, drafting, ground, safe, scenarios, soundness, state, whatif_words
from dashboard.charts.whatif import scenarios_chart
from dashboard.components import page, tables
from dashboard.components.whatif import horizon, refuses
from dashboard.ground import Ground
from dashboard.numbers import interval, number, width
from dashboard.outlook import Outlook, later
from dashboard.planning import Draft, Saved
from dashboard.report import finance, plans

NAME = "scenario_name"


def save(of: Ground, draft: Draft, found: Outlook | None) -> None:
    """Shows how to keep a plan: under a name here, or as a file; and how to bring one back."""
    desk = state.current().desk
    ready = found is not None and not refuses(found, draft)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            whatif_words.SAVE_AS,
            key=NAME,
            placeholder=scenarios.suggested_name(desk, draft),
            max_chars=plans.MOST_LETTERS,
            width="stretch",
        )
        st.button(
            "Save",
            key="scenario_save",
            icon=":material/bookmark_add:",
            on_click=scenarios.save,
            args=(of, draft, found, NAME),
            disabled=not ready,
        )
    with st.container(horizontal=True, gap="small"):
        if found is not None and ready:
            _table(of, draft, found)
        _file(of, draft)
        with st.popover("Open a plan", icon=":material/upload:"):
            st.file_uploader(
                "A plan downloaded here (.json)",
                type=["json"],
                key="plan_upload",
                on_change=scenarios.uploaded,
                args=("plan_upload", of, draft),
            )


def _table(of: Ground, draft: Draft, found: Outlook) -> None:
    now, shown = state.current(), of.shown
    barred = " ".join(finding.message for finding in soundness.barred(shown))
    made = scenarios.origin(of)
    origin = finance.origin(
        made["data"],
        made["data fingerprint"],
        made["formula"],
        made["method"],
        ground.SEED,
        datetime.now(UTC).astimezone().date(),
        f"{certainty.interval_of(shown.fit)} of {len(found.gains):,} joint draws",
        "" if len(shown.fit.linear.sides) < 2 else of.grouping.name,
        barred,
        shown.fit.posterior.seed if shown.fit.posterior else None,
    )
    origin |= {"amounts never spent": draft.beyond.value}
    name = finance.file_name("plan", now.table.name.rsplit(".", 1)[0] if now.table else "")
    make, words = (
        later(of, draft),
        (of.label, whatif_words.what(shown), ground.period(shown, of.grouping).one),
    )
    over, wide, earns = horizon(of, found), width(shown.fit.level), draft.margin is not None
    tables.download_made(
        lambda: plans.table(make(), *words, over, wide, earns, origin),
        key="plan_parts",
        file_name=name,
        label="Download parts (CSV)",
    )


def _file(of: Ground, draft: Draft) -> None:
    name = scenarios.suggested_name(replace(state.current().desk, saved=()), draft)
    lasts = ground.periods(draft, ground.period(of.shown, of.grouping))
    factor, origin = of.grouping.name, scenarios.origin(of)
    st.download_button(
        "Download plan",
        data=lambda: plans.written(name, factor, draft, lasts, origin),
        file_name=f"{finance.file_name('plan', name)}.json",
        mime="application/json",
        key="download_plan",
        on_click="ignore",
        icon=":material/download:",
        type="tertiary",
    )


def compare(of: Ground, draft: Draft, found: Outlook | None) -> None:
    """Shows the scenarios saved beside the plan above; nothing while none is saved."""
    desk = state.current().desk
    if not desk.saved:
        return
    here = []
    if found is not None and not refuses(found, draft):
        here = [scenarios.recorded(of, draft, found, scenarios.HERE, whatif_words.HERE)]
    if here and any(scenarios.same(one, here[0]) for one in desk.saved):
        here = []
    every = [*here, *desk.saved]
    old = [scenarios.stale(one, of.shown) for one in every]
    earns = all(one.draft.margin is not None for one in every)
    means = [one.total["profit" if earns else "response"]["mean"] for one in every]
    said = whatif_words.what(of.shown)
    page.chart_title(
        whatif_words.scenarios_title([one.name for one in every], means, old, "profit" if earns else said),
        f"change in {safe.markdown(said, 40)} over each plan's periods, line: "
        f"{width(of.shown.fit.level)} interval{'; grey: of another model' if any(old) else ''}",
        "scenarios",
    )
    _chart(of, every, old)
    st.dataframe(_rows(every, old), hide_index=True, key="table_scenarios", lazy=False)
    if any(old):
        count = sum(old)
        st.button(
            f"Update {count} to this model",
            key="scenarios_again",
            icon=":material/refresh:",
            on_click=scenarios.again,
            args=(of.shown,),
        )
    left, right = st.columns(2, gap="medium")
    with left:
        _difference(every)
    with right:
        _one(of, draft, desk.saved)


def _chart(of: Ground, every: list[Saved], old: list[bool]) -> None:
    earns = any(one.draft.margin is not None for one in every)
    table = pd.DataFrame(index=pd.Index([one.name for one in every]))
    said = [f"change in {whatif_words.what(of.shown)}"] + (["profit"] if earns else [])
    for place, row in enumerate(("response", "profit")[: len(said)]):
        known = [row == "response" or one.draft.margin is not None for one in every]
        for end in ("mean", "low", "high"):
            table[f"{end}_{place}"] = [
                one.total[row][end] if there else None for one, there in zip(every, known, strict=True)
            ]
    drawn = scenarios_chart(
        table.astype("float64"), state.theme(), says=said, width=width(of.shown.fit.level), stale=old
    )
    page.chart(drawn, key="scenarios", alt="Change and profit of every scenario", file_name="scenarios")


def _rows(every: list[Saved], old: list[bool]) -> pd.DataFrame:
    return pd.DataFrame([_row(one, stale) for one, stale in zip(every, old, strict=True)])


def _row(one: Saved, stale: bool) -> dict[str, str]:
    response, profit = one.total["response"], one.total["profit"]
    spread, apart = (response["high"] - response["low"]) / 4, (profit["high"] - profit["low"]) / 4
    earns = one.draft.margin is not None
    chance = (profit if earns else response)["p_positive"]
    return {
        "scenario": safe.one_line(one.name, 80),
        "change": f"{number(response['mean'], spread, signed=True)} {one.outcome}",
        "interval": interval(response["low"], response["high"]),
        "periods": f"{one.periods:,}",
        "cost": number(one.total["cost"]["mean"], signed=True),
        "profit": number(profit["mean"], apart, signed=True) if earns else "–",
        "chance of a gain": whatif_words.chance_of(chance) if response["low"] != response["high"] else "–",
        "amounts never spent": f"{one.flags:,}",
        "reckoned on": whatif_words.STALE.format(formula=one.formula) if stale else "this model",
    }


def _difference(every: list[Saved]) -> None:
    if len(every) < 2:
        return
    numbers = [one.number for one in every]
    picked = state.current().desk.picked
    if picked is None or not set(picked) <= set(numbers):
        picked = (numbers[0], numbers[1])
    names = {one.number: one.name for one in every}
    place = st.columns(2, gap="small")
    for column, key, label, chosen in zip(
        place, ("pick_one", "pick_other"), ("Compare", "with"), picked, strict=True
    ):
        column.selectbox(
            label,
            numbers,
            key=state.seed(key, chosen),
            format_func=names.__getitem__,
            on_change=scenarios.pick,
            args=("pick_one", "pick_other"),
        )
    one, other = (next(each for each in every if each.number == number_) for number_ in picked)
    earns = one.draft.margin is not None and other.draft.margin is not None
    for of in ("gains", "profits") if earns else ("gains",):
        apart = scenarios.difference(one, other, of)
        if apart is None:
            st.markdown(whatif_words.NO_DIFFERENCE)
            return
        st.markdown(
            page.unbroken(
                whatif_words.compared(one.name, other.name, apart, one.outcome, state.current().level, of)
            )
        )
    if one.periods != other.periods:
        st.caption(f"Over {one.periods:,} and over {other.periods:,} periods.")


def _one(of: Ground, draft: Draft, saved: tuple[Saved, ...]) -> None:
    names = {one.number: one.name for one in saved}
    chosen = state.current().desk.one
    number_ = chosen if chosen in names else saved[-1].number
    st.selectbox(
        "Scenario",
        list(names),
        key=state.seed("scenario_one", number_),
        format_func=names.__getitem__,
        on_change=drafting.set_desk,
        args=("scenario_one", "one"),
    )
    with st.container(horizontal=True, gap="small"):
        st.button("Edit its plan", key="scenario_use", on_click=scenarios.use, args=(number_, of, draft))
        st.button("Duplicate", key="scenario_twin", on_click=scenarios.duplicate, args=(number_,))
        with st.popover("Rename"):
            key = f"rename_{number_}"
            st.text_input(
                "New name",
                value=names[number_],
                key=key,
                max_chars=plans.MOST_LETTERS,
                on_change=scenarios.rename,
                args=(number_, key),
            )
        st.button("Remove", key="scenario_remove", on_click=scenarios.remove, args=(number_,))
