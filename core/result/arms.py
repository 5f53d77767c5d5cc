"""Arms of an experiment: predictors that say which variant a row got."""

from collections.abc import Callable
from dataclasses import dataclass

from core.design.coding import Array, label
from core.design.layout import Layout
from core.errors import PanelwiseError, did_you_mean, listed

# More values than these are a category, not arms of an experiment.
MOST_ARMS = 8
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


def arms_of(layout: Layout, fixed: tuple[str, ...], yes_no: Callable[[str], bool]) -> tuple[Arms, ...]:
    """Returns the predictors of a model that may say which variant a row got, in the model's order.

    Text with 2 to MOST_ARMS values, or 0 and 1 as `yes_no` tells of a column by label, among the fixed
    effects and not transformed.
    """
    used = {part for name in fixed for part in parts_of(layout, name)}
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
        elif name in used and yes_no(name):
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


def parts_of(layout: Layout, name: str) -> tuple[str, ...]:
    """Returns what is multiplied in a column: the column itself unless it is an interaction's."""
    return dict(layout.products).get(name, (name,))


def set_to(arms: Arms, arm: str) -> dict[str, float]:
    """Returns what the columns of an arm's predictor are, by label, where all rows got that arm."""
    if not arms.text:
        return {arms.predictor: float(arm == YES)}
    return {f"{arms.predictor}[{name}]": float(name == arm) for name in arms.names}


def is_yes_no(values: Array) -> bool:
    """Returns whether a column (n,) holds 0 and 1, both, and nothing else."""
    zero = values == 0.0
    return bool(zero.any() and not zero.all() and (zero | (values == 1.0)).all())
