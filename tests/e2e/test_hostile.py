"""Other people's words in column and group names: shown letter by letter, run by nobody."""

import csv
import re
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import expect

from tests.e2e.app import App

OUTCOME = r"$\alpha$ **bold** [x](http://evil.example/)"
SPEND, PRICE = "__import__('os').system('x')", "=cmd()"
GROUP = "<script>alert(1)</script>"
LEVELS = (
    "<img src=x onerror=alert(2)>",
    '=HYPERLINK("http://evil.example/")',
    "+1+1",
    "@SUM(A1)",
    "**bold** [x](http://evil.example/)",
    "<a href='http://evil.example/'>more</a>",
    r"$\beta_1$ :red[x] :smile:",
    "# head\tline",
    "`code` ~~gone~~",
    "www.evil.example",
    "שלום עולם",
    "🙂 emoji",
)
# What would be in the page if a name had been taken for markup. Formulas are only in the model's equation.
RUN = """() => [
  ...document.querySelectorAll('a[href*="evil.example"], img[src$="/x"], del, .katex-error'),
  ...[...document.querySelectorAll('.katex')].filter(e => !e.closest('.katex-display')),
  ...[...document.querySelectorAll('.katex *')].filter(e => /^[αβ]$/.test(e.textContent)),
  ...[...document.querySelectorAll('script')].filter(s => s.textContent.includes('alert(')),
  ...[...document.querySelectorAll('strong, em, b')].filter(e => e.textContent === 'bold'),
].map(e => e.outerHTML)"""


def literally(text: str) -> re.Pattern[str]:
    """Returns a pattern of the text's own characters; invisible joiners may stand between them."""
    return re.compile("[\u2060\u2068\u2069]*".join(map(re.escape, text)))


def hostile_file(path: Path) -> Path:
    """Returns the path after writing 12 groups of 15 rows whose slopes differ."""
    random = np.random.default_rng(11)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([GROUP, "week", SPEND, PRICE, OUTCOME])
        for place, level in enumerate(LEVELS):
            for week in range(1, 16):
                spend, price = random.gamma(4, 2), random.normal(5, 1)
                outcome = 30 + (0.2 + 0.15 * place) * spend - price + random.normal(0, 1)
                writer.writerow([level, week, round(spend, 2), round(price, 2), round(outcome, 2)])
    return path


def test_hostile_names_are_only_names(app: App, tmp_path: Path) -> None:
    page = app.page
    app.open()
    app.drop(hostile_file(tmp_path / "<b>panel<b>.csv"))
    expect(app.bar).to_contain_text("180 rows")
    app.pick("Outcome", OUTCOME)
    app.pick("Grouped by", GROUP)
    app.choose_all("Predictors", SPEND, PRICE)
    assert page.evaluate(RUN) == []
    # Streamlit's own download of a table would let a spreadsheet run what is in its cells.
    bare = page.locator('[data-testid="stElementToolbar"] button[aria-label="Download as CSV"]')
    assert bare.count() > 0
    assert not any(one.is_visible() for one in bare.all())
    app.go("model")
    app.slopes(SPEND)
    formula = f"`{OUTCOME}` ~ `{SPEND}` + `{PRICE}` + (1 + `{SPEND}` | `{GROUP}`)"
    expect(app.formula).to_have_value(formula)
    expect(app.headline).to_contain_text(literally(SPEND))
    expect(app.headline).to_contain_text(literally(OUTCOME))
    assert page.evaluate(RUN) == []

    app.go("groups")
    shown = page.locator(".st-key-group_card strong").first
    for level in LEVELS[::2]:
        app.pick("One group", " ".join(level.split()))
        expect(shown).to_contain_text(literally(level))
    assert page.evaluate(RUN) == []

    app.go("tiers")
    expect(app.headline).to_contain_text(literally(SPEND))
    assert page.evaluate(RUN) == []
    file = app.download("Download for finance (CSV)")
    written = pd.read_csv(file.path(), encoding="utf-8-sig", dtype=str)
    guarded = {f"'{level}" if level[0] in "=+@" else level for level in LEVELS}
    assert {" ".join(name.split()) for name in written.iloc[:, 0]} == {" ".join(g.split()) for g in guarded}
