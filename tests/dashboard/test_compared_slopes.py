"""A category's slope by group: one comparison, in one direction, on every page and in the table."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from streamlit.testing.v1 import AppTest

import core
from core.result.ratios import step_of, typical_change
from core.spec.model import Link
from dashboard import headlines, titles
from dashboard.components.each_group import turned_round
from dashboard.nouns import noun
from tests.dashboard.pages import apply_formula, figures, go, opened, title, upload, words

COMPARED = "promo Bundle instead of NoBundle"
CHANNEL = noun("channel")


@pytest.fixture(scope="module")
def app(root: Path) -> AppTest:
    found = opened(root, "season_pass", "views/model.py")
    return found.button_group(key="pick_slopes").set_value(["promo"]).run()


def own_log_odds() -> pd.Series:
    """Log odds ratio of the bundle in each channel, from its four counts."""
    frame = core.read_sample("season_pass").frame.set_index(["channel", "promo"])
    odds = np.log(frame["bought"] / (frame["contacted"] - frame["bought"])).unstack()
    return odds["Bundle"] - odds["NoBundle"]


def handed_over(app: AppTest) -> pd.DataFrame:
    return next(one.value for one in app.dataframe if "place expected" in one.value)


def test_every_page_compares_in_the_direction_of_model(app: AppTest) -> None:
    assert COMPARED in words(go(app, "views/model.py"))
    own = own_log_odds().sort_values()
    go(app, "views/groups.py")
    assert not app.exception
    assert title(app).startswith(f"{own.index[-1]} has the highest effect of {COMPARED} (× ")
    assert f"{own.index[0]} the lowest" in title(app)
    assert f"odds ratio for {COMPARED}" in words(app)
    go(app, "views/tiers.py")
    assert title(app).startswith(f"{own.index[-1]} surely has the highest effect of {COMPARED}")
    for said in (title(app), words(app)):
        assert "promo: NoBundle" not in said.replace("\\", "").replace("\u2060", "")
    table = handed_over(app)
    head = f"odds ratio for {COMPARED}"
    assert table.index[0] == own.index[-1]
    # Over 600 contacts a channel: pooling moves a log odds ratio by less than a tenth.
    np.testing.assert_allclose(np.log(table[head]), own[table.index], atol=0.1)
    # The channel's own ratio is that of its four counts.
    np.testing.assert_allclose(np.log(table["its own rows alone"]), own[table.index], atol=1e-4)
    assert (table["95 % low"] < table[head]).all() and (table[head] < table["95 % high"]).all()
    assert (table["chance it is above 1, %"] > 50).tolist() == (table[head] > 1).tolist()


def test_a_category_has_two_places_and_nothing_between(app: AppTest) -> None:
    go(app, "views/groups.py")
    assert "With NoBundle two of three channels lie within" in words(app)
    lines = next(f for f in figures(app) if f["layout"]["xaxis"].get("ticktext") == ["NoBundle", "Bundle"])
    assert lines["layout"]["xaxis"]["title"]["text"] == "promo"
    every = lines["data"][0]
    assert set(every["x"]) - {None} == {0, 1}
    frame = core.read_sample("season_pass").frame.set_index(["channel", "promo"])
    share = 100 * frame["bought"] / frame["contacted"]
    drawn = {(name, x): y for name, x, y in zip(every["customdata"], every["x"], every["y"], strict=True)}
    for (channel, promo), found in share.items():
        # Two effects a channel and two cells: pooling moves a share of hundreds by less than two points.
        assert drawn[channel, float(promo == "Bundle")] == pytest.approx(found, abs=2), (channel, promo)


def test_a_probits_slope_is_in_points_at_the_typical_case_of_model(app: AppTest) -> None:
    go(app, "views/model.py").button_group(key="pick_link").set_value("probit").run()
    fit = core.fit(
        core.read_sample("season_pass"),
        "bought | trials(contacted) ~ promo + (1 + promo | channel)",
        family="binomial",
        link="probit",
    )
    step = step_of(fit.linear.lead, "promo[NoBundle]", flipped=True)
    of_model = 100 * typical_change(fit.linear.lead, Link.PROBIT, (step,), 0.95)["change"].iloc[0]
    axis = figures(app)[0]["layout"]["xaxis"]["title"]["text"]
    assert "points" in axis and "%" not in axis
    go(app, "views/groups.py")
    together = next(m.value for m in app.metric if m.label == "All together")
    # Shown to the point, as its interval of over a hundred points allows.
    assert float(together.removesuffix(" points").removesuffix("\u00a0points")) == pytest.approx(
        of_model, abs=0.5
    )
    assert "points)" in title(app) and "probit" not in title(app)
    go(app, "views/tiers.py")
    assert title(app).startswith("Email surely has the highest effect") and "; Mail the lowest" in title(app)
    table = handed_over(app)
    head = f"change in probability of buying for {COMPARED} at a typical case, points"
    own, pooled = table["its own rows alone"]["Email"], table[head]["Email"]
    assert pooled == pytest.approx(own, abs=1)  # 633 contacts: hardly pulled
    frame = core.read_sample("season_pass").frame.set_index(["channel", "promo"])
    probit = pd.Series(norm.ppf(frame["bought"] / frame["contacted"]), frame.index).unstack()
    own_slope = probit.loc["Email", "Bundle"] - probit.loc["Email", "NoBundle"]
    rows = core.read_sample("season_pass").frame
    share = float((rows["promo"] == "NoBundle").mean())
    level = fit.fixed_effects["estimate"]
    middle = level["(Intercept)"] + share * level["promo[NoBundle]"]
    by_hand = norm.cdf(middle + share * own_slope) - norm.cdf(middle - (1 - share) * own_slope)
    assert own == pytest.approx(100 * by_hand, abs=0.01)
    go(app, "views/model.py").button_group(key="pick_link").set_value("logit").run()


def test_differences_too_small_to_call_any_are_ranked_on_no_page(root: Path) -> None:
    """Slopes that differ by a thousandth, of thousands of cases a store: Groups says use one number."""
    rng = np.random.default_rng(3)
    tv = rng.normal(2, 1, 240).round(2)
    store = np.arange(240) % 12
    rate = norm.cdf(-1 + 0.1 * tv + np.linspace(-0.3, 0.3, 12)[store] * (1 + 0.01 * tv))
    yes = rng.binomial(60_000, rate)
    text = "store,tv,bought,contacts\n" + "".join(
        f"s{k:02d},{x},{n},60000\n" for k, x, n in zip(store, tv, yes, strict=True)
    )
    app = go(upload(opened(root, None), "small.csv", text.encode()), "views/model.py")
    apply_formula(app, "bought | trials(contacts) ~ tv + (1 + tv | store)")
    go(app, "views/model.py").button_group(key="pick_link").set_value("probit").run()
    go(app, "views/groups.py")
    alike = title(app).startswith("No detectable differences in response to tv")
    go(app, "views/tiers.py")
    assert title(app).startswith("No detectable differences in response to tv") is alike
    assert alike
    assert not figures(app)


def test_one_group_is_called_by_its_name_in_either_tier() -> None:
    table = pd.DataFrame(
        {
            "tier": [1, 2, 3],
            "p_tier_1": [0.9, 0.1, 0.0],
            "p_tier_2": [0.1, 0.8, 0.1],
            "p_tier_3": [0, 0.1, 0.9],
        },
        index=["Email", "Park", "Mail"],
    )
    said = headlines.tiers(table, "promo[N]", 3, CHANNEL, 0.5, compared=COMPARED)[0]
    assert said == f"Email surely has the highest effect of {COMPARED}; Mail the lowest."
    table["p_tier_1"] = [0.6, 0.4, 0.0]
    said = headlines.tiers(table, "promo[N]", 3, CHANNEL, 0.5, compared=COMPARED)[0]
    assert said == f"No channel surely has the highest effect of {COMPARED}; Mail surely the lowest."


def test_an_estimate_outside_its_interval_is_not_told() -> None:
    said = titles.relation(-0.85, False, CHANNEL, (-0.83, 0.47), "95 %")
    assert "0.85" not in said and "−0.83 to 0.47" in said


def test_lines_turned_round_run_the_other_way() -> None:
    table = pd.DataFrame(
        {"x_low": [0.0, 1.0], "x_high": [1.0, 1.0], "y_low": [2.0, 5.0], "y_high": [3.0, 5.0]}
    )
    back, middle = turned_round(table, (0.0, 1.0, 2.5, 4.0))
    assert back.to_numpy().tolist() == [[0.0, 1.0, 3.0, 2.0], [0.0, 0.0, 5.0, 5.0]]
    assert middle == (0.0, 1.0, 4.0, 2.5)


def test_a_slope_of_an_amount_by_a_category_has_two_places_too(root: Path, panel: pd.DataFrame) -> None:
    odd = panel["week"] % 2  # the bundle brings each shop what its number says
    gain = odd * panel["shop"].str[1:].astype(int)
    frame = panel.assign(promo=np.where(odd, "Bundle", "NoBundle"), sales=panel["sales"] + gain)
    app = upload(opened(root, sample=None), "shops.csv", frame.to_csv(index=False).encode())
    go(app, "views/model.py")
    apply_formula(app, "sales ~ promo + (1 + promo | shop)")
    go(app, "views/groups.py")
    assert not app.exception
    assert any(f["layout"]["xaxis"].get("ticktext") == ["Bundle", "NoBundle"] for f in figures(app))
    assert "Shops differ by ±" in words(app)


def test_what_is_counted_has_its_name_on_every_page(app: AppTest) -> None:
    """633 contacts of Email stand in two rows of the file."""
    go(app, "views/groups.py")
    assert "Its 633 contacts alone say" in words(app)
    assert " rows alone" not in words(app)
    assert "contacts" in next(one.value for one in app.dataframe if len(one.value) == 3)
    go(app, "views/tiers.py")
    assert handed_over(app)["contacts"].tolist() == [633, 1195, 1328]
    hovers = str([trace.get("hovertext") for trace in figures(app)[0]["data"]])
    assert "633 contacts" in hovers and " rows" not in hovers.replace("own rows", "")


def test_an_experiment_is_counted_in_what_its_rows_count(root: Path) -> None:
    said = words(opened(root, "season_pass", "views/model.py")).replace("\\", "")
    assert "In 1,000 contacts with Bundle instead of NoBundle" in said


def test_a_users_rows_that_all_say_yes_say_so(root: Path) -> None:
    app = opened(root, "ab_test", "views/groups.py")
    frame = core.read_sample("ab_test").frame.groupby("user")["converted"].agg(["mean", "size"])
    sure, none = (
        frame[frame["mean"] == said].sort_values("size", kind="stable").index[-1] for said in (1.0, 0.0)
    )
    app.selectbox(key="card_group").set_value(sure).run()
    assert f"All of its {frame['size'][sure]} rows say yes, 100 % alone" in words(app).replace("\\", "")
    app.selectbox(key="card_group").set_value(none).run()
    assert f"None of its {frame['size'][none]} rows says yes, 0 % alone" in words(app).replace("\\", "")
    assert "borrowed" not in words(app)
