"""How the values of two columns stand to each other: one inside the other, or crossing."""

from enum import StrEnum

import numpy as np

from core.table.table import Table
from core.table.within import group_codes


class Relation(StrEnum):
    """How the groups of a column stand to those of another."""

    HOLDS = "holds"
    INSIDE = "inside"
    SAME = "same"
    CROSSES = "crosses"


def relation(table: Table, one: str, other: str) -> Relation:
    """Returns how the groups of `one` stand to those of `other`: each in one, holding them, or neither.

    By the pairs that occur, rows with a blank left out. Labels that start over in every outer group (shelf 1
    of every store) cross by this; whether they mean the same thing only their owner knows.
    """
    (first, _), (second, others) = group_codes(table, one), group_codes(table, other)
    known = (first >= 0) & (second >= 0)
    pairs = len(np.unique(first[known].astype(np.int64) * (len(others) + 1) + second[known]))
    many, few = len(np.unique(first[known])), len(np.unique(second[known]))
    if pairs == many == few:
        return Relation.SAME
    if pairs == many:
        return Relation.INSIDE
    return Relation.HOLDS if pairs == few else Relation.CROSSES
