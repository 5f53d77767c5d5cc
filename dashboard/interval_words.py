"""Intervals made in other ways beside the model's own: rows for the table and a sentence."""

from typing import Any

import pandas as pd

from dashboard import wording
from dashboard.numbers import interval, number
from dashboard.safe import markdown
from dashboard.sentences import said

SHARES = {
    "icc_adjusted": "share between groups of what predictors leave (ICC)",
    "r2_marginal": "share explained by predictors (R²)",
    "r2_conditional": "share explained by predictors and groups (R²)",
}
APART = 1.25  # widths whose ratio is beyond this are told apart


def rows(fit: Any, profile: Any, bootstrap: Any) -> list[dict[str, object]]:
    """Returns one row a coefficient and one an SD or correlation, each with its intervals as text."""
    found: list[dict[str, object]] = []
    for term, row in fit.fixed_effects.iterrows():
        found.append(
            {
                "": wording.term(str(term)),
                "estimate": number(row["estimate"], row["std_error"]),
                "the model's own (Wald)": interval(row["low"], row["high"]),
                "profile": _of(profile, "fixed_effects", term),
                "bootstrap": _of(bootstrap, "fixed_effects", term),
            }
        )
    table = profile.variance_components if profile is not None else bootstrap.variance_components
    for place, part in enumerate(table.itertuples()):
        found.append(
            {
                "": _named(part),
                "estimate": number(part.estimate, abs(part.estimate) / 8),
                "the model's own (Wald)": "–",
                "profile": _at(profile, place),
                "bootstrap": _at(bootstrap, place),
            }
        )
    for name, words in SHARES.items() if bootstrap is not None else ():
        row = bootstrap.shares.loc[name]
        found.append(
            {
                "": words,
                "estimate": number(row["estimate"], 0.2),
                "the model's own (Wald)": "–",
                "profile": "–",
                "bootstrap": interval(row["low"], row["high"]),
            }
        )
    return found


def _of(made: Any, what: str, term: object) -> str:
    if made is None:
        return ""
    row = getattr(made, what).loc[term]
    return interval(row["low"], row["high"])


def _at(made: Any, place: int) -> str:
    if made is None:
        return ""
    row = made.variance_components.iloc[place]
    return interval(row["low"], row["high"])


def _named(part: Any) -> str:
    if part.group == "Residual":
        return "residual SD"
    first = wording.term(part.term_1)
    if part.term_2:
        return f"correlation of {first} and {wording.term(part.term_2)}, {part.group}"
    return f"SD of {first}, {part.group}"


def title(fit: Any, other: pd.DataFrame, name: str) -> str:
    """Returns how another kind of interval compares with the model's own, without a full stop."""
    own = fit.fixed_effects
    width = ((other["high"] - other["low"]) / (own["high"] - own["low"])).dropna()
    if width.empty:
        return f"The {name} gives no interval here"
    widest, narrowest = str(width.idxmax()), str(width.idxmin())
    if width[widest] > APART:
        return (
            f"The {name} is less sure of {markdown(said(widest))}: {number(width[widest], 0.2)} times as wide"
        )
    if width[narrowest] < 1 / APART:
        share = number(width[narrowest], 0.2)
        return f"The {name} is surer of {markdown(said(narrowest))}: {share} of the width"
    return f"The {name} agrees: no interval of an effect is a quarter wider or narrower"
