"""Arms of an experiment: predictors that say which variant a row got, and the rows as if all got one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np

from core.design.coding import Array, label
from core.design.layout import INTERCEPT
from core.design.matrix import Design
from core.design.rows import Codes, Rows
from core.errors import PanelwiseError, did_you_mean, listed

# More values than these are a category, not arms of an experiment.
MOST_ARMS = 8
# Kinds of rows that an average over the population is taken from.
MOST_PROFILES = 256
NO, YES = "no", "yes"


class NoArms(PanelwiseError):
    """A comparison of arms was asked of a predictor that has none, or of a model without such a one."""

    def __init__(self, asked: str | None, known: list[str]) -> None:
        has = f"These can: {listed(known)}." if known else "The model has no such predictor."
        if asked is None:
            start = "Say which predictor holds the variants." if known else "No predictor holds variants."
        else:
            start = f"'{asked}' holds no variants to compare. {did_you_mean(asked, known)}"
        super().__init__(
            f"{start.rstrip()} Variants are a text or yes/no column with 2 to {MOST_ARMS} values among the "
            f"predictors. {has}"
        )


class UnknownArm(PanelwiseError):
    """A variant was asked for that the predictor does not have."""

    def __init__(self, predictor: str, asked: object, known: tuple[str, ...]) -> None:
        super().__init__(
            f"'{predictor}' has no value '{asked}'. {did_you_mean(str(asked), known)}It has: {listed(known)}."
        )


class WhichArms(PanelwiseError):
    """Several variants and no word on which, or one beside itself."""

    def __init__(self, predictor: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"'{predictor}' has {len(known)} values: {listed(known)}. Say which two of them to compare."
        )


@dataclass(frozen=True, slots=True)
class Arms:
    """A predictor that says which variant a row got; `names` of the variants, the reference first."""

    predictor: str
    names: tuple[str, ...]
    text: bool  # a category, else yes/no


@dataclass(frozen=True, slots=True)
class Profiles:
    """R kinds of rows as if all had got one arm: fixed columns (R, p), random ones by factor (R, q)."""

    x: Array
    z: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Population:
    """The kinds of rows that an average is over, under both arms; `shares` (R,) sum to 1."""

    baseline: Profiles
    arm: Profiles
    offset: Array  # (R,)
    shares: Array  # (R,)


def arms_of(design: Design, rows: Rows) -> tuple[Arms, ...]:
    """Returns the predictors of a model that may say which variant a row got, in the model's order.

    Text with 2 to MOST_ARMS values, or 0 and 1, among the fixed effects and not transformed.
    """
    layout = design.layout
    used = {part for name in rows.fixed for part in _parts(design, name)}
    changed = {coding.variable.column for coding in layout.codings if coding.variable.steps}
    found = []
    for coding in layout.codings:
        name = label(coding.variable)
        if name == layout.outcome or coding.origin or coding.variable.column in changed:
            continue
        if coding.is_text:
            names = coding.levels
            if 2 <= len(names) <= MOST_ARMS and used & {f"{name}[{level}]" for level in names}:
                found.append(Arms(name, names, text=True))
        elif name in used and _is_yes_no(design.values[name]):
            found.append(Arms(name, (NO, YES), text=False))
    return tuple(found)


def chosen(
    known: tuple[Arms, ...], predictor: str | None, baseline: str | None, arm: str | None
) -> tuple[Arms, str, str]:
    """Returns the predictor and its two arms to compare. Raises NoArms, UnknownArm, WhichArms."""
    found = [one for one in known if predictor in (None, one.predictor)]
    if len(found) != 1:
        raise NoArms(predictor, [one.predictor for one in known])
    names = found[0].names
    for asked in (baseline, arm):
        if asked is not None and asked not in names:
            raise UnknownArm(found[0].predictor, asked, names)
    first = baseline if baseline is not None else next(name for name in names if name != arm)
    others = [name for name in names if name != first]
    second = arm if arm is not None else others[0]
    if first == second or (arm is None and len(others) > 1):
        raise WhichArms(found[0].predictor, names)
    return found[0], first, second


def population(design: Design, rows: Rows, arms: Arms, baseline: str, arm: str, fixed: Array) -> Population:
    """Returns the rows in use as kinds, as if all had got either arm; what else they are stays.

    A row counts as often as it was tried. Beyond MOST_PROFILES different kinds as many rows stand for all:
    quantiles of the linear predictor under the baseline, at the fixed effects `fixed` (p,).
    """
    both = [_profiles(design, rows, arms, name) for name in (baseline, arm)]
    weight = rows.weights * rows.trials
    every = np.column_stack([part.x for part in both] + [z for part in both for z in part.z.values()])
    every = np.column_stack([every, rows.offset])
    eta = rows.offset + both[0].x @ fixed
    first, shares = _kinds(every, weight / weight.sum(), eta)
    kept = [Profiles(part.x[first], {name: z[first] for name, z in part.z.items()}) for part in both]
    return Population(kept[0], kept[1], rows.offset[first], shares)


def arm_codes(design: Design, arms: Arms) -> Codes:
    """Returns the place of each row's arm in `arms.names` (n,)."""
    if not arms.text:
        return design.values[arms.predictor].astype(np.intp)
    found = np.zeros(design.n_rows, dtype=np.intp)
    for place, name in enumerate(arms.names[1:], start=1):
        column = design.values.get(f"{arms.predictor}[{name}]")
        if column is not None:
            found[column == 1.0] = place
    return found


def _profiles(design: Design, rows: Rows, arms: Arms, arm: str) -> Profiles:
    set_to = (
        {f"{arms.predictor}[{name}]": float(name == arm) for name in arms.names}
        if arms.text
        else {arms.predictor: float(arm == YES)}
    )

    def column(part: str) -> Array:
        if part == INTERCEPT:
            return np.ones(rows.n)
        return np.full(rows.n, set_to[part]) if part in set_to else design.values[part]

    return Profiles(
        _matrix(design, rows.fixed, column, rows.n),
        {name: _matrix(design, names, column, rows.n) for name, names in rows.random.items()},
    )


def _matrix(design: Design, names: tuple[str, ...], column: Callable[[str], Array], n: int) -> Array:
    made = [reduce(np.multiply, [column(part) for part in _parts(design, name)]) for name in names]
    return np.column_stack(made) if made else np.empty((n, 0))


def _parts(design: Design, name: str) -> tuple[str, ...]:
    """What is multiplied in a column: the column itself unless it is an interaction's."""
    return dict(design.layout.products).get(name, (name,))


def _kinds(every: Array, shares: Array, eta: Array) -> tuple[Codes, Array]:
    """Places (R,) of rows that stand for all, and the share of the rows (n,) that each stands for."""
    code = np.zeros(len(every), dtype=np.intp)
    for column in every.T:
        if (column == column[0]).all():
            continue
        values, own = np.unique(column, return_inverse=True)
        if len(values) > MOST_PROFILES:
            return _thinned(shares, eta)
        code = np.unique(code * len(values) + own.ravel(), return_inverse=True)[1].ravel()
        if code.max() >= MOST_PROFILES:
            return _thinned(shares, eta)
    first = np.unique(code, return_index=True)[1].astype(np.intp)
    return first, np.bincount(code, weights=shares, minlength=len(first))


def _thinned(shares: Array, eta: Array) -> tuple[Codes, Array]:
    order = np.argsort(eta, kind="stable")
    middle = (np.arange(MOST_PROFILES) + 0.5) / MOST_PROFILES
    place = np.minimum(np.searchsorted(np.cumsum(shares[order]), middle), len(order) - 1)
    return order[place].astype(np.intp), np.full(MOST_PROFILES, 1.0 / MOST_PROFILES)


def _is_yes_no(values: Array) -> bool:
    zero = values == 0.0
    return bool(zero.any() and not zero.all() and (zero | (values == 1.0)).all())
