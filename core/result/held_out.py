"""How well a model tells the yes from the no: on its own rows, on rows and on whole groups held out."""

from collections.abc import Callable

import numpy as np

from core.design.coding import Array
from core.design.matrix import Design, build_design
from core.design.part import successes, with_successes
from core.errors import PanelwiseError
from core.fit.generalised_fit import fit_generalised
from core.result.asked import check_level, check_seed
from core.result.chances import chances
from core.result.classification import Classification, classify
from core.result.fit import Fit
from core.result.folds import Folds, folds_of
from core.result.k_fold import ROWS, NoFoldFitted
from core.spec.model import Family, ModelSpec
from core.table.table import Table

OWN = "the rows it was fitted to"


class NotYesNo(PanelwiseError):
    """A model of something else than yes or no was asked how well it tells them apart."""

    def __init__(self, family: Family) -> None:
        super().__init__(
            f"Only models of yes/no outcomes tell a yes from a no, and this one is of the kind '{family}'. "
            'Fit it with family="binomial".'
        )


class OneKind(PanelwiseError):
    """What is left when a part is held out has no yes, or no no."""

    def __init__(self) -> None:
        super().__init__("What is left when a part is held out is all yes or all no. Use fewer parts.")


def classification(fit: Fit, table: Table) -> Classification:
    """Returns how well a yes/no model tells the yes from the no on the rows it was fitted to.

    The interval of the area is that of new rows of the same groups. Raises NotYesNo.
    """
    if fit.spec.family is not Family.BINOMIAL:
        raise NotYesNo(fit.spec.family)
    if fit.generalised is not None:
        design = fit.generalised.design
        probability = chances(fit.generalised, design)
    else:
        design = build_design(table, fit.spec)
        said = fit.predict(table)["mean"].to_numpy(dtype=np.float64)
        probability = said if design.kept is None else said[design.kept]
    yes, trials = successes(design)
    return classify(probability, yes, trials, _weights(design), level=fit.level, how=OWN)


def held_out(
    table: Table,
    spec: ModelSpec,
    by: str = ROWS,
    *,
    folds: int = 10,
    seed: int = 0,
    level: float = 0.95,
    done: Callable[[int], None] = lambda count: None,
) -> Classification:
    """Returns how well a yes/no model tells the yes from the no where it has not seen them.

    `by`: "rows" (single trials are held out, their groups mostly known), or the name of a grouping (all rows
    of some groups are held out, which are foretold as new ones; the interval of the area lets rows of a group
    be alike). Each fold is foretold by Laplace's fit to the others; centres, means and levels of predictors
    are those of all rows, and a level that the others lack is taken for the first. `done` hears how many
    folds have ended. Raises NotYesNo, BadFolds, BadLevel, BadSeed, UnknownGrouping, NoFoldFitted, and what
    `build_design` raises.
    """
    if spec.family is not Family.BINOMIAL:
        raise NotYesNo(spec.family)
    check_level(level)
    check_seed(seed)
    design = build_design(table, spec)
    split = folds_of(design, by, folds, np.random.default_rng(seed))
    said, why = [], ""
    for k in range(folds):
        yes, trials = split.held(k)
        try:
            said.append(_foretold(design, spec, yes, trials))
        except (PanelwiseError, np.linalg.LinAlgError) as error:  # the others lack a group, or one kind
            said.append(np.full(int((trials > 0).sum()), np.nan))
            why = str(error)
        done(k + 1)
    return _judged(design, split, said, by, why, seed, level)


def _foretold(design: Design, spec: ModelSpec, yes: Array, trials: Array) -> Array:
    """The probability of the rows that have any of these trials, by a fit to the other trials."""
    all_yes, all_trials = successes(design)
    rest, left = all_yes - yes, all_trials - trials
    if not rest.any() or (rest == left).all():
        raise OneKind()
    fitted = fit_generalised(with_successes(design, rest, left), spec)
    found = chances(fitted, with_successes(design, yes, trials))
    if not np.isfinite(found).all():
        raise OneKind()
    return found


def _judged(
    design: Design, split: Folds, said: list[Array], by: str, why: str, seed: int, level: float
) -> Classification:
    known = [k for k, one in enumerate(said) if np.isfinite(one).all()]
    if not known:
        raise NoFoldFitted(why)
    held = {k: split.held(k) for k in known}
    rows = {k: np.flatnonzero(trials) for k, (_, trials) in held.items()}
    row = np.concatenate(list(rows.values()))
    what = "rows" if by == ROWS else f"whole groups of '{by}'"
    failed = len(said) - len(known)
    missing = f"; {failed} of them could not be fitted without" if failed else ""
    return classify(
        np.concatenate([said[k] for k in known]),
        np.concatenate([held[k][0][rows[k]] for k in known]),
        np.concatenate([held[k][1][rows[k]] for k in known]),
        _weights(design)[row],
        groups=None if by == ROWS else design.factors[by].codes[row],
        folds=np.repeat(known, [len(rows[k]) for k in known]),
        level=level,
        how=f"{len(said)} parts, {what} held out, seed {seed}{missing}",
    )


def _weights(design: Design) -> Array:
    weights = design.weights
    return np.ones(design.n_rows) if weights.values is None else weights.values * weights.unit
