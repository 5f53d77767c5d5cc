"""Groups and Tiers: one chosen group everywhere, tiers follow the choices, no ranking without evidence."""

from pathlib import Path

import numpy as np
import pandas as pd

from dashboard.components.tier_ranking import _tied
from tests.dashboard.pages import apply_formula, chosen, figures, go, opened, title, upload, words


def test_a_group_chosen_on_the_card_is_chosen_in_every_chart(root: Path) -> None:
    app = opened(root, page="views/groups.py")
    app.selectbox(key="card_group").set_value("Store 17").run()
    assert chosen(app).group == "Store 17"
    assert "Its 4 rows alone say" in words(app)
    marked = [
        f
        for f in figures(app)
        if "<b>Store 17</b>" in str([f["layout"].get("annotations"), *(t.get("name") for t in f["data"])])
    ]
    assert len(marked) == 2  # scatter and lines name it
    go(app, "views/tiers.py")
    assert chosen(app).group == "Store 17"


def test_a_store_that_never_moved_its_spend_cannot_speak_for_itself(root: Path) -> None:
    app = opened(root, page="views/groups.py")
    app.selectbox(key="card_group").set_value("Store 11").run()
    assert "alone cannot say" in words(app)


def test_tier_count_and_sizes_follow_the_choice(root: Path) -> None:
    app = opened(root, page="views/tiers.py")
    app.button_group(key="tier_count").set_value(4).run()
    assert {"Tier 1 · raise first", "Tier 4 · cut first"} <= set(
        words(app).replace("\\", "").replace("**", "\n").split("\n")
    )
    app.number_input(key="tier_size_0").set_value(3).run()
    assert chosen(app).sizes is not None
    assert chosen(app).sizes[0] == 3
    assert sum(chosen(app).sizes) == 24


def test_the_ranking_puts_the_right_shops_on_top(root: Path, panel: pd.DataFrame) -> None:
    app = upload(opened(root, sample=None), "shops.csv", panel.to_csv(index=False).encode())
    go(app, "views/tiers.py")
    assert not app.exception
    assert "surely among the 4 most responsive" in title(app)
    bars = [trace for trace in figures(app)[0]["data"] if trace["type"] == "bar"]
    order = bars[0]["customdata"]
    assert {"S11", "S10"} <= set(order[:3])  # truth: the last shops respond most
    assert {"S00", "S01"} <= set(order[-3:])


def test_a_slope_of_something_else_than_spend_gives_no_budget_advice(root: Path) -> None:
    app = opened(root, page="views/model.py")
    app.button_group(key="pick_slopes").set_value(["price"]).run()
    go(app, "views/tiers.py")
    assert "raise first" not in words(app)
    assert "no budget advice" in words(app)


def test_without_a_slope_nothing_is_ranked(root: Path) -> None:
    app = opened(root, page="views/model.py")
    app.button_group(key="pick_slopes").set_value([]).run()
    go(app, "views/tiers.py")
    assert title(app) == "Nothing to rank yet."
    assert not figures(app)
    app.button(key="way").click().run()  # one click brings what the page promised
    assert "youtube" in title(app)
    assert figures(app)


def test_a_model_without_groups_is_grouped_by_one_click(root: Path) -> None:
    app = opened(root, page="views/model.py")
    apply_formula(app, "sales ~ youtube + price")
    go(app, "views/groups.py")
    assert title(app) == "This model has no groups."
    app.button(key="way").click().run()
    assert chosen(app).formula == "sales ~ youtube + price + (1 | store)"
    assert figures(app)


def test_without_differences_no_ranking_is_pretended(root: Path) -> None:
    """Every shop has the same response and more noise than signal in it, so the variance is zero."""
    rng = np.random.default_rng(3)
    tv = np.tile(rng.gamma(4.0, 2.0, 30), 10)
    noise = np.tile(rng.normal(0, 1.0, 30), 10)  # the same in every shop: nothing between shops at all
    frame = pd.DataFrame(
        {"shop": np.repeat([f"S{n}" for n in range(10)], 30), "tv": tv, "sales": 5 + 0.5 * tv + noise}
    )
    app = upload(opened(root, sample=None), "alike.csv", frame.to_csv(index=False).encode())
    go(app, "views/tiers.py")
    assert not app.exception
    assert "No detectable differences" in title(app)
    assert not figures(app)
    go(app, "views/groups.py")
    assert not app.exception


def test_thousands_of_groups_show_both_ends_and_the_whole_curve(root: Path) -> None:
    rng = np.random.default_rng(5)
    shop = np.repeat(np.arange(300), 8)
    tv = rng.gamma(4.0, 2.0, 2400)
    sales = (
        5 + rng.normal(0, 2, 300)[shop] + (0.5 + rng.normal(0, 0.2, 300)[shop]) * tv + rng.normal(0, 1, 2400)
    )
    frame = pd.DataFrame(
        {"shop": np.char.add("S", shop.astype(str)), "tv": tv.round(2), "sales": sales.round(2)}
    )
    app = upload(opened(root, sample=None), "many.csv", frame.to_csv(index=False).encode())
    go(app, "views/groups.py")
    curve, rows = figures(app)[:2]
    assert any(len(trace.get("customdata") or []) == 300 for trace in curve["data"])
    assert len(rows["layout"]["yaxis"]["tickvals"]) <= 61
    go(app, "views/tiers.py")
    assert not app.exception
    notes = [str(note["text"]) for note in figures(app)[0]["layout"]["annotations"]]
    assert all(any(f"Tier {tier} ·" in note for note in notes) for tier in (1, 2, 3))
    hidden = sum(int(note.split()[0]) for note in notes if "more of this tier" in note)
    assert hidden + len(figures(app)[0]["layout"]["yaxis"]["tickvals"]) == 300
    app.selectbox(key="tier_group").set_value("S150").run()
    assert "S150" in figures(app)[0]["layout"]["yaxis"]["ticktext"]


def test_a_slope_bent_by_an_interaction_says_where_it_is_read(root: Path) -> None:
    app = opened(root, page="views/model.py")
    apply_formula(app, "sales ~ youtube * price + (1 + youtube | store)")
    assert "goes with" in title(app)  # at the average price, not at a price of zero
    for page in ("views/groups.py", "views/tiers.py"):
        go(app, page)
        assert "depends on" in words(app), page


def test_money_that_does_not_pay_is_not_raised(root: Path, panel: pd.DataFrame) -> None:
    frame = panel.assign(sales=200 - panel["sales"]).rename(columns={"tv": "tv_spend"})
    app = upload(opened(root, sample=None), "loss.csv", frame.to_csv(index=False).encode())
    go(app, "views/tiers.py")
    assert "raise" not in words(app)
    assert "highest effects" in title(app)


def test_a_ranking_of_few_groups_says_what_it_rests_on(root: Path) -> None:
    rng = np.random.default_rng(2)
    group = np.repeat(np.arange(3), 40)
    tv = rng.normal(10, 3, 120)
    sales = 50 + np.array([1.0, 3.0, 6.0])[group] * tv + rng.normal(size=120)
    frame = pd.DataFrame({"region": np.array(["N", "S", "W"])[group], "tv": tv, "sales": sales})
    app = upload(opened(root, sample=None), "three.csv", frame.to_csv(index=False).encode())
    go(app, "views/model.py")
    go(apply_formula(app, "sales ~ tv + (1 + tv | region)"), "views/tiers.py")
    assert "surely the most responsive to tv; 1 the least" in title(app)
    assert "Only 3 values of 'region'" in words(app).replace("\\", "")


def test_order_across_groups_without_a_place_is_unsure_while_every_step_is() -> None:
    ties = (("a", "b"), ("b", "c"), ("d", "e"))
    assert _tied(list("abcdef"), ties, ()) == {"a", "b", "d"}
    assert _tied(list("abcdef"), ties, {"b"}) == {"a", "d"}  # a to c through b
    assert _tied(list("abcdef"), ties, {"c"}) == {"a", "d"}  # b is surely ahead of d
    assert _tied(list("abcdef"), ties, {"a", "f"}) == {"b", "d"}


def test_groups_without_a_place_are_of_no_tier_in_the_table(root: Path) -> None:
    """Store 11 of the sample never moved its spend."""
    app = opened(root, page="views/tiers.py")
    table = next(one.value for one in app.dataframe if "place expected" in one.value)
    unplaced = table["not enough to place"] != ""
    assert "Store 11" in table.index[unplaced]
    assert set(table["tier"][unplaced]) == {"not placed"}
    assert "not placed" not in set(table["tier"][~unplaced])
    notes = [str(note["text"]) for note in figures(app)[0]["layout"]["annotations"]]
    assert "<b>Not enough to place</b>" in notes
    rows = figures(app)[0]["layout"]["yaxis"]["ticktext"]
    assert set(rows[-unplaced.sum() :]) == {f"{level}" for level in table.index[unplaced]}
