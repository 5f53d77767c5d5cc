"""The Data page draws the shares of yes/no outcomes in percent, of texts as of 0 and 1."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.dashboard.pages import figures, opened, upload, words


def panel(rows: int, yes: object, no: object) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    store, week = np.repeat([f"S{k:02d}" for k in range(12)], 8 * rows), np.tile(np.arange(1, 9), 12 * rows)
    tv = rng.gamma(2, 1, len(store)).round(2)
    won = rng.random(len(store)) < 1 / (1 + np.exp(1 - 0.3 * tv))
    frame = pd.DataFrame({"store": store, "week": week, "tv_spend": tv, "result": np.where(won, yes, no)})
    return (
        frame if isinstance(yes, str) else frame.astype({"result": int}).rename(columns={"result": "bought"})
    )


def said(app: object) -> str:
    return words(app).replace("\\", "").replace("\xa0", " ").replace("\u2060", "")


@pytest.mark.parametrize(("yes", "no", "name"), [("Bought", "Left", "Bought"), (1, 0, "bought")])
def test_shares_are_percent_for_texts_and_numbers_alike(
    root: Path, yes: object, no: object, name: str
) -> None:
    frame = panel(1, yes, no)
    app = upload(opened(root, None), "rows.csv", frame.to_csv(index=False).encode())
    assert not app.exception
    by_week = (frame.iloc[:, 3] == yes).groupby(frame["week"]).mean()
    assert f"Share “{name}” runs from {by_week.min():.0%}".replace("%", " %") in said(app)
    chart = next(one for one in figures(app) if "share “" in str(one["layout"].get("yaxis", {})))
    assert list(chart["data"][0]["y"]) == pytest.approx((100 * by_week).tolist())
    assert "has the highest" not in said(app)  # one row a cell: a zigzag of 0 and 1


def test_groups_are_drawn_over_time_where_they_have_shares(root: Path) -> None:
    app = upload(opened(root, None), "rows.csv", panel(12, "Bought", "Left").to_csv(index=False).encode())
    assert not app.exception
    assert "has the highest share “Bought”" in said(app)
