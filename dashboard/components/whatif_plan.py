"""The plan of the What-if page: quick moves, the table to type in, horizon, money and limits."""

import pandas as pd
import streamlit as st

from dashboard import drafting, ground, naming, safe, state, whatif_words
from dashboard.components import page
from dashboard.ground import Ground
from dashboard.numbers import decimals
from dashboard.outlook import Outlook, money
from dashboard.planning import ALL, TIER, Beyond, Draft, Part


def plan(of: Ground, draft: Draft, found: Outlook | None) -> None:
    """Shows everything that changes the plan."""
    with st.container(key="plan", border=True, gap="small"):
        _whose(of)
        _horizon(of, draft)
        page.trouble(drafting.ABOUT)
        _move(of, draft)
        _table(of, draft)
        if found is not None:
            one = ground.period(of.shown, of.grouping)
            st.caption(whatif_words.sums(found.plan, one))


def _whose(of: Ground) -> None:
    found = {one.name: one.noun.count(one.count) for one in naming.groupings(of.shown)}
    if len(found) > 1:
        st.segmented_control(
            "Plan for",
            list(found),
            key=state.seed("plan_by", of.grouping.name),
            format_func=found.__getitem__,
            required=True,
            on_change=drafting.set_desk,
            args=("plan_by", "factor"),
        )


def _horizon(of: Ground, draft: Draft) -> None:
    one = ground.period(of.shown, of.grouping)
    said = whatif_words.unit(of.shown)
    left, right = st.columns([0.42, 0.58], gap="small", vertical_alignment="bottom")
    left.number_input(
        f"{whatif_words.PERIODS}, {safe.markdown(one.many, 30)}",
        1,
        100_000,
        key=state.seed("plan_periods", ground.periods(draft, one)),
        on_change=drafting.set_draft,
        args=("plan_periods", "periods", of, draft),
    )
    right.number_input(
        f"{whatif_words.MARGIN} per {whatif_words.unit(of.shown)}",
        0.0,
        value=None,
        format="%.6g",
        key=state.seed("plan_margin", draft.margin),
        placeholder="not said",
        help=whatif_words.MARGIN_HELP.format(unit=said),
        on_change=drafting.set_draft,
        args=("plan_margin", "margin", of, draft),
    )


def _settings(of: Ground, draft: Draft) -> None:
    st.multiselect(
        whatif_words.CHANNELS,
        list(of.able),
        key=state.seed("plan_channels", list(of.past.channels)),
        help=whatif_words.CHANNELS_HELP,
        on_change=drafting.set_draft,
        args=("plan_channels", "channels", of, draft),
    )
    for place, (name, cost) in enumerate(zip(of.past.channels, money(of, draft).costs, strict=True)):
        key = state.seed(f"plan_cost_{place}", cost)
        st.number_input(
            whatif_words.COST.format(name=safe.markdown(name, 30)),
            0.0,
            key=key,
            help=whatif_words.COST_HELP,
            on_change=drafting.set_cost,
            args=(key, name, of, draft),
        )
    st.segmented_control(
        whatif_words.BEYOND,
        list(Beyond),
        key=state.seed("plan_beyond", draft.beyond),
        format_func=whatif_words.BEYONDS.__getitem__,
        help=whatif_words.BEYOND_HELP,
        required=True,
        on_change=drafting.set_draft,
        args=("plan_beyond", "beyond", of, draft),
    )


def _move(of: Ground, draft: Draft) -> None:
    move, members = drafting.first_move(of), of.members()
    kept = {"on_change": drafting.said_move, "args": (of, move)}
    count = len(set(of.tiers()) - {ground.NOT_PLACED})

    def named(one: Part) -> str:
        text = whatif_words.part(one, count)
        return text[:1].upper() + text[1:]

    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        if len(members) > 1:
            st.segmented_control(
                "Quick move",
                list(whatif_words.KINDS),
                key=state.seed("move_kind", "more" if move.to is None else "move"),
                format_func=whatif_words.KINDS.__getitem__,
                required=True,
                label_visibility="collapsed",
                **kept,
            )
        with st.popover("Money and limits", icon=":material/tune:"):
            _settings(of, draft)
    left, right = st.columns([0.42, 0.58], gap="small")
    percent = state.seed("move_percent", move.percent)
    left.number_input("Percent", -100.0, 1000.0, step=5.0, format="%.4g", key=percent, **kept)
    right.selectbox("of", list(of.past.channels), key=state.seed("move_channel", move.channel), **kept)
    if len(members) > 1:
        place = st.columns(2, gap="small") if move.to is not None else (st.container(),)
        source = state.seed("move_source", move.source)
        place[0].selectbox(
            "in" if move.to is None else "from", list(members), key=source, format_func=named, **kept
        )
        if move.to is not None:
            others = [part for part in members if part != ALL]
            to = state.seed("move_to", move.to)
            place[1].selectbox("to", others, key=to, format_func=named, **kept)
    alone = [
        of.label(level)
        for level, tier in zip(of.past.levels, of.tiers(), strict=False)
        if tier == ground.NOT_PLACED
    ]
    if alone and TIER in (move.source.kind, move.to.kind if move.to else ""):
        st.caption(whatif_words.unplaced(alone))
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Make the move", key="move_apply", type="primary", on_click=drafting.apply, args=(of, draft, move)
        )
        st.button(
            "Undo", key="plan_undo", on_click=drafting.back, args=(of,), disabled=not drafting.can_go_back(of)
        )
        st.button(
            "Back to today",
            key="plan_clear",
            on_click=drafting.clear,
            args=(of, draft),
            disabled=not draft.amounts,
        )


def _table(of: Ground, draft: Draft) -> None:
    desk, one = drafting.opened(of, draft), ground.period(of.shown, of.grouping).one
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        page.chart_title("The plan", f"amounts a {safe.markdown(one, 30)}; type over them", "typed")
        st.segmented_control(
            "Typed as",
            list(whatif_words.UNIT),
            key=state.seed("plan_unit", desk.shares),
            format_func=whatif_words.UNIT.__getitem__,
            help=whatif_words.TYPED_HELP,
            required=True,
            label_visibility="collapsed",
            on_change=drafting.set_desk,
            args=("plan_unit", "shares"),
        )
    frame = _frame(of, desk.base, desk.shares)
    key = f"typed_{desk.revision}"
    st.data_editor(
        frame,
        key=key,
        hide_index=True,
        num_rows="fixed",
        disabled=[name for name in frame.columns if not name.startswith(drafting.TYPED)],
        height=min(36 * (len(frame) + 1) + 3, 460),
        column_config=_columns(of, frame, desk.shares),
        on_change=drafting.typed,
        args=(key, of, draft),
    )


def _frame(of: Ground, base: Draft, shares: bool) -> pd.DataFrame:
    """The table to type in. Columns are numbered: no name in a file can be mistaken for another's."""
    past, tiers = of.past, of.tiers()
    found: dict[str, object] = {"group": [of.label(level) for level in past.levels]}
    if tiers:
        found["tier"] = [tier or "–" for tier in tiers]
    for c, name in enumerate(past.channels):
        now = past.now[:, c].tolist()
        new = [base.amounts.get((level, name), today) for level, today in zip(past.levels, now, strict=True)]
        if shares:
            new = [100 * (b / a - 1) if a else None for a, b in zip(now, new, strict=True)]
        digits = None if shares else _digits(now)
        found[f"{drafting.TYPED}{c}"] = [_written(value, digits, drafting.decimal_mark()) for value in new]
        found[f"today {c}"] = now
    return pd.DataFrame(found)


def _columns(of: Ground, frame: pd.DataFrame, shares: bool) -> dict[str, object]:
    noun = of.noun.one
    found: dict[str, object] = {
        "group": st.column_config.TextColumn(noun[:1].upper() + noun[1:], pinned=True),
        "tier": st.column_config.TextColumn("Tier", width=50, help=f"By the response to {of.ranked}"),
    }
    for c, name in enumerate(of.past.channels):
        said = safe.one_line(name, 30)
        found[f"{drafting.TYPED}{c}"] = st.column_config.TextColumn(
            f"{said} ±%" if shares else said, alignment="right", max_chars=30
        )
        digits = f"%.{_digits(frame[f'today {c}'].tolist())}f"
        found[f"today {c}"] = st.column_config.NumberColumn("today", format=digits, help=f"{said} so far")
    return found


def _digits(now: list[float]) -> int:
    """Decimals that amounts deserve: a hundredth of the largest."""
    return decimals(max(now, default=0.0) / 100)


def _written(value: float | None, digits: int | None, mark: str) -> str:
    """An amount as it stands in the table, with the file's decimal mark; percent (no `digits`) signed."""
    if value is None:
        return ""
    if digits is None and abs(value) < 1e-9:
        return "0"
    return (f"{value:+.6g}" if digits is None else f"{value:.{digits}f}").replace(".", mark)
