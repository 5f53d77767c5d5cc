"""Tables as files: CSV that no spreadsheet program takes for a formula."""

import pandas as pd

from dashboard import safe


def csv(frame: pd.DataFrame) -> bytes:
    """Returns the frame as UTF-8 CSV with a mark (so that Excel reads accents), index included when named.

    Text cells and headers that a spreadsheet would run as a formula (starting with = + - @, a tab or a
    carriage return) get an apostrophe in front. Numbers stay exact.
    """
    table = frame.reset_index() if frame.index.name else frame
    text = table.select_dtypes(include=["object", "str", "category"]).columns
    guarded = table.assign(**{name: table[name].astype("object").map(safe.cell) for name in text})
    guarded.columns = [safe.cell(str(name)) for name in guarded.columns]
    return guarded.to_csv(index=False).encode("utf-8-sig")
