"""Responses: joint draws of how the groups' outcome follows the columns that a plan moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import permutations

import numpy as np

from core.decide.bend import Bend
from core.decide.curve import Curve, curve_of
from core.decide.errors import LogOfNothing, OutcomeBent
from core.decide.history import History, planned
from core.design.coding import Array, Coding, column_parts
from core.design.layout import INTERCEPT, coded_parts
from core.result.carried import carried
from core.result.draws import Draws
from core.result.fit import Fit
from core.spec.model import Link, Transform, Variable, link_of

# Numbers that draws of responses may hold, 400 megabytes: beyond, fewer draws.
MOST, FEWEST = 50_000_000, 200


@dataclass(frozen=True, slots=True)
class Moving:
    """A column of the model that a plan moves: the product of m variables of amounts and of `partners` (J,),
    the group's average of the product of whatever else is in it.

    Of each variable: its channel, its curve, how much it moves with one unit of the curve (J,), the group's
    pattern of spending included, and its average now (J, m).
    """

    label: str
    channels: tuple[int, ...]
    curves: tuple[Curve, ...]
    weights: tuple[Array, ...]
    at: Array
    partners: Array


@dataclass(frozen=True, slots=True)
class Responses:
    """`draws` (n, J, L): what one unit more of each of L moving columns adds to a group's linear predictor,
    the groups' own and other groupings' effects included.

    For links that bend, `base` (n, J) is the linear predictor at a group's average row and `spread` (n, J)
    its variance over the group's rows; under a log that is in `base` already. None for a straight link.
    `unit` is the outcome's own unit in units of the model's (scale(y): its SD).
    """

    history: History
    moving: tuple[Moving, ...]
    draws: Array
    base: Array | None
    spread: Array | None
    link: Link
    unit: float
    seed: int

    @property
    def n_draws(self) -> int:
        """How many joint draws."""
        return len(self.draws)


def responses(fit: Fit, history: History, n_draws: int = 1000, seed: int = 0) -> Responses:
    """Returns n joint draws of the groups' responses to what a plan can move, by any method and family.

    Fewer draws where groups times columns leave no room (see MOST). Raises OutcomeBent, BadSeed, NoDraws.
    """
    moving = moving_columns(fit, history)
    columns = len(moving) + (len(history.bend.names) + 2 if history.bend else 0)
    room = MOST // max(1, len(history.levels) * columns)
    drawn = fit.draws(min(n_draws, max(FEWEST, room)), seed)
    link, unit, lift = _outcome(fit, drawn)
    of = _drawn_effects(fit, history, drawn)
    found = np.stack([of.column(one.label) for one in moving], axis=2)
    if history.bend is None:
        return Responses(history, moving, found, None, None, link, unit, seed)
    base, spread = _bent(of, _estimated_effects(fit, history), history.bend)
    if link is Link.LOG:
        # Normal rows around the draw's average, and whatever the fitted rows are beyond normal.
        base = base + spread / 2.0 + (history.bend.lift - history.bend.fitted / 2.0)
        base = base + lift[:, None] * history.bend.noise
    return Responses(history, moving, found, base, spread, link, unit, seed)


def _bent(of: "_Effects", at_estimates: "_Effects", bend: Bend) -> tuple[Array, Array]:
    """The linear predictor (n, J) at the groups' average rows, and its variance over their rows.

    Where other groupings cross this one the variance is that of the estimates in every draw: what a draw
    gives to a predictor of few crossing groups their deviations take back, row by row.
    """
    effects = {name: of.column(name) for name in bend.names}
    base = of.column(INTERCEPT) + bend.offset
    for k, effect in enumerate(effects.values()):
        base = base + effect * bend.means[:, k]
    if any((shares.max(axis=1) < 1.0).any() for shares in of.history.shares.values()):
        return base, bend.fitted[None]
    explained = bend.spread({name: at_estimates.column(name) for name in bend.names})
    rest = np.maximum(bend.fitted - explained[0], 0.0)
    return base, np.maximum(bend.spread(effects), 0.0) + rest


def moving_columns(fit: Fit, history: History) -> tuple[Moving, ...]:
    """Returns the columns of a model that a plan for the channels of a history moves."""
    codings = {coding.variable: coding for coding in fit.linear.moments.layout.codings}
    used = {*fit.linear.lead.problem.fixed}.union(
        *(side.problem.random for side in fit.linear.sides.values())
    )
    found: dict[str, Moving] = {}
    for interaction, full in coded_parts(fit.spec, codings):
        for parts in column_parts(interaction, codings, full):
            name = ":".join(parts)
            if name in used and name not in found:
                one = _moving(name, tuple(zip(interaction, parts, strict=True)), codings, history)
                found |= {name: one} if one.channels else {}
    return tuple(found.values())


def _moving(
    name: str,
    parts: tuple[tuple[Variable, str], ...],
    codings: Mapping[Variable, Coding],
    history: History,
) -> Moving:
    channels, curves, weights, at = [], [], [], []
    for variable, part in parts:
        if planned(codings[variable], history.channels):
            curve, weight = curve_of(codings[variable])
            channels.append(history.channels.index(variable.column))
            curves.append(curve)
            weights.append(weight * history.pattern[curve][:, channels[-1]])
            at.append(history.means[part])
    ones = np.ones(len(history.levels))
    columns = np.stack(at, axis=1) if at else np.empty((len(ones), 0))
    return Moving(
        name, tuple(channels), tuple(curves), tuple(weights), columns, history.partners.get(name, ones)
    )


def moves(moving: tuple[Moving, ...], history: History, spend: Array) -> Array:
    """Returns how far a plan of amounts (J, C) moves each column, by the channel that moves it: (J, L, C).

    What two channels move together, in a product of both, is shared as Shapley has it: each channel's part is
    its average over the orders in which the channels could be changed (Shapley 1953). Nothing where the
    amount is today's. Raises LogOfNothing.
    """
    _check_logs(moving, history, spend)
    found = np.zeros((len(spend), len(moving), len(history.channels)))
    for k, one in enumerate(moving):
        steps = tuple(
            weight * _step(curve, history.now[:, c], spend[:, c])
            for c, curve, weight in zip(one.channels, one.curves, one.weights, strict=True)
        )
        if len(steps) == 1:
            found[:, k, one.channels[0]] = one.partners * steps[0]
        else:
            orders = tuple(permutations(dict.fromkeys(one.channels)))
            for order in orders:
                for place, channel in enumerate(order):
                    before, after = (_product(one, steps, order[:upto]) for upto in (place, place + 1))
                    found[:, k, channel] += (after - before) / len(orders)
    return found


def _product(one: Moving, steps: tuple[Array, ...], changed: tuple[int, ...]) -> Array:
    """The column (J,) once some channels have changed."""
    values = (one.at[:, k] + step * (one.channels[k] in changed) for k, step in enumerate(steps))
    return reduce(np.multiply, values, one.partners)


def _check_logs(moving: tuple[Moving, ...], history: History, spend: Array) -> None:
    for one in moving:
        for c, curve in zip(one.channels, one.curves, strict=True):
            pair = np.stack([history.now[:, c], spend[:, c]])
            lost = curve.needs_spend & (pair[0] != pair[1]) & (pair.min(axis=0) <= 0)
            if lost.any():
                raise LogOfNothing(history.levels[int(np.argmax(lost))], history.channels[c])


def _step(curve: Curve, now: Array, new: Array) -> Array:
    """f(new) - f(now), exactly zero where nothing changes."""
    with np.errstate(invalid="ignore"):
        return np.where(new == now, 0.0, curve.of(new) - curve.of(now))


def _outcome(fit: Fit, drawn: Draws) -> tuple[Link, float, Array]:
    """The link to the outcome as it is in the file, its unit, and what the mean of a log adds to it (n,).

    A model of log(y) speaks of the log of y's median; the mean is half the residual variance above
    (lognormal).
    """
    nothing = np.zeros(len(drawn.sigma))
    link, unit = link_of(fit.spec), 1.0
    coding = next((c for c in fit.linear.moments.layout.codings if c.variable == fit.spec.outcome), None)
    lift = nothing
    for step, learned in zip(fit.spec.outcome.steps, coding.learned if coding else (), strict=False):
        match step.transform:
            case Transform.CENTER | Transform.WITHIN:
                pass
            case Transform.SCALE if link is Link.IDENTITY:
                unit *= learned.spread
            case Transform.LOG | Transform.LOG1P if len(fit.spec.outcome.steps) == 1:
                link, lift = Link.LOG, drawn.sigma**2 / 2.0
            case _:
                raise OutcomeBent(fit.spec.outcome.column)
    return link, unit, lift


@dataclass(frozen=True, slots=True)
class _Effects:
    """What columns of the model add to the linear predictor of a history's groups: of `fixed` (n, p), and of
    the deviations of each grouping's groups, {factor: (n, K, q)}.
    """

    fit: Fit
    history: History
    fixed: Array
    deviations: Mapping[str, Array]

    def column(self, name: str) -> Array:
        """Of one unit of a column: (n, J)."""
        fixed = self.fit.linear.lead.problem.fixed
        found = np.zeros((len(self.fixed), len(self.history.levels)))
        if name in fixed:
            found += self.fixed[:, [fixed.index(name)]]
        for factor, side in self.fit.linear.sides.items():
            if name in side.problem.random:
                own = self.deviations[factor][:, :, side.problem.random.index(name)]
                found += own @ self.history.shares[factor].T
        return found


def _drawn_effects(fit: Fit, history: History, drawn: Draws) -> _Effects:
    own = {
        name: drawn.groups[name] - (drawn.fixed @ carried(side).T)[:, None, :]
        for name, side in fit.linear.sides.items()
    }
    return _Effects(fit, history, drawn.fixed, own)


def _estimated_effects(fit: Fit, history: History) -> _Effects:
    own = {name: side.effects.mean[None] for name, side in fit.linear.sides.items()}
    return _Effects(fit, history, fit.linear.lead.fixed[None], own)
