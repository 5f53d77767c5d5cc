"""The verdict of an experiment on Model: the figures of core, the choices of the reader, none elsewhere."""

from pathlib import Path

import core
from dashboard import state
from tests.core.result.experiments import revenue
from tests.dashboard.pages import apply_formula, figures, opened, upload, words
from tests.dashboard.pages import chosen as state_of

MODEL = "views/model.py"


def verdict(app) -> str:
    """Returns the title of the section; fails where there is none."""
    (title,) = [one.value for one in app.header if "beats" in one.value or "loses to" in one.value]
    return title.replace("\u00a0", " ")


def test_the_sample_has_a_verdict(root: Path) -> None:
    app = opened(root, "ab_test", MODEL)
    assert not app.exception
    found = core.ab(state_of(app).shown.fit, "variant", seed=state.SEED)
    lift = found.new.difference
    assert verdict(app).startswith(f"Not settled: converted {100 * lift.estimate:.1f} points more often")
    assert f"{100 * found.p_better:.0f} % sure it beats A" in verdict(app)
    said = words(app).replace("\u00a0", " ")
    assert "Plain regression is too sure: its error of the lift is 0.7" in said
    assert "variant was given out by user" in said
    dots = [
        trace for one in figures(app) for trace in one["data"] if trace.get("marker", {}).get("size") == 15
    ]
    assert len(dots) == 2


def test_less_may_be_better_and_stays_so(root: Path) -> None:
    app = opened(root, "ab_test", MODEL)
    control = next(one for one in app.button_group if one.key.startswith("ab_more"))
    app = control.set_value(False).run()
    assert not app.exception
    assert "% sure it beats A" in verdict(app)
    assert int(verdict(app).split(" % sure")[0].rsplit(" ", 1)[1]) < 20
    app = apply_formula(app, "converted ~ variant + (1 | user)")
    assert int(verdict(app).split(" % sure")[0].rsplit(" ", 1)[1]) < 20


def test_season_passes_turn_and_rest_on_three_channels(root: Path) -> None:
    app = opened(root, "season_pass", MODEL)
    assert not [one for one in app.header if "beats" in one.value or "loses to" in one.value]
    start = "As this model stands, bought 9"  # rows vary 142 times as much as it explains
    assert [one for one in app.header if one.value.startswith(start) and "no verdict" in one.value]
    said = words(app).replace("\u00a0", " ")
    assert "from 3 channels alone, so take it as a guide" in said
    assert "Plain regression points the other way" in said


def test_no_verdict_where_nothing_is_compared(root: Path) -> None:
    for sample in ("retail_panel", "conversions"):
        app = opened(root, sample, MODEL)
        assert not [one for one in app.header if "beats" in one.value or "loses" in one.value]
        assert not app.exception


def test_amounts_have_a_verdict_where_a_predictor_is_named_a_variant(root: Path) -> None:
    table = revenue(0)[["user", "variant", "spent"]].round(3)
    app = upload(opened(root, None), "spent.csv", table.to_csv(index=False).encode()).switch_page(MODEL).run()
    app = apply_formula(app, "spent ~ variant + (1 | user)")
    assert not app.exception
    found = core.ab(state_of(app).shown.fit, seed=state.SEED).new.difference
    assert verdict(app).startswith("B beats A: spent 0.") and f"{found.estimate:.1f}" in verdict(app)
    assert "in the middle" not in words(app)


def test_three_variants_are_picked_two_by_two(root: Path) -> None:
    rows = [
        (f"u{k}", ("control", "blue", "red")[k % 3], (k * 7 + s * 3) % 5 > 2 + (k % 3 == 0))
        for k in range(90)
        for s in range(4)
    ]
    text = "user,variant,bought\n" + "".join(f"{u},{v},{int(b)}\n" for u, v, b in rows)
    app = upload(opened(root, None), "three.csv", text.encode()).switch_page(MODEL).run()
    app = apply_formula(app, "bought ~ variant + (1 | user)")
    assert not app.exception
    against = next(one for one in app.selectbox if one.label == "Against")
    assert against.value == "control"
    app = against.set_value("blue").run()
    assert not app.exception
    assert "blue" in verdict(app)
