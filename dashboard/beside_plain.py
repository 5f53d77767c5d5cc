"""What plain regression would have claimed, beside the model: one row a coefficient, and a sentence."""

import pandas as pd

from dashboard import headlines, wording
from dashboard.numbers import interval, number
from dashboard.safe import markdown
from dashboard.sentences import said

APART = 0.9  # errors whose ratio lies between this and its inverse are called alike
WHERE_ZERO = " · of a product's columns: the effect where the other is zero, not at its average as above"
Row = dict[str, object]


def ratios(effects: pd.DataFrame, plain: pd.DataFrame) -> pd.Series:
    """Returns plain regression's standard error over the model's, by term both have; without the baseline."""
    found = (plain["std_error"] / effects["std_error"]).dropna()
    return found.drop(index=headlines.INTERCEPT, errors="ignore")


def title(effects: pd.DataFrame, plain: pd.DataFrame) -> str:
    """Returns the sentence on whose certainty plain regression has most wrong. Names leave escaped."""
    ratio = ratios(effects, plain)
    if ratio.empty:
        return "Plain regression has nothing to set beside this model"
    low, high = str(ratio.idxmin()), str(ratio.idxmax())
    if ratio[low] < APART:
        return (
            f"Plain regression would claim {markdown(said(low))} is surer than it is: its error is "
            f"{number(ratio[low], 0.2)} of the real one"
        )
    if ratio[high] > 1 / APART:
        return (
            f"Plain regression is less sure of {markdown(said(high))} than these rows allow: its error is "
            f"{number(ratio[high], 0.2)} times the model's"
        )
    return "Plain regression would be about as sure: every error within a tenth of the model's"


def drawn(effects: pd.DataFrame, plain: pd.DataFrame, error: str = "standard error") -> str:
    """Returns what the table holds, and the other way in which plain regression errs; `error` is what the
    model's is called.
    """
    ratio = ratios(effects, plain)
    what = f"plain regression takes all rows for unrelated; error: {error}; ratio: its by the model's"
    if ratio.empty or ratio.min() >= APART or ratio.max() <= 1 / APART:
        return what
    high = str(ratio.idxmax())
    times = number(ratio[high], 0.2)
    return f"{what} · less sure than these rows allow of {markdown(said(high))} ({times} times)"


def rows(effects: pd.DataFrame, plain: pd.DataFrame, width: str) -> list[Row]:
    """Returns one row a coefficient, in the model's order, numbers rounded to what their error supports.

    `width` is that of the intervals.
    """
    found: list[Row] = []
    for term, row in effects.iterrows():
        other = plain.loc[term] if term in plain.index else None
        found.append(
            {
                "": wording.term(str(term)),
                "this model": number(row["estimate"], row["std_error"]),
                "± error": number(row["std_error"], row["std_error"] / 4),
                f"{width} interval": interval(row["low"], row["high"]),
                "plain regression": number(other["estimate"], other["std_error"])
                if other is not None
                else "–",
                "± its error": number(other["std_error"], other["std_error"] / 4)
                if other is not None
                else "–",
                "ratio": float(other["std_error"] / row["std_error"]) if other is not None else None,
            }
        )
    return found
