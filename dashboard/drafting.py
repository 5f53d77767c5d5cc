"""What a click on the What-if page does to the plan: each step can be taken back, nothing typed is lost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

from core.errors import PanelwiseError
from dashboard import ground, state
from dashboard.ground import Ground, planned_grouping
from dashboard.planning import (
    ALL,
    STEPS_BACK,
    TIER,
    Beyond,
    Desk,
    Draft,
    Move,
    Part,
    Sought,
    amounts,
    edited,
    moved,
    planned,
    unread,
)
from dashboard.state import Shown

ABOUT = "plan"  # what troubles with a plan are about
TYPED = "typed "  # begins the names of the columns that are typed in, before the place of the channel


def drafted(shown: Shown) -> tuple[Ground, Draft]:
    """Returns what plans stand on and the plan on the desk; until one is made, the one suggested.

    Raises NoChannel, NegativeSpend.
    """
    now, mine = state.current(), planned_grouping(shown)
    kept = now.desk.drafts.get((now.digest, mine.name))
    of = ground.ground(shown, kept)
    return of, kept or suggested(of)


def suggested(of: Ground) -> Draft:
    """Returns the plan to begin with: from the last tier to the first where responses differ, else more."""
    tiers = tuple(name for name in of.tiers() if name)
    channel = of.ranked or next(iter(of.usual or of.past.channels))
    move = Move(channel if channel in of.past.channels else of.past.channels[0])
    if tiers and channel in of.usual:  # what is no money cannot be moved from one to another
        first, last = (Part(TIER, name) for name in (min(tiers), max(tiers)))
        move = replace(move, source=last, to=first)
    return state.kept(("suggested", *of.key, move, tiers), lambda: by_move(of, Draft(), move))


def by_move(of: Ground, draft: Draft, move: Move) -> Draft:
    """Returns a draft after a quick move. Raises what core says of it."""
    before, _ = planned(draft, of.past, 1)
    after = moved(before, move, of.members())
    alone = move if not before.moved.any() else None
    return replace(draft, amounts=amounts(after, draft.amounts), made_by=alone, name="")


class NothingMoves(PanelwiseError):
    """A quick move that changes no amount."""

    def __init__(self, channel: str) -> None:
        super().__init__(
            f"This move changes no amount of '{channel}': it is of nothing, or of groups that have none to "
            "give or are those that would get it. Choose another percentage or other groups."
        )


class BadShare(PanelwiseError):
    """More than all of an amount, or less than nothing, was to be moved."""

    def __init__(self, percent: float) -> None:
        super().__init__(
            f"{percent:g} % of an amount cannot be moved from one to another. Give a share from 0 to 100 %."
        )


def described(of: Ground, draft: Draft) -> Move | None:
    """Returns the move that alone made a plan, while it still does: tiers may since have other members."""
    move, parts = draft.made_by, of.members()
    if (
        move is None
        or move.channel not in of.past.channels
        or not {move.source, move.to or ALL} <= set(parts)
    ):
        return None
    return move if by_move(of, Draft(), move).amounts == draft.amounts else None


def put(of: Ground, draft: Draft, before: Draft | None) -> None:
    """Lays a draft on the desk; the table to type in opens anew. `before` can be gone back to."""
    desk = state.current().desk
    state.change(desk=replace(_with(of, draft, before), base=draft, revision=desk.revision + 1))


def _with(of: Ground, draft: Draft, before: Draft | None) -> Desk:
    now = state.current()
    mine = (now.digest, of.grouping.name)
    steps = now.desk.steps if before is None else (*now.desk.steps, (mine, before))[-STEPS_BACK:]
    return replace(now.desk, drafts=MappingProxyType({**now.desk.drafts, mine: draft}), steps=steps)


def opened(of: Ground, draft: Draft) -> Desk:
    """Returns the desk with the table to type in open on this plan: anew on arrival, else as it was."""
    now = state.current()
    what = (now.digest, of.grouping.name, of.past.channels, now.desk.shares, now.shown and now.shown.key)
    if now.arrived or now.desk.opened != what:
        desk = replace(now.desk, base=draft, opened=what, revision=now.desk.revision + 1)
        state.change(desk=desk)
    return state.current().desk


def typed(key: str, of: Ground, draft: Draft) -> None:
    """Takes over what was typed into the table of amounts."""
    rows: Mapping[Any, Any] = (state.value(key) or {}).get("edited_rows", {})
    desk = state.current().desk
    named = {f"{TYPED}{c}": name for c, name in enumerate(of.past.channels)}
    cells = {
        int(place): {named[column]: said for column, said in row.items() if column in named}
        for place, row in rows.items()
    }
    mark = decimal_mark()
    made = edited(desk.base, of.past, cells, desk.shares, mark)
    lost = unread(of.past, cells, desk.shares, mark)
    state.settle(ABOUT, BadCells(lost, of.label, mark) if lost else None)
    if made.amounts != draft.amounts:
        state.change(desk=_with(of, replace(draft, amounts=made.amounts, made_by=None, name=""), draft))


def decimal_mark() -> str:
    """Returns the mark that splits off decimals in the file, and so in the table to type in."""
    now = state.current()
    found = now.decimal or (now.table.reading.decimal if now.table else "")
    return found if found == "," else "."


class BadCells(PanelwiseError):
    """Cells of the table to type in that hold no amount."""

    def __init__(
        self, cells: Sequence[tuple[str, str, str]], label: Callable[[object], str], mark: str
    ) -> None:
        group, channel, text = cells[0]
        more = f" Nor can {len(cells) - 1:,} more." if len(cells) > 1 else ""
        super().__init__(
            f"'{text[:40]}' for '{channel}' in '{label(group)}' cannot be planned, so that amount stays as "
            f"it was.{more} Type amounts of zero or more, such as 12{mark}5."
        )


def set_desk(key: str, field: str) -> None:
    """Takes over how the page is looked at: what the chart shows, amounts or percent, whose groups."""
    if (said := state.value(key)) is not None:
        state.change(desk=replace(state.current().desk, **{field: said}))


def set_draft(key: str, field: str, of: Ground, draft: Draft) -> None:
    """Takes over the horizon, the margin (which may be emptied), the columns planned or the setting."""
    said = state.value(key)
    if field == "periods" and not said:
        return
    if field == "channels":
        said = tuple(said or ()) or None
    if field == "beyond":
        said = Beyond(said or Beyond.FLAG)
    state.change(desk=_with(of, replace(draft, **{field: said}), draft))


def set_cost(key: str, channel: str, of: Ground, draft: Draft) -> None:
    """Takes over what one unit of a channel costs."""
    if (said := state.value(key)) is not None:
        state.change(desk=_with(of, draft.with_cost(channel, float(said)), draft))


def said_move(of: Ground, move: Move) -> None:
    """Keeps what the quick move says so far."""
    members = of.members()
    back = state.value("move_kind") == "more" and move.to is not None
    source = ALL if back else state.value("move_source", move.source)
    to = state.value("move_to", move.to) if state.value("move_kind") == "move" else None
    if state.value("move_kind") == "move" and to is None:
        source, to = (move.source, list(members)[1]) if len(members) > 1 else (ALL, ALL)
    percent = state.value("move_percent")
    said = Move(
        state.value("move_channel") or move.channel,
        move.percent if percent is None else float(percent),
        source if source in members else ALL,
        to,
    )
    state.change(desk=replace(state.current().desk, move=said))


def apply(of: Ground, draft: Draft, move: Move) -> None:
    """Asks for the quick move to be made on the plan."""
    state.ask(ABOUT, partial(_apply, of, draft, move))


def _apply(of: Ground, draft: Draft, move: Move) -> None:
    if move.to is not None and not 0 <= move.percent <= 100:
        raise BadShare(move.percent)
    after = by_move(of, draft, move)
    if after.amounts == draft.amounts:
        raise NothingMoves(move.channel)
    put(of, after, draft)


def back(of: Ground) -> None:
    """Takes the last step back."""
    now = state.current()
    mine = (now.digest, of.grouping.name)
    last = next((k for k in reversed(range(len(now.desk.steps))) if now.desk.steps[k][0] == mine), None)
    if last is not None:
        steps = now.desk.steps[:last] + now.desk.steps[last + 1 :]
        put(of, now.desk.steps[last][1], None)
        state.change(desk=replace(state.current().desk, steps=steps))


def can_go_back(of: Ground) -> bool:
    """Returns whether a step was made on this plan."""
    now = state.current()
    return any(whose == (now.digest, of.grouping.name) for whose, _ in now.desk.steps)


def clear(of: Ground, draft: Draft) -> None:
    """Makes the plan today's amounts again."""
    put(of, replace(draft, amounts=MappingProxyType({}), made_by=None, name=""), draft)


def first_move(of: Ground) -> Move:
    """Returns the quick move offered first: the one said last, where this model has its parts."""
    said, parts = state.current().desk.move, set(of.members())
    if said is not None and said.channel in of.past.channels and {said.source, said.to or ALL} <= parts:
        return said
    return suggested(of).made_by or Move(of.past.channels[0])


def aim(field: str, key: str) -> None:
    """Takes over what a best plan is to be best at, or within what."""
    said, desk = state.value(key), state.current().desk
    if isinstance(said, list):
        said = tuple(said)
    if said is not None or field == "budget":
        state.change(desk=replace(desk, aim=replace(desk.aim, **{field: said})))


def aim_column(channel: str, key: str) -> None:
    """Takes over how far a channel may go from today's, of a best plan."""
    said, desk = state.value(key), state.current().desk
    if said is not None:
        columns = tuple(sorted((dict(desk.aim.columns) | {channel: float(said)}).items()))
        state.change(desk=replace(desk, aim=replace(desk.aim, columns=columns)))


def seek(about: tuple[object, ...], wanted: Sought) -> None:
    """Asks for the best plan; the page finds it."""
    state.change(desk=replace(state.current().desk, sought=(about, wanted)))
