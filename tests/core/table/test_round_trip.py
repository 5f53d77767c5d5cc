"""A frame written in any dialect is read back as the same numbers, dates, flags and labels."""

import csv
import io

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from core.table.read import read_table

DIALECTS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from([",", ";", "\t", "|"]),
        "decimal": st.sampled_from([".", ","]),
        "encoding": st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
        "line_end": st.sampled_from(["\n", "\r\n", "\r"]),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        "thousands": st.booleans(),
    }
)
# Two decimals at least once, so that a column of "1.234" alone (which nobody can settle) does not arise.
AMOUNTS = st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=30).map(lambda cents: [*cents, 12345])
LABELS = st.lists(
    st.sampled_from(["Köln", "Paris", 'the "big" one', "a;b", "x|y", "tab\there", "A, B"]),
    min_size=31,
    max_size=31,
)


def written(amounts: list[int], labels: list[str], how: dict[str, object]) -> bytes:
    other = {".": ",", ",": "."}[str(how["decimal"])]
    group = other if how["thousands"] else ""
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=str(how["delimiter"]),
        lineterminator=str(how["line_end"]),
        quoting=how["quoting"],  # type: ignore[arg-type]
    )
    writer.writerow(["label", "amount", "day"])
    for number, (cents, label) in enumerate(zip(amounts, labels, strict=False)):
        whole, part = divmod(abs(cents), 100)
        amount = f"{'-' if cents < 0 else ''}{whole:,}".replace(",", group) + f"{how['decimal']}{part:02}"
        writer.writerow([label, amount, f"2024-01-{number % 28 + 1:02}"])
    return text.getvalue().encode(str(how["encoding"]))


@given(AMOUNTS, LABELS, DIALECTS)
def test_any_dialect_gives_the_same_table(
    amounts: list[int], labels: list[str], how: dict[str, object]
) -> None:
    frame = read_table(written(amounts, labels, how), name="f.csv").frame
    # Cents divided by 100 and two parsed decimals are both the nearest double to the same number: equal.
    assert frame["amount"].tolist() == [cents / 100 for cents in amounts]
    assert frame["label"].tolist() == labels[: len(amounts)]
    assert frame["day"].dt.day.tolist() == [number % 28 + 1 for number in range(len(amounts))]


FLOATS = st.floats(allow_nan=True, allow_infinity=False, width=64)


@given(st.lists(FLOATS, min_size=1, max_size=40))
def test_floats_written_by_pandas_come_back_to_the_last_bit(values: list[float]) -> None:
    frame = pd.DataFrame({"id": [f"r{i}" for i in range(len(values))], "x": values})
    back = read_table(frame.to_csv(index=False).encode(), name="f.csv").frame["x"]
    np.testing.assert_array_equal(back.to_numpy(dtype="float64"), np.array(values))


@given(st.binary(max_size=400))
def test_any_bytes_give_a_table_or_a_sentence(data: bytes) -> None:
    from core.errors import PanelwiseError

    try:
        table = read_table(data, name="f.csv")
    except PanelwiseError as told:
        assert str(told).endswith(".")
    else:
        assert len(table.frame) > 0
        assert len(set(table.names)) == len(table.columns) == table.frame.shape[1]


@given(st.text(alphabet='a1,;"\n\r\t .-%()', max_size=200))
def test_any_punctuation_gives_a_table_or_a_sentence(text: str) -> None:
    from core.errors import PanelwiseError

    try:
        table = read_table(text.encode(), name="f.csv")
    except PanelwiseError as told:
        assert str(told).endswith(".")
    else:
        assert [c.missing for c in table.columns] == table.frame.isna().sum().tolist()
