"""Files that are no tables get a sentence, and the table that was there stays."""

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.app import App

BAD = (
    ("empty.csv", b"", "is empty"),
    ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "photo.csv"),
    ("header.csv", b"store,week,sales\n", "no rows of data"),
)


def test_a_sentence_and_the_earlier_table(app: App, tmp_path: Path) -> None:
    alert = app.page.get_by_role("alert")
    app.open()
    for name, content, says in BAD:
        (tmp_path / name).write_bytes(content)
        app.drop(tmp_path / name)
        expect(alert).to_contain_text(says)
        expect(app.headline).to_contain_text("Which stores respond to what")
    app.sample("Retail panel")
    expect(alert).to_have_count(0)
    for name, _, says in BAD:
        app.drop(tmp_path / name)
        expect(alert).to_contain_text(says)
        expect(app.bar).to_contain_text("retail_panel.csv")
        expect(app.headline).to_contain_text("625 rows: 24 stores over 30 weeks")
    good = tmp_path / "good.csv"
    rows = "".join(f"S{i % 7},{i // 7 + 1},{i * 7919 % 101}\n" for i in range(70))
    good.write_text("shop,week,sales\n" + rows)
    app.drop(good)
    expect(app.bar).to_contain_text("good.csv")
    expect(alert).to_have_count(0)
