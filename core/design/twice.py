"""Differences between groups that a model would count twice: as predictors, and between its groups."""

from collections.abc import Mapping

from core.design.coding import Coding, label
from core.design.errors import CountedTwice
from core.design.moments import Moments
from core.spec.model import Interaction, ModelSpec, Random, Variable, expand, groupings


def check_twice(spec: ModelSpec, kept: Moments) -> None:
    """Raises CountedTwice when fixed effects span what varies between groups, as in y ~ g + (1 | g).

    The random effects then have nothing of their own: any variance fits them equally well.
    """
    codings = {coding.variable: coding for coding in kept.layout.codings}
    fixed = expand(spec.fixed)
    for part in spec.random:
        varying: tuple[Interaction, ...] = (*([()] if part.intercept else []), *expand(part.terms))
        for term in varying:
            _check_term(term, part, fixed, codings)


def _check_term(
    term: Interaction, part: Random, fixed: tuple[Interaction, ...], codings: Mapping[Variable, Coding]
) -> None:
    for group in groupings(part):
        given = {Variable(column) for column in group} | set(term)
        for interaction in fixed:
            # Text tells every group apart; what is multiplied beyond must be text, which has all its levels.
            apart = {Variable(column) for column in group} | (set(interaction) - given)
            if given <= set(interaction) and all(codings[v].is_text for v in apart):
                raise CountedTwice(_name(interaction), ":".join(group), _name(term))


def _name(interaction: Interaction) -> str:
    return ":".join(map(label, interaction))
