"""How a predictor is measured: as it is, against a mean, in SDs, or split into own swings and usual level."""

from collections.abc import Sequence
from dataclasses import replace

from core.spec.edit import Centring, GroupNeeded
from core.spec.formula import write_formula
from core.spec.model import Fixed, Interaction, ModelSpec, Step, Transform, Variable, expand

LAST = frozenset({Transform.CENTER, Transform.SCALE, Transform.WITHIN, Transform.BETWEEN})
ONE = {Centring.GRAND: Transform.CENTER, Centring.SCALED: Transform.SCALE}


def measured(spec: ModelSpec, column: str) -> Centring | None:
    """Returns how the effects of a column are measured; None when it has none or is measured in two ways."""
    found = {v.steps[-1].transform if bare(v) != v else None for v in _variables(spec, column)}
    known: dict[frozenset[Transform | None], Centring] = {
        frozenset({None}): Centring.NONE,
        frozenset({Transform.CENTER}): Centring.GRAND,
        frozenset({Transform.SCALE}): Centring.SCALED,
        frozenset({Transform.WITHIN, Transform.BETWEEN}): Centring.WITHIN_BETWEEN,
    }
    return known.get(frozenset(found))


def measure(spec: ModelSpec, column: str, how: Centring, group: str | None = None) -> ModelSpec:
    """Returns the model with a column measured in another way wherever it stands.

    WITHIN_BETWEEN splits it into within(x, group) + between(x, group) (Mundlak 1978; Bell, Jones 2015); its
    slopes and its products with other predictors are then those of within(x, group), the part that a change
    of budget moves. log(x) stays log(x) inside. Raises GroupNeeded, FormulaError.
    """
    if how is Centring.WITHIN_BETWEEN and group is None:
        raise GroupNeeded("own swings are swings around a group's mean")
    fixed = _remeasured(spec.fixed, column, how, group, split=True)
    random = tuple(
        replace(part, terms=_remeasured(part.terms, column, how, group, split=False)) for part in spec.random
    )
    found = replace(spec, fixed=fixed, random=random)
    write_formula(found)
    return found


def swing_of(spec: ModelSpec, column: str) -> Variable:
    """Returns how a column enters slopes and products: as it enters alone, of a split one its swings."""
    alone = [v for each in expand(spec.fixed) if len(each) == 1 for v in each if v.column == column]
    swings = [v for v in alone if not v.steps or v.steps[-1].transform is not Transform.BETWEEN]
    return (swings or alone or [Variable(column)])[0]


def bare(variable: Variable) -> Variable:
    """Returns the variable without the centring or scaling that was done last."""
    if variable.steps and variable.steps[-1].transform in LAST:
        return replace(variable, steps=variable.steps[:-1])
    return variable


def _variables(spec: ModelSpec, column: str) -> list[Variable]:
    return [v for each in expand(spec.fixed) for v in each if v.column == column]


def _remeasured(
    terms: Sequence[Fixed], column: str, how: Centring, group: str | None, split: bool
) -> tuple[Fixed, ...]:
    """Terms that hold the column are written out, one a product; others stay as written."""
    found: dict[object, Fixed] = {}
    for term in terms:
        if all(v.column != column for part in term.parts for v in part):
            found.setdefault(frozenset(map(frozenset, term.parts)), term)
            continue
        for each in expand((term,)):
            for new in _forms(each, column, how, group, split):
                found.setdefault(frozenset({frozenset(new)}), Fixed((new,)))
    return tuple(found.values())


def _forms(
    each: Interaction, column: str, how: Centring, group: str | None, split: bool
) -> list[Interaction]:
    def wrapped(variable: Variable, step: Step | None) -> Variable:
        if variable.column != column:
            return variable
        plain = bare(variable)
        return replace(plain, steps=(*plain.steps, step)) if step else plain

    if how in ONE:
        steps: list[Step | None] = [Step(ONE[how])]
    elif how is Centring.WITHIN_BETWEEN:
        steps = [Step(Transform.WITHIN, group)]
        if split and len(each) == 1:
            steps.append(Step(Transform.BETWEEN, group))
    else:
        steps = [None]
    return [tuple(dict.fromkeys(wrapped(v, step) for v in each)) for step in steps]
