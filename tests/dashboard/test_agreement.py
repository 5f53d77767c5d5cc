"""REML, the instant posterior and NUTS in words: agreeing, parting at the edge, and differing."""

import numpy as np
import pandas as pd
import pytest

import core
from core.result.agreement import Agreement
from dashboard import agreement_words
from dashboard.charts.agreement import agreement_chart
from dashboard.theme import named


def table(**columns: list[float]) -> pd.DataFrame:
    base = {"reml": [1.0, 2.0], "instant": [1.0, 2.0], "nuts": [np.nan] * 2, "sd": [0.5, 0.5]}
    off = {"reml_off": [0.0, 0.0], "nuts_off": [np.nan] * 2, "sd_ratio": [np.nan] * 2}
    off |= {"noise": [np.nan] * 2, "sd_noise": [np.nan] * 2}
    return pd.DataFrame(base | off | columns, index=["price", "SD of baseline by shop"])


def test_words_of_each_case() -> None:
    def say(doubtful: bool = False, boundary: tuple[str, ...] = (), **columns: list[float]) -> str:
        return agreement_words.title(Agreement(table(**columns), ("price",), boundary), doubtful)

    chains = {"nuts": [1.0, 2.0], "sd_ratio": [1.0, 1.02], "noise": [0.02] * 2, "sd_noise": [0.02] * 2}
    assert say() == "REML and posterior tell one story"
    assert say(reml_off=[0.1, -0.9]).endswith("part on how groups differ")
    assert say(reml_off=[0.8, 0.0]).startswith("REML puts price elsewhere")
    assert say(doubtful=True) == "The instant posterior cannot be trusted here: sample by NUTS"
    assert say(nuts_off=[0.01, -0.05], **chains) == "REML, instant posterior and NUTS agree"
    assert "differ: price by 0.4 SD" in say(nuts_off=[0.4, 0.0], **chains)
    wide = say(nuts_off=[0.0, 0.0], **(chains | {"sd_ratio": [1.0, 1.3]}))
    assert wide.endswith("SD of baseline by shop in width, 1.30 times that of NUTS")
    # As far apart as draws worth 100 are by chance: no difference to tell.
    few = {"nuts": [1.0, 2.0], "sd_ratio": [1.0, 1.2], "noise": [0.14] * 2, "sd_noise": [0.1] * 2}
    assert say(nuts_off=[0.3, 0.0], **few).endswith("agree")


def test_edge_and_few_groups_are_given_as_the_reason() -> None:
    parted = table(reml_off=[0.0, -0.9])
    edge = Agreement(parted, ("price",), ("SD of baseline by shop",))
    assert "edge of what is possible" in agreement_words.why(edge, 20)
    assert "4 groups say little" in agreement_words.why(Agreement(parted, ("price",), ()), 4)
    assert agreement_words.why(Agreement(table(), ("price",), ()), 4) == ""


def test_chart_has_a_mark_for_every_method_that_ran() -> None:
    drawn = agreement_chart(table(reml_off=[5.0, np.nan]), ["price", "SD"], named("light"))
    (diamonds,) = drawn.data
    assert list(diamonds.x) == [3.0]  # what lies further than three SDs stands at the end
    both = table(nuts=[1.0, 2.0], nuts_off=[0.1, 0.0], sd_ratio=[1.0, 1.0])
    assert len(agreement_chart(both, ["price", "SD"], named("dark")).data) == 2


def test_agreement_of_a_fit_on_the_boundary() -> None:
    rng = np.random.default_rng(3)
    g = np.repeat(np.arange(8), 6)
    frame = pd.DataFrame({"y": rng.standard_normal(48), "g": [f"g{k}" for k in g]})
    fit = core.fit(frame, "y ~ 1 + (1 | g)", "posterior")
    assert fit.posterior is not None
    found = core.agreement(fit.posterior)
    if found.table.loc["SD of baseline by g", "reml"] == 0.0:
        assert found.boundary == ("SD of baseline by g",)
    assert found.table.loc["SD of baseline by g", "instant"] > 0
    assert not found.chains and found.table["reml_off"].abs().max() == pytest.approx(
        ((found.table["reml"] - found.table["instant"]) / found.table["sd"]).abs().max()
    )
