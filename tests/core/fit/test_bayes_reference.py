"""Posteriors of generalised models beside rstanarm's (tests/reference/bayes.R)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import core

pytestmark = pytest.mark.slow

REFERENCE = Path(__file__).parents[2] / "reference"


@pytest.mark.parametrize("which", ["passes", "counts"])
def test_rstanarm_says_the_same(which: str) -> None:
    """Means, SDs and 89 % limits of 20,000 draws there and 4,000 here: within a seventh of an SD."""
    said = json.loads((REFERENCE / "bayes.json").read_text())[which]
    spread = core.Spread(1.0, core.Shape.EXPONENTIAL)
    if which == "passes":
        frame = pd.DataFrame({"bought": [359, 284, 27, 242, 639, 38], "n": [637, 333, 512, 691, 862, 121]})
        frame["channel"], frame["bundle"] = ["Mail", "Park", "Email"] * 2, np.repeat([0, 1], 3)
        text, family, term, factor = (
            "bought | trials(n) ~ bundle + (1 | channel)",
            "binomial",
            "bundle",
            "channel",
        )
    else:
        frame = pd.read_csv(REFERENCE / "data" / "bayes_counts.csv")
        frame["log_time"] = np.log(frame["time"])
        text, family, term, factor = "y ~ x + offset(log_time) + (1 | g)", "poisson", "x", "g"
    priors = core.Priors(
        fixed=(("(Intercept)", core.Normal(0.0, 2.5)), (term, core.Normal(0.0, 1.0))),
        spread=(((factor, "(Intercept)"), spread),),
    )
    fit = core.fit(frame, text, "nuts", family=family, priors=priors, level=0.89, seed=3)
    found = fit.fixed_effects
    for name in ("(Intercept)", term):
        mean, sd, low, high = said[name]
        mine = found.loc[name]
        assert mine["estimate"] == pytest.approx(mean, abs=0.15 * sd), name
        assert mine["std_error"] == pytest.approx(sd, rel=0.15), name
        assert (mine["low"], mine["high"]) == pytest.approx((low, high), abs=0.2 * sd), name
    row = fit.variance_components.iloc[0]
    assert row["sd"] == pytest.approx(said["sd"][0], abs=0.15 * said["sd"][1])
