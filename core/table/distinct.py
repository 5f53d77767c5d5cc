"""A column of text taken apart into its distinct words, so that each is looked at once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.table.shown import count, shown
from core.table.words import MISSING_WORDS

_MISSING = pa.array(MISSING_WORDS, pa.large_string())


@dataclass(frozen=True, slots=True)
class Words:
    """A column of text taken apart: `cells` holds words[codes]; code -1 is a missing cell.

    `words` (D,) are the distinct filled words, trimmed; `counts` (D,) their cells.
    """

    name: str
    words: pa.Array
    codes: NDArray[np.int64]
    counts: NDArray[np.int64]
    row: Callable[[int], int]
    notes: tuple[str, ...] = ()
    untouched: bool = False


def split_words(name: str, cells: pa.Array, row: Callable[[int], int], verbatim: bool = False) -> Words:
    """Returns the distinct filled words of a string array; `verbatim` keeps words such as "NA"."""
    codes, distinct = _encode(cells.cast(pa.large_string()))
    trimmed = pc.utf8_trim_whitespace(distinct)
    known = pa.array([""], pa.large_string()) if verbatim else _MISSING
    blank = np.asarray(pc.is_in(pc.utf8_lower(trimmed), value_set=known).to_numpy(zero_copy_only=False), bool)
    tally = np.bincount(codes[codes >= 0], minlength=len(distinct))
    spaced = np.asarray(pc.not_equal(trimmed, distinct).to_numpy(zero_copy_only=False), bool)
    notes = []
    if (spaced & ~blank).any():
        notes.append(f"spaces around the text removed in {count(int(tally[spaced & ~blank].sum()), 'cell')}")
    worded = blank & np.asarray(pc.not_equal(trimmed, "").to_numpy(zero_copy_only=False), bool) & (tally > 0)
    if worded.any():
        found = sorted({str(word) for word in trimmed.filter(pa.array(worded)).to_pylist()})
        notes.append(
            f"{count(int(tally[worded].sum()), 'cell')} read as missing: {', '.join(map(shown, found[:5]))}"
        )
    keep = ~blank
    if keep.all() and not spaced.any():
        return Words(name, trimmed, codes, tally, row, tuple(notes), untouched=True)
    renumber = np.append(np.where(keep, np.cumsum(keep) - 1, -1), -1)
    words, codes = trimmed.filter(pa.array(keep)), renumber[codes]
    if spaced.any():  # " North" and "North" are one word now
        codes, words = _merge(words, codes)
    return Words(name, words, codes, np.bincount(codes[codes >= 0], minlength=len(words)), row, tuple(notes))


def _encode(cells: pa.Array) -> tuple[NDArray[np.int64], pa.Array]:
    """Returns the codes (-1 for null) and distinct words; cells that nearly all differ stand as they are."""
    head = cells.slice(0, 1000)
    if not cells.null_count and len(cells) > 1000 and len(head.unique()) > 900:
        return np.arange(len(cells)), cells
    encoded = cells.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, encoded.dictionary


def _merge(words: pa.Array, codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], pa.Array]:
    encoded = words.dictionary_encode()
    inner = np.append(encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64), -1)
    return inner[codes], encoded.dictionary
