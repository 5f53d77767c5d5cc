"""Findings about slopes that differ by group and that an interaction bends: where they are read."""

import numpy as np

from core.design.layout import INTERCEPT
from core.errors import listed
from core.finding import Finding, Status
from core.fit.along import Along
from core.result.held import held, partners, places


def review_held(linear: Along) -> list[Finding]:
    """Returns, for each varying slope with partners, the values at which groups are compared."""
    terms = [t for t in linear.problem.random if t != INTERCEPT]
    return [_read_at(linear, term, kept) for term in terms if (kept := held(linear, term))]


def _read_at(linear: Along, term: str, kept: tuple[tuple[str, float], ...]) -> Finding:
    factor = linear.moments.factors[0]
    apart = _apart(linear, kept)
    named = listed([f"'{name}'" for name in apart])
    at = listed([_values(linear, values) for values in apart.values()])
    message = f"The response to '{term}' depends on {named}. Groups are compared, here and in tiers, at {at}."
    if still := [f"'{name}'" for name, columns in apart.items() if _all_still(linear, columns)]:
        message += (
            f" {listed(still)} never changes within a value of '{factor}': what it adds to a group's "
            "response is left out of the comparison."
        )
    return Finding("held_partner", Status.LOOK, message, _elsewhere(linear, term, kept), dict(kept))


Kept = tuple[tuple[str, float], ...]


def _apart(linear: Along, kept: Kept) -> dict[str, Kept]:
    """The partners by name; a text column with several columns of its own is one partner."""
    texts = [coding for coding in linear.moments.layout.codings if coding.is_text]
    of = {f"{c.variable.column}[{level}]": c.variable.column for c in texts for level in c.levels}
    columns = [of.get(name, name) for name, _ in kept]
    found: dict[str, Kept] = {}
    for (name, value), column in zip(kept, columns, strict=True):
        partner = column if columns.count(column) > 1 else name
        found[partner] = (*found.get(partner, ()), (name, value))
    return found


def _values(linear: Along, values: Kept) -> str:
    if len(values) == 1:
        return _value(linear, *values[0])
    shares = listed([f"'{name}' in {value:.0%}" for name, value in values])
    return f"the shares its values have in all rows ({shares})"


def _all_still(linear: Along, columns: Kept) -> bool:
    return all(_is_still(linear, name) for name, _ in columns)


def _value(linear: Along, name: str, value: float) -> str:
    if _is_share(linear, name, value):
        return f"the share it has in all rows ('{name}' in {value:.0%})"
    return f"'{name}' = {value:.4g} (its average)"


def _elsewhere(linear: Along, term: str, kept: tuple[tuple[str, float], ...]) -> str:
    bent = [name for name, others in partners(linear, term).items() if others]
    fixed = linear.problem.fixed
    if set(bent) & set(linear.problem.random):
        return "Where these differ the responses differ, and the order of the groups may too."
    if len(bent) > 1:
        return "Where these differ every group's response moves by the same amount; their order stays."
    name, value = kept[0]
    step = linear.fixed[fixed.index(bent[0])]
    if _is_still(linear, name):
        return (
            f"To compare them as they are, add {step:+.3g} for each unit of '{name}' that a group has above "
            "the average."
        )
    if _is_share(linear, name, value):
        return (
            f"Where '{name}' holds, every group's response is {step * (1 - value):+.3g} from what is shown, "
            f"elsewhere {-step * value:+.3g}; their order stays."
        )
    return f"One unit more of '{name}' changes every group's response by {step:+.3g}; their order stays."


def _is_share(linear: Along, name: str, value: float) -> bool:
    """Whether a column is 0 or 1 in every row: of those within 0 and 1, only they have variance p (1 - p)."""
    moments = linear.moments
    k = places(linear, (name,))[0]
    centre, scale = moments.columns.centre[k], moments.columns.scale[k]
    ends = centre + scale * np.array([moments.low[:, k].min(), moments.high[:, k].max()])
    return bool(np.allclose(ends, [0, 1], atol=1e-9) and np.isclose(scale**2, value * (1 - value), rtol=1e-6))


def _is_still(linear: Along, name: str) -> bool:
    """Whether a column is one figure a group, where a cell of the moments is a group."""
    moments = linear.moments
    k = places(linear, (name,))[0]
    return len(moments.factors) == 1 and bool((moments.cross[:, k, k] <= 1e-12 * moments.rows).all())
