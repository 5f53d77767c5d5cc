"""Charts say what the tables say: rows in step, names harmless, gaps where nothing is known."""

import json
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from dashboard.charts import marks
from dashboard.charts.caterpillar import caterpillar, ends, spread_chart
from dashboard.charts.covariance import covariance_chart
from dashboard.charts.effects import coefficient_chart, partition_chart
from dashboard.charts.lines import lines_chart, readings_chart
from dashboard.charts.marks import span
from dashboard.charts.panel import panel_chart, period_chart, within_chart
from dashboard.charts.places import _box, _outside, _overlap, _pixels, sides
from dashboard.charts.scatter import scatter_chart
from dashboard.charts.tiers import shown_rows, tier_chart
from dashboard.theme import DARK, LIGHT

EVIL = ["<b>bold</b>", "<a href='http://x'>x</a>", "a & b", "plain", '"q"', "$x$"]
WIDTH = "89 %"


def groups(names: list[str]) -> pd.DataFrame:
    """Returns a table of coefficients by group, highest slope first."""
    count = len(names)
    slope = np.linspace(1.0, 0.1, count)
    base = np.linspace(10.0, 20.0, count)
    columns = {}
    for term, value, error in (("(Intercept)", base, 0.5), ("tv", slope, 0.1)):
        columns |= {term: value, f"{term}_se": error, f"{term}_low": value - 0.2, f"{term}_high": value + 0.2}
    return pd.DataFrame(columns, index=pd.Index(names, name="shop"))


def own(names: list[str]) -> pd.DataFrame:
    """Returns the groups' own estimates; the first cannot say, the second lies far outside."""
    table = groups(names)[["(Intercept)", "tv"]].assign(n=10)
    table.loc[names[0], "tv"] = np.nan
    table.loc[names[1], "tv"] = 99.0
    return table


def ranked(names: list[str], tiers: int = 3) -> pd.DataFrame:
    """Returns a tier table, best first."""
    count = len(names)
    slope = np.linspace(1.0, 0.1, count)
    raw = slope.copy()
    raw[0], raw[1] = np.nan, 99.0
    frame = pd.DataFrame(
        {
            "n": 10,
            "raw": raw,
            "pooled": slope,
            "std_error": 0.1,
            "low": slope - 0.2,
            "high": slope + 0.2,
            "shrinkage": 0.3,
            "p_positive": 0.9,
            "rank": np.arange(1.0, count + 1),
            "rank_low": 1,
            "rank_high": count,
            "tier": np.arange(count) * tiers // count + 1,
        },
        index=pd.Index(names, name="shop"),
    )
    return frame.assign(**{f"p_tier_{tier}": 1 / tiers for tier in range(1, tiers + 1)})


def drawn_by(trace_type: str, figure) -> list:
    return [trace for trace in figure.data if trace.type == trace_type]


def every_chart(theme, names: list[str]) -> dict:
    """Returns one of each chart, all with the given names."""
    table, raw = groups(names), own(names)
    lines = pd.DataFrame({"x_low": 0.0, "x_high": 1.0, "y_low": 0.0, "y_high": 1.0}, index=table.index)
    effects = pd.DataFrame(
        {"estimate": 1.0, "std_error": 0.1, "low": 0.8, "high": 1.2}, index=pd.Index(names, name="term")
    )
    counts = pd.DataFrame(1, index=names, columns=names)
    means = pd.DataFrame({"mean": 1.0, "std_error": 0.1, "n": 5}, index=pd.Index(names))
    rows = pd.DataFrame({"x": [0.0, 1.0], "y": [0.0, 1.0]})
    three = lines.iloc[:3].set_axis(["own", "pooled", "chain"])
    averages = {"tv": (0.5, 0.4, 0.6), "(Intercept)": (15.0, 15.0, 15.0)}
    first = names[0]
    return {
        "tiers": tier_chart(
            ranked(names), averages["tv"], names[:3], theme, width=WIDTH, unit=first, selected=first
        ),
        "caterpillar": caterpillar(
            table,
            raw,
            {"tv": first, "(Intercept)": first},
            averages,
            theme,
            clear={"tv": {first}, "(Intercept)": set()},
            width=WIDTH,
            selected=first,
        ),
        "spread": spread_chart(table, "tv", averages["tv"], theme, says=first, width=WIDTH, selected=first),
        "scatter": scatter_chart(
            table,
            raw,
            ("(Intercept)", "tv"),
            (15, 0.5),
            ([1, 2], [1, 2]),
            theme,
            says=(first, first),
            width=WIDTH,
            selected=first,
        ),
        "lines": lines_chart(lines, (0, 1, 0, 1), theme, says=(first, first), selected=first),
        "readings": readings_chart(rows, three, theme, says=(first, first)),
        "effects": coefficient_chart(
            effects, effects, theme, width=WIDTH, names={}, sentences={first: first}, axis=first
        ),
        "partition": partition_chart([0.6, 0.4], names[:2], ["predictors", "residual"], theme),
        "panel": panel_chart(counts, theme, says=first),
        "period": period_chart(means, theme, says=(first, first)),
        "within": within_chart(pd.Series(0.7, index=names), theme),
    }


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_no_name_brings_its_own_markup(theme) -> None:
    for kind, figure in every_chart(theme, EVIL).items():
        said = json.dumps(list(_texts(figure.to_plotly_json())))
        assert "<a " not in said, kind
        assert "<b>bold" not in said.replace("<b>&lt;", ""), kind


def _texts(part: object, key: str = ""):
    """Every string that plotly draws as text."""
    if isinstance(part, dict):
        for name, inside in part.items():
            if name != "customdata" or key == "heatmap":
                yield from _texts(inside, name)
    elif isinstance(part, list | tuple | np.ndarray):
        for inside in part:
            yield from _texts(inside, key)
    elif isinstance(part, str) and key in (
        "text",
        "hovertext",
        "ticktext",
        "hovertemplate",
        "name",
        "x",
        "y",
    ):
        yield part


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_charts_carry_no_title_and_solid_paper(theme) -> None:
    """Titles are page text; solid paper makes a saved picture readable on any slide."""
    for figure in every_chart(theme, EVIL).values():
        assert figure.layout.title.text is None
        assert figure.layout.template.layout.paper_bgcolor == theme.paper


def test_an_interval_is_never_shown_without_its_width() -> None:
    with_intervals = ("tiers", "caterpillar", "spread", "scatter", "effects")
    for kind, figure in every_chart(LIGHT, ["a", "b", "c", "d", "e", "f"]).items():
        said = json.dumps(list(_texts(figure.to_plotly_json())))
        assert (WIDTH in said) is (kind in with_intervals), kind
        assert "95 %" not in said, kind


def test_tier_rows_and_bars_share_their_places() -> None:
    names = [f"S{number}" for number in range(9)]
    figure = tier_chart(ranked(names), (0.5, 0.4, 0.6), ["one", "two", "three"], LIGHT, width=WIDTH)
    bars = drawn_by("bar", figure)
    places = dict(zip(bars[0].customdata, bars[0].y, strict=True))
    for trace in drawn_by("scatter", figure):
        if trace.customdata is not None:
            assert all(places[level] == row for level, row in zip(trace.customdata, trace.y, strict=True))
    assert list(figure.layout.yaxis.ticktext) == names
    stacked = np.sum([bar.x for bar in bars], axis=0)
    assert stacked == pytest.approx(np.ones(9), abs=1e-12)  # probabilities of all tiers


def test_a_group_that_cannot_say_has_no_tick_and_a_far_one_an_arrow() -> None:
    names = [f"S{number}" for number in range(6)]
    figure = tier_chart(ranked(names), (0.5, 0.4, 0.6), ["one", "two", "three"], LIGHT, width=WIDTH)
    ticks = [t for t in drawn_by("scatter", figure) if t.marker.symbol == "line-ns-open"]
    arrows = [t for t in drawn_by("scatter", figure) if t.marker.symbol == "triangle-right"]
    assert len(ticks[0].x) == 4
    assert len(arrows[0].x) == 1
    assert "99" in arrows[0].hovertext[0]
    assert figure.layout.xaxis.range[1] < 2  # the far one does not squeeze the others


@pytest.mark.parametrize(
    ("tied", "brackets"), [(("S1",), 1), (("S1", "S2", "S3"), 1), (("S0", "S3"), 2), ((), 0)]
)
def test_brackets_join_runs_of_neighbours_whose_order_is_unsure(tied: tuple[str, ...], brackets: int) -> None:
    names = [f"S{number}" for number in range(6)]
    tiers = (ranked(names), (0.5, 0.4, 0.6), ["one", "two", "three"], LIGHT)
    alone, joined = (
        tier_chart(*tiers, width=WIDTH),
        tier_chart(*tiers, width=WIDTH, ties=dict.fromkeys(tied, True)),
    )
    assert len(joined.layout.shapes) == len(alone.layout.shapes) + brackets


def test_names_beside_dots_do_not_cover_each_other_or_leave_the_panel() -> None:
    limits = ((0.0, 1.0), (0.0, 1.0))
    dots = [(0.5, 0.5), (0.5, 0.52), (0.02, 0.5), (0.98, 0.98)]
    found = sides([(dot, 9) for dot in dots], dots, limits)
    boxes = [_box(_pixels(dot, limits), 9, side) for dot, side in zip(dots, found, strict=True)]
    assert all(_outside(box) == 0 for box in boxes)
    assert all(_overlap(a, b) == 0 for a, b in combinations(boxes, 2))


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_every_number_of_tiers_draws(count: int) -> None:
    names = [f"S{number}" for number in range(10)]
    figure = tier_chart(ranked(names, count), (0.5, 0.4, 0.6), names[:count], DARK, width=WIDTH)
    assert len(drawn_by("bar", figure)) == count


def test_ends_of_many_keep_the_chosen_one() -> None:
    table = groups([f"S{number}" for number in range(200)])
    shown, left_out = ends(table, "S100", most=60)
    assert len(shown) + left_out == 200
    assert "S100" in shown.index
    assert list(shown.index[:3]) == ["S0", "S1", "S2"]
    assert shown.index[-1] == "S199"
    assert ends(table.head(20), None, most=60)[1] == 0


def test_hollow_dots_are_those_whose_interval_holds_zero() -> None:
    effects = pd.DataFrame(
        {"estimate": [1.0, 0.1], "std_error": [0.1, 0.2], "low": [0.8, -0.3], "high": [1.2, 0.5]},
        index=["a", "b"],
    )
    figure = coefficient_chart(effects, None, LIGHT, width=WIDTH, names={}, sentences={}, axis="x")
    assert list(figure.data[-1].marker.color) == [LIGHT.best, LIGHT.paper]


@pytest.mark.parametrize(
    ("values", "holds_zero"), [([0.1, 0.5], True), ([10.0, 10.5], False), ([-0.2, 0.4], True), ([], True)]
)
def test_axes_show_zero_unless_it_would_waste_the_panel(values: list[float], holds_zero: bool) -> None:
    low, high = span(values)
    assert (low <= 0 <= high) == holds_zero
    assert low < high


def test_missing_and_infinite_values_do_not_move_an_axis() -> None:
    assert span([1.0, np.nan, np.inf, 2.0], include_zero=False) == pytest.approx((0.96, 2.04), rel=1e-12)


def test_no_bracket_spans_what_is_left_out() -> None:
    names = [f"S{number}" for number in range(6)]
    tiers = (ranked(names), (0.5, 0.4, 0.6), ["one", "two", "three"], LIGHT)
    ties = dict.fromkeys(names, True)
    whole, cut = (
        tier_chart(*tiers, width=WIDTH, ties=ties),
        tier_chart(*tiers, width=WIDTH, ties=ties, left_out={"S2": 200}),
    )
    assert len(cut.layout.shapes) == len(whole.layout.shapes) + 1


@pytest.mark.parametrize("tiers", [2, 3, 5])
def test_a_long_ranking_keeps_both_ends_of_every_tier(tiers: int) -> None:
    table = ranked([f"S{number}" for number in range(200)], tiers)
    shown, left_out = shown_rows(table, "S101")
    assert set(shown["tier"]) == set(range(1, tiers + 1))
    assert {"S0", "S101", "S199"} <= set(shown.index)
    assert len(shown) + sum(left_out.values()) == 200
    assert len(shown) <= 61
    assert shown_rows(table.head(60), None)[1] == {}


def test_a_group_that_cannot_be_placed_is_hollow() -> None:
    names = [f"S{number}" for number in range(6)]
    figure = tier_chart(
        ranked(names), (0.5, 0.4, 0.6), ["one", "two", "three"], LIGHT, width=WIDTH, thin={"S2"}
    )
    fill = {
        level: dots.marker.color if isinstance(dots.marker.color, str) else dots.marker.color[at]
        for dots in drawn_by("scatter", figure)
        if dots.customdata is not None
        for at, level in enumerate(dots.customdata)
    }
    assert [level for level, colour in fill.items() if colour == LIGHT.paper] == ["S2"]
    # Under its own rule, behind the last tier, without a chance of any.
    assert list(figure.layout.yaxis.ticktext)[-1] == "S2"
    headings = [note for note in figure.layout.annotations if str(note.text).startswith("<b>")]
    assert [note.text for note in headings][-1] == "<b>Not enough to place</b>"
    rows = dict(zip(figure.layout.yaxis.ticktext, figure.layout.yaxis.tickvals, strict=True))
    assert rows["S5"] < headings[-1].y < rows["S2"]
    assert all("S2" not in bar.customdata for bar in drawn_by("bar", figure))


def test_own_rows_off_the_scale_are_arrows_in_the_ranking_of_groups_too() -> None:
    names = [f"S{number}" for number in range(6)]
    far, near = {"tv": (0.5, 0.4, 0.6)}, {"tv": {"S0"}}
    figure = caterpillar(groups(names), own(names), {"tv": "sales"}, far, LIGHT, clear=near, width=WIDTH)
    arrows = [t for t in drawn_by("scatter", figure) if t.marker.symbol == "triangle-right"]
    assert "S1: its own rows alone say 99" in arrows[0].hovertext[0]


def test_the_tier_axis_says_its_unit() -> None:
    figure = tier_chart(
        ranked(list("abc")), (0.5, 0.4, 0.6), ["1", "2", "3"], LIGHT, width=WIDTH, unit="sales per tv"
    )
    assert figure.layout.xaxis.title.text == "sales per tv"


def test_a_correlation_at_its_limit_is_not_shown_as_one() -> None:
    grid = [[None, -1.0], [-1.0, None]]
    figure = covariance_chart([1.0, 2.0], grid, ["a", "b"], LIGHT)
    said = [note.text for note in figure.layout.annotations]
    assert "cannot tell" in said
    assert not any("1.00" in text and "±" not in text for text in said)


def test_dates_are_written_as_days() -> None:
    assert marks.period(pd.Timestamp(2024, 1, 8)) == "8 Jan 2024"
    assert marks.period(pd.Timestamp(2024, 1, 8, 6, 30)) == "8 Jan 2024 06:30"
    assert marks.period("<b>W1</b>") == "&lt;b&gt;W1&lt;/b&gt;"
