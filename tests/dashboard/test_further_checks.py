"""Checks that are asked for: influence, intervals made in other ways, rows held out; words and page."""

import time
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import core
from dashboard import held_out_words, influence_words, interval_words
from dashboard.nouns import Noun
from dashboard.numbers import interval
from tests.dashboard.pages import apply_formula, chosen, go, opened, words

PATIENCE = 60.0  # seconds; the work is done by another process, and the machine may be busy
STORE = Noun("store", "stores")
QUALITY = "views/quality.py"


def asked(app: AppTest, label: str) -> None:
    """Clicks a button that asks for work, and looks at the page again and again until it is done."""
    next(b for b in app.button if b.label.startswith(label)).click().run()
    until = time.monotonic() + PATIENCE
    while any(button.label == "Cancel" for button in app.button):
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)
        app.run()
    assert not app.exception
    assert not app.error
    assert not any(button.label == "Try again" for button in app.button)


def changes(**terms: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {name.replace("const", "(Intercept)"): v for name, v in terms.items()}, index=["a", "7"]
    )


def test_only_effects_count_as_carried() -> None:
    assert influence_words.carried(changes(const=[5.0, 0.0], tv=[0.2, 0.4]), STORE) == ""
    one = influence_words.carried(changes(const=[0.0, 0.0], tv=[0.2, -1.4]), STORE)
    assert one == "Store\u00a07 carries part of the result: without it an effect moves by its whole error"
    assert influence_words.carried(changes(tv=[1.2, -1.4]), STORE).startswith("2 stores carry")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (0.3, "No store moves the effect of tv by more"),
        (-1.5, "Without a the effect of tv would be 0.5 instead of 0.8"),
    ],
)
def test_the_title_names_who_moves_an_effect(change: float, says: str) -> None:
    table = pd.DataFrame({"estimate": [0.5], "change": [change]}, index=["a"])
    assert influence_words.title("tv", table, (0.8, 0.4, 1.2), STORE, "95 %")[0].startswith(says)


def test_other_intervals_are_compared_by_width() -> None:
    own = pd.DataFrame({"low": [0.0, 0.0], "high": [1.0, 1.0]}, index=["tv", "a*b"])
    fit = SimpleNamespace(fixed_effects=own)
    wide = own.assign(high=[1.0, 1.6])
    assert (
        interval_words.title(fit, wide, "bootstrap")
        == r"The bootstrap is less sure of a\*b: 1.6 times as wide"
    )
    assert interval_words.title(fit, own.assign(high=[0.5, 1.0]), "profile").startswith(
        "The profile is surer of tv"
    )
    assert "agrees" in interval_words.title(fit, own, "profile")


def test_what_is_foretold_is_said_of_rows_and_of_groups() -> None:
    found = SimpleNamespace(rmse=2.0, plain_rmse=4.0, coverage=0.94, level=0.95, how="10-fold")
    assert (
        held_out_words.said(found, None, "sales")[0]
        == "New rows are foretold 50 % closer than by plain regression"
    )
    found.rmse = 4.4
    assert held_out_words.said(found, STORE, "sales")[0].startswith(
        "Plain regression foretells new stores 10 % closer"
    )
    found.rmse = 4.0
    assert "no closer" in held_out_words.said(found, STORE, "sales")[0]


def test_the_page_does_each_once_it_is_asked(root: Path) -> None:
    app = apply_formula(opened(root, page="views/model.py"), "sales ~ week + youtube + (1 | store)")
    go(app, QUALITY)
    assert "more than half its error" in words(app) or " would be " in words(app)
    for button in ("Hold out rows", "Hold out whole stores", "Profile intervals"):
        asked(app, button)
    said = words(app)
    assert "New rows are foretold" in said
    assert "profile interval" in said
    fit = chosen(app).shown.fit
    made = core.profile(fit)
    table = next(frame.value for frame in app.dataframe if "profile" in frame.value)
    assert len(table) == len(fit.fixed_effects) + len(made.variance_components)
    go(app, "views/model.py")
    go(app, QUALITY)
    assert "New rows are foretold" in words(app)  # kept over a change of page


def test_of_several_groupings_leaving_out_is_asked_for(root: Path) -> None:
    app = apply_formula(opened(root, page="views/model.py"), "sales ~ week + (1 | region) + (1 | store)")
    go(app, QUALITY)
    assert not app.exception
    assert "single groups carry" not in words(app)
    asked(app, "Leave out each")
    assert any(part.label.startswith("Every effect without each") for part in app.expander)


def test_what_the_bootstrap_of_few_groups_cannot_hold_is_said(root: Path) -> None:
    app = apply_formula(opened(root, page="views/model.py"), "sales ~ week + (1 | region)")
    go(app, QUALITY)
    asked(app, "Bootstrap")
    assert "With 4 groups the bootstrap is too sure" in words(app)
    table = next(frame.value for frame in app.dataframe if "bootstrap" in frame.value).set_index("")
    fit = chosen(app).shown.fit
    made = core.bootstrap(fit, 1_000, seed=1).shares.loc["icc_adjusted"]
    said = table.loc["share between groups of what predictors leave (ICC)", "bootstrap"]
    assert said == interval(made["low"], made["high"])


def test_a_bootstrap_of_crossed_groups_is_refused_in_a_sentence(root: Path) -> None:
    app = apply_formula(opened(root, page="views/model.py"), "sales ~ youtube + (1 | store) + (1 | week)")
    go(app, QUALITY)
    assert not any(b.label.startswith("Bootstrap") for b in app.button)
    assert "drawing groups of one would tear those of the others apart" in words(app)
    apply_formula(go(app, "views/model.py"), "sales ~ youtube + (1 | region/store)")
    go(app, QUALITY)
    assert any(b.label.startswith("Bootstrap") for b in app.button)


def test_a_check_asked_for_anew_ends_that_of_an_earlier_model(root: Path) -> None:
    long = "sales ~ week + {} + (1 + youtube | region/store)"
    app = apply_formula(opened(root, page="views/model.py"), long.format("youtube"))
    go(app, QUALITY)
    next(b for b in app.button if b.label.startswith("Bootstrap")).click().run()
    assert any(button.label == "Cancel" for button in app.button)
    apply_formula(go(app, "views/model.py"), long.format("youtube + price"))
    go(app, QUALITY)
    assert not any(button.label == "Cancel" for button in app.button)
    next(b for b in app.button if b.label.startswith("Bootstrap")).click().run()
    assert len(chosen(app).wanted) == 1
    assert not any("before this" in part.value for part in app.markdown)  # nobody waits for the earlier one
    next(b for b in app.button if b.label == "Cancel").click().run()
    assert not chosen(app).wanted
