"""Empty, sample and deep link: what a visitor meets first."""

from pathlib import Path

import pytest

from tests.dashboard.pages import PAGES, chosen, go, opened, title, words


@pytest.mark.parametrize("page", PAGES)
def test_every_page_without_data_offers_the_samples_and_the_uploader(root: Path, page: str) -> None:
    app = opened(root, sample=None, page=page)
    assert not app.exception
    assert len(app.file_uploader) == 1
    assert "24 stores" in words(app)
    assert app.button(key="open_retail_panel")


def test_a_sample_is_one_click_away_and_stands_in_the_address(root: Path) -> None:
    app = opened(root, sample=None)
    app.button(key="open_retail_panel").click().run()
    assert "625 rows: 24 stores over 30 weeks" in title(app)
    assert app.query_params["sample"] == "retail_panel"


@pytest.mark.parametrize("page", PAGES)
def test_a_deep_link_opens_the_sample_on_any_page(root: Path, page: str) -> None:
    app = opened(root, page=page)
    assert not app.exception
    assert not app.error
    assert chosen(app).sample == "retail_panel"
    assert chosen(app).shown is not None


def test_an_unknown_sample_is_a_sentence(root: Path) -> None:
    app = opened(root, sample="nope")
    assert not app.exception
    assert "No sample is called" in app.error[0].value


@pytest.mark.parametrize("sample", ["season_pass", "ab_test", "conversions", "grunfeld"])
def test_every_sample_shows_every_page(root: Path, sample: str) -> None:
    app = opened(root, sample=sample)
    for page in PAGES:
        go(app, page)
        assert not app.exception, page
        assert not app.error, page


def test_the_third_page_is_named_after_the_groups(root: Path) -> None:
    app = opened(root)
    go(app, "views/model.py")
    assert any(link.proto.label == "See the stores" for link in app.get("page_link"))
