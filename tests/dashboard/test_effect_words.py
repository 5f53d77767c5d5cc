"""Effects in words: units, points, categories, and where interactions bend them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import core
from dashboard import headlines, sentences, wording
from dashboard.nouns import noun
from tests.dashboard.pages import apply_formula, figures, go, opened, title, upload, words


@pytest.mark.parametrize(
    ("term", "says"),
    [
        ("Dépenses radio (€)", "one euro more of Dépenses radio"),
        ("discount (%)", "one point more of discount"),
        ("within(tv, shop)", "one unit more of tv (own swings)"),
        ("price (per kg)", "one unit more of price (per kg)"),
    ],
)
def test_a_step_is_said_in_its_unit(term: str, says: str) -> None:
    assert sentences.step(term) == says


def test_a_bracket_in_the_name_of_numbers_makes_no_category(panel: pd.DataFrame) -> None:
    """Only how the model codes a column tells: numbers have units, text has levels."""
    name = "YouTube $ [k]"
    frame = panel.rename(columns={"tv": name}).assign(where=np.where(panel["week"] % 3 > 0, "out", "in"))
    fit = core.fit(frame, f"sales ~ `{name}` + price + where + (1 + `{name}` | shop)")
    assert set(sentences.levels(fit)) == {"where[in]", "where[out]"}
    said = sentences.coefficients(fit, "sales")
    assert said[name].startswith(f"One unit more of {name}")
    assert said["where[out]"].startswith("where out instead of in")
    lead = headlines.model(fit, "sales", "shop", name, noun("shop"))[0]
    assert "instead of another" not in lead
    assert wording.term("spend [k]") == "spend [k]"
    assert wording.term("where[out]") == "where: out"


def test_a_yes_no_outcome_is_read_in_points(panel: pd.DataFrame) -> None:
    frame = panel.assign(bought=(panel["sales"] > panel["sales"].median()).astype(float))
    fit = core.fit(frame, "bought ~ tv + price + (1 + tv | shop)")
    lead, certainty = headlines.model(fit, "bought", "shop", "tv", noun("shop"), yes_no=True)
    assert "points" in lead
    assert "often bought" in lead
    assert "points" in certainty


def test_a_logarithm_is_never_read_as_the_outcome_itself(root: Path, panel: pd.DataFrame) -> None:
    frame = panel.assign(sales=np.exp(panel["sales"] / 40))
    app = upload(opened(root, sample=None), "shops.csv", frame.to_csv(index=False).encode())
    app.switch_page("views/model.py").run()
    apply_formula(app, "log(sales) ~ tv + (1 + tv | shop)")
    fit = app.session_state["panelwise"].shown.fit
    times = np.exp(fit.fixed_effects.loc["tv", "estimate"]) - 1
    percents = sentences.in_percent(*fit.fixed_effects.loc["tv", ["estimate", "std_error"]], "log(sales)")
    assert float(percents.split()[3]) == pytest.approx(100 * times, rel=0.1)
    assert f"more log(sales){percents}" in title(app).replace("\\", "").replace("\u00a0", " ")
    assert f"more log(sales){percents}" in words(app).replace("\\", "").replace("\u00a0", " ")
    go(app, "views/groups.py")
    assert "log(sales) per unit of tv" in words(app).replace("\\", "")


def test_headline_chart_and_words_agree_where_an_interaction_bends_an_effect(
    root: Path, panel: pd.DataFrame
) -> None:
    app = upload(opened(root, sample=None), "shops.csv", panel.to_csv(index=False).encode())
    app.switch_page("views/model.py").run()
    apply_formula(app, "sales ~ tv * price + (1 + tv | shop)")
    fit = app.session_state["panelwise"].shown.fit
    row = headlines.read_at_average(fit).loc["tv"]
    assert row["estimate"] != fit.fixed_effects.loc["tv", "estimate"]
    clear = bool(row["low"] > 0 or row["high"] < 0)
    assert ("goes with" in title(app)) is clear
    assert ("tv cannot be told" in words(app)) is not clear
    assert "at the average of price" in words(app)


def test_a_category_has_no_swing(root: Path, panel: pd.DataFrame) -> None:
    frame = panel.assign(weather=["sun", "rain", "snow", "fog"] * (len(panel) // 4))
    app = upload(opened(root, sample=None), "shops.csv", frame.to_csv(index=False).encode())
    app.switch_page("views/model.py").run()
    apply_formula(app, "sales ~ tv + weather + (1 | shop)")
    fit = app.session_state["panelwise"].shown.fit
    drawn = next(
        f for f in figures(app) if any("weather" in str(t) for t in f["layout"]["yaxis"].get("ticktext", ()))
    )
    xs = {
        x
        for trace in drawn["data"]
        if "mode" in trace and isinstance(trace["x"], list)
        for x in trace["x"]
        if x
    }
    assert any(x == pytest.approx(fit.fixed_effects.loc["weather[rain]", "estimate"]) for x in xs)
