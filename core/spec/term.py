"""Reads one term: variables joined by `:` into interactions, interactions joined by `*`."""

from dataclasses import dataclass

from core.spec.call import read_variable
from core.spec.cursor import Cursor
from core.spec.faults import Fault
from core.spec.model import Fixed, Interaction
from core.spec.token import Token
from core.spec.write import write_interaction, write_term


@dataclass(frozen=True, slots=True)
class Placed[T]:
    """Something read, and the first and last token it was read from."""

    value: T
    first: Token
    last: Token


def read_term(cursor: Cursor) -> Placed[Fixed]:
    """Returns the term at the cursor, its interactions as written."""
    first = cursor.now
    parts = [_read_interaction(cursor)]
    while cursor.skip("*"):
        parts.append(_read_interaction(cursor))
    term = Fixed(tuple(parts))
    if len(set(map(frozenset, parts))) < len(parts):
        raise cursor.error(Fault.TIMES_ITSELF, first, cursor.before, found=write_term(term))
    return Placed(term, first, cursor.before)


def same_term(term: Fixed) -> frozenset[frozenset[object]]:
    """Returns a key that is equal for terms differing only in the order of writing: a:b and b:a."""
    return frozenset(map(frozenset, term.parts))


def _read_interaction(cursor: Cursor) -> Interaction:
    first = cursor.now
    variables = [read_variable(cursor)]
    while cursor.skip(":"):
        variables.append(read_variable(cursor))
    interaction = tuple(variables)
    if len(set(variables)) < len(variables):
        raise cursor.error(Fault.TIMES_ITSELF, first, cursor.before, found=write_interaction(interaction))
    return interaction
