"""Where rows vary far more than the model explains no page is sure; what was looked at is said."""

from pathlib import Path

import numpy as np
import pandas as pd

from core.finding import Finding, Status
from dashboard import quantile_words
from tests.dashboard.pages import apply_formula, go, opened, title, upload, words


def plain(text: str) -> str:
    return text.replace("\\", "").replace("\xa0", " ").replace("\u2060", "")


def test_season_passes_are_not_sure_on_any_page(root: Path) -> None:
    app = opened(root, "season_pass", "views/model.py")
    for page in ("views/model.py", "views/groups.py", "views/tiers.py"):
        go(app, page)
        assert not app.exception, page
        assert "as this model stands" in plain(title(app)), page
        assert "Not as sure as it reads: rows vary 142 times as much" in plain(words(app)), page
    said = plain(words(go(app, "views/model.py")))
    assert "As this model stands, bought 10 points less often" in said
    assert "no verdict" in said
    assert "over 99 % sure" not in said
    assert "next to nothing when" not in said


def test_titles_and_sentences_carry_the_doubt_of_the_headline(root: Path) -> None:
    app = opened(root, "season_pass", "views/model.py")
    heads = [plain(one.value) for one in app.header]
    assert "The effect on the odds of buying can be told from none, as this model stands" in heads
    said = plain(words(app))
    assert "intervals too narrow: rows vary 142 times as much as chance and this model explain · dot:" in said
    assert "(95 % 32 % to 52 %, too narrow)" in said
    in_words = next(one for one in app.expander if one.label == "In plain words")
    assert "Not as sure as it reads: rows vary 142 times" in plain(in_words.caption[0].value)
    assert "with channels told apart −12 to −0.2 points, as this model stands" in said
    assert "p < .001" not in said
    assert "too narrow. For channels to come, from 3 channels alone" in said
    for page, head in (
        ("views/groups.py", "Channels can be told apart, but none from an average known this poorly"),
        ("views/tiers.py", "Park leads clearly"),
    ):
        go(app, page)
        assert f"{head}, as this model stands" in [plain(one.value) for one in app.header], page
        assert "intervals too narrow: rows vary 142 times" in plain(words(app)), page


def test_quality_has_no_heading_over_an_empty_place(root: Path) -> None:
    """Two rows a channel have no spread worth a chart: a line in small print says so."""
    app = opened(root, "season_pass", "views/quality.py")
    assert not app.exception
    heads = [plain(one.value) for one in app.header]
    assert not [head for head in heads if head.startswith("Too few channels")]
    assert "Too few rows in each channel to compare how far they scatter." in [
        plain(one.value) for one in app.caption
    ]
    assert "3 channels say nothing of the shape of their differences" in heads  # its chart stands below


def test_a_model_that_explains_its_rows_keeps_its_words(root: Path) -> None:
    app = opened(root, "season_pass", "views/model.py")
    apply_formula(app, "bought | trials(contacted) ~ promo * channel")
    assert "as this model stands" not in plain(title(app))
    assert "too narrow" not in plain(words(app))


def test_simpsons_paradox_is_told_by_the_values_the_headline_names(root: Path) -> None:
    said = plain(words(opened(root, "season_pass", "views/model.py")))
    assert (
        "promo Bundle instead of NoBundle: the odds of buying higher over all rows together (× 1.48)" in said
    )
    assert "lower among rows of the same channel (× 0.57): Simpson's paradox" in said
    assert "unless promo itself decides which channel a row belongs to" in said
    assert "promo[NoBundle]" not in said.split("Tables")[0].replace("+ 0", "")


def test_quality_of_amounts_looks_at_how_they_are_distributed(root: Path) -> None:
    rng = np.random.default_rng(5)
    shop, tv = np.repeat([f"S{k:02d}" for k in range(20)], 20), rng.gamma(2, 1, 400).round(2)
    amount = (np.exp(5 + 0.2 * tv) * rng.gamma(0.8, 1, 400) + 0.01).round(2)
    frame = pd.DataFrame({"shop": shop, "tv": tv, "revenue": amount})
    app = go(upload(opened(root, None), "a.csv", frame.to_csv(index=False).encode()), "views/model.py")
    app.selectbox(key="pick_kind").set_value("gamma").run()
    go(app, "views/quality.py")
    assert not app.exception
    assert "Outcomes are distributed as the model has it" in plain(words(app))
    assert "Quantile residuals" in plain(words(app))
    # Heavy-tailed amounts are no Gamma, and the page says so wherever it speaks of it.
    frame["revenue"] = np.exp(5 + 0.2 * tv + rng.standard_t(2, 400)).round(2) + 0.01
    app = go(upload(opened(root, None), "b.csv", frame.to_csv(index=False).encode()), "views/model.py")
    app.selectbox(key="pick_kind").set_value("gamma").run()
    go(app, "views/quality.py")
    assert not app.exception
    assert "worth a look before you trust this model" in title(app)
    assert plain(words(app)).count("Outcomes are not distributed as the model has it") >= 2


def test_headlines_of_quality_by_kind() -> None:
    head, sure = quantile_words.headline([], bare=False)
    assert head == "Nothing here forbids using this model."
    assert "how outcomes are distributed" in sure
    assert "what the outcome allows" in quantile_words.headline([], bare=True)[1]
    assert "Looked at: the draws" in quantile_words.headline([], bare=False, drawn=True)[1]
    look = [Finding("few", Status.LOOK, "Few rows.")]
    assert quantile_words.headline(look, bare=False) == (
        "One thing is worth a look before you trust this model.",
        "Few rows\\.",
    )
