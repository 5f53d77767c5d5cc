"""The family of a model's outcome: the guess, what tells two models of one formula apart, who can fit it."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from core.design.response import outcome_values
from core.run import GENERALISED, METHODS, usual_method
from core.spec import change
from core.spec.columns import check_columns
from core.spec.formula import parse_formula, write_formula
from core.spec.model import Family, ModelSpec, Step, Transform, Variable, link_of
from core.table.guess import FamilyGuess
from core.table.guess_family import guess_family
from core.table.roles import guess_family_of, guess_trials_of
from core.table.table import Kind, Table

NUTS = "nuts"
COUNTED = (Family.POISSON, Family.NEGATIVE_BINOMIAL, Family.GAMMA)  # kinds with something counted over
GAUSSIAN_METHODS = METHODS


def generalised(spec: ModelSpec) -> bool:
    """Returns whether the outcome is yes or no, a count, or an amount whose logarithm the predictors move."""
    return spec.family is not Family.GAUSSIAN


def identity(spec: ModelSpec) -> str:
    """Returns a text that no other model has: the formula and, of a generalised model, what stands beside."""
    formula = write_formula(spec)
    if not generalised(spec):
        return formula
    event = "" if spec.event is None else f", yes: {spec.event!r}"
    return f"{formula} [{spec.family}, {link_of(spec)}{event}]"


def methods(spec: ModelSpec) -> tuple[str, ...]:
    """Returns the methods that may fit a model, the usual one first; quadrature is for one plain grouping."""
    if not generalised(spec):
        return GAUSSIAN_METHODS
    one = len({part.group for part in spec.random}) == 1 and not spec.random[0].nested
    return tuple(name for name in GENERALISED if name != "quadrature" or one)


def method(spec: ModelSpec, chosen: str) -> str:
    """Returns the method chosen where it can fit the model, else the usual one."""
    return chosen if chosen in methods(spec) else usual_method(spec.family)


def guess(table: Table, spec: ModelSpec) -> FamilyGuess:
    """Returns the kind that the outcome's cells and name ask for, with the reason."""
    return guess_family_of(table, spec.outcome.column, group_of(spec))


def guessed(table: Table, spec: ModelSpec) -> ModelSpec:
    """Returns the model with the kind that its outcome asks for; trials then explain nothing.

    Raises what `core.spec.change` does.
    """
    found = guess(table, spec)
    if spec.outcome.steps or (found.trials is not None and found.trials == spec.weights):
        return change.of_family(spec, Family.GAUSSIAN)
    return of_kind(spec, Family(found.family), found.event, found.trials)


def of_kind(
    spec: ModelSpec, family: Family, event: str | None = None, trials: str | None = None
) -> ModelSpec:
    """Returns the model of another kind of outcome; a column of trials is no predictor or group besides."""
    picks = change.view(spec)
    if trials is not None and trials in picks.predictors:
        left = tuple(name for name in picks.predictors if name != trials)
        slopes = tuple(name for name in picks.slopes if name != trials)
        spec = change.changed(spec, replace(picks, predictors=left, slopes=slopes))
    return change.of_family(spec, family, event=event, trials=trials)


def two_values(table: Table, column: str) -> tuple[str, ...]:
    """Returns the two values of a column as a reader writes them; empty where it has more or fewer."""
    if table.column(column).kind in (Kind.DATE, Kind.EMPTY):
        return ()
    found = outcome_values(table, column, None)
    return found if len(found) == 2 else ()


def two_valued_texts(table: Table) -> tuple[str, ...]:
    """Returns the columns of text that hold two values, each of which may count as yes."""
    texts = [column.name for column in table.columns if column.kind is Kind.TEXT]
    return tuple(name for name in texts if two_values(table, name))


def read(text: str, table: Table, before: ModelSpec | None) -> ModelSpec:
    """Returns the model of a typed formula, of the kind in use while outcome and trials stay; else guessed.

    Trials are those of the text: none are added. Raises FormulaError, UnknownColumn.
    """
    spec = parse_formula(text, Family.BINOMIAL)  # the one family that reads every formula
    check_columns(spec, table.names, text)
    if before is not None and (spec.outcome, spec.trials) == (before.outcome, before.trials):
        return change.of_family(spec, before.family, link=before.link, event=before.event, trials=spec.trials)
    if spec.trials is not None:
        return spec
    if spec.outcome.steps:
        return change.of_family(spec, Family.GAUSSIAN)
    found = guess_family(table, spec.outcome.column, group=group_of(spec))
    return change.of_family(spec, Family(found.family), event=found.event)


def group_of(spec: ModelSpec) -> str | None:
    """Returns the column of the first grouping."""
    return spec.random[0].group[-1] if spec.random else None


def kinds(table: Table, spec: ModelSpec) -> tuple[Family, ...]:
    """Returns the kinds that the outcome's column can be, with the one in use: text is yes or no at most."""
    if table.column(spec.outcome.column).kind is not Kind.TEXT:
        return tuple(Family)
    return tuple(one for one in Family if one in (Family.BINOMIAL, spec.family))


def as_guessed(spec: ModelSpec, found: FamilyGuess, pair: tuple[str, ...]) -> bool:
    """Returns whether the model is of the kind guessed, with its trials and its value that counts as yes."""
    if spec.family is not Family(found.family) or spec.trials != found.trials:
        return False
    return not pair or event_of(spec, pair) == event_of(replace(spec, event=found.event), pair)


def event_of(spec: ModelSpec, pair: tuple[str, ...]) -> str:
    """Returns which of two values counts as yes: the one named, else the larger, as of 0 and 1."""
    return spec.event if spec.event in pair else pair[-1]


def exposure(spec: ModelSpec) -> str | None:
    """Returns the column whose logarithm is added as it is."""
    logs = (v.column for v in spec.offsets if v.steps == (Step(Transform.LOG),))
    return next(logs, None)


def beside(spec: ModelSpec) -> tuple[str, ...]:
    """Returns the columns added as they are, without what a kind of counts or amounts is counted over."""
    held = exposure(spec) if spec.family in COUNTED else None
    columns = dict.fromkeys(v.column for v in spec.offsets if held is None or v != _log(held))
    return tuple(columns)


def hidden(spec: ModelSpec) -> bool:
    """Returns whether the model says more than the pickers show, that of the exposure among them."""
    if spec.family in COUNTED and (held := exposure(spec)) is not None:
        spec = replace(spec, offsets=tuple(v for v in spec.offsets if v != _log(held)))
    return change.hidden(spec)


def with_beside(spec: ModelSpec, columns: Collection[str]) -> ModelSpec:
    """Returns the model to which these columns are added as they are; an exposure stays."""
    held = exposure(spec) if spec.family in COUNTED else None
    return change.with_offsets(spec, (*([held] if held else []), *columns))


def out_of(table: Table, outcome: str) -> str | None:
    """Returns the first column named like a number tried which a count of an outcome never exceeds."""
    return None if two_values(table, outcome) else next(iter(guess_trials_of(table, outcome)), None)


def over(spec: ModelSpec, column: str | None) -> ModelSpec:
    """Returns the model whose outcome is counted over a column, or over none; other offsets stay.

    A column that is an exposure explains nothing besides. Raises FormulaError.
    """
    held = exposure(spec)
    stay = tuple(v for v in spec.offsets if v != _log(held))
    spec = replace(spec, offsets=stay)
    if column is None:
        return spec
    picks = change.view(spec)
    if column in picks.predictors:
        left = tuple(name for name in picks.predictors if name != column)
        slopes = tuple(name for name in picks.slopes if name != column)
        spec = change.changed(spec, replace(picks, predictors=left, slopes=slopes))
    spec = replace(spec, offsets=(*stay, _log(column)))
    write_formula(spec)
    return spec


def with_exposure_of(spec: ModelSpec, family: Family, kinds: Mapping[Family, ModelSpec]) -> ModelSpec:
    """Returns the model with the exposure that another kind of its outcome may have.

    Kinds counted over something share theirs; amounts around an average and yes or no have none. `kinds` are
    the last models of this outcome by kind, latest last.
    """
    if spec.family in COUNTED:
        return spec if family in COUNTED else over(spec, None)
    held = [found for kind, one in kinds.items() if kind in COUNTED and (found := exposure(one))]
    return over(spec, held[-1]) if family in COUNTED and held and exposure(spec) is None else spec


def _log(column: str | None) -> Variable | None:
    return None if column is None else Variable(column, (Step(Transform.LOG),))
