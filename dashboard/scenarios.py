"""The scenarios saved in a session: what a click does to them, and how two of them compare."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from core.decide.errors import LogOfNothing, NegativeSpend, NoChannel, UnknownGroups
from core.errors import PanelwiseError
from core.result.central import central
from core.spec.formula import write_formula
from dashboard import drafting, ground, naming, state, whatif_words
from dashboard.ground import Ground
from dashboard.outlook import Outlook, outlook
from dashboard.planning import Desk, Draft, Saved, next_name
from dashboard.report import plans
from dashboard.state import Shown

MOST = 40
HERE = 0  # the number of the plan above, which is no scenario until it is saved


@dataclass(frozen=True, slots=True)
class Difference:
    """How much more one scenario brings than another: from the same draws of the same model."""

    mean: float
    low: float
    high: float
    p_positive: float


def about(shown: Shown) -> tuple[object, ...]:
    """Returns what the figures of a scenario rest on: scenarios with the same were reckoned on one fit."""
    return ("scenario", *shown.key, ground.SEED, ground.N_DRAWS)


def stale(saved: Saved, shown: Shown) -> bool:
    """Returns whether a scenario's figures are of another model, method or table than the one in use."""
    return saved.about != about(shown)


def same(one: Saved, other: Saved) -> bool:
    """Returns whether two scenarios are one plan reckoned on one fit."""
    plain = (replace(each.draft, made_by=None, name="", channels=None) for each in (one, other))
    return one.about == other.about and one.factor == other.factor and next(plain) == next(plain)


def recorded(of: Ground, draft: Draft, found: Outlook, number: int, name: str) -> Saved:
    """Returns a plan and its figures as they are kept."""
    now, shown = state.current(), of.shown
    return Saved(
        number=number,
        name=name,
        draft=replace(draft, periods=found.plan.periods),  # said or usual, it is now this plan's
        factor=of.grouping.name,
        digest=now.digest,
        table=now.table.name if now.table else "",
        formula=write_formula(shown.spec),
        method=naming.method(shown),
        outcome=whatif_words.what(shown),
        periods=found.plan.periods,
        about=about(shown),
        total={str(row): dict(found.total.loc[row]) for row in found.total.index},
        gains=found.gains,
        profits=found.profits,
        flags=len(found.flags),
    )


def save(of: Ground, draft: Draft, found: Outlook, key: str) -> None:
    """Saves the plan on the desk under the name typed."""
    desk = state.current().desk
    name = (state.value(key) or "").strip()[: plans.MOST_LETTERS] or suggested_name(desk, draft)
    number = 1 + max((one.number for one in desk.saved), default=HERE)
    one = recorded(of, draft, found, number, next_name(name, [each.name for each in desk.saved]))
    state.change(desk=replace(desk, saved=(*desk.saved, one)[-MOST:], one=number))
    state.clear(key)


def suggested_name(desk: Desk, draft: Draft) -> str:
    """Returns what a plan is called until it is given a name."""
    made = whatif_words.name(draft.made_by) if draft.made_by else ""
    said = draft.name or made or f"Plan {len(desk.saved) + 1}"
    return next_name(said, [each.name for each in desk.saved])


def with_number(number: int) -> Saved | None:
    """Returns the scenario of a number."""
    return next((one for one in state.current().desk.saved if one.number == number), None)


def duplicate(number: int) -> None:
    """Saves a scenario once more, under another name."""
    desk, one = state.current().desk, with_number(number)
    if one is not None:
        name = next_name(one.name, [each.name for each in desk.saved])
        twin = replace(one, number=1 + max(each.number for each in desk.saved), name=name)
        state.change(desk=replace(desk, saved=(*desk.saved, twin)[-MOST:], one=twin.number))


def rename(number: int, key: str) -> None:
    """Gives a scenario the name typed, unless another has it."""
    desk, name = state.current().desk, (state.value(key) or "").strip()[: plans.MOST_LETTERS]
    if name:
        taken = [each.name for each in desk.saved if each.number != number]
        new = next_name(name, taken)
        state.change(
            desk=replace(
                desk, saved=tuple(replace(o, name=new) if o.number == number else o for o in desk.saved)
            )
        )


def remove(number: int) -> None:
    """Forgets a scenario."""
    desk = state.current().desk
    kept = tuple(one for one in desk.saved if one.number != number)
    state.change(desk=replace(desk, saved=kept, picked=None))


def use(number: int, of: Ground, draft: Draft) -> None:
    """Asks for a scenario's plan to be laid on the desk; what was there can be gone back to."""
    one = with_number(number)
    if one is not None:
        state.ask(drafting.ABOUT, partial(lay, one.factor, one.draft, of, draft))


def lay(factor: str, made: Draft, of: Ground, draft: Draft) -> None:
    """Lays a plan of a grouping on the desk; of groups that this model does not have, on those planned for.

    Raises NoChannel, NegativeSpend.
    """
    mine = ground.named_grouping(of.shown, factor)
    before: Draft | None = draft
    if mine.name != of.grouping.name:
        now = state.current()
        of = ground.ground(of.shown, made, mine)
        before = now.desk.drafts.get((now.digest, mine.name))
    drafting.put(of, made, before)
    state.change(desk=replace(state.current().desk, factor=mine.name))


def again(shown: Shown) -> None:
    """Asks for the scenarios of other models to be reckoned on the one in use."""
    state.ask(drafting.ABOUT, partial(_again, shown))


def _again(shown: Shown) -> None:
    """Raises what core says of a plan that this model cannot carry; the others are reckoned."""
    refused: PanelwiseError | None = None
    for one in state.current().desk.saved:
        if stale(one, shown):
            try:
                new = _anew(one, shown)
            except (LogOfNothing, NoChannel, NegativeSpend, UnknownGroups) as why:
                refused = refused or why
                continue
            desk = state.current().desk
            saved = tuple(new if each.number == one.number else each for each in desk.saved)
            state.change(desk=replace(desk, saved=saved))
    if refused is not None:
        raise refused


def _anew(one: Saved, shown: Shown) -> Saved:
    of = ground.ground(shown, one.draft, ground.named_grouping(shown, one.factor))
    found = outlook(of, one.draft)
    if found.lost and len(found.lost) == len(one.draft.amounts):
        raise UnknownGroups(of.grouping.name, list(dict.fromkeys(group for group, _ in found.lost)))
    return recorded(of, one.draft, found, one.number, one.name)


def uploaded(key: str, of: Ground, draft: Draft) -> None:
    """Asks for the plan in an uploaded file to be laid on the desk."""
    file = state.value(key)
    if file is not None:
        state.ask(drafting.ABOUT, partial(_read, file.getvalue(), of, draft))


def _read(content: bytes, of: Ground, draft: Draft) -> None:
    filed = plans.read(content)
    lay(filed.factor, replace(filed.draft, name=filed.name), of, draft)


def difference(one: Saved, other: Saved, of: str) -> Difference | None:
    """Returns how much more one brings than the other, of "gains" or "profits"; None of different models."""
    if one.about != other.about:
        return None
    apart = getattr(one, of) - getattr(other, of)
    low, high = central(apart, state.current().level)
    return Difference(float(apart.mean()), float(low), float(high), float((apart > 0).mean()))


def pick(key_one: str, key_other: str) -> None:
    """Takes over which two scenarios are compared."""
    one, other = state.value(key_one), state.value(key_other)
    if one is not None and other is not None:
        state.change(desk=replace(state.current().desk, picked=(one, other)))


def origin(of: Ground) -> Mapping[str, str]:
    """Returns what a plan's file says it was made of."""
    now = state.current()
    return {
        "data": now.table.name if now.table else "",
        "data fingerprint": now.digest,
        "formula": write_formula(of.shown.spec),
        "method": naming.method(of.shown),
    }
