"""Differences between groups that a model would count twice: as predictors, and between its groups."""

from core.design.coding import label
from core.design.errors import CountedTwice
from core.design.moments import Moments
from core.spec.model import Interaction, ModelSpec, Random, Variable, expand, groupings


def check_twice(spec: ModelSpec, kept: Moments) -> None:
    """Raises CountedTwice when fixed effects span what varies between groups, as in y ~ g + (1 | g).

    The random effects then have nothing of their own: any variance fits them equally well.
    """
    for part in spec.random:
        for group in groupings(part):
            for term in _varying(part):
                for interaction in expand(spec.fixed):
                    if _spans(interaction, term, group, spec, kept):
                        raise CountedTwice(_name(interaction), ":".join(group), _name(term))


def _varying(part: Random) -> tuple[Interaction, ...]:
    return (*([()] if part.intercept else []), *expand(part.terms))


def _spans(
    interaction: Interaction, term: Interaction, group: tuple[str, ...], spec: ModelSpec, kept: Moments
) -> bool:
    """Whether an interaction gives every group a number of its own for a term."""
    columns = {Variable(column) for column in group}
    if not columns | set(term) <= set(interaction):
        return False
    # Text tells every group apart, and what is multiplied beyond must have all its levels: text again.
    apart = columns | (set(interaction) - set(term))
    text = {coding.variable for coding in kept.layout.codings if coding.is_text}
    return apart <= text or (apart == columns and _two_groups(group, kept) and _has(spec, term))


def _two_groups(group: tuple[str, ...], kept: Moments) -> bool:
    """Whether one column makes two groups: then its number tells them apart as text would."""
    levels = dict(zip(kept.factors, kept.levels, strict=True))
    return len(group) == 1 and len(levels.get(group[0], ())) == 2


def _has(spec: ModelSpec, term: Interaction) -> bool:
    return set(term) in map(set, expand(spec.fixed)) if term else spec.intercept


def _name(interaction: Interaction) -> str:
    return ":".join(map(label, interaction))
