"""Advice on the Tiers page goes as far as place and response are sure, and no further."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import core
from dashboard import headlines, pull, verdict, wording
from dashboard.nouns import noun
from tests.dashboard.pages import apply_formula, go, opened, title, upload, words

STORE = noun("store")


def test_an_estimate_moved_away_from_the_average_is_not_said_to_be_left_there() -> None:
    said = pull.said(20, 0.057, 0.061, 0.054, 0.004, 0.0, "typical", STORE)
    assert "0.061, farther from the average" in said
    assert "left it there" in pull.said(20, 0.0610, 0.0610, 0.054, 0.004, 0.0, "typical", STORE)


def ranked(chances: list[float], low: list[float], high: list[float], tier: int = 1) -> pd.DataFrame:
    """Returns rows of one tier of two with the chance of being there."""
    names = [f"S{place}" for place in range(len(chances))]
    frame = pd.DataFrame({"low": low, "high": high, "tier": tier}, index=names)
    return frame.assign(**{f"p_tier_{tier}": chances, f"p_tier_{3 - tier}": 1 - np.array(chances)})


@pytest.mark.parametrize("term", ["YouTube $ [k]", "within(YouTube $ [k], shop)", "center(YouTube $ [k])"])
def test_spend_may_have_brackets_and_capitals_in_its_name(term: str) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"shop": np.repeat([f"s{k}" for k in range(20)], 20), "week": [*range(20)] * 20})
    frame = frame.assign(sales=rng.normal(50, 5, 400), **{"YouTube $ [k]": rng.gamma(2.0, size=400)})
    spend = {guess.column for guess in core.guess_roles(core.read_table(frame)).spend}
    assert spend == {"YouTube $ [k]"}
    assert verdict.no_budget(term, True, spend, 1.0) == ""


@pytest.mark.parametrize(("share", "sure"), [(0.7995, True), (0.80, True), (0.794, False)])
def test_sure_is_decided_on_the_percent_that_is_shown(share: float, sure: bool) -> None:
    assert bool(headlines.surely(pd.Series([share]))[0]) is sure


def test_only_the_sure_are_raised_and_only_if_they_gain() -> None:
    found = verdict.advice(ranked([0.95, 0.9, 0.6], [0.1, -0.1, 0.2], [1, 1, 1]), 1, 2, True)
    assert [(part.says, part.levels) for part in found] == [
        (wording.DO["raise"], ("S0",)),
        (wording.UNSURE, ("S1",)),
        (wording.PLACE_UNSURE, ("S2",)),
    ]


def test_the_last_tier_tells_what_still_works_from_what_does_not() -> None:
    found = verdict.advice(ranked([0.9] * 3, [0.1, -0.5, -0.9], [0.4, 0.3, -0.1], tier=2), 2, 2, True)
    assert {part.says: part.levels for part in found} == {
        wording.LOSES: ("S2",),
        wording.NOTHING: ("S1",),
        wording.STILL["cut"]: ("S0",),
    }


@pytest.mark.parametrize(
    ("first", "last", "acts"),
    [(0.5, 0.6, (False, False)), (0.9, 0.5, (True, False)), (0.9, 0.9, (True, True))],
)
def test_budget_names_are_earned(first: float, last: float, acts: tuple[bool, bool]) -> None:
    table = pd.concat([ranked([first], [0.1], [1.0]), ranked([last], [0.1], [1.0], tier=2)])
    assert verdict.acting(table, 2) == acts


def test_groups_whose_rows_cannot_place_them() -> None:
    raw = pd.DataFrame({"n": [30, 4, 30, 9], "tv": [0.1, 0.2, np.nan, 0.3]}, index=["a", "b", "c", "d"])
    assert verdict.thin(raw, "tv", STORE) == {
        "b": "only 4 rows",
        "c": "its tv never varied enough to see a response",
        "d": "only 9 rows",
    }
    assert verdict.thin(raw.assign(n=5), "tv", STORE).keys() == {"c"}  # short panels are not thin ones


@pytest.mark.parametrize(
    ("term", "as_is", "average", "says"),
    [
        ("tv", True, 0.4, ""),
        ("within(tv, store)", True, 0.4, ""),
        ("log(tv)", True, 0.4, "no return on money"),
        ("tv", False, 0.4, "outcome is transformed"),
        ("price", True, 0.4, "not a spend column"),
        ("tv", True, -0.1, "brings nothing on average"),
    ],
)
def test_no_budget_advice_without_a_return_on_money(
    term: str, as_is: bool, average: float, says: str
) -> None:
    reason = verdict.no_budget(term, as_is, {"tv"}, average)
    assert says in reason
    assert bool(reason) is bool(says)


def test_stores_that_cannot_be_placed_get_no_advice(root: Path) -> None:
    app = opened(root, page="views/tiers.py")
    apart = next(text.value for text in app.markdown if "Not enough to place" in text.value)
    assert "Store 11 (its youtube never varied" in apart
    assert "Store 17 (only 4 rows)" in apart
    members = " ".join(text.value for text in app.caption)
    assert "Store 22" in members
    assert "Store 11" not in members
    assert "Store 17" not in members


def alike(seed: int) -> pd.DataFrame:
    """Returns 30 shops whose responses differ far less than their rows can tell."""
    rng = np.random.default_rng(seed)
    shop = np.repeat(np.arange(30), 12)
    ads = rng.gamma(4.0, 2.0, 360)
    slope = 0.5 + rng.normal(0, 0.06, 30)[shop]
    sales = 5 + rng.normal(0, 1, 30)[shop] + slope * ads + rng.normal(0, 2, 360)
    return pd.DataFrame(
        {"shop": np.char.add("S", shop.astype(str)), "ad_spend": ads.round(2), "sales": sales.round(2)}
    )


def test_where_nobody_can_be_placed_no_money_is_moved(root: Path) -> None:
    app = upload(opened(root, sample=None), "shops.csv", alike(1).to_csv(index=False).encode())
    go(app, "views/tiers.py")
    assert "No shop is surely" in title(app)
    assert "test before you move money" in words(app)
    assert not {"raise", "cut", "Put more"} & {w for w in ("raise", "cut", "Put more") if w in words(app)}


def test_a_logarithm_is_read_per_doubling_on_both_pages(root: Path) -> None:
    app = opened(root, page="views/model.py")
    apply_formula(app, "sales ~ log(price) + youtube + (1 + log(price) | store)")
    for page in ("views/groups.py", "views/tiers.py"):
        go(app, page)
        assert "per doubling of price" in words(app), page
        assert "per unit of log" not in words(app), page


def test_a_slope_that_never_moves_within_groups_ranks_nothing_and_says_why(root: Path) -> None:
    app = opened(root, page="views/model.py")
    apply_formula(app, "sales ~ youtube + size_m2 + (1 + size_m2 | store)")
    go(app, "views/tiers.py")
    assert not app.exception
    assert "cannot be ranked" in title(app)


@pytest.mark.parametrize(
    ("own", "pooled", "share", "says"),
    [
        (0.49, 0.77, 0.9, "beyond the average"),
        (0.49, 0.70, 0.8, "more doubt than stores differ"),
        (0.49, 0.50, 0.05, "say much"),
    ],
)
def test_a_pull_is_explained_by_what_the_rows_can_tell(
    own: float, pooled: float, share: float, says: str
) -> None:
    assert says in pull.said(12, own, pooled, 0.75, 0.05, share, "typical", STORE)
