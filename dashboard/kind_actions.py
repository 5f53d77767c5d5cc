"""What the reader may do to the kind of outcome: another kind, what counts as yes, out of or over what."""

from dataclasses import replace

from core.spec.model import COUNTS, Family, Link, ModelSpec
from dashboard import families, state
from dashboard.actions import ask_changed


def pick_kind() -> None:
    """Asks for the model of another kind of outcome: as it was when that kind was in use, else guessed."""
    if (name := state.value("pick_kind")) is not None:
        ask_changed(_of_kind, Family(name))


def _of_kind(spec: ModelSpec, family: Family) -> ModelSpec:
    now = state.current()
    assert now.table is not None
    kinds = {Family(kind): one for (name, kind), one in now.settled.items() if name == spec.outcome.column}
    spec = families.with_exposure_of(spec, family, kinds)
    if (before := kinds.get(family)) is not None:
        spec = families.of_kind(spec, family, before.event, before.trials)
        return replace(spec, link=before.link)
    found = families.guess(now.table, spec)
    if family is Family.BINOMIAL and found.family != family.value:
        return families.of_kind(spec, family, None, families.out_of(now.table, spec.outcome.column))
    if family is not Family.BINOMIAL or found.family != family.value:
        return families.of_kind(spec, family)
    return families.of_kind(spec, family, found.event, found.trials)


def pick_event() -> None:
    """Asks for the model in which the value picked counts as yes."""
    if (said := state.value("pick_event")) is not None:
        ask_changed(_replaced, "event", said)


def pick_trials(key: str = "pick_trials") -> None:
    """Asks for the model whose outcome counts successes out of the column picked."""
    ask_changed(_out_of, state.value(key))


def _out_of(spec: ModelSpec, trials: str | None) -> ModelSpec:
    return replace(families.of_kind(spec, spec.family, None, trials), link=spec.link)


def pick_link() -> None:
    """Asks for the model with the link picked."""
    if (name := state.value("pick_link")) is not None:
        ask_changed(_replaced, "link", Link(name))


def _replaced(spec: ModelSpec, field: str, value: object) -> ModelSpec:
    return replace(spec, **{field: value})


def pick_exposure() -> None:
    """Asks for the model whose outcome is counted over the column picked."""
    ask_changed(families.over, state.value("pick_exposure"))


def count_over(column: str) -> None:
    """Asks for the model of counts over a column, from a finding's button; a kind of counts in use stays."""
    ask_changed(_counted_over, column)


def _counted_over(spec: ModelSpec, column: str) -> ModelSpec:
    family = spec.family if spec.family in COUNTS else Family.NEGATIVE_BINOMIAL
    return families.over(families.of_kind(spec, family), column)
