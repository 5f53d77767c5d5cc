"""Simple rules beside allocations of fits."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import core
from core.decide.allocate import Aim, allocate
from core.decide.allocation_rules import raw_gains, simple_rules
from core.decide.history import history
from core.decide.plan import plan
from core.decide.response import responses
from core.decide.scenario import Money, scenario
from tests.core.decide.panels import panel

FRAME = panel()
TABLE = core.read_table(FRAME)
MONEY = Money(margin=3.0, costs=(1.0, 0.5))


def fitted(formula: str, family: str = "gaussian"):
    fit = core.fit(TABLE, core.parse_formula(formula, family=family))
    return fit, history(fit, TABLE, factor="store", channels=("tv", "web"))


def test_raw_gains_are_the_slopes_of_groups_own_regressions() -> None:
    fit, past = fitted("sales ~ tv + web + (1 + tv + web | store)")
    raw = raw_gains(fit, responses(fit, past, 50, 0))
    for j, store in enumerate(past.levels):
        rows = FRAME[FRAME["store"] == store]
        plain = sm.OLS(rows["sales"], sm.add_constant(rows[["tv", "web"]])).fit()
        assert raw[j] == pytest.approx(plain.params[["tv", "web"]].to_numpy(), rel=1e-6)


def test_raw_gains_of_yes_and_no_are_own_slopes_in_the_outcomes_unit() -> None:
    fit, past = fitted("bought ~ tv + web + (1 + tv | store)", "binomial")
    answers = responses(fit, past, 50, 0)
    raw, shown = raw_gains(fit, answers), np.isfinite(raw_gains(fit, answers)[:, 0])
    # A group's own slope of web is the model's; a probability moves less than its log-odds by a quarter.
    assert (np.abs(raw[shown]) < 0.25 * 3.0).all()
    assert np.isfinite(raw[:, 1]).all()


@pytest.mark.parametrize(
    ("formula", "family"),
    [
        ("sales ~ tv + sqrt(web) + (1 + tv | store)", "gaussian"),
        ("bought ~ tv + web + (1 + tv | store)", "binomial"),
    ],
)
@pytest.mark.parametrize("profit", [False, True])
def test_rules_read_as_scenarios_and_lose_to_the_plan(formula: str, family: str, profit: bool) -> None:
    fit, past = fitted(formula, family)
    drawn = responses(fit, past, 400, 2)
    found = allocate(fit, past, Aim(profit=profit), money=MONEY, periods=3, drawn=drawn)
    rules = simple_rules(fit, found, drawn, money=MONEY, periods=3)
    assert (rules.nothing.change.draws == 0.0).all()
    assert rules.best_raw is not None
    for rule in (rules.equally, rules.best_raw):
        shown = scenario(fit, plan(past, rule.spend, 3), money=MONEY, drawn=drawn)
        beside = shown.profit_draws if profit else MONEY.margin * shown.total_draws
        assert rule.change.draws == pytest.approx(beside, rel=1e-9, abs=1e-9 * np.abs(beside).max())
        assert found.problem.allows(rule.spend)
        # Where every amount stands at a bound a rule can only do the same.
        assert rule.change.mean <= found.outlook.mean + 1e-9 * abs(found.outlook.mean)


def test_a_group_without_an_estimate_of_its_own_gets_nothing_more() -> None:
    one_row = pd.DataFrame({"store": ["new"], "tv": [9.0], "web": [4.0], "sales": [15.0]})
    table = core.read_table(pd.concat([FRAME[["store", "tv", "web", "sales"]], one_row], ignore_index=True))
    fit = core.fit(table, "sales ~ tv + web + (1 + tv | store)")
    past = history(fit, table, channels=("tv", "web"))
    drawn = responses(fit, past, 100, 0)
    raw = raw_gains(fit, drawn)
    new = past.levels.index("new")
    assert np.isnan(raw[new, 0])
    found = allocate(fit, past, drawn=drawn)
    rules = simple_rules(fit, found, drawn)
    assert rules.best_raw is not None
    assert rules.best_raw.spend[new, 0] <= past.now[new, 0]


@pytest.mark.parametrize("channels", [("tv",), ("tv", "web")])
def test_a_model_of_several_groupings_has_no_rule_by_own_rows(channels: tuple[str, ...]) -> None:
    fit = core.fit(core.read_table(FRAME), "sales ~ tv + web + (1 + tv | store) + (1 | week)")
    past = history(fit, TABLE, factor="store", channels=channels)
    drawn = responses(fit, past, 100, 0)
    rules = simple_rules(fit, allocate(fit, past, drawn=drawn), drawn)
    assert rules.best_raw is None
    assert (rules.nothing.change.draws == 0.0).all()
