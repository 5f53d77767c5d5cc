"""Columns of new rows read as those of the fitted rows were: one word alone does not tell a kind."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from core.design.coding import Coding
from core.design.errors import UnseenValues
from core.design.factor import level_name
from core.table.flags import read_flags
from core.table.table import Kind, Table
from core.table.words import YES_NO_WORDS

WRITTEN = frozenset({"True", "False"})  # the levels of a grouping that is a yes/no column


def as_met(table: Table, codings: Sequence[Coding], levels: Mapping[str, tuple[str, ...]]) -> Table:
    """Returns the table with its columns of yes and no as the fitted rows had them.

    "Y" in every row is text to a reader of files: it is yes where the fitted column was yes/no. And "yes" and
    "no" are read as a flag, where they are two of the fitted column's three words. `levels` are those of the
    groupings by name. Raises UnseenValues where a yes/no predictor holds something else.
    """
    flags, texts = _fitted(codings, levels)
    found: dict[str, tuple[Kind, pd.Series[Any]]] = {}
    for name in table.names:
        cells, kind = table.frame[name], table.column(name).kind
        if name in flags and kind in (Kind.TEXT, Kind.NUMBER):
            said = _said(cells, kind)
            if said is not None:
                found[name] = Kind.YES_NO, said
            elif flags[name]:
                raise UnseenValues(name, _odd(cells), ("no", "yes"))
        if name in texts and kind is Kind.YES_NO:
            words = _words(cells, texts[name])
            if words is not None:
                found[name] = Kind.TEXT, words
    if not found:
        return table
    frame = table.frame.copy(deep=False)
    for name, (_, cells) in found.items():
        frame[name] = cells
    columns = tuple(
        replace(one, kind=found[one.name][0]) if one.name in found else one for one in table.columns
    )
    return replace(table, frame=frame, columns=columns)


def _fitted(
    codings: Sequence[Coding], levels: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, bool], dict[str, tuple[str, ...]]]:
    """Columns that were yes/no, with whether one is a predictor, and the words of those that were text."""
    known = dict(levels)
    for coding in codings:
        for step, one in zip(coding.variable.steps, coding.learned, strict=False):
            if step.group:
                known[step.group] = one.levels
    texts = {coding.variable.column: coding.levels for coding in codings if coding.is_text}
    texts = {name: one for name, one in known.items() if one and not set(one) <= WRITTEN} | texts
    flags = {name: False for name, one in known.items() if one and set(one) <= WRITTEN}
    return flags | {coding.variable.column: True for coding in codings if coding.flag}, texts


def _said(cells: "pd.Series[Any]", kind: Kind) -> "pd.Series[Any] | None":
    """The cells as yes/no; None where they hold something else."""
    if kind is Kind.NUMBER:
        filled = cells.dropna()
        return cells.astype("boolean") if filled.isin([0, 1]).all() else None
    words = [str(word) for word in cells.dropna().unique()]
    read = read_flags(words, forced=True)
    if read is None:
        return None
    return cells.map(dict(zip(words, read.values.tolist(), strict=True))).astype("boolean")


def _words(cells: "pd.Series[Any]", levels: tuple[str, ...]) -> "pd.Series[Any] | None":
    """The words of a flag's cells among the levels; None where that is not one pair."""
    present = [bool(value) for value in cells.dropna().unique()]
    pairs = set()
    for yes, no in YES_NO_WORDS:
        named = tuple(
            level for value in present for level in levels if level.casefold() == (yes if value else no)
        )
        if len(named) == len(present):
            pairs.add(named)
    if len(pairs) != 1:
        return None
    return cells.map(dict(zip(present, pairs.pop(), strict=True))).astype("str")


def _odd(cells: "pd.Series[Any]") -> list[str]:
    """What is neither yes nor no among the cells; all where each is, of different pairs of words."""
    found = sorted(level_name(value) for value in cells.dropna().unique()[:1000])
    known = {word for pair in YES_NO_WORDS for word in pair} | {"0", "1", "0.0", "1.0"}
    return [word for word in found if word.casefold() not in known] or found
