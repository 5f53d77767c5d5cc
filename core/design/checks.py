"""What must hold of a model's columns before a fit: names that stand for one thing, an outcome that moves."""

from collections.abc import Mapping
from itertools import product

import numpy as np

from core.design.coding import Array, Coding, column_labels, label
from core.design.errors import ConstantOutcome, NameClash
from core.design.layout import INTERCEPT, RandomColumns, coded_parts, lay_out, multiplied
from core.spec.model import ModelSpec, Variable

# An outcome whose range is a few steps between neighbouring doubles varies by rounding only.
ROUNDING = 8.0
# What tables of groups keep beside the column of each varying term, by the ending of its name.
BESIDE = {
    "_se": "the standard error of",
    "_low": "the lower bound of",
    "_high": "the upper bound of",
    "_why": "the reason given for pulling",
}


def check_labels(spec: ModelSpec, codings: Mapping[Variable, Coding]) -> None:
    """Raises NameClash when two different columns of the model, or of what is kept, would carry one name.

    `codings` may hold more variables than the model's: a refit meets columns kept for other models.
    """
    owners: dict[str, frozenset[Variable]] = {
        INTERCEPT: frozenset(),
        label(spec.outcome): frozenset({spec.outcome}),
    }
    if label(spec.outcome) == INTERCEPT:
        raise NameClash(INTERCEPT)
    varying = {c for part in lay_out(spec, codings).random for c in part.columns}
    if "n" in varying:
        raise NameClash("n", "a group's number of rows")
    for name, (ending, beside) in product(sorted(varying), BESIDE.items()):
        if f"{name}{ending}" in varying:
            raise NameClash(f"{name}{ending}", f"{beside} '{name}'")
    none = frozenset[Variable]()
    every = [*coded_parts(spec, codings), *multiplied(spec, codings), *(((v,), none) for v in codings)]
    for interaction, full in every:
        for name in column_labels(interaction, codings, full):
            if owners.setdefault(name, frozenset(interaction)) != frozenset(interaction):
                raise NameClash(name)


def check_factors(random: tuple[RandomColumns, ...]) -> None:
    """Raises NameClash when a column such as "g:h" groups rows beside the pairs g:h."""
    owners: dict[str, tuple[str, ...]] = {}
    for part in random:
        if owners.setdefault(part.factor, part.by) != part.by:
            raise NameClash(part.factor)


def check_moves(outcome: str, values: Array) -> None:
    """Raises ConstantOutcome when the values (n,) of an outcome differ by rounding or not at all."""
    if np.ptp(values) <= ROUNDING * np.spacing(np.abs(values).max()):
        raise ConstantOutcome(outcome, float(values[0]))
