"""Axes drawn as log-odds and logarithms are written on in %, as amounts and as ratios."""

import math
from itertools import pairwise
from pathlib import Path

import pytest
from scipy.special import expit, logit

from dashboard.charts.bent import APART, bent_ticks
from tests.dashboard.pages import figures, opened


def probability(eta: float) -> float:
    return float(100 * expit(eta))


@pytest.mark.parametrize(
    ("low", "high"), [(2.0, 98.0), (0.4, 17.0), (11.9, 12.9), (40.0, 60.0), (99.0, 99.97)]
)
def test_shares_stand_at_their_log_odds(low: float, high: float) -> None:
    limits = (float(logit(low / 100)), float(logit(high / 100)))
    ticks = bent_ticks(limits, probability, " %")
    assert 3 <= len(ticks["tickvals"]) <= 9
    for place, text in zip(ticks["tickvals"], ticks["ticktext"], strict=True):
        assert limits[0] <= place <= limits[1]
        # The figure is a round one, and the place is its log-odds.
        assert probability(place) == pytest.approx(float(text.removesuffix(" %")), rel=1e-6)
    for one, other in pairwise(ticks["tickvals"]):
        assert other - one >= APART * (limits[1] - limits[0]) - 1e-9


def test_amounts_go_by_one_two_five() -> None:
    ticks = bent_ticks((math.log(0.8), math.log(130.0)), math.exp)
    assert ticks["ticktext"] == ["1", "2", "5", "10", "20", "50", "100"]
    assert ticks["tickvals"] == pytest.approx([math.log(x) for x in (1, 2, 5, 10, 20, 50, 100)], abs=1e-9)


def test_changes_on_either_side_of_zero_go_in_even_steps() -> None:
    ticks = bent_ticks((-1.1, 0.6), lambda value: 20 * value)
    assert ticks["ticktext"] == ["−20", "−10", "0", "10"]


def test_one_figure_everywhere_has_one_tick() -> None:
    assert len(bent_ticks((0.0, 1.0), lambda value: 3.0)["ticktext"]) <= 1


def test_the_scatter_of_groups_is_read_in_percent_and_ratios(root: Path) -> None:
    app = opened(root, "season_pass", "views/model.py")
    app.button_group(key="pick_slopes").set_value(["promo"]).run()
    app.switch_page("views/groups.py").run()
    scatter = next(
        f for f in figures(app) if str(f["layout"]["xaxis"].get("ticktext", [""])[0]).endswith(" %")
    )
    x, y = scatter["layout"]["xaxis"], scatter["layout"]["yaxis"]
    assert x["title"]["text"] == "probability of buying, %"
    assert y["title"]["text"] == "odds ratio for promo Bundle instead of NoBundle"
    assert "× 1" in y["ticktext"]
    for place, text in zip(x["tickvals"], x["ticktext"], strict=True):
        assert probability(place) == pytest.approx(float(text.removesuffix(" %")), rel=1e-3)
    said = next(trace["hovertext"] for trace in scatter["data"] if trace.get("customdata"))
    assert any("Email" in words and "8" in words for words in said)
    assert "log-odds" not in str(scatter)
