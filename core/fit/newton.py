"""Newton's method in a region of trust, for functions of few parameters with exact second derivatives."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.design.coding import Array

# A promised gain below this share of the value is rounding of the value: the next step is the last.
ROUNDING = 1e-12
TRIALS = 200


@dataclass(frozen=True, slots=True)
class Point:
    """A function's value, gradient (m,) and Hessian (m, m) at x (m,)."""

    x: Array
    value: float
    gradient: Array
    hessian: Array

    @property
    def ready(self) -> bool:
        """Whether all of it is finite."""
        return bool(np.isfinite(self.value) and np.isfinite(self.hessian).all())


def minimise(evaluate: Callable[[Array], Point], start: Array, radius: float) -> Point:
    """Returns a point from which no step promises a gain above rounding.

    Each step minimises the quadratic model within a radius that grows where the model foretells the function
    and shrinks where it does not; directions of negative curvature are followed, so no saddle holds it
    (Nocedal, Wright 2006, Numerical Optimization, algorithms 4.1 and 4.3). A start where the function is not
    finite is returned as it is.
    """
    point = evaluate(start)
    for _ in range(TRIALS if point.ready else 0):
        step, gain = model_step(point, radius)
        if gain <= 0.0:
            break
        moved = evaluate(point.x + step)
        if gain <= ROUNDING * max(abs(point.value), 1.0):
            # Values no longer tell the two apart, gradients do.
            return moved if moved.ready and _promise(moved) < _promise(point) else point
        ratio = (point.value - moved.value) / gain if moved.ready else -1.0
        length = float(np.linalg.norm(step))
        if ratio < 0.25:
            radius = length / 4.0
        elif ratio > 0.75 and length > 0.99 * radius:
            radius *= 3.0
        if ratio > 0.0:
            point = moved
        elif radius < 1e-12 * (1.0 + float(np.linalg.norm(point.x))):
            break
    return point


def model_step(point: Point, radius: float) -> tuple[Array, float]:
    """Returns the step within the radius that minimises the quadratic model, and the gain it promises."""
    values, vectors = np.linalg.eigh(point.hessian)
    along = vectors.T @ point.gradient
    step = _bounded(values, along, radius)
    return vectors @ step, -float(along @ step + 0.5 * values @ step**2)


def _bounded(values: Array, along: Array, radius: float) -> Array:
    """The step in the eigenvectors' coordinates."""
    tiny = 1e-14 * max(float(np.abs(values).max()), 1e-300)
    lowest = float(values[0])
    if lowest > tiny:
        step = -along / values
        if np.linalg.norm(step) <= radius:
            return step
    # The multiplier makes the step as long as the radius: above -lowest, by |gradient| / radius at most.
    low = max(0.0, -lowest)
    high = low + float(np.linalg.norm(along)) / radius + tiny
    shortest = -along / np.maximum(values + low + tiny, tiny)
    if np.linalg.norm(shortest) < radius:  # the gradient has no share in the lowest direction: go along it
        shortest[0] = np.copysign(np.sqrt(radius**2 - shortest[1:] @ shortest[1:]), shortest[0])
        return shortest
    for _ in range(60):
        middle = (low + high) / 2.0
        if np.linalg.norm(along / (values + middle + tiny)) > radius:
            low = middle
        else:
            high = middle
    return -along / (values + high + tiny)


def _promise(point: Point) -> float:
    """Length of the gradient against the curvature."""
    values, vectors = np.linalg.eigh(point.hessian)
    curved = np.maximum(np.abs(values), 1e-12 * max(float(np.abs(values).max()), 1e-300))
    return float(((vectors.T @ point.gradient) ** 2 / curved).sum())
