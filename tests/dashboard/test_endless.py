"""An effect without an end, as of a coupon that only buyers had, is told as such and never in figures."""

import json
from pathlib import Path

import numpy as np

from core.finding import Status
from tests.dashboard.pages import PAGES, apply_formula, chosen, figures, go, opened, title, upload, words


def _separated() -> bytes:
    """12 stores of 20 rows; whoever has coupon B buys, others do with a chance that rises with tv."""
    rng, lines = np.random.default_rng(5), ["store,tv,coupon,bought"]
    for n in range(240):
        tv, coupon = rng.gamma(2.0), "B" if rng.random() < 0.2 else "A"
        buys = coupon == "B" or rng.random() < 1 / (1 + np.exp(0.9 - 0.5 * tv))
        lines.append(f"store {n % 12:02d},{tv:.2f},{coupon},{int(buys)}")
    return "\n".join(lines).encode()


def test_an_effect_without_an_end_has_no_figures_and_is_named_by_its_value(root: Path) -> None:
    app = upload(opened(root, None), "sep.csv", _separated())
    go(app, "views/model.py")
    apply_formula(app, "bought ~ tv + coupon + (1 | store)")
    assert not app.exception
    fit = chosen(app).shown.fit
    assert fit.linear.estimates.separating == ("coupon[B]",)
    stop = next(one for one in fit.findings() if one.status is Status.STOP)
    assert stop.message.startswith("Where 'coupon' is 'B' every row says yes: the data set no end")
    said = words(app).replace("\\", "").replace("\u2060", "")
    assert "The effect of coupon: B has no end" in said
    assert "coupon: B cannot be told" not in said
    assert "the data set no upper end to its effect on the odds of buying" in said
    assert title(app).startswith("One unit more of tv")  # what can be known leads
    drawn = json.dumps(figures(app)[0], ensure_ascii=False)
    assert '"no end"' in drawn
    low, high = figures(app)[0]["layout"]["xaxis"]["range"]
    assert high - low < 5  # logarithms: the arrow does not squeeze the others
    for page in PAGES:
        go(app, page)
        assert not app.exception, page


def test_an_effect_without_an_end_alone_is_said_so_in_the_headline(root: Path) -> None:
    app = upload(opened(root, None), "sep.csv", _separated())
    go(app, "views/model.py")
    apply_formula(app, "bought ~ coupon + (1 | store)")
    assert not app.exception
    assert "no upper end to its effect" in title(app)
    assert not [one for one in app.metric if one.label == "Odds ratio"]
