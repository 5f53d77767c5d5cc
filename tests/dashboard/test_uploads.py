"""Files: what is read, what is refused, and that nothing is lost."""

import io
from pathlib import Path

import pandas as pd
import pytest

from tests.dashboard.pages import PAGES, chosen, go, opened, title, upload, words


def test_an_upload_is_read_and_fitted_at_once(root: Path, panel: pd.DataFrame) -> None:
    app = upload(opened(root, sample=None), "shops.csv", panel.to_csv(index=False).encode())
    assert "240 rows: 12 shops over 20 weeks" in title(app)
    assert chosen(app).formula == "sales ~ week + tv + price + (1 + tv | shop)"
    assert chosen(app).shown is not None


def test_decimal_commas_give_the_same_model(root: Path, panel: pd.DataFrame) -> None:
    plain = upload(opened(root, sample=None), "a.csv", panel.to_csv(index=False).encode())
    comma = upload(
        opened(root, sample=None), "b.csv", panel.to_csv(index=False, sep=";", decimal=",").encode()
    )
    estimates = [chosen(app).shown.fit.fixed_effects["estimate"].tolist() for app in (plain, comma)]
    assert estimates[0] == estimates[1]  # the same numbers in, so exactly the same out


def test_a_workbook_opens_on_its_first_sheet_and_another_can_be_picked(
    root: Path, panel: pd.DataFrame
) -> None:
    book = io.BytesIO()
    with pd.ExcelWriter(book, engine="xlsxwriter") as writer:
        panel.to_excel(writer, sheet_name="north", index=False)
        panel.head(100).to_excel(writer, sheet_name="south", index=False)
    app = upload(opened(root, sample=None), "shops.xlsx", book.getvalue())
    assert "240 rows" in title(app)
    app.selectbox(key="sheet").set_value("south").run()
    assert "100 rows" in title(app)


@pytest.mark.parametrize(
    ("name", "content"), [("empty.csv", b""), ("header.csv", b"a,b,c\n"), ("zip.xlsx", b"PK\x03\x04broken")]
)
def test_a_bad_upload_is_a_sentence_and_the_earlier_table_stays(
    root: Path, name: str, content: bytes
) -> None:
    app = opened(root)
    before = chosen(app).shown
    upload(app, name, content, key="next_upload")
    assert not app.exception
    assert len(app.error) == 1
    assert name.partition(".")[0] in app.error[0].value
    assert chosen(app).sample == "retail_panel"
    assert chosen(app).shown is before


def test_a_good_upload_takes_the_sample_out_of_the_address(root: Path, panel: pd.DataFrame) -> None:
    app = upload(opened(root), "shops.csv", panel.to_csv(index=False).encode(), key="next_upload")
    assert chosen(app).sample == ""
    assert "sample" not in app.query_params
    go(app, "views/model.py")
    assert "shops" in words(app) or chosen(app).table.name == "shops.csv"


def test_a_table_without_numbers_says_so_on_every_page(root: Path) -> None:
    app = upload(opened(root, sample=None), "words.csv", b"name,city\nann,rome\nbob,oslo\ncarl,rome\n")
    assert "Not ready to model" in title(app)
    for page in PAGES:
        go(app, page)
        assert not app.exception, page


def test_a_column_type_can_be_corrected(root: Path) -> None:
    rows = "".join(f"{store},{week},{week * store + week % 3}\n" for store in (1, 2, 3) for week in range(8))
    app = upload(opened(root, sample=None), "t.csv", f"store,week,sales\n{rows}".encode())
    app.selectbox(key="kind_column").set_value("store").run()
    app.button_group(key="kind_as").set_value("text").run()
    assert not app.exception
    assert chosen(app).table.column("store").kind == "text"


HOSTILE = {
    "__import__('os').system('x')": "number",
    "<script>alert(1)</script>": "group",
    "=cmd()": "number",
    "$x$ **b** :smile: :red[r] :material/home:": "number",
}


def test_hostile_names_are_shown_as_text_on_every_page(root: Path, panel: pd.DataFrame) -> None:
    outcome, group, spend, other = HOSTILE
    frame = panel.rename(columns={"sales": outcome, "shop": group, "tv": spend, "price": other})
    frame[group] = "<b>" + frame[group] + "</b> $a$ :smile:"
    app = upload(opened(root, sample=None), "<i>x</i>.csv", frame.to_csv(index=False).encode())
    for page in PAGES:
        go(app, page)
        assert not app.exception, page
        said = words(app)
        assert "<script>" not in said
        assert "<b>" not in said
        assert ":smile:" not in said
        assert ":red[r]" not in said
        for chart in app.get("plotly_chart"):
            assert "<b>S" not in chart.proto.spec
            assert "<script>" not in chart.proto.spec
