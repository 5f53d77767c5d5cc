"""The Pooling page: three readings of every group, the proof, and what trusting own rows costs."""

from math import exp
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import core
from core.result.proof import Proof
from dashboard import pooling_words as words
from dashboard.nouns import ROW, Noun
from tests.dashboard.pages import apply_formula, chosen, figures, go, opened, title, upload
from tests.dashboard.pages import words as said

PAGE = "views/pooling.py"
STORE = Noun("store", "stores")


def metric(app, label: str) -> tuple[str, str]:
    """A figure's value, and the table of the page."""
    return next(one.value for one in app.metric if one.label == label)


def test_its_figures_are_cores(root: Path) -> None:
    app = opened(root, page=PAGE)
    assert not app.exception
    fit, table = chosen(app).shown.fit, core.read_sample("retail_panel")
    found = core.pooling(table, chosen(app).shown.spec)
    shares = found.groups["youtube"]["shrinkage"]
    assert metric(app, "Pulled to the middle") == f"{100 * shares.median():.0f}\u00a0%"
    proof = core.pooling_proof(fit, table, folds=5, seed=1)
    assert metric(app, "Missed by, in between") == f"±\u00a0{proof.table.loc['partial', 'rmse']:.2f}"
    trusted = core.trust(fit, "youtube", n_draws=2000, seed=0)
    assert metric(app, "Top 3, by own rows") == f"{trusted.winners.raw:.2f}"
    assert f"expect {trusted.winners.repeat.mean:.2f} next time" in said(app)
    assert trusted.misallocated.differ == 0
    assert "nothing is lost" in said(app)
    arrows = figures(app)[0]
    dots = next(t for t in arrows["data"] if t.get("customdata") and len(t["x"]) == 24)
    at = dict(zip(dots["customdata"], dots["y"], strict=True))
    assert at["Store 06"] == pytest.approx(found.groups["youtube"].loc["Store 06", "partial"])
    assert "48 coefficients" in said(app)


def test_it_stands_between_groups_and_tiers(root: Path) -> None:
    app = opened(root, page="views/groups.py")
    assert app.get("page_link")[-1].proto.page == "pooling"
    go(app, PAGE)
    assert app.get("page_link")[-1].proto.page == "tiers"


def test_the_table_has_three_readings_a_term(root: Path) -> None:
    app = opened(root, page=PAGE)
    table = next(one.value for one in app.dataframe if "rows" in one.value)
    assert list(table.columns[1:8]) == [
        f"sales at average predictors, {part}"
        for part in (
            "all as one",
            "each alone",
            "in between",
            "95 % low",
            "95 % high",
            "pulled to the average, %",
            "why",
        )
    ]
    found = core.pooling(core.read_sample("retail_panel"), chosen(app).shown.spec)
    whole = float(f"{found.complete.loc['youtube', 'estimate']:.6g}")
    assert set(table["sales per unit of youtube, all as one"]) == {whole}
    assert table.loc["Store 11", "sales per unit of youtube, why"] == "own rows cannot say"


def test_a_baseline_alone_has_dumbbells_for_its_chart(root: Path) -> None:
    app = opened(root, page="views/model.py")
    apply_formula(app, "sales ~ youtube + price + (1 | store)")
    go(app, PAGE)
    assert not app.exception
    assert "in their baseline" in title(app)
    assert app.header[0].value.startswith("Own rows put stores between")
    assert "Lost by trusting own rows" not in [one.label for one in app.metric]


def test_several_groupings_say_why_nobody_stands_alone(root: Path) -> None:
    app = opened(root, page="views/model.py")
    apply_formula(app, "sales ~ youtube + price + (1 + youtube | store) + (1 | week)")
    go(app, PAGE)
    assert not app.exception
    assert (
        title(app)
        == "No store stands alone in its response to youtube: its rows carry the differences of weeks too."
    )
    assert "no store has an estimate of its own" in said(app)
    assert app.selectbox(key="pooling_order").options == [
        "highest first",
        "lowest first",
        "fewest rows first",
    ]


def test_ratios_stay_ratios(root: Path) -> None:
    app = opened(root, "conversions", PAGE)
    assert not app.exception
    fit = chosen(app).shown.fit
    trusted = core.trust(fit, "duration", n_draws=2000, seed=0)
    assert metric(app, "Top 3, by own rows") == f"× {exp(trusted.winners.raw):.2f}"
    lost = 100 * (1 - exp(-trusted.misallocated.lost.mean))
    assert metric(app, "Lost by trusting own rows") == f"{lost:.1f}\u00a0%"
    assert "odds ratio per unit of duration" in said(app)
    assert "(Brier" in said(app)


def test_a_variance_of_zero_is_not_dressed_up(root: Path) -> None:
    rng = np.random.default_rng(5)
    shop = np.repeat([f"S{k}" for k in range(8)], 12)
    tv = rng.normal(5, 1, 96)
    frame = pd.DataFrame({"shop": shop, "tv": tv, "sales": 3 + tv + rng.normal(0, 1, 96)})
    app = upload(opened(root, None), "flat.csv", frame.round(3).to_csv(index=False).encode())
    go(app, "views/model.py")
    apply_formula(app, "sales ~ tv + (0 + tv | shop)")
    go(app, PAGE)
    assert not app.exception
    fit = chosen(app).shown.fit
    assert fit.singular
    assert title(app).startswith("No differences in response to tv between shops can be detected")
    assert "chases chance" in said(app)


def _proof(rmse: tuple[float, float, float], gains: tuple[tuple[float, float], ...]) -> Proof:
    index = pd.Index(["complete", "none", "partial"], name="pooling")
    folds = pd.DataFrame(
        {"rows": [50, 50], "complete": rmse[0], "none": rmse[1], "partial": rmse[2]}, index=[1, 2]
    )
    table = pd.DataFrame(
        {"rmse": rmse, "coverage_80": 0.8, "coverage_95": 0.94, "width_95": 4.0}, index=index
    )
    found = pd.DataFrame(gains, columns=["gain", "std_error"], index=index[:2])
    return Proof(table, folds, found, "rmse", 100, 3, "store", 1)


@pytest.mark.parametrize(
    ("rmse", "gains", "expected"),
    [
        (
            (4.0, 2.5, 2.0),
            ((12.0, 1.0), (2.25, 0.5)),
            "In between foretells held-out rows 20 % closer than each store alone and 50 % closer than all "
            "as one",
        ),
        (
            (2.0, 2.5, 2.0),
            ((0.0, 1.0), (2.25, 0.5)),
            "In between foretells held-out rows 20 % closer than each store alone; whether closer than all "
            "as one the parts do not tell",
        ),
        ((2.0, 2.0, 2.0), ((0.1, 0.2), (0.1, 0.2)), "Held-out rows hardly tell the three apart"),
        (
            (1.8, 2.5, 2.0),
            ((-0.8, 0.1), (2.25, 0.5)),
            "All as one foretells these rows 11 % closer than in between",
        ),
        (
            (2.0, float("nan"), 2.0),
            ((0.1, 0.2), (float("nan"), float("nan"))),
            "Held-out rows tell in between and all as one hardly apart",
        ),
    ],
)
def test_the_verdict_claims_what_is_beyond_chance(rmse, gains, expected: str) -> None:
    found = _proof(rmse, gains)
    assert words.verdict(found, STORE, ROW)[0] == expected
    assert "3 rows for which own rows have no answer" in words.verdict(found, STORE, ROW)[1]


def test_how_far_the_typical_group_moves_sets_the_sentence() -> None:
    def start(share: float, sd: float = 1.0) -> str:
        return words.headline(share, sd, True, "response to tv", STORE, []).split(":")[0]

    assert start(0.05) == "Stores speak for themselves in their response to tv"
    assert start(0.3) == "Stores' own rows say much of their response to tv, not all"
    assert start(0.6) == "Much of what stores' own rows say of their response to tv is chance"
    assert start(0.9) == "Most of what stores' own rows say of their response to tv is chance"
    assert start(0.9, 0.0).startswith("No differences")
    assert start(float("nan")).startswith("No differences")


def test_a_loss_too_small_to_tell_is_not_claimed() -> None:
    told = words.cost(2, 8, "0.01", "95 % −0.01 to 0.03", 0.55, STORE, "tv", False)
    assert (
        told[0]
        == "Money for tv given by own rows goes to 2 other stores of 8; what that loses is too little to tell"
    )
    sure = words.cost(3, 8, "0.02 per unit of tv", "95 % 0.01 to 0.03", 0.99, STORE, "tv", False)
    assert sure[0] == "Money for tv given by own rows loses 0.02 per unit of tv: 3 of 8 stores are others"
    assert "99 % likely to be the worse choice" in sure[1]


def test_one_group_is_not_counted() -> None:
    told = words.cost(0, 1, "0", "95 % 0 to 0", 0.5, STORE, "tv", False)
    assert told[0] == "Money for tv goes to the same store by own rows and in between: nothing is lost"


def test_users_whose_rows_all_say_the_same_are_left_out_by_name(root: Path) -> None:
    app = opened(root, "ab_test", "views/pooling.py")
    assert not app.exception
    assert "moves 100" not in title(app)
    assert "779 of 1,500 users left out" in said(app).replace("\\", "")
