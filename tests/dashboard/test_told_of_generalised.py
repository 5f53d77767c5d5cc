"""What pages tell of yes/no outcomes and counts: units, the headline's effect, what nothing is known of."""

from pathlib import Path

import numpy as np
import pytest

from core.spec.model import Family, Link
from dashboard.scale import Scale
from tests.dashboard.pages import apply_formula, chosen, go, opened, upload

RNG = np.random.default_rng(5)
TV = RNG.normal(2.0, 1.0, 800).round(2)
OWN = RNG.normal(0.0, 0.4, (20, 2))
BOUGHT = RNG.random(800) < 1 / (1 + np.exp(-(OWN[np.arange(800) % 20] * np.c_[np.ones(800), TV]).sum(axis=1)))
SHOPS = "shop,week,tv,bought\n" + "".join(
    f"S{k % 20:02d},{k // 20 + 1},{TV[k]},{int(BOUGHT[k])}\n" for k in range(800)
)


@pytest.mark.parametrize(("link", "says"), [(Link.LOGIT, "1"), (Link.PROBIT, "zero"), (Link.LOG, "1")])
def test_only_ratios_are_held_against_one(link: Link, says: str) -> None:
    family = Family.POISSON if link is Link.LOG else Family.BINOMIAL
    assert Scale(family, link, "bought", "buying").none == says


def test_the_table_handed_over_holds_probits_against_zero(root: Path) -> None:
    app = go(upload(opened(root, None), "shops.csv", SHOPS.encode()), "views/model.py")
    apply_formula(app, "bought ~ tv + (1 + tv | shop)")
    for link, head in (("logit", "1"), ("probit", "zero")):
        if link == "probit":
            go(app, "views/model.py").button_group(key="pick_link").set_value(link).run()
        assert chosen(app).spec.family == "binomial"
        go(app, "views/tiers.py")
        handed = next(one.value for one in app.dataframe if "place expected" in one.value)
        assert f"chance it is above {head}, %" in handed, link
        if link == "probit":  # the slope's own sign, which its chance is about
            slope = handed.iloc[:, 1]
            assert ((slope > 0) == (handed["chance it is above zero, %"] > 50)).mean() > 0.9
