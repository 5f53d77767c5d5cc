"""Models with several groupings on every page: words stay true, nothing is blank, choices stay."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboard.pages import apply_formula, chosen, figures, go, opened, title, upload, words

NESTED = "Umsatz ~ Werbung + Preis + (1 + Werbung | Region/Filiale)"


def panel() -> pd.DataFrame:
    """8 regions of 6 branches over 12 weeks; responses differ more between regions than within."""
    rng = np.random.default_rng(8)
    branch = np.repeat(np.arange(48), 12)
    region = branch // 6
    names = np.array(["<b>Nord</b>", "=1+1", "Süd: Ost", "West", "Ost", "Mitte", "Alpen", "Küste"])
    ads, price = rng.gamma(4.0, 2.0, 576).round(2), rng.normal(5.0, 0.5, 576).round(2)
    own = rng.standard_normal((8, 2))[region] * (3, 0.3) + rng.standard_normal((48, 2))[branch] * (1.5, 0.12)
    sales = 40 + own[:, 0] + (0.8 + own[:, 1]) * ads - 2 * price + rng.standard_normal(576)
    return pd.DataFrame(
        {
            "Region": names[region],
            "Filiale": np.char.add("F", branch.astype(str)),
            "Woche": np.tile(np.arange(1, 13), 48),
            "Umsatz": sales.round(2),
            "Werbung": ads,
            "Preis": price,
        }
    )


def with_model(root: Path, formula: str, frame: pd.DataFrame | None = None) -> AppTest:
    """Returns the app on the Model page with a formula typed."""
    content = (panel() if frame is None else frame).to_csv(index=False).encode()
    app = upload(opened(root, sample=None), "panel.csv", content)
    go(app, "views/model.py")
    return apply_formula(app, formula)


def look(app: AppTest, name: str) -> AppTest:
    """Returns the app after another grouping was chosen."""
    return app.button_group(key="look_at").set_value(name).run()


def whole(app: AppTest) -> str:
    """Returns every word on the page, figures and charts too; fails on blanks where a number belongs."""
    said = [words(app), *(f"{m.label} {m.value}" for m in app.metric)]
    drawn = [json.dumps(figure.get("layout", {}).get("annotations", "")) for figure in figures(app)]
    text = "\n".join([*said, *drawn])
    assert not app.exception
    assert not re.search(r"\bnan\b", text, re.IGNORECASE)
    return text


def test_the_model_page_splits_the_variation_by_grouping(root: Path) -> None:
    app = with_model(root, NESTED)
    assert not app.error
    said = whole(app)
    assert re.search(r"8 regions: \d+.%; 48 Filiale groups: \d+.%", said)
    assert "most regions lie between" in title(app)
    notes = "".join(str(note["text"]) for note in figures(app)[1]["layout"]["annotations"])
    assert "region baselines" in notes and "Filiale responses" in notes


def test_groups_follow_the_grouping_in_view(root: Path) -> None:
    app = go(with_model(root, NESTED), "views/groups.py")
    said = whole(app)
    assert "Regions differ by" in said and "Filiale groups differ by" not in said
    app.selectbox(key="card_group").set_value("West").run()
    look(app, "Region:Filiale")
    said = whole(app)
    assert "Filiale groups differ by" in said and "Regions differ by" not in said
    assert "make no estimate alone" in said and "holds the part of its region" in said
    assert any("differ more between regions" in header.value for header in app.header)
    app.selectbox(key="card_group").set_value("F20").run()
    assert "in West" in words(app)
    go(app, "views/data.py")
    go(app, "views/groups.py")
    assert chosen(app).group == "West:F20"
    look(app, "Region")
    assert chosen(app).group == "West"


def test_tiers_rank_the_groups_of_each_grouping(root: Path) -> None:
    app = go(with_model(root, NESTED), "views/tiers.py")
    said = whole(app)
    assert "most responsive to Werbung" in title(app)
    assert "tick that" not in said and "pulled" not in said
    look(app, "Region:Filiale")
    assert "of 48" in next(m.value for m in app.metric if m.label == "Expected misplaced")
    assert "Filiale groups" in title(app)
    assert "holds the part of its region" in whole(app)


def test_inner_groups_that_do_not_differ_send_to_the_outer_ones(root: Path) -> None:
    rng = np.random.default_rng(5)
    frame = panel()
    ads, noise = np.tile(rng.gamma(4.0, 2.0, 12), 48), np.tile(rng.standard_normal(12), 48)
    slope = np.repeat(np.linspace(0.2, 1.6, 8), 72)
    frame = frame.assign(Werbung=ads.round(2), Umsatz=(10 + slope * ads + noise).round(3))
    app = go(with_model(root, "Umsatz ~ Werbung + (1 + Werbung | Region/Filiale)", frame), "views/tiers.py")
    look(app, "Region:Filiale")
    assert title(app) == "Filiale groups cannot be ranked by their response to Werbung."
    assert "each has that of its region" in words(app)
    assert not figures(app)
    next(button for button in app.button if button.label == "Rank the regions").click().run()
    assert "region" in title(app) and figures(app)


def test_an_inner_grouping_with_the_only_slope_is_ranked(root: Path) -> None:
    app = go(with_model(root, "Umsatz ~ Werbung + (1 + Werbung | Filiale) + (1 | Region)"), "views/tiers.py")
    assert "Werbung" in title(app) and figures(app)
    look(app, "Region")
    assert title(app) == "Regions cannot be ranked by a response."
    assert "slopes differ between Filiale groups" in whole(app)


def test_crossed_groups_are_shown_with_whom_they_met(root: Path) -> None:
    app = go(with_model(root, "Umsatz ~ Werbung + (1 | Woche) + (1 | Filiale)"), "views/groups.py")
    assert "Rows pair every Woche with every Filiale" in whole(app)
    grid = next(trace for figure in figures(app) for trace in figure["data"] if trace["type"] == "heatmap")
    assert len(grid["y"]) == 12 and len(grid["x"]) == 30
    go(app, "views/tiers.py")
    assert title(app) == "Nothing to rank yet."
    look(app, "Filiale")
    app.button(key="way").click().run()  # one click brings a slope of the groups in view
    assert chosen(app).formula == "Umsatz ~ Werbung + (1 | Woche) + (1 + Werbung | Filiale)"
    assert "Filiale groups" in title(app)


def test_groups_rank_by_baseline_where_asked(root: Path) -> None:
    app = opened(root, page="views/groups.py")
    app.selectbox(key="rank_term").set_value("(Intercept)").run()
    assert "baseline" in title(app)
    go(app, "views/tiers.py")
    assert "youtube" in title(app)


@pytest.mark.parametrize("page", ["views/groups.py", "views/tiers.py"])
def test_one_grouping_needs_no_choice(root: Path, page: str) -> None:
    app = opened(root, page=page)
    assert "look_at" not in [group.key for group in app.button_group]


def test_a_second_grouping_is_added_asked_about_and_taken_out(root: Path) -> None:
    frame = panel().assign(Regal=lambda f: "R" + (f["Woche"] % 3).astype(str))
    first = "Umsatz ~ Werbung*Preis + (1 + Werbung | Filiale)"
    app = with_model(root, first, frame)
    app.selectbox(key="also_add").set_value("Region").run()
    assert chosen(app).formula == f"{first} + (1 | Region)"
    assert "each Filiale lies in one region" in words(app)
    assert app.selectbox(key="also_add").value is None
    app.button_group(key="also_slopes_0").set_value(["Preis"]).run()
    assert chosen(app).formula == f"{first} + (1 + Preis | Region)"
    app.selectbox(key="also_add").set_value("Regal").run()
    assert app.button_group(key="also_same_1").value == "same"
    app.button_group(key="also_same_1").set_value("other").run()
    assert chosen(app).formula == f"{first} + (1 + Preis | Region) + (1 | Filiale:Regal)"
    assert list(chosen(app).shown.fit.n_groups) == ["Filiale", "Region", "Filiale:Regal"]
    app.button(key="also_out_1").click().run()
    app.button_group(key="pick_slopes").set_value([]).run()  # the first grouping's pickers keep the second
    assert chosen(app).formula == "Umsatz ~ Werbung*Preis + (1 | Filiale) + (1 + Preis | Region)"
    app.button(key="also_out_0").click().run()
    assert chosen(app).formula == "Umsatz ~ Werbung*Preis + (1 | Filiale)"
    assert not app.exception


def test_a_nested_formula_moves_the_pickers(root: Path) -> None:
    app = with_model(root, NESTED)
    assert app.selectbox(key="pick_group").value == "Filiale"
    assert app.button_group(key="also_slopes_0").value == ["Werbung"]
    assert "says more than the pickers" not in words(app)
    app.button_group(key="also_slopes_0").set_value([]).run()
    assert chosen(app).formula == ("Umsatz ~ Werbung + Preis + (1 + Werbung | Region:Filiale) + (1 | Region)")


def test_shelves_numbered_anew_in_every_branch_are_not_counted_as_a_few(root: Path) -> None:
    frame = panel().assign(Regal=lambda f: "R" + (f["Woche"] % 3).astype(str))
    app = with_model(root, "Umsatz ~ Werbung + (1 | Region/Filiale/Regal)", frame)
    go(app, "views/data.py")
    assert title(app).startswith("576 rows: 48 Filiale groups over 12 Woche periods")
    used = app.dataframe[0].value.set_index("column")["used as"]
    assert list(used[used == "groups"].index) == ["Region", "Filiale", "Regal"]
    assert "144 Regal groups lie in 48 Filiale groups" in words(app).replace("\\", "")
    go(app, "views/groups.py")
    look(app, "Region:Filiale:Regal")
    assert "144 Regal groups" in whole(app)


def test_the_headline_of_inner_groups_holds_their_outer_groups(root: Path) -> None:
    alone = with_model(root, "Umsatz ~ Werbung + Preis + (1 + Werbung | Filiale)")
    both = with_model(root, "Umsatz ~ Werbung + Preis + (1 + Werbung | Filiale) + (1 + Werbung | Region)")

    def width(app: AppTest) -> float:
        low, high = re.findall(r"about (\S+) and (\S+)\.$", title(app).replace("\u2212", "-"))[0]
        return float(high) - float(low)

    assert "most Filiale groups lie" in title(alone) and "most Filiale groups lie" in title(both)
    # Not the differences within one region alone, which are a third of these.
    assert width(both) == pytest.approx(width(alone), rel=0.35)


def test_many_groupings_are_listed(root: Path) -> None:
    frame = panel().assign(a=lambda f: f.index % 5, b=lambda f: f.index % 7, c=lambda f: f.index % 11)
    formula = "Umsatz ~ Werbung + (1 | Region) + (1 | Filiale) + (1 | a) + (1 | b) + (1 | c)"
    app = go(with_model(root, formula, frame), "views/groups.py")
    app.selectbox(key="look_at").set_value("Filiale").run()
    assert "Filiale groups differ by" in whole(app)
