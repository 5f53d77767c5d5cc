"""Plans as files: a table whose last line is the sum of its parts, and the plan itself to take along."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from core.decide.scenario import Scenario
from core.errors import PanelwiseError
from dashboard.planning import Beyond, Cell, Draft

KIND, VERSION = "panelwise plan", 1
MOST_BYTES, MOST_CELLS, MOST_LETTERS = 10_000_000, 200_000, 200
FIELDS = {
    KIND,
    "name",
    "groups",
    "columns",
    "periods",
    "margin",
    "costs",
    "never spent",
    "amounts",
    "made of",
}


class BadPlanFile(PanelwiseError):
    """A file that holds no plan."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"This file cannot be read as a plan: {why}. Choose a file that 'Download plan' made here; what "
            "was planned on this page stays."
        )


@dataclass(frozen=True, slots=True)
class Filed:
    """A plan as a file has it; `factor` is the grouping it was made for."""

    name: str
    factor: str
    draft: Draft


def table(
    shown: Scenario,
    label: Callable[[object], str],
    outcome: str,
    period: str,
    horizon: str,
    width: str,
    earns: bool,
    origin: Mapping[str, str],
) -> pd.DataFrame:
    """Returns every part of a scenario and, last, the total, with every digit: the parts add up to it.

    `label` writes groups, `period` is one period and `horizon` all of them, `outcome` what is counted;
    profit stands there where the margin was said (`earns`).
    """
    parts, history = shown.parts, shown.plan.history
    response = shown.total.loc["response"]
    cost = float(shown.cost.sum())
    groups, channels = (parts.index.get_level_values(k).tolist() for k in (0, 1))
    flagged = {(flag.group, flag.channel): flag for flag in shown.flags}
    ends = ("mean", "low", "high")
    rows: dict[str, list[Any]] = {
        "line": ["part"] * len(parts) + ["total"],
        history.factor: [label(group) for group in groups] + [""],
        "column": [*channels, ""],
        f"today a {period}": [*parts["now"], math.nan],
        f"plan a {period}": [*parts["new"], math.nan],
        f"cost beyond today {horizon}": [*parts["cost"], cost],
    }
    for name, says in zip(ends, ("", f", {width} low", f", {width} high"), strict=True):
        rows[f"change in {outcome} {horizon}{says}"] = [*parts[name], float(response[name])]
    rows["draws with a gain, %"] = [*(100 * parts["p_positive"]), 100 * float(response["p_positive"])]
    if earns:
        profit = shown.money.margin * parts["mean"] - parts["cost"]
        rows["profit"] = [*profit, float(shown.total.loc["profit", "mean"])]
    rows["never spent so far"] = [
        _seen(flagged[cell].low, flagged[cell].high) if cell in flagged else ""
        for cell in zip(groups, channels, strict=True)
    ] + [""]
    return pd.DataFrame(rows).assign(**origin)


def _seen(low: float, high: float) -> str:
    return f"seen: {low:g} to {high:g}"


def written(name: str, factor: str, draft: Draft, periods: int, origin: Mapping[str, str]) -> bytes:
    """Returns a plan as JSON; `origin` says of which data and model it was made."""
    content = {
        KIND: VERSION,
        "name": name,
        "groups": factor,
        "columns": None if draft.channels is None else list(draft.channels),
        "periods": periods,
        "margin": draft.margin,
        "costs": dict(draft.costs),
        "never spent": draft.beyond.value,
        "amounts": [[group, channel, amount] for (group, channel), amount in draft.amounts.items()],
        "made of": dict(origin),
    }
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False).encode("utf-8")


def read(content: bytes) -> Filed:
    """Returns the plan that a file holds. Raises BadPlanFile of anything else, and takes nothing on trust."""
    if len(content) > MOST_BYTES:
        raise BadPlanFile(f"it is larger than {MOST_BYTES // 1_000_000} MB")
    found = _parsed(content)
    if not isinstance(found, dict) or KIND not in found:
        raise BadPlanFile("it does not say that it is a Panelwise plan")
    if found[KIND] != VERSION or isinstance(found[KIND], bool):
        raise BadPlanFile("it is of another version")
    if set(found) - FIELDS:
        raise BadPlanFile("it has fields that no plan has")
    periods = found.get("periods")
    if not isinstance(periods, int) or isinstance(periods, bool) or not 1 <= periods <= 100_000:
        raise BadPlanFile("its periods are no whole number from 1 to 100,000")
    if found.get("never spent") not in [one.value for one in Beyond]:
        raise BadPlanFile("it does not say what to do with amounts never spent")
    margin = found.get("margin")
    draft = Draft(
        amounts=MappingProxyType(_amounts(found.get("amounts"))),
        periods=periods,
        margin=None if margin is None else _number(margin, "its margin", None),
        costs=_costs(found.get("costs")),
        channels=_names(found.get("columns")),
        beyond=Beyond(found["never spent"]),
    )
    return Filed(_text(found.get("name"), "its name"), _text(found.get("groups"), "its groups"), draft)


def _parsed(content: bytes) -> object:
    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len({key for key, _ in pairs}) < len(pairs):
            raise BadPlanFile("it says something twice")
        return dict(pairs)

    def no_number(text: str) -> object:
        raise BadPlanFile(f"{text} is no number")

    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=once, parse_constant=no_number)
    except (ValueError, RecursionError):
        raise BadPlanFile("it is no JSON text") from None


def _amounts(found: object) -> dict[Cell, float]:
    if not isinstance(found, list) or len(found) > MOST_CELLS:
        raise BadPlanFile(f"it has no list of amounts, or more than {MOST_CELLS:,}")
    amounts: dict[Cell, float] = {}
    for place, row in enumerate(found, start=1):
        if not isinstance(row, list) or len(row) != 3:
            raise BadPlanFile(f"amount {place:,} is not a group, a column and a number")
        cell = (
            _text(row[0], f"the group of amount {place:,}"),
            _text(row[1], f"the column of amount {place:,}"),
        )
        if cell in amounts:
            raise BadPlanFile(f"amount {place:,} is of a group and column that it already has")
        amounts[cell] = _number(row[2], f"amount {place:,}", 0.0)
    return amounts


def _costs(found: object) -> tuple[tuple[str, float], ...]:
    if not isinstance(found, dict) or len(found) > MOST_LETTERS:
        raise BadPlanFile("its costs are not by column")
    return tuple(
        sorted((_text(name, "a column"), _number(cost, "a cost", 0.0)) for name, cost in found.items())
    )


def _names(found: object) -> tuple[str, ...] | None:
    if found is None:
        return None
    if not isinstance(found, list) or len(found) > MOST_LETTERS:
        raise BadPlanFile("its columns are no list")
    return tuple(dict.fromkeys(_text(name, "a column") for name in found)) or None


def _text(found: object, what: str) -> str:
    if not isinstance(found, str) or not found.strip() or len(found) > MOST_LETTERS:
        raise BadPlanFile(f"{what} is no text of at most {MOST_LETTERS} letters")
    return found


def _number(found: object, what: str, least: float | None) -> float:
    if isinstance(found, bool) or not isinstance(found, int | float) or not abs(found) < 1e300:
        raise BadPlanFile(f"{what} is no number")
    if least is not None and found < least:
        raise BadPlanFile(f"{what} is below {least:g}")
    return float(found)
