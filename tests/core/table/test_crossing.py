"""How the groups of two columns stand to each other."""

import pandas as pd

import core
from core.table.crossing import Relation, relation


def test_inside_holding_same_and_crossing() -> None:
    frame = pd.DataFrame(
        {
            "region": ["N", "N", "N", "N", "S", "S", None],
            "store": ["a", "a", "b", "b", "c", "c", "c"],
            "code": [1, 1, 2, 2, 3, 3, 3],
            "week": [1, 2, 1, 2, 1, 2, 1],
            "y": [1.0, 2, 3, 4, 5, 6, 7],
        }
    )
    table = core.read_table(frame)
    assert relation(table, "store", "region") is Relation.INSIDE
    assert relation(table, "region", "store") is Relation.HOLDS
    assert relation(table, "store", "code") is Relation.SAME
    assert relation(table, "week", "store") is Relation.CROSSES
