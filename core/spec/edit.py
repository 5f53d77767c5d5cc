"""The pickers' view of a model: picker values to a ModelSpec, and back where the pickers can show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.errors import PanelwiseError
from core.spec.formula import write_formula
from core.spec.model import Family, Fixed, Link, ModelSpec, Random, Step, Transform, Variable


class Centring(StrEnum):
    """What is done to a numeric predictor: nothing, its mean taken off, then divided by its SD too, or the
    group's mean taken off and kept beside it.
    """

    NONE = "none"
    GRAND = "grand"
    SCALED = "scaled"
    WITHIN_BETWEEN = "within_between"


ONE_STEP = {Transform.CENTER: Centring.GRAND, Transform.SCALE: Centring.SCALED}


class GroupNeeded(PanelwiseError):
    """Picker values that only make sense with a group, and no group."""

    def __init__(self, what: str) -> None:
        super().__init__(f"No group is chosen, and {what}. Choose the group column.")


@dataclass(frozen=True, slots=True)
class Picked:
    """Picker values: the arguments of `build_spec`. `as_is` are predictors that no centring touches."""

    outcome: str
    predictors: tuple[str, ...]
    group: str | None
    slopes: tuple[str, ...]
    correlated: bool = True
    centring: Centring = Centring.NONE
    as_is: tuple[str, ...] = ()
    family: Family = Family.GAUSSIAN
    trials: str | None = None
    weights: str | None = None
    link: Link | None = None
    event: str | None = None


def build_spec(
    outcome: str,
    predictors: Sequence[str],
    group: str | None,
    slopes: Sequence[str] = (),
    correlated: bool = True,
    centring: Centring = Centring.NONE,
    as_is: Sequence[str] = (),
    family: Family = Family.GAUSSIAN,
    trials: str | None = None,
    weights: str | None = None,
    link: Link | None = None,
    event: str | None = None,
) -> ModelSpec:
    """Returns the model that the pickers describe.

    `centring` GRAND turns x into center(x), SCALED into scale(x); WITHIN_BETWEEN turns it into within(x, g) +
    between(x, g), and a slope of x then varies on within(x, g) (Mundlak 1978; Bell, Jones 2015). Columns in
    `as_is` stay x: name there the predictors that hold text or dates, which have no mean. The intercept
    varies by the group.
    Raises GroupNeeded, and FormulaError when a column is chosen twice or explains itself.
    """
    if group is None and (slopes or centring is Centring.WITHIN_BETWEEN):
        raise GroupNeeded("slopes vary by group" if slopes else "this centring takes off group means")
    choice = Picked(
        outcome,
        tuple(predictors),
        group,
        tuple(slopes),
        correlated,
        centring,
        tuple(as_is),
        family,
        trials,
        weights,
        link,
        event,
    )
    spec = _spec(choice)
    write_formula(spec)  # refuses a column chosen twice and an outcome that explains itself
    return spec


def picked(spec: ModelSpec) -> Picked | None:
    """Returns the picker values that build exactly this model, or None when it is beyond the pickers.

    Beyond them: interactions, log and other functions, several random parts, nested groups, no intercept,
    offsets, a mixture of centrings.
    """
    if len(spec.random) > 1:
        return None
    group = spec.random[0].group[0] if spec.random else None
    fixed = _single(spec.fixed)
    varying = _single(spec.random[0].terms if spec.random else ())
    if fixed is None or varying is None:
        return None
    centring = _centring((*fixed, *varying))
    columns = tuple(dict.fromkeys(v.column for v in fixed))
    plain = tuple(dict.fromkeys(v.column for v in (*fixed, *varying) if not v.steps))
    choice = Picked(
        outcome=spec.outcome.column,
        predictors=columns,
        group=group,
        slopes=tuple(v.column for v in varying),
        correlated=spec.random[0].correlated if spec.random else True,
        centring=centring,
        as_is=() if centring is Centring.NONE else plain,
        family=spec.family,
        trials=spec.trials,
        weights=spec.weights,
        link=spec.link,
        event=spec.event,
    )
    return choice if _spec(choice) == spec else None


def _spec(choice: Picked) -> ModelSpec:
    def variables(column: str) -> tuple[Variable, ...]:
        return _centred(column, choice.group, Centring.NONE if column in choice.as_is else choice.centring)

    fixed = [variable for column in choice.predictors for variable in variables(column)]
    varying = [variables(column)[0] for column in choice.slopes]
    random: tuple[Random, ...] = ()
    if choice.group is not None:
        random = (Random(_terms(varying), (choice.group,), correlated=choice.correlated),)
    return ModelSpec(
        Variable(choice.outcome),
        _terms(fixed),
        random,
        family=choice.family,
        trials=choice.trials,
        weights=choice.weights,
        link=choice.link,
        event=choice.event,
    )


def _centred(column: str, group: str | None, centring: Centring) -> tuple[Variable, ...]:
    match centring:
        case Centring.NONE:
            return (Variable(column),)
        case Centring.GRAND:
            return (Variable(column, (Step(Transform.CENTER),)),)
        case Centring.SCALED:
            return (Variable(column, (Step(Transform.SCALE),)),)
        case Centring.WITHIN_BETWEEN:
            within, between = Step(Transform.WITHIN, group), Step(Transform.BETWEEN, group)
            return (Variable(column, (within,)), Variable(column, (between,)))


def _terms(variables: Sequence[Variable]) -> tuple[Fixed, ...]:
    return tuple(Fixed(((variable,),)) for variable in variables)


def _single(terms: Sequence[Fixed]) -> tuple[Variable, ...] | None:
    """The variables of terms that are one variable each, or None."""
    if any(len(term.parts) != 1 or len(term.parts[0]) != 1 for term in terms):
        return None
    return tuple(term.parts[0][0] for term in terms)


def _centring(variables: Sequence[Variable]) -> Centring:
    """The centring that the first function met points to; building again shows whether it holds for all."""
    for variable in variables:
        if variable.steps:
            return ONE_STEP.get(variable.steps[0].transform, Centring.WITHIN_BETWEEN)
    return Centring.NONE
