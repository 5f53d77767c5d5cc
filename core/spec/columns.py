"""Compares the columns a model names with those a table has."""

from collections.abc import Sequence

from core.errors import UnknownColumn
from core.spec.errors import FormulaError
from core.spec.faults import Fault
from core.spec.model import ModelSpec, columns_used
from core.spec.token import column_tokens, tokenise


def check_columns(spec: ModelSpec, table_names: Sequence[str], text: str | None = None) -> None:
    """Returns nothing when the table has every column of the model.

    Raises UnknownColumn for the first that is missing; when the formula's `text` is given, a FormulaError
    with the same sentence that points at the name in it.
    """
    known = set(table_names)
    missing = [name for name in columns_used(spec) if name not in known]
    if not missing:
        return
    error = UnknownColumn(missing[0], table_names)
    places = [] if text is None else [t for t in column_tokens(tokenise(text)) if t.value == missing[0]]
    if text is None or not places:
        raise error
    first = places[0]
    length = first.end - first.start
    raise FormulaError(Fault.NO_COLUMN, text, first.start, length, sentence=str(error)) from error
