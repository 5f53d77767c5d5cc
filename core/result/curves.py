"""Density curves of draws on a common grid, for areas, ridges and overlays."""

from dataclasses import dataclass

import numpy as np

from core.design.coding import Array

POINTS, FINE = 201, 4
# Draws at each end that do not widen a grid: one far draw would flatten all curves.
LEFT_OUT = 0.002


@dataclass(frozen=True, slots=True)
class Curves:
    """K density curves over one grid: `heights` (K, g) per unit of `grid` (g,)."""

    grid: Array
    heights: Array


def curves(
    draws: Array, grid: Array | None = None, floor: float | None = None, ceiling: float | None = None
) -> Curves:
    """Returns the densities of K samples (K, n), by default over all but the furthest 0.2 % of each end.

    A Gaussian kernel, 0.9 min(SD, IQR / 1.34) n^(-1/5) wide (Silverman 1986, Density Estimation, section
    3.4.2), by counts in cells a quarter of the grid's step. `floor` is a value that no draw goes below (0 of
    an SD), `ceiling` one that none goes above (1 of a correlation): there the kernel is folded back, so that
    a density at its end is not halved. A sample whose draws are all one value is a spike a step wide. Draws
    that are not finite are left out.
    """
    values = np.atleast_2d(np.asarray(draws, dtype=np.float64))
    if grid is None:
        grid = spanning(values, floor=floor, ceiling=ceiling)
    span, ends = np.asarray(grid, dtype=np.float64), [end for end in (floor, ceiling) if end is not None]
    return Curves(span, np.array([_height(one[np.isfinite(one)], span, ends) for one in values]))


def spanning(
    *samples: Array, floor: float | None = None, ceiling: float | None = None, points: int = POINTS
) -> Array:
    """Returns evenly spaced points (points,) over the bulk of every sample, with room beside it."""
    ends = [np.quantile(one, [LEFT_OUT, 1.0 - LEFT_OUT]) for each in samples if (one := _finite(each)).size]
    low, high = (min(e[0] for e in ends), max(e[1] for e in ends)) if ends else (0.0, 1.0)
    room = 0.08 * (high - low) or 0.5 * max(abs(high), 1e-12)
    low, high = low - room, high + room
    low = low if floor is None else max(low, floor)
    return np.linspace(low, high if ceiling is None else min(high, ceiling), points)


def _finite(values: Array) -> Array:
    flat = np.ravel(values)
    return np.asarray(flat[np.isfinite(flat)])


def _height(values: Array, grid: Array, folds: list[float]) -> Array:
    """One density (g,); its area over all numbers is 1, over the grid the share of draws there."""
    step = (grid[-1] - grid[0]) / (len(grid) - 1)
    if not len(values):
        return np.zeros(len(grid))
    # Beyond the grid's own width a bell is flat on it; what a wide prior makes of counts would fill memory.
    width = min(max(_width(values), step), float(grid[-1] - grid[0]))
    cell = step / FINE
    edges = np.arange(grid[0] - 4 * width, grid[-1] + 4 * width + cell, cell)
    mirrored = [values, *(2.0 * end - values for end in folds)]
    counts = np.histogram(np.concatenate(mirrored), edges)[0] / len(values)
    middles = (edges[1:] + edges[:-1]) / 2.0
    away = (grid[:, None] - middles[None, counts > 0]) / width
    return np.asarray(np.exp(-0.5 * away**2) @ counts[counts > 0] / (width * np.sqrt(2.0 * np.pi)))


def _width(values: Array) -> float:
    quarter, three = np.quantile(values, [0.25, 0.75])
    spreads = [s for s in (float(values.std()), float(three - quarter) / 1.34) if s > 0]
    return 0.9 * min(spreads) * len(values) ** -0.2 if spreads else 0.0
