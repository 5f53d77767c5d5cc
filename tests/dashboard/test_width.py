"""The width of every interval is chosen once and said wherever an interval is."""

import json
import re
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from dashboard import left_over
from dashboard.numbers import width
from dashboard.report import finance
from tests.dashboard.pages import PAGES, figures, go, opened, words

NARROW, WIDE = "89\u00a0%", "95\u00a0%"
# Bands that a bell curve or a mean's middle would stay in belong to a picture, not to the fit: always 95 %.
# The proof on held-out rows is of 80 and 95 % intervals, whatever width the pages show.
PROOF = re.compile(r"Of held-out rows 95.*")
BANDS = ("where a bell curve's points stay, 95\u00a0% each", "in SDs; band: 95\u00a0% each")


def test_a_width_is_said_as_a_percentage() -> None:
    assert [width(level) for level in (0.95, 0.89, 0.995)] == ["95 %", "89 %", "99.5 %"]


@pytest.fixture(scope="module")
def narrow(root: Path):
    """Returns the app with intervals of 89 %, on the Model page."""
    app = opened(root, page="views/model.py")
    return app.button_group(key="pick_level").set_value(0.89).run()


@pytest.mark.parametrize("page", PAGES[1:])
def test_every_page_says_the_width_that_was_chosen(narrow, page: str) -> None:
    go(narrow, page)
    said = words(narrow)
    for band in BANDS:
        said = said.replace(band, "")
    said = PROOF.sub("", said)
    assert not narrow.exception
    assert NARROW in said
    assert WIDE not in said and "95 %" not in said
    assert "95 %" not in json.dumps([figure["data"] for figure in figures(narrow)], ensure_ascii=False)
    tables = [str(frame.value) + str(list(frame.value)) for frame in narrow.dataframe]
    assert not any("95 %" in table for table in tables)


def test_intervals_on_the_groups_page_are_as_wide_as_they_say(narrow) -> None:
    go(narrow, "views/groups.py")
    tables = [frame.value for frame in narrow.dataframe]
    table, name = next(
        (table, column.removesuffix(" low"))
        for table in tables
        for column in map(str, table)
        if column.endswith(", 89 % low")
    )
    error = table[f"{name.removesuffix(', 89 %')}, standard error"]
    reach = (table[f"{name} high"] - table[f"{name} low"]) / 2 / error
    # Normal intervals; figures to hand over have six digits, and a difference of two loses two of them.
    assert reach.to_numpy() == pytest.approx(NormalDist().inv_cdf(0.945), rel=1e-3)


def test_residual_spreads_have_intervals_of_that_width() -> None:
    rng = np.random.default_rng(1)
    codes, residual = np.repeat(np.arange(5), 30), rng.normal(size=150)
    narrow, wide = (left_over.spread_of(codes, tuple("abcde"), residual, 1.0, at) for at in (0.89, 0.95))
    log = [np.log(table["high"] / table["low"]).to_numpy() for table in (narrow, wide)]
    normal = NormalDist()
    # Both are normal on the log scale, so their lengths differ by the quantiles alone.
    assert log[0] / log[1] == pytest.approx(normal.inv_cdf(0.945) / normal.inv_cdf(0.975), rel=1e-9)


def test_a_table_to_hand_over_says_the_width_in_its_headings() -> None:
    table = pd.DataFrame({name: [1.0] for name in ("tv", "tv_low", "tv_high", "tv_se")}, index=["a"])
    raw = pd.DataFrame({"n": [5], "tv": [1.0]}, index=["a"])
    frame = finance.groups(table, raw, {"tv": "sales per tv"}, width(0.89))
    assert {"sales per tv, 89 % low", "sales per tv, 89 % high"} <= set(frame)
