"""Every sample reads without a complaint and is what its card says."""

import pytest

from core.table.samples import Sample, UnknownSample, read_sample, samples
from core.table.table import Kind

KEYS = [sample.key for sample in samples()]


@pytest.mark.parametrize("sample", samples(), ids=KEYS)
def test_the_card_says_what_the_table_holds(sample: Sample) -> None:
    table = read_sample(sample.key)
    assert len(table.frame) == sample.rows
    assert sample.question.endswith("?")
    assert all(column.missing == 0 for column in table.columns)


def test_retail_panel_columns_are_understood() -> None:
    kinds = {column.name: column.kind for column in read_sample("retail_panel").columns}
    numbers = ["size_m2", "week", "youtube", "facebook", "newspaper", "price", "sales"]
    assert kinds == {"store": Kind.TEXT, "region": Kind.TEXT, "promo": Kind.YES_NO} | dict.fromkeys(
        numbers, Kind.NUMBER
    )


def test_season_pass_has_the_published_totals() -> None:
    frame = read_sample("season_pass").frame
    assert frame["contacted"].sum() == 3156
    assert frame.groupby("channel")["bought"].sum().to_dict() == {"Mail": 601, "Park": 923, "Email": 65}


def test_grunfeld_is_named_and_its_years_are_whole() -> None:
    table = read_sample("grunfeld")
    assert table.name == "grunfeld"
    assert table.frame["year"].dtype == "int64"
    assert table.frame["firm"].nunique() == 11


def test_an_unknown_sample_is_named_with_what_there_is() -> None:
    with pytest.raises(UnknownSample) as caught:
        read_sample("retail_panels")
    assert str(caught.value) == (
        "No sample is called 'retail_panels'. Did you mean 'retail_panel'? "
        "The samples are: retail_panel, season_pass, ab_test, conversions, grunfeld."
    )


@pytest.mark.parametrize("key", ["../pyproject", "/etc/passwd", "", "retail_panel.csv"])
def test_a_key_from_an_address_is_never_a_path(key: str) -> None:
    with pytest.raises(UnknownSample):
        read_sample(key)
