"""Plans as files: the last line of a table is the sum of its parts; a plan reads back as written, no more."""

import csv
import io
import json
from types import MappingProxyType
from typing import Any

import pytest

import core
from core.decide.scenario import Money
from dashboard.planning import Beyond, Draft
from dashboard.report import plans, tables
from tests.core.decide.panels import panel

DRAFT = Draft(
    amounts=MappingProxyType({("=HYPERLINK(1)", "tv\n<b>"): 3.25, ("s00", "tv"): 0.1 + 0.2}),
    periods=8,
    margin=-1.5,
    costs=(("tv", 2.0),),
    channels=("tv", "web"),
    beyond=Beyond.WIDEN,
)
ORIGIN = {"data": "a.csv", "formula": "y ~ x"}


def filed(**other: Any) -> bytes:
    """A plan's file with some fields changed."""
    content = json.loads(plans.written("A", "store", DRAFT, 8, ORIGIN))
    return json.dumps(content | other).encode()


def test_a_plan_reads_back_as_it_was_written() -> None:
    found = plans.read(plans.written("Näme 'x'", "store", DRAFT, 8, ORIGIN))
    assert (found.name, found.factor) == ("Näme 'x'", "store")
    assert dict(found.draft.amounts) == dict(DRAFT.amounts)
    assert (found.draft.periods, found.draft.margin) == (8, -1.5)
    assert (found.draft.costs, found.draft.channels, found.draft.beyond) == (
        DRAFT.costs,
        DRAFT.channels,
        DRAFT.beyond,
    )


BAD = {
    "no JSON": b"\x00\xff",
    "no plan": b'{"a": 1}',
    "a list": b"[]",
    "deep": b"[" * 100_000,
    "another version": filed(**{plans.KIND: 2}),
    "a field too many": filed(run="rm"),
    "no periods": filed(periods=0),
    "periods that are true": filed(periods=True),
    "half a period": filed(periods=1.5),
    "a margin in words": filed(margin="5"),
    "a negative amount": filed(amounts=[["a", "tv", -1]]),
    "an endless amount": filed(amounts=[["a", "tv", 1]]).replace(b'"tv", 1]', b'"tv", 1e999]'),
    "no number": filed(amounts=[["a", "tv", 1]]).replace(b'"tv", 1]', b'"tv", NaN]'),
    "a number of many digits": filed(amounts=[["a", "tv", 1]]).replace(
        b'"tv", 1]', b'"tv", 1' + b"0" * 400 + b"]"
    ),
    "an amount twice": filed(amounts=[["a", "tv", 1], ["a", "tv", 2]]),
    "two numbers": filed(amounts=[["a", "tv", 1, 2]]),
    "a group that is a list": filed(amounts=[[["a"], "tv", 1]]),
    "a long name": filed(name="x" * 201),
    "an empty name": filed(name=" "),
    "a negative cost": filed(costs={"tv": -1}),
    "another setting": filed(**{"never spent": "trust"}),
    "a key twice": b'{"panelwise plan": 1, "panelwise plan": 1}',
    "too large": b" " * (plans.MOST_BYTES + 1),
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_what_is_no_plan_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(plans.BadPlanFile, match=r"^This file cannot be read as a plan: .+\. Choose a file"):
        plans.read(content)


def test_the_last_line_of_the_table_is_the_sum_of_its_parts() -> None:
    frame = panel()
    table = core.read_table(frame.assign(store="=1+" + frame["store"].astype(str)))
    fit = core.fit(table, "sales ~ log(tv) + web + (1 + log(tv) | store)")
    past = core.history(fit, table, channels=["tv", "web"])
    plan = core.changed(core.changed(core.today(past, 6), "tv", percent=7), "web", amount=1.0)
    shown = core.scenario(fit, plan, money=Money(3.0, (1.0, 2.0)))
    made = plans.table(shown, str, "sales", "week", "over 6 weeks", "95 %", True, ORIGIN)
    read = list(csv.DictReader(io.StringIO(tables.csv(made).decode("utf-8-sig"))))
    parts, total = read[:-1], read[-1]
    assert [row["line"] for row in parts] == ["part"] * len(shown.parts)
    assert total["line"] == "total"
    for column in ("change in sales over 6 weeks", "cost beyond today over 6 weeks", "profit"):
        # the promise: parts of every export add to their total within a part in a billion
        assert sum(float(row[column]) for row in parts) == pytest.approx(float(total[column]), rel=1e-9)
    assert all(row["store"].startswith("'=1+") for row in parts)  # no spreadsheet runs it
