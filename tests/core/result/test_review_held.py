"""With an interaction, a finding says at which value of the partner the groups' slopes are read."""

import pytest

import core
from core.finding import Finding, Status
from tests.core.result.dense import panel

FRAME = panel()
MEAN = FRAME["w"].mean()


def held(fit: core.Fit) -> list[Finding]:
    return [finding for finding in fit.findings() if finding.topic == "held_partner"]


def test_a_number_is_held_at_its_average() -> None:
    fit = core.fit(FRAME, "y ~ x*w + (1 + x | g)")
    (found,) = held(fit)
    assert found.status is Status.LOOK
    assert found.message == (
        f"The response to 'x' depends on 'w'. Groups are compared, here and in tiers, at 'w' = {MEAN:.4g} "
        "(its average)."
    )
    step = fit.fixed_effects.loc["x:w", "estimate"]
    assert found.advice == (
        f"One unit more of 'w' changes every group's response by {step:+.3g}; their order stays."
    )
    assert found.numbers == {"w": pytest.approx(MEAN)}
    assert found.numbers == dict(core.tiers(fit, "x", n_draws=10).held)


def test_the_advice_is_what_another_value_of_the_partner_would_give() -> None:
    """Moving w by one unit in the table moves the slope at zero of all groups by the finding's figure."""
    step = core.fit(FRAME, "y ~ x*w + (1 + x | g)").fixed_effects.loc["x:w", "estimate"]
    at_zero, at_one = (
        core.fit(FRAME.assign(w=FRAME["w"] - at), "y ~ x*w + (1 + x | g)").group_coefficients["g"]["x"]
        for at in (0.0, 1.0)
    )
    assert (at_one - at_zero).to_numpy() == pytest.approx(step, rel=1e-3)


@pytest.mark.parametrize(
    ("formula", "name"), [("y ~ x*b + (1 + x | g)", "b"), ("y ~ x*d + (1 + x | g)", "d[on]")]
)
def test_yes_and_no_are_held_at_their_share(formula: str, name: str) -> None:
    fit = core.fit(FRAME.assign(d=FRAME["b"].map({True: "on", False: "off"})), formula)
    (found,) = held(fit)
    share = FRAME["b"].mean()
    assert f"at the share it has in all rows ('{name}' in {share:.0%})." in found.message
    step = fit.fixed_effects.loc[f"x:{name}", "estimate"]
    assert f"{step * (1 - share):+.3g} from what is shown, elsewhere {-step * share:+.3g}" in found.advice


def test_what_is_one_figure_a_group_is_said_to_be_left_out_of_the_comparison() -> None:
    fit = core.fit(FRAME, "y ~ x*m + (1 + x | g)")
    (found,) = held(fit)
    assert "'m' never changes within a value of 'g'" in found.message
    step = fit.fixed_effects.loc["x:m", "estimate"]
    assert f"add {step:+.3g} for each unit of 'm' that a group has above the average" in found.advice
    (found,) = held(core.fit(FRAME, "y ~ x*w + (1 + x | g)"))
    assert "never changes" not in found.message


@pytest.mark.parametrize(
    ("formula", "order"),
    [
        ("y ~ x*w + (1 + x + x:w | g)", "the order of the groups may too"),
        ("y ~ x*f + (1 + x | g)", "their order stays"),
        ("y ~ x*w*m + (1 + x | g)", "their order stays"),
    ],
)
def test_no_single_step_is_promised_where_there_is_none(formula: str, order: str) -> None:
    found = next(finding for finding in held(core.fit(FRAME, formula)) if "'x' depends" in finding.message)
    assert found.advice.startswith("Where these differ")
    assert found.advice.endswith(f"{order}.")


@pytest.mark.parametrize(
    "formula", ["y ~ x + w + (1 + x | g)", "y ~ x*w + (1 | g)", "y ~ w*m + x + (1 + x | g)"]
)
def test_nothing_is_said_without_an_interaction_of_a_varying_slope(formula: str) -> None:
    assert held(core.fit(FRAME, formula)) == []


def test_a_text_partner_is_named_once_with_the_shares_of_its_values() -> None:
    (found,) = held(core.fit(FRAME, "y ~ x*f + (1 + x | g)"))
    shares = ", ".join(f"'f[{level}]' in {(FRAME['f'] == level).mean():.0%}" for level in ("b", "c"))
    assert found.message == (
        "The response to 'x' depends on 'f'. Groups are compared, here and in tiers, at the shares its "
        f"values have in all rows ({shares})."
    )
    (found,) = held(core.fit(FRAME, "y ~ x*f + x*w + (1 + x | g)"))
    assert "depends on 'f', 'w'." in found.message
    assert f"have in all rows ({shares}), 'w' = {MEAN:.4g} (its average)." in found.message


def test_a_text_partner_of_one_value_a_group_is_said_to_be_left_out_once() -> None:
    place = FRAME["g"].astype("category").cat.codes.map(lambda code: "pqr"[code % 3])
    (found,) = held(core.fit(FRAME.assign(place=place), "y ~ x*place + (1 + x | g)"))
    assert " 'place' never changes within a value of 'g'" in found.message
