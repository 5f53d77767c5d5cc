"""Held-out yes/no, counts and amounts under complete, no and partial pooling, by fits to the other rows."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.matrix import Design
from core.design.part import part, successes, with_successes
from core.design.rows import Rows, rows_of
from core.errors import PanelwiseError
from core.fit.effects import Codes
from core.fit.family import log_likelihood, mean, moving_part
from core.fit.generalised import Generalised
from core.fit.generalised_fit import fit_generalised
from core.result.folds import Whole, folds_of
from core.result.held_three import LEVELS, Held
from core.result.k_fold import ROWS
from core.result.of_rows import without_groups
from core.result.raw import own_regressions
from core.result.unpooled import foretell
from core.spec.model import Family, ModelSpec

# Logs of a dispersion between which the likeliest one is sought.
ENDS = (-12.0, 16.0)


class AllAlike(PanelwiseError):
    """What is left when a part is held out has one outcome only."""

    def __init__(self) -> None:
        super().__init__("What is left when a part is held out is all yes or all no. Use fewer parts.")


def held_of_rows(
    spec: ModelSpec, design: Design, factor: str, fold: NDArray[np.intp], rng: np.random.Generator
) -> Callable[[int], Held]:
    """Returns what makes the folds of a generalised model: each by Laplace's fit to the rest.

    `fold` (n,) is each row's; of successes out of trials the trials are dealt out instead (`folds_of`).
    """
    places = {level: k for k, level in enumerate(design.factors[factor].levels)}
    parted = _parted(spec, design, fold, rng)

    def made(k: int) -> Held:
        rest, mine = parted(k)
        fitted = fit_generalised(rest, spec)
        given = rows_of(mine, spec, fitted.rows.fixed)
        group = np.array([places[one] for one in given.levels[factor]], dtype=np.intp)[given.codes[factor]]
        return _held(
            given, group, [_complete(fitted, given), _none(fitted, given, factor), _partial(fitted, given)]
        )

    return made


def _parted(
    spec: ModelSpec, design: Design, fold: NDArray[np.intp], rng: np.random.Generator
) -> Callable[[int], tuple[Design, Design]]:
    """What gives the other folds' rows, and those of one fold."""
    if spec.family is not Family.BINOMIAL:
        return lambda k: (part(design, fold != k), part(design, fold == k))
    yes, trials = successes(design)
    many = (trials > 1).any()
    split = folds_of(design, ROWS, int(fold.max()) + 1, rng) if many else Whole(yes, trials, fold)

    def parted(k: int) -> tuple[Design, Design]:
        won, tried = split.held(k)
        rest, left = yes - won, trials - tried
        if not rest.any() or (rest == left).all():
            raise AllAlike()
        return with_successes(design, rest, left), with_successes(design, won, tried)

    return parted


Said = tuple[Array, float]  # a linear predictor (n,) of the held rows, and the dispersion around it


def _complete(fitted: Generalised, given: Rows) -> Said:
    found = without_groups(fitted.rows)
    return given.offset + given.x @ found.fixed, found.dispersion


def _none(fitted: Generalised, given: Rows, factor: str) -> Said:
    side = fitted.sides[factor]
    if side.crossed:
        return np.full(given.n, np.nan), 1.0
    own, rows = own_regressions(side), fitted.rows
    codes = _places(given, factor, rows.levels[factor])
    eta = given.offset + foretell(own, given.x, given.z[factor], codes).eta
    seen = rows.offset + rows.x @ own.shared
    seen += np.einsum("nq,nq->n", rows.z[factor], own.deviation[rows.codes[factor]])
    return eta, likeliest_dispersion(rows, seen)


def _partial(fitted: Generalised, given: Rows) -> Said:
    found = fitted.estimates
    eta = given.offset + given.x @ found.fixed
    for name, z in given.z.items():
        codes = _places(given, name, fitted.rows.levels[name])
        eta += np.where(codes >= 0, np.einsum("nq,nq->n", z, found.effects[name][codes]), 0.0)
    return eta, found.dispersion


def likeliest_dispersion(rows: Rows, eta: Array) -> float:
    """Returns the dispersion that makes the outcomes likeliest around a linear predictor (n,); 1 of families
    that have none.
    """
    from scipy import optimize

    if rows.family not in (Family.NEGATIVE_BINOMIAL, Family.GAMMA):
        return 1.0

    def minus(log: float) -> float:
        return -float(log_likelihood(rows, eta, float(np.exp(log))).sum())

    found = optimize.minimize_scalar(minus, bounds=ENDS, method="bounded", options={"xatol": 1e-6})
    return float(np.exp(found.x))


def _places(given: Rows, name: str, levels: tuple[str, ...]) -> Codes:
    """Place of each row's group among those of the fit, -1 for another."""
    place = {level: k for k, level in enumerate(levels)}
    return np.array([place.get(one, -1) for one in given.levels[name]], dtype=np.intp)[given.codes[name]]


def _held(given: Rows, group: Codes, said: list[Said]) -> Held:
    size = given.weights * given.trials
    loss, square = np.empty((3, given.n)), np.empty((3, given.n))
    for k, (told, dispersion) in enumerate(said):
        silent = np.isnan(told)
        eta = np.where(silent, 0.0, told)
        mu = mean(given.link, eta)
        if given.family is Family.BINOMIAL:  # of single trials: which of them were yes says nothing
            loss[k] = -moving_part(given, eta, dispersion)
            square[k] = given.weights * (given.y * (1.0 - mu) ** 2 + (given.trials - given.y) * mu**2)
        else:
            loss[k] = -log_likelihood(given, eta, dispersion)
            square[k] = given.weights * (given.y - mu) ** 2
        loss[k, silent] = square[k, silent] = np.nan
    nothing = np.full((3, len(LEVELS), given.n), np.nan)
    return Held(group, size, loss, square, nothing, nothing)
