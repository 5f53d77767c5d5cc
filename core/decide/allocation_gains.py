"""Gains: what one unit more of f(spend) brings each group, by channel, read off a model's responses."""

from dataclasses import dataclass

import numpy as np

from core.decide.curve import Curve
from core.decide.plan import Plan
from core.decide.response import Responses
from core.decide.scenario import change_of
from core.design.coding import Array

# An amount that a plan leaves is moved by this share of itself to see what its next unit brings.
STEP = 1e-3


@dataclass(frozen=True, slots=True)
class Gains:
    """Draws (n, J, C) of the change of the outcome a period per unit of f(spend), with each channel's curve.

    `straight`: whether that is all a plan changes, however far it goes.
    """

    draws: Array
    curves: tuple[Curve, ...]
    straight: bool


def gains_of(answers: Responses, spend: Array | None = None) -> Gains:
    """Returns the gains of a model's responses.

    Straight ones are the model's slopes: an outcome without a link that bends, and channels that enter by one
    curve each and not multiplied with each other. Of all others these are chords from today to a plan `spend`
    (J, C), shared between channels as scenarios do: times f(spend) - f(now) they add to what that plan
    changes, and where it leaves an amount they are what its next unit brings.
    """
    curves = _curves(answers)
    straight = answers.base is None and all(len(one.channels) == 1 for one in answers.moving)
    by_channel = [{one.curves[0] for one in answers.moving if c in one.channels} for c in range(len(curves))]
    if straight and all(len(used) == 1 for used in by_channel):
        return Gains(_slopes(answers, len(curves)), curves, True)
    at = answers.history.now if spend is None else spend
    return Gains(_chords(answers, curves, at), curves, False)


def _curves(answers: Responses) -> tuple[Curve, ...]:
    """The curve of each channel: of several the first that bends."""
    found = []
    for c in range(len(answers.history.channels)):
        used = [
            curve
            for one in answers.moving
            for k, curve in zip(one.channels, one.curves, strict=True)
            if k == c
        ]
        found.append(next((curve for curve in used if curve is not Curve.IDENTITY), Curve.IDENTITY))
    return tuple(found)


def _slopes(answers: Responses, channels: int) -> Array:
    found = np.zeros((*answers.draws.shape[:2], channels))
    for k, one in enumerate(answers.moving):
        found[:, :, one.channels[0]] += answers.draws[:, :, k] * (
            one.partners * (one.weights[0] * answers.unit)
        )
    return found


def _chords(answers: Responses, curves: tuple[Curve, ...], spend: Array) -> Array:
    now = answers.history.now
    least = STEP * np.where(now > 0.0, now, answers.history.most)
    moved = np.where(np.abs(spend - now) < least, now + least, spend)
    change = change_of(answers, Plan(answers.history, moved, 1))
    step = np.stack([f.of(moved[:, c]) - f.of(now[:, c]) for c, f in enumerate(curves)], axis=1)
    return np.asarray(change / np.where(step == 0.0, 1.0, step))
