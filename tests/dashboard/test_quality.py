"""The Quality page: what it says of sound fits, heavy tails, bends and groups that scatter more."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.finding import Finding, Status
from core.result.pictures import binned, quantile_points
from dashboard import quality_words
from dashboard.left_over import LeftOver, _read, spread_of
from dashboard.nouns import Noun
from tests.dashboard.pages import apply_formula, chosen, figures, go, opened, title, upload, words

STORE = Noun("store", "stores")
QUALITY = "views/quality.py"


def left(residual: np.ndarray, fitted: np.ndarray | None = None) -> LeftOver:
    fitted = np.arange(len(residual), dtype=float) if fitted is None else fitted
    sigma = float(residual.std())
    return LeftOver(
        rows=len(residual),
        sigma=sigma,
        far=int((np.abs(residual) > 3 * sigma).sum()),
        points=pd.DataFrame({"x": fitted, "y": residual}),
        bins=binned(fitted, residual),
        quantiles=quantile_points(residual),
        worst=pd.DataFrame(),
        spread={},
    )


@pytest.fixture(scope="module")
def sound() -> LeftOver:
    return left(np.random.default_rng(0).normal(size=1000))


def test_of_a_posterior_quality_offers_what_a_posterior_can_answer(root: Path) -> None:
    app = opened(root, page="views/model.py")
    app.button_group(key="pick_method").set_value("posterior").run()
    go(app, QUALITY)
    offered = {button.label for button in app.button}
    assert not app.exception and not app.error
    assert not any(label.startswith(("Profile", "Bootstrap", "Leave out each")) for label in offered)
    assert "Hold out rows" in offered
    assert "Leaving out each store in turn belongs to REML and ML" in words(app)
    assert "A posterior's intervals are read off its draws" in words(app)


def test_a_sound_fit_is_not_alarmed_about(sound: LeftOver) -> None:
    assert quality_words.headline([], sound)[0] == "Nothing here forbids using this model."
    assert quality_words.headline([], sound)[1].startswith("Looked at: the search, ")
    assert quality_words.headline([], sound, drawn=True)[1].startswith("Looked at: the draws, ")
    assert quality_words.tails(sound)[0] == "What is left has the shape of a bell curve"
    assert quality_words.residuals(sound, "sales")[0].startswith("No bend that matters")


def test_heavy_tails_are_counted_against_a_bell() -> None:
    found = left(np.random.default_rng(0).standard_t(2, size=2000))
    assert quality_words.heavy_tails(found)
    assert quality_words.tails(found)[0].startswith("Heavy tails: ")


def test_a_bend_says_where_and_which_way() -> None:
    x = np.linspace(0, 10, 1000)
    bent = (x - 5) ** 2 - 8.3
    found = left(bent + np.random.default_rng(0).normal(size=1000), x)
    assert quality_words.bends(found)
    assert "a*b" not in quality_words.residuals(found, "a*b")[0]  # escaped
    assert "too low" in quality_words.residuals(found, "sales")[0]


def test_a_stop_comes_first(sound: LeftOver) -> None:
    stop = Finding("search", Status.STOP, "The search stopped.", "")
    assert quality_words.headline([stop], sound, "Two stores carry it")[0] == "Do not use this model yet."


def test_what_asks_for_a_look_leads(sound: LeftOver) -> None:
    look = Finding("residual_shape", Status.LOOK, "Far out.", "")
    said = quality_words.headline([look], sound, "two stores carry part of the result")[0]
    assert said == "Two stores carry part of the result; too many rows lie far out."
    open_ = Finding("residual_shape", Status.UNKNOWN, "Too few rows.", "")
    assert quality_words.headline([open_], sound)[0] == "Nothing here forbids using this model."


def test_few_rows_bend_by_chance_alone() -> None:
    found = left(np.random.default_rng(3).normal(size=88))
    assert not quality_words.bends(found)
    assert quality_words.residuals(found, "score")[0].startswith(("Too few rows", "No bend"))


def test_groups_that_scatter_more_are_named() -> None:
    table = pd.DataFrame(
        {
            "n": [20, 20, 20],
            "sd": [3.0, 1.0, 0.9],
            "low": [2.3, 0.8, 0.7],
            "high": [4.2, 1.4, 1.3],
            "above": [6.0, 0.0, -1.0],
        },
        index=["5", "b", "c"],
    )
    assert quality_words.wide_groups(table, 1.0) == ["5"]
    assert quality_words.spread(table, 1.0, STORE, "95 %")[0].startswith(
        "One store scatters far more than the rest"
    )
    assert quality_words.spread(table.iloc[1:], 1.0, STORE, "95 %")[0].startswith("Rows scatter much alike")
    assert quality_words.few_to_compare(STORE) == "Too few rows in each store to compare how far they scatter"


def test_few_groups_say_nothing_of_a_shape() -> None:
    points = quantile_points(np.array([-1.0, 0.0, 0.2, 1.0]))
    said = quality_words.effects(points, "a", 1.0, "baseline", STORE, 4)[0]
    assert said == "4 stores say nothing of the shape of their differences"


def test_one_of_thousands_is_far_out_by_chance() -> None:
    values = np.random.default_rng(5).normal(size=2000)
    far = float(np.abs(values).max())
    assert far > 3.0
    points = quantile_points(values)
    said = quality_words.effects(points, "s7", far, "baseline", STORE, len(values))[0]
    assert said == "Stores differ in baseline as a bell curve would have it"
    said = quality_words.effects(points, "s7", 6.0, "baseline", STORE, len(values))[0]
    assert said.endswith("6.0 SDs from the other stores")


def test_a_yes_or_no_bends_by_its_means_not_its_medians() -> None:
    rng = np.random.default_rng(6)
    rate = np.linspace(0.2, 0.8, 2000)
    residual = (rng.random(2000) < rate) - rate
    found = left(residual, rate)
    assert quality_words.bends(found)  # medians jump between the two lines
    found = replace(found, bins=binned(rate, residual, means=True), yes_no=True)
    assert not quality_words.bends(found)
    assert quality_words.residuals(found, "bought")[0].startswith("No bend that matters: the mean")
    assert quality_words.tails(found)[0].startswith("No bell curve to expect")


def test_spread_of_weighted_rows_is_read_at_the_average_weight(root: Path) -> None:
    rng = np.random.default_rng(8)
    store = np.repeat(np.arange(20), 30)
    weight = np.where(store < 5, 4, 64)
    sales = rng.normal(size=20)[store] + rng.normal(size=600) * 8 / np.sqrt(weight)
    frame = pd.DataFrame({"store": [f"s{n:02d}" for n in store], "sales": sales.round(4), "w": weight})
    app = upload(opened(root, sample=None), "w.csv", frame.to_csv(index=False).encode())
    go(app, "views/model.py")
    go(apply_formula(app, "sales | weights(w) ~ 1 + (1 | store)"), QUALITY)
    assert "Rows scatter much alike" in words(app)
    assert "two of three rows of average weight" in words(app)
    table = _read(chosen(app).shown, chosen(app).table).spread["store"]
    assert table["sd"].max() < 2 * table["sd"].min()  # unweighted: four times
    assert not table["clear"].any()


@pytest.mark.parametrize(
    "formula",
    [
        "sales ~ week + youtube + (1 + youtube | store)",
        "sales ~ week + youtube + (1 | region/store)",
        "log(sales) ~ week + youtube",
        "sales ~ week + youtube + (0 + youtube || store)",
        "promo ~ price + (1 | store)",
        "sales ~ 1 + (1 | region)",
    ],
)
def test_every_kind_of_model_has_its_page(root: Path, formula: str) -> None:
    app = apply_formula(opened(root, page="views/model.py"), formula)
    go(app, QUALITY)
    assert not app.exception
    assert not app.error
    assert len(figures(app)) >= 2
    assert "forbids" in title(app) or "." in title(app)


def test_the_rows_furthest_out_are_numbered_as_in_the_file(root: Path) -> None:
    rows = [f"S{n % 8},{n // 8},{n % 5},{10 + n % 5 + (n * 37 % 11) / 10:.2f}" for n in range(160)]
    rows[100] = rows[100].rsplit(",", 1)[0] + ",60"
    content = ("store,week,tv,sales\n" + "\n".join(rows)).encode()
    app = go(upload(opened(root, sample=None), "far.csv", content), QUALITY)
    assert not app.exception
    table = next(frame.value for frame in app.dataframe if "in SDs" in frame.value)
    assert table["row"].iloc[0] == 102  # the header is row 1
    assert abs(table["in SDs"].iloc[0]) > 5


def test_nothing_is_judged_without_a_fit(root: Path) -> None:
    app = go(opened(root, sample=None), QUALITY)
    assert not app.exception
    assert "May this model be used?" in words(app)
    assert chosen(app).shown is None


def test_points_keep_their_meaning_when_copied(sound: LeftOver) -> None:
    assert replace(sound, far=0).tails == 0.0


@pytest.mark.parametrize("tails", [3, 30])
def test_heavy_tails_alone_make_no_group_scatter_more(tails: int) -> None:
    rng = np.random.default_rng(4)
    codes = np.repeat(np.arange(400), 20)
    residual = rng.standard_t(tails, size=8000)
    table = spread_of(codes, tuple(map(str, range(400))), residual, float(residual.std()), 0.95)
    assert quality_words.wide_groups(table, float(residual.std())) == []


def test_a_group_that_scatters_twice_as_much_is_found() -> None:
    rng = np.random.default_rng(4)
    codes = np.repeat(np.arange(40), 30)
    residual = rng.normal(size=1200) * np.where(codes == 7, 2.5, 1.0)
    table = spread_of(codes, tuple(map(str, range(40))), residual, float(residual.std()), 0.95)
    assert quality_words.wide_groups(table, float(residual.std())) == ["7"]


def test_rows_of_a_group_that_the_model_leaves_out_are_named(root: Path) -> None:
    app = apply_formula(opened(root, page="views/model.py"), "sales ~ youtube + price")
    go(app, QUALITY)
    assert title(app).startswith("The model takes all rows for unrelated, yet ")
    assert "lies between stores" in title(app)
    assert quality_words.alike(0.01, STORE) == ""
