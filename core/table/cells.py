"""Cells: a grid that has been taken out of its file but not yet understood."""

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from core.table.table import Reading


@dataclass(frozen=True, slots=True)
class Cells:
    """`names` as found (not yet cleaned); one entry of `columns` each, all of the same length.

    A column is an Arrow string array when nothing but text is known of it, else a pandas Series.
    """

    names: tuple[object, ...]
    columns: tuple[pa.Array | pd.Series, ...]
    reading: Reading
