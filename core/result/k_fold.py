"""K-fold cross-validation: what the model says of rows, or of whole groups, that it was not fitted to."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.crossing import merged, subset
from core.design.factor import Factor
from core.design.layout import INTERCEPT
from core.design.matrix import Design, build_design
from core.design.moments import Moments, summarise
from core.design.replay import NewRows
from core.errors import PanelwiseError
from core.fit.along import Fitted
from core.fit.bayes import fit_posterior
from core.fit.gaussian import fit_gaussian
from core.result.asked import check_level, check_seed, is_whole
from core.result.errors import UnknownGrouping, check_gaussian
from core.result.fit import Fit
from core.result.predict import expected
from core.result.raw import plain_regression
from core.table.table import Table

ROWS = "rows"
MOST_FOLDS = 50
# Held-out rows whose intervals are looked at: their share is then known to half a percentage point.
MOST_ROWS = 10_000
FOLD = "\x00fold"


class BadFolds(PanelwiseError):
    """A number of folds that cannot be."""

    def __init__(self, folds: object, most: int, of: str) -> None:
        super().__init__(
            f"{folds!r} folds cannot be made. Ask for a whole number from 2 to {most:,} (there are that many "
            f"{of}, and at most {MOST_FOLDS} folds)."
        )


class NoFoldFitted(PanelwiseError):
    """No training part could be fitted."""

    def __init__(self, why: str) -> None:
        super().__init__(f"None of the parts of the table could be fitted alone. The last one says: {why}")


@dataclass(frozen=True)
class KFold:
    """Errors on held-out rows, in the outcome's units; `plain` is regression with the groups ignored.

    Every held-out row counts alike, in a weighted model too: what is foretold is single rows.

    `table`: index fold (from 1): rows rmse mae plain_rmse coverage; NaN where the other folds could not be
    fitted. `coverage` is the share of held-out rows inside their prediction intervals.
    """

    table: pd.DataFrame
    rmse: float
    mae: float
    plain_rmse: float
    r_squared: float  # 1 - squared errors over squared distances from the training mean
    coverage: float
    level: float
    by: str
    seed: int

    @property
    def how(self) -> str:
        """What was held out."""
        what = "rows" if self.by == ROWS else f"whole groups of '{self.by}'"
        return f"{len(self.table)}-fold cross-validation, {what} held out, seed {self.seed}"


@dataclass(frozen=True, slots=True)
class _Held:
    """What one fold's rows show: errors of the model and of plain regression, and intervals that held."""

    error: Array
    plain: Array
    around: Array  # distances from the training mean
    inside: NDArray[np.bool_]


def k_fold(
    fit: Fit,
    table: Table,
    by: str = ROWS,
    *,
    folds: int = 10,
    seed: int = 0,
    level: float | None = None,
    done: Callable[[int], None] = lambda count: None,
) -> KFold:
    """Returns how well the model foretells what it has not seen; `table` is that of the fit.

    `by`: "rows" (random rows are held out, their groups mostly known) or the name of a grouping (all rows of
    some groups are held out, so those are new). The rows are read once; each fold's fit comes from the sums
    of the other folds. Centres and group means of predictors are those of all rows. Intervals are looked at
    on a random part of the held-out rows, 10,000 at most. `done` hears how many folds have ended. Raises
    BadFolds, BadLevel, BadSeed, UnknownGrouping, NoFoldFitted, and what `fit` raises of the table.
    """
    check_gaussian(fit.linear, "Cross-validation from sums", "`core.held_out` fits each fold's rows")
    level = fit.level if level is None else level
    check_level(level)
    check_seed(seed)
    design = build_design(table, fit.spec)
    rng = np.random.default_rng(seed)
    fold = _folds(design, by, folds, rng)
    factor = Factor(FOLD, fold, tuple(str(k + 1) for k in range(folds)))
    kept = summarise(replace(design, factors={**design.factors, FOLD: factor}))
    looked = rng.permutation(design.n_rows) < MOST_ROWS
    held: list[_Held | None] = []
    why = ""
    for k in range(folds):
        try:
            held.append(_held(fit, design, kept, k, fold == k, looked, level))
        except PanelwiseError as error:  # the other folds lack a group or a predictor's movement
            held.append(None)
            why = str(error)
        done(k + 1)
    return _summary(held, fold, why, by, level, seed)


def like(fit: Fit, train: Moments) -> Fitted:
    """The same kind of fit of other rows."""
    base = fit_gaussian(train, reml=fit.linear.reml)
    return fit_posterior(base, fit.posterior.priors, fit.posterior.seed) if fit.posterior else base


def _folds(design: Design, by: str, folds: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """The fold of each row (n,)."""
    if by != ROWS and by not in design.factors:
        raise UnknownGrouping(by, [ROWS, *design.factors])
    count = design.n_rows if by == ROWS else len(design.factors[by].levels)
    most = min(count, MOST_FOLDS)
    if not is_whole(folds, 2) or folds > most:
        raise BadFolds(folds, most, "rows" if by == ROWS else f"groups of '{by}'")
    shuffled = rng.permutation(count) % folds
    return shuffled if by == ROWS else shuffled[design.factors[by].codes]


def _held(
    fit: Fit,
    design: Design,
    kept: Moments,
    k: int,
    rows: NDArray[np.bool_],
    looked: NDArray[np.bool_],
    level: float,
) -> _Held:
    rest = subset(kept, kept.cells[:, -1] != k)
    train = merged(rest, rest.factors[:-1])
    part = replace(fit, linear=like(fit, train))
    lead = part.linear.lead
    here = np.flatnonzero(rows)
    columns = {name: values[here] for name, values in design.values.items()}
    outcome = columns[design.layout.outcome]
    offset = sum((columns[name] for name in design.layout.offsets), np.zeros(len(here)))
    mean = _times(columns, lead.problem.fixed, lead.fixed) + offset
    for name, side in part.linear.sides.items():
        place = {one: j for j, one in enumerate(side.moments.levels[0])}
        codes = np.array([place.get(one, -1) for one in design.factors[name].levels])
        own = codes[design.factors[name].codes[here]]
        effects = np.where(own[:, None] >= 0, side.effects.mean[own], 0.0)
        for q, term in enumerate(side.problem.random):
            mean += effects[:, q] * (1.0 if term == INTERCEPT else columns[term])
    plain = plain_regression(lead, level)["estimate"]
    seen = here[looked[here]]
    interval = expected(part, as_new(design, seen), "known", level, "new")
    y = design.values[design.layout.outcome][seen]
    outcome_k = train.columns.index(design.layout.outcome)
    pooled = train.weight @ train.mean[:, outcome_k] / train.weight.sum()
    centre = train.columns.centre[outcome_k] + train.columns.scale[outcome_k] * pooled
    return _Held(
        error=outcome - mean,
        plain=outcome - offset - _times(columns, lead.problem.fixed, plain.to_numpy()),
        around=outcome - centre,
        inside=(interval["prediction_low"] <= y) & (y <= interval["prediction_high"]),
    )


def _times(columns: dict[str, Array], names: tuple[str, ...], effects: Array) -> Array:
    total = np.zeros(len(next(iter(columns.values()))))
    for name, effect in zip(names, effects.tolist(), strict=True):
        total += effect if name == INTERCEPT else effect * columns[name]
    return total


def as_new(design: Design, rows: NDArray[np.intp]) -> NewRows:
    """Some rows of a design as rows that a fit has not seen."""
    weights = design.weights.values
    return NewRows(
        {name: values[rows] for name, values in design.values.items()},
        {name: np.array(by.levels, dtype=object)[by.codes[rows]] for name, by in design.factors.items()},
        np.arange(len(rows)),
        len(rows),
        np.ones(len(rows)) if weights is None else weights[rows],
        np.ones(len(rows)),
    )


def _summary(
    held: list[_Held | None], fold: NDArray[np.intp], why: str, by: str, level: float, seed: int
) -> KFold:
    sound = [one for one in held if one is not None]
    if not sound:
        raise NoFoldFitted(why)
    table = pd.DataFrame(
        [
            (int((fold == k).sum()), *([np.nan] * 4 if one is None else _row(one)))
            for k, one in enumerate(held)
        ],
        columns=["rows", "rmse", "mae", "plain_rmse", "coverage"],
        index=pd.RangeIndex(1, len(held) + 1, name="fold"),
    )
    error, plain, around = (
        np.concatenate([getattr(one, name) for one in sound]) for name in ("error", "plain", "around")
    )
    inside = np.concatenate([one.inside for one in sound])
    return KFold(
        table=table,
        rmse=float(np.sqrt(np.mean(error**2))),
        mae=float(np.abs(error).mean()),
        plain_rmse=float(np.sqrt(np.mean(plain**2))),
        r_squared=1.0 - float((error**2).sum() / (around**2).sum()),
        coverage=float(inside.mean()) if len(inside) else np.nan,
        level=level,
        by=by,
        seed=seed,
    )


def _row(one: _Held) -> tuple[float, float, float, float]:
    return (
        float(np.sqrt(np.mean(one.error**2))),
        float(np.abs(one.error).mean()),
        float(np.sqrt(np.mean(one.plain**2))),
        float(one.inside.mean()) if len(one.inside) else np.nan,
    )
