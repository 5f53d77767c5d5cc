"""Proof: how well complete, no and partial pooling foretell the same held-out rows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.matrix import build_design
from core.errors import PanelwiseError
from core.fit.effects import Codes
from core.result.asked import check_seed, is_whole
from core.result.errors import NoGroups, UnknownGrouping
from core.result.fit import Fit
from core.result.held_rows import held_of_rows
from core.result.held_three import LEVELS, POOLINGS, Held, held_of_sums
from core.result.k_fold import MOST_FOLDS, MOST_ROWS, BadFolds, NoFoldFitted
from core.spec.model import Family
from core.table.table import Table

# Share of rows without an answer of its own from which no pooling is left out of the comparison.
SILENT = 0.5


@dataclass(frozen=True)
class Proof:
    """Errors of complete, no and partial pooling on the same held-out rows, of groups mostly known.

    `table`: index pooling ("complete", "none", "partial"). Of amounts around an average, in the outcome's
    units: rmse, mae, coverage_80, width_80, coverage_95, width_95 (the share of held-out rows inside their
    prediction intervals, and the mean width of those). Of yes/no: log_score (mean log probability of what
    happened, higher is better) and brier (mean squared distance of probability from outcome); of counts and
    skewed amounts log_score and rmse. `folds`: index fold, from 1: rows, then `measure` ("rmse" or "brier")
    of each pooling; NaN where the other folds could not be fitted. `gains`: index pooling (complete, none):
    gain, std_error: how much larger its mean loss is than that of partial pooling, with an error that lets
    rows of a group be alike; loss is the squared error, or minus the log probability. `unanswered` rows, for
    which a group's own rows have no answer, are left out of all three. In a model with several groupings no
    group has an estimate of its own: "none" is then NaN throughout.
    """

    table: pd.DataFrame
    folds: pd.DataFrame
    gains: pd.DataFrame
    measure: str
    rows: int
    unanswered: int
    factor: str
    seed: int

    @property
    def how(self) -> str:
        """What was held out."""
        return (
            f"{len(self.folds)}-fold cross-validation, rows within '{self.factor}' held out, seed {self.seed}"
        )


def proof(
    fit: Fit,
    table: Table,
    factor: str | None = None,
    *,
    folds: int = 5,
    seed: int = 0,
    done: Callable[[int], None] = lambda count: None,
) -> Proof:
    """Returns how well the three foretell rows they have not seen; `table` is that of the fit.

    The rows of each group are dealt out evenly over the folds. Of amounts around an average the rows are read
    once, each fold's fits come from the sums of the other folds, and 10,000 held-out rows at most are looked
    at; of yes/no, counts and amounts Laplace's fit is made anew without each fold, and single trials are
    held out. `done` hears how many folds have ended. Raises NoGroups, UnknownGrouping, BadFolds, BadSeed,
    NoFoldFitted, and what `build_design` raises.
    """
    name = _grouping(fit, factor)
    check_seed(seed)
    design = build_design(table, fit.spec)
    codes = design.factors[name].codes
    if not is_whole(folds, 2) or folds > min(design.n_rows, MOST_FOLDS):
        raise BadFolds(folds, min(design.n_rows, MOST_FOLDS), "rows")
    rng = np.random.default_rng(seed)
    fold = dealt_within(codes, folds, rng)
    looked = rng.permutation(design.n_rows) < MOST_ROWS
    if fit.spec.family is Family.GAUSSIAN:
        make = held_of_sums(fit, design, name, fold, looked)
    else:
        make = held_of_rows(fit.spec, design, name, fold, rng)
    held: list[Held | None] = []
    why = ""
    for k in range(folds):
        try:
            held.append(make(k))
        except (PanelwiseError, np.linalg.LinAlgError) as error:  # the other folds lack a group, or movement
            held.append(None)
            why = str(error)
        done(k + 1)
    if not any(held):
        raise NoFoldFitted(why)
    return _summary(held, fit.spec.family, name, seed)


def tried(fit: Fit, table: Table, factor: str | None = None, *, folds: int = 5, seed: int = 0) -> Proof | str:
    """Returns the proof, or why there is none, as a sentence."""
    try:
        return proof(fit, table, factor, folds=folds, seed=seed)
    except PanelwiseError as refused:
        return str(refused)


def dealt_within(codes: Codes, folds: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Returns the fold (n,) of each row: those of a group in turn, in a random order from a random start."""
    order = np.lexsort((rng.permutation(len(codes)), codes))
    counts = np.bincount(codes)
    place = np.arange(len(codes)) - np.repeat(np.cumsum(counts) - counts, counts)
    fold = np.empty(len(codes), dtype=np.intp)
    fold[order] = (place + rng.integers(folds, size=len(counts))[codes[order]]) % folds
    return fold


def _grouping(fit: Fit, factor: str | None) -> str:
    known = list(fit.linear.sides)
    if not known:
        raise NoGroups()
    if factor is not None and factor not in known:
        raise UnknownGrouping(factor, known)
    return factor or known[0]


def _summary(held: list[Held | None], family: Family, factor: str, seed: int) -> Proof:
    sound = [one for one in held if one is not None]
    answers = [np.isfinite(one.loss[POOLINGS.index("none")]) for one in sound]
    silent = int(sum((~answer).sum() for answer in answers))
    if silent > SILENT * sum(len(answer) for answer in answers):
        answers, silent = [np.ones(len(answer), dtype=bool) for answer in answers], 0
    parts = iter([_some(one, answer) for one, answer in zip(sound, answers, strict=True)])
    folds = [None if one is None else next(parts) for one in held]
    whole = _together([one for one in folds if one is not None])
    measure = "brier" if family is Family.BINOMIAL else "rmse"
    return Proof(
        table=measures(whole, family),
        folds=pd.DataFrame(
            [_row(one, family, measure) for one in folds],
            columns=["rows", *POOLINGS],
            index=pd.RangeIndex(1, len(folds) + 1, name="fold"),
        ),
        gains=pd.DataFrame(
            [_gain(whole, k) for k in range(2)],
            columns=["gain", "std_error"],
            index=pd.Index(POOLINGS[:2], name="pooling"),
        ),
        measure=measure,
        rows=len(whole.group),
        unanswered=silent,
        factor=factor,
        seed=seed,
    )


def measures(held: Held, family: Family) -> pd.DataFrame:
    """Returns the columns of `Proof.table` over some held-out rows."""
    total = held.size.sum()
    square = held.square.sum(axis=1) / total
    if family is Family.GAUSSIAN:
        columns = {"rmse": np.sqrt(square), "mae": np.sqrt(held.square).mean(axis=1)}
        for k, level in enumerate(LEVELS):
            columns |= {f"coverage_{100 * level:.0f}": held.inside[:, k].mean(axis=1)}
            columns |= {f"width_{100 * level:.0f}": held.width[:, k].mean(axis=1)}
    else:
        last = {"brier": square} if family is Family.BINOMIAL else {"rmse": np.sqrt(square)}
        columns = {"log_score": -held.loss.sum(axis=1) / total, **last}
    return pd.DataFrame(columns, index=pd.Index(POOLINGS, name="pooling"))


def _row(one: Held | None, family: Family, measure: str) -> tuple[float, ...]:
    if one is None or not len(one.group):
        return (0.0, *[np.nan] * 3)
    return (float(len(one.group)), *measures(one, family)[measure].tolist())


def _gain(held: Held, k: int) -> tuple[float, float]:
    """How much larger the mean loss of one pooling is than that of the last, and its standard error over
    groups.
    """
    apart = held.loss[k] - held.loss[-1]
    total = held.size.sum()
    mean = float(apart.sum() / total)
    sums = np.bincount(held.group, weights=apart - mean * held.size)
    groups = len(np.unique(held.group))
    error = np.sqrt((sums**2).sum() * groups / max(groups - 1, 1)) / total
    return mean, float(error)


def _some(held: Held, keep: NDArray[np.bool_]) -> Held:
    return Held(held.group[keep], *(one[..., keep] for one in _arrays(held)))


def _together(held: list[Held]) -> Held:
    group = np.concatenate([one.group for one in held])
    return Held(group, *(np.concatenate(parts, axis=-1) for parts in zip(*map(_arrays, held), strict=True)))


def _arrays(held: Held) -> tuple[Array, ...]:
    return held.size, held.loss, held.square, held.inside, held.width
