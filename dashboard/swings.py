"""What one step of each predictor is in the chart of effects, and what its row is called there."""

from collections.abc import Iterable

import pandas as pd

from core.result.held import partners
from dashboard import naming, sentences, wording
from dashboard.state import Shown


def swings(shown: Shown, terms: Iterable[str]) -> pd.Series:
    """Returns a usual swing by term: one SD, of a product one SD of each number; 1 for categories."""
    columns = shown.fit.linear.moments.columns

    def size(part: str) -> float:
        return 1.0 if is_indicator(shown, part) else float(columns.scale[columns.index(part)])

    found = {}
    for term in terms:
        found[term] = 1.0
        for part in _parts(shown, term):
            found[term] *= size(part)
    return pd.Series(found)


def per_swing(effects: pd.DataFrame, swing: pd.Series) -> pd.DataFrame:
    """Returns the table of effects per usual swing."""
    scaled = effects.copy()
    for name in ("estimate", "std_error", "low", "high"):
        scaled[name] = scaled[name] * swing.reindex(scaled.index)
    return scaled


def is_indicator(shown: Shown, part: str) -> bool:
    """Returns whether a column of the model is there or not: a category, a yes/no, a 0 and 1."""
    return part in sentences.levels(shown.fit) or part in naming.pairs(shown)


def partners_of(shown: Shown, term: str) -> bool:
    """Returns whether an interaction bends the term."""
    return any(partners(shown.fit.linear.lead, term).values())


def label(shown: Shown, term: str) -> str:
    """Returns the name of a row; the parts of a product on a line each."""
    return "\n".join(wording.term(part) for part in _parts(shown, term))


def _parts(shown: Shown, term: str) -> tuple[str, ...]:
    return dict(shown.fit.linear.moments.layout.products).get(term, (term,))
