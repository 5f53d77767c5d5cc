"""Allocations of fits, beside the scenarios of the same plans."""

from functools import cache

import numpy as np
import pytest

import core
from core.decide.allocate import Aim, allocate
from core.decide.allocation import Solved
from core.decide.allocation_errors import BadBudget, BadTail
from core.decide.allocation_gains import gains_of
from core.decide.errors import BadMoney, BadPeriods
from core.decide.history import History, history
from core.decide.plan import plan
from core.decide.response import responses
from core.decide.scenario import Money, change_of, scenario
from core.result.fit import Fit
from core.table.read import read_table
from tests.core.decide.panels import panel

TABLE = read_table(panel())
STRAIGHT = [
    "sales ~ tv + web + size + (1 + tv | store)",
    "sales ~ center(tv) + scale(web) + (1 + center(tv) || store)",
    "sales ~ log(tv) + sqrt(web) + (1 + log(tv) | store)",
    "sales ~ within(tv, store) + between(tv, store) + web + (1 + within(tv, store) | store)",
    "sales ~ tv * size + web + (1 + tv | store)",
    "scale(sales) ~ tv + log1p(web) + (1 + tv | region/store)",
]
BENT = [
    ("sales ~ tv + web + tv:web + (1 | store)", "gaussian"),
    ("log(sales) ~ tv + web + (1 + tv | store)", "gaussian"),
    ("bought ~ tv + web + (1 + tv | store)", "binomial"),
    ("orders ~ log(tv) + web + (1 | store)", "poisson"),
]
MONEY = Money(margin=3.0, costs=(1.0, 0.5))


@cache
def fitted(formula: str, family: str = "gaussian") -> tuple[Fit, History]:
    fit = core.fit(TABLE, core.parse_formula(formula, family=family))
    factor = next(name for name in fit.linear.sides if "store" in name)
    return fit, history(fit, TABLE, factor=factor, channels=("tv", "web"))


def elsewhere(past: History) -> np.ndarray:
    return past.now * np.random.default_rng(8).uniform(0.7, 1.3, past.now.shape)


@pytest.mark.parametrize("formula", STRAIGHT)
def test_gains_times_steps_are_what_a_scenario_changes(formula: str) -> None:
    fit, past = fitted(formula)
    answers = responses(fit, past, 50, 1)
    gains = gains_of(answers)
    spend = elsewhere(past)
    steps = np.stack([f.of(spend[:, c]) - f.of(past.now[:, c]) for c, f in enumerate(gains.curves)], axis=1)
    assert gains.straight
    # The same sums in another order.
    change = change_of(answers, plan(past, spend))
    assert gains.draws * steps == pytest.approx(change, rel=1e-10, abs=1e-12 * np.abs(change).max())


@pytest.mark.parametrize(("formula", "family"), BENT)
def test_chords_add_to_what_a_scenario_changes_at_their_plan(formula: str, family: str) -> None:
    fit, past = fitted(formula, family)
    answers = responses(fit, past, 50, 1)
    spend = elsewhere(past)
    gains = gains_of(answers, spend)
    steps = np.stack([f.of(spend[:, c]) - f.of(past.now[:, c]) for c, f in enumerate(gains.curves)], axis=1)
    assert not gains.straight
    change = change_of(answers, plan(past, spend))
    assert gains.draws * steps == pytest.approx(change, rel=1e-9, abs=1e-9 * np.abs(change).max())


@pytest.mark.parametrize(("formula", "family"), [*((f, "gaussian") for f in STRAIGHT[:3]), *BENT])
@pytest.mark.parametrize("aim", [Aim(), Aim(profit=True), Aim(profit=True, protect=True, tail=0.1)])
def test_a_plan_reads_as_its_scenario_does(formula: str, family: str, aim: Aim) -> None:
    fit, past = fitted(formula, family)
    drawn = responses(fit, past, 300, 5)
    found = allocate(fit, past, aim, money=MONEY, periods=4, drawn=drawn)
    shown = scenario(fit, plan(past, found.spend, 4), money=MONEY, drawn=drawn)
    beside = shown.profit_draws if aim.profit else MONEY.margin * shown.total_draws
    # Draw by draw: sums of the same products, relative to the largest of them.
    assert found.outlook.draws == pytest.approx(beside, rel=1e-9, abs=1e-9 * np.abs(beside).max())
    assert found.problem.allows(found.spend)
    assert found.solved is (Solved.NEAR if (formula, family) in BENT else Solved.OPTIMUM)


@pytest.mark.parametrize(("formula", "family"), [(STRAIGHT[0], "gaussian"), (STRAIGHT[2], "gaussian"), *BENT])
def test_no_plan_at_random_is_better(formula: str, family: str) -> None:
    fit, past = fitted(formula, family)
    found = allocate(fit, past, money=MONEY, n_draws=200)
    own = responses(fit, past, 200, 1)  # the search's own draws: one seed on
    rng = np.random.default_rng(3)
    price = np.array(MONEY.costs)
    spent = []
    for _ in range(300):
        spend = past.now * rng.choice([0.7, 1.0, 1.3], past.now.shape)
        over = float((spend * price).sum()) / found.problem.budget
        spend = past.now * 0.7 + (spend - past.now * 0.7) * min(1.0, (1 - 0.7) / max(over - 0.7, 1e-9))
        assert found.problem.allows(spend)
        spent.append(MONEY.margin * float(change_of(own, plan(past, spend)).sum(axis=(1, 2)).mean()))
    assert max(spent) < found.change.mean


def test_the_plan_is_searched_on_other_draws_than_it_is_read_on() -> None:
    fit, past = fitted(STRAIGHT[0])
    found = allocate(fit, past, n_draws=200, seed=7)
    read = gains_of(responses(fit, past, 200, 7)).draws
    searched = gains_of(responses(fit, past, 200, 8)).draws
    assert (found.problem.gains == searched).all()
    assert found.outlook.draws == pytest.approx(found.problem.change(found.spend, read), rel=1e-12)


def test_the_table_names_every_amount() -> None:
    fit, past = fitted(STRAIGHT[0])
    found = core.allocate(fit, past, core.Aim(profit=True), money=MONEY, n_draws=100)
    table = found.table
    assert list(table.columns) == ["now", "new", "moved", "at", "robust"]
    assert table.loc[("s03", "web"), "new"] == found.spend[3, 1]
    assert table["moved"].to_numpy() == pytest.approx((found.spend - past.now).ravel())
    held = table["at"] != ""
    ends = table["now"] * np.where(table["at"] == "low", 0.7, 1.3)
    assert table["new"][held].to_numpy() == pytest.approx(ends[held].to_numpy(), rel=1e-9)


def test_groups_that_do_not_differ_are_left_alike() -> None:
    fit, past = fitted("sales ~ tv + web + (1 | store)")
    found = allocate(fit, past)
    # One slope for all: whoever gets more of a channel, no one gets less of it.
    ways = np.sign(np.round(found.moved, 9))
    assert all(len(set(ways[:, c]) - {0.0}) <= 1 for c in range(2))


def test_requests_that_cannot_be_met_are_refused() -> None:
    fit, past = fitted(STRAIGHT[0])
    with pytest.raises(BadBudget):
        allocate(fit, past, Aim(budget=1.0))
    with pytest.raises(BadTail):
        allocate(fit, past, Aim(protect=True, tail=2.0))
    with pytest.raises(BadPeriods):
        allocate(fit, past, periods=0)
    with pytest.raises(BadMoney):
        allocate(fit, past, money=Money(margin=float("nan")))
    with pytest.raises(BadMoney):
        allocate(fit, past, money=Money(costs=(1.0,)))
