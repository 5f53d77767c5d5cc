"""A group's own coefficients are the same however the fixed and the varying side are coded."""

import numpy as np
import pandas as pd
import pytest

import core
from core.design.sides import WrittenTwoWays
from core.result.effects import coefficients_at_average


def panel() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    g = np.repeat(np.arange(15), 16)
    channel = rng.choice(["a", "b"], len(g))
    x = 4 + rng.standard_normal(len(g))
    own = rng.standard_normal((15, 2)) @ np.array([[1.0, 0.0], [0.3, 0.8]])
    y = 2 + 3 * (channel == "b") + own[g, 0] + own[g, 1] * (channel == "b") + 0.5 * x
    frame = pd.DataFrame({"y": y + rng.standard_normal(len(g)), "x": x, "ch": channel})
    return frame.assign(g=[f"g{k:02d}" for k in g])


def levels(formula: str) -> pd.DataFrame:
    """Each group's level in channel a and in channel b, at x = 0, from its own coefficients."""
    fit = core.fit(panel(), formula)
    own = fit.group_coefficients["g"]
    if "ch[a]" in own:
        return pd.DataFrame({"a": own["ch[a]"], "b": own["ch[b]"]})
    return pd.DataFrame({"a": own["(Intercept)"], "b": own["(Intercept)"] + own["ch[b]"]})


@pytest.mark.parametrize(
    "formula",
    ["y ~ ch + x + (0 + ch | g)", "y ~ 0 + ch + x + (1 + ch | g)", "y ~ 0 + ch + x + (0 + ch | g)"],
)
def test_text_predictors_coded_two_ways_give_the_same_groups(formula: str) -> None:
    known = levels("y ~ ch + x + (1 + ch | g)")
    # Searches in other coordinates end within 1e-6 of the same optimum.
    np.testing.assert_allclose(levels(formula), known, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("formula", ["y ~ ch + x + (1 + ch | g)", "y ~ 0 + ch + x + (1 + ch | g)"])
def test_tiers_rank_the_same_contrast(formula: str) -> None:
    fit = core.fit(panel(), formula)
    table = core.tiers(fit, "ch[b]").table
    assert table["pooled"].mean() == pytest.approx(3.0, abs=0.7)
    np.testing.assert_allclose(table["raw"].mean(), table["pooled"].mean(), atol=0.3)
    at_average = coefficients_at_average(fit.linear, 0.95)["g"]
    np.testing.assert_allclose(at_average["ch[b]"].loc[table.index], table["pooled"], rtol=1e-9)


@pytest.mark.parametrize(
    ("formula", "fixed", "varying"),
    [
        ("y ~ center(x) + (1 + x | g)", "center(x)", "x"),
        ("y ~ x + (1 + scale(x) | g)", "x", "scale(x)"),
        ("y ~ within(x, g) + between(x, g) + (1 + x | g)", "within(x, g)", "x"),
        ("y ~ log(x) + (1 + x | g)", "log(x)", "x"),
    ],
)
def test_a_number_written_two_ways_is_refused(formula: str, fixed: str, varying: str) -> None:
    with pytest.raises(WrittenTwoWays) as refused:
        core.fit(panel(), formula)
    assert f"'{fixed}' and that of the groups to '{varying}'" in str(refused.value)
    kept = core.moments(panel(), "y ~ x + (1 | g)")
    with pytest.raises(core.PanelwiseError):
        core.refit(kept, formula)


def test_a_slope_without_a_fixed_effect_varies_around_zero() -> None:
    fit = core.fit(panel(), "y ~ ch + (1 + x | g)")
    own, effects = fit.group_coefficients["g"], fit.group_effects["g"]
    np.testing.assert_allclose(own["x"], effects["x"])
