"""Downloads: exact numbers, no formulas, readable by Excel."""

import io

import pandas as pd

from dashboard.report.tables import csv


def test_text_cells_and_headers_are_guarded_and_numbers_stay_exact() -> None:
    frame = pd.DataFrame(
        {"=cmd()": ["=1+1", "-2", "plain"], "pooled": [-0.1, 1 / 3, 2.0]},
        index=pd.Index(["@a", "+b", "c"], name="store"),
    )
    data = csv(frame)
    assert data.startswith(b"\xef\xbb\xbf")
    back = pd.read_csv(io.BytesIO(data))
    assert list(back.columns) == ["store", "'=cmd()", "pooled"]
    assert back["store"].tolist() == ["'@a", "'+b", "c"]
    assert back["'=cmd()"].tolist() == ["'=1+1", "'-2", "plain"]
    assert back["pooled"].tolist() == frame["pooled"].tolist()


def test_categories_and_missing_cells_survive() -> None:
    frame = pd.DataFrame({"tier": pd.Categorical(["=x", "b", None]), "n": [1, 2, 3]})
    back = pd.read_csv(io.BytesIO(csv(frame)))
    assert back["tier"].tolist()[:2] == ["'=x", "b"]
    assert back["tier"].isna().tolist() == [False, False, True]
    assert list(back.columns) == ["tier", "n"]
