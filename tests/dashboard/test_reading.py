"""The Data page asks for what a file leaves open, says which rows were skipped, and draws what nests."""

from pathlib import Path

import pandas as pd

from dashboard import safe
from tests.dashboard.pages import chosen, figures, go, opened, title, upload, words

OPEN = "shop,day,price,sales\n" + "".join(
    f'S{n % 4},0{1 + n % 9}/0{1 + n % 7}/2024,"{1 + n % 9},{n % 10}00",{n % 13 + n}\n' for n in range(1, 80)
)


def test_an_open_decimal_mark_is_asked_for_and_the_answer_read(root: Path) -> None:
    app = upload(opened(root, sample=None), "open.csv", OPEN.encode())
    assert chosen(app).table.frame["price"].max() > 1000
    assert "once you answer below" in title(app)
    app.button_group(key="mark_decimal").set_value(",").run()
    assert not app.exception
    assert chosen(app).table.frame["price"].max() < 10
    assert app.button_group(key="mark_decimal").value == ","  # it can be taken back


def test_an_open_order_of_day_and_month_is_asked_for_and_the_answer_read(root: Path) -> None:
    app = upload(opened(root, sample=None), "open.csv", OPEN.encode())
    assert chosen(app).table.frame["day"].iloc[0] == pd.Timestamp(2024, 2, 2)
    assert chosen(app).table.frame["day"].iloc[1] == pd.Timestamp(2024, 3, 3)
    before = chosen(app).table.frame["day"].iloc[7]
    app.button_group(key="mark_day_first").set_value("day").run()
    after = chosen(app).table.frame["day"].iloc[7]
    assert (before.day, before.month) == (after.month, after.day)
    app.button_group(key="mark_decimal").set_value(",").run()
    assert chosen(app).day_first is True  # one answer does not take back the other


def test_a_sure_file_asks_nothing(root: Path) -> None:
    app = upload(opened(root, sample=None), "sure.csv", b"shop,sales,x\na,1.5,2\na,2.5,3\nb,2.25,1\nb,4,7\n")
    assert not [group for group in app.button_group if (group.key or "").startswith("mark_")]


def test_rows_left_out_are_named(root: Path) -> None:
    rows = "".join(f"S{n % 4},{n},{n * 2}\n" for n in range(40))
    app = upload(opened(root, sample=None), "gaps.csv", f"shop,x,sales\nS1,1,2\n\n{rows}".encode())
    assert chosen(app).table.reading.left_out == (3,)
    assert "blank, so left out: row 3" in words(app).replace("\\", "").replace(safe.JOINER, "")


def test_the_tree_holds_every_store_in_its_region(root: Path) -> None:
    app = opened(root)
    tree = next(f["data"][0] for f in figures(app) if f["data"][0]["type"] == "treemap")
    inner = [label for label, parent in zip(tree["labels"], tree["parents"], strict=True) if parent]
    assert len(inner) == 24
    assert "24 stores lie in 4 regions" in words(app)


def test_chosen_groups_are_drawn_over_time(root: Path) -> None:
    app = opened(root)
    picker = next(m for m in app.multiselect if (m.key or "").startswith("paths_"))
    assert len(picker.value) == 3
    picker.set_value(["Store 01", "Store 17"]).run()
    drawn = [f for f in figures(app) if len(f["data"]) == 2 and f["data"][0].get("connectgaps") is False]
    assert len(drawn) == 1
    go(app, "views/model.py")
    go(app, "views/data.py")
    assert next(m for m in app.multiselect if (m.key or "").startswith("paths_")).value == [
        "Store 01",
        "Store 17",
    ]


def test_a_yes_no_outcome_is_fitted_and_explained(root: Path) -> None:
    rows = "".join(
        f"S{n % 6},{n * 7 % 11},{'yes' if (n * 7 % 11) + n % 3 > 6 else 'no'}\n" for n in range(180)
    )
    app = upload(opened(root, sample=None), "bought.csv", f"shop,x,bought\n{rows}".encode())
    go(app, "views/model.py")
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="pick_outcome").value == "bought"
    assert "odds of buying" in words(app)
    app.selectbox(key="pick_kind").set_value("gaussian").run()
    assert "percentage points" in words(app)
    for page in ("views/groups.py", "views/tiers.py", "views/data.py"):
        go(app, page)
        assert not app.exception, page


def test_every_column_is_shown_with_its_use_and_its_values(root: Path) -> None:
    content = b"shop,day,sales,tv,promo\n" + b"".join(
        b"S%d,2024-01-%02d,%d,%s,%s\n" % (n % 4, 1 + n // 4, n, b"" if n == 3 else b"%d" % (n % 7), b"ja")
        if n % 3
        else b"S%d,2024-01-%02d,%d,%d,nein\n" % (n % 4, 1 + n // 4, n, n % 7)
        for n in range(1, 60)
    )
    app = upload(opened(root, sample=None), "few.csv", content)
    shown = next(frame.value for frame in app.dataframe if "used as" in frame.value).set_index("column")
    assert shown.loc["sales", "used as"] == "outcome"
    assert shown.loc["shop", "used as"] == "groups"
    assert shown.loc["sales", "from – to"] == "1 – 59"
    assert shown.loc["day", "from – to"].startswith("1 Jan 2024")
    assert "yes" in shown.loc["promo", "from – to"]
    assert list(shown["missing"]) == [0, 0, 0, 0, 0]
    assert "no cell missing" in words(app)
