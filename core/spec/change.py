"""Small changes of a model, each keeping all it does not name: what the pickers do to any formula."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from core.spec.edit import Centring, GroupNeeded, Picked
from core.spec.formula import write_formula
from core.spec.model import Family, Fixed, Interaction, Link, ModelSpec, Random, Variable, expand
from core.spec.split import bare, measure, measured, swing_of


def view(spec: ModelSpec) -> Picked:
    """Returns what pickers can show of any model: its columns, the first grouping and what varies by it."""
    random = _grouped_first(spec)
    slopes = [v.column for part in random for each in expand(part.terms) if len(each) == 1 for v in each]
    return Picked(
        outcome=spec.outcome.column,
        predictors=tuple(dict.fromkeys(v.column for each in expand(spec.fixed) for v in each)),
        group=spec.random[0].group[-1] if spec.random else None,
        slopes=tuple(dict.fromkeys(slopes)),
        correlated=all(part.correlated for part in random),
        family=spec.family,
        trials=spec.trials,
        link=spec.link,
        event=spec.event,
    )


def hidden(spec: ModelSpec) -> bool:
    """Returns whether a model says more than `view`, its products, how its predictors are measured, weights,
    plain offsets, and its further groupings (see `regroup`) with their slopes.
    """
    products = [each for each in expand(spec.fixed) if len(each) > 1]
    columns = view(spec).predictors
    variables = [v for each in expand(spec.fixed) for v in each]
    varying = [each for part in spec.random for each in expand(part.terms)]
    return (
        not spec.intercept
        or bool(spec.outcome.steps)
        or any(variable.steps for variable in spec.offsets)
        or len({part.group for part in spec.random}) < len(spec.random)
        or any(not part.intercept for part in spec.random)
        or any(not part.correlated and part.terms for part in spec.random[1:])
        or any(bare(v).steps for v in variables)
        or any(measured(spec, name) is None for name in columns)
        or any(len(each) > 1 for each in varying)
        or any(len(each) > 2 for each in products)
    )


def changed(spec: ModelSpec, to: Picked) -> ModelSpec:
    """Returns the model with outcome, predictors, first grouping and slopes as picked, all else as it was.

    Terms of a predictor that is gone go with it; one that is new enters as it is. Raises GroupNeeded for
    slopes without a group, FormulaError for what cannot be a formula.
    """
    if to.group is None and to.slopes:
        raise GroupNeeded("slopes vary by group")
    was = view(spec)
    if to.outcome != was.outcome:
        spec = _explaining(spec, to.outcome)
    spec = _with_predictors(spec, [name for name in to.predictors if name != to.outcome], was.predictors)
    if to.group != was.group:
        spec = _with_group(spec, was.group, to.group)
    if to.group is not None:
        spec = _with_slopes(spec, to.slopes)
        if to.correlated != view(spec).correlated:
            spec = _of_first(spec, lambda part: replace(part, correlated=to.correlated))
    write_formula(spec)
    return spec


def weighed(spec: ModelSpec, column: str | None) -> ModelSpec:
    """Returns the model whose rows count by a column, or all alike (None). Raises FormulaError."""
    spec = replace(spec, weights=column)
    write_formula(spec)
    return spec


def of_family(
    spec: ModelSpec,
    family: Family,
    *,
    link: Link | None = None,
    event: str | None = None,
    trials: str | None = None,
) -> ModelSpec:
    """Returns the model with another kind of outcome, all else as it was. Raises FormulaError, UnknownLink,
    EventUnused.
    """
    spec = replace(spec, family=family, link=link, event=event, trials=trials)
    write_formula(spec)
    return spec


def with_offsets(spec: ModelSpec, columns: Collection[str]) -> ModelSpec:
    """Returns the model to which these columns are added as they are; those it has stay as they are written.

    Raises FormulaError.
    """
    stay = tuple(variable for variable in spec.offsets if variable.column in set(columns))
    had = {variable.column for variable in stay}
    new = tuple(Variable(name) for name in columns if name not in had)
    spec = replace(spec, offsets=(*stay, *new))
    write_formula(spec)
    return spec


def interactions(spec: ModelSpec) -> tuple[tuple[str, ...], ...]:
    """Returns the columns of every product in the model, in the order of the formula."""
    found = [tuple(v.column for v in each) for each in expand(spec.fixed) if len(each) > 1]
    return tuple({frozenset(columns): columns for columns in found}.values())


def with_interaction(spec: ModelSpec, one: str, other: str) -> ModelSpec:
    """Returns the model in which a unit of one column may bring more or less as the other is higher.

    Both also enter alone, as they are measured; of a column split into own swings and usual level the swings
    are multiplied. Raises FormulaError.
    """
    for name in (one, other):
        if name not in view(spec).predictors:
            spec = replace(spec, fixed=(*spec.fixed, Fixed(((Variable(name),),))))
    product = (swing_of(spec, one), swing_of(spec, other))
    if frozenset(product) not in {frozenset(each) for each in expand(spec.fixed)}:
        spec = replace(spec, fixed=(*spec.fixed, Fixed((product,))))
    write_formula(spec)
    return spec


def without_interaction(spec: ModelSpec, columns: Collection[str]) -> ModelSpec:
    """Returns the model without any product of all these columns, among the predictors and the slopes."""
    gone = set(columns)

    def kept(each: Interaction) -> bool:
        return not gone <= {v.column for v in each}

    spec = replace(spec, fixed=thinned(spec.fixed, kept))
    return _sound(replace(spec, random=tuple(replace(p, terms=thinned(p.terms, kept)) for p in spec.random)))


def thinned(terms: Sequence[Fixed], kept: Callable[[Interaction], bool]) -> tuple[Fixed, ...]:
    """Returns the terms without what is not `kept`; a term that loses a part is written out, a*b as a + b."""
    found: list[Fixed] = []
    for term in terms:
        inner = expand((term,))
        stays = [each for each in inner if kept(each)]
        found += [term] if len(stays) == len(inner) else [Fixed((each,)) for each in stays]
    return tuple(found)


def _explaining(spec: ModelSpec, outcome: str) -> ModelSpec:
    """The model of another outcome, which no longer weighs rows or shifts itself."""
    return replace(
        spec,
        outcome=Variable(outcome),
        trials=None if spec.trials == outcome else spec.trials,
        event=None,
        weights=None if spec.weights == outcome else spec.weights,
        offsets=tuple(variable for variable in spec.offsets if variable.column != outcome),
    )


def _with_predictors(spec: ModelSpec, names: Sequence[str], before: Sequence[str]) -> ModelSpec:
    stay = set(names)
    gone = {name for name in before if name not in stay}

    def kept(each: Interaction) -> bool:
        return not gone & {v.column for v in each}

    new = [Fixed(((Variable(name),),)) for name in names if name not in before]
    random = [replace(part, terms=thinned(part.terms, kept)) for part in spec.random]
    return _sound(replace(spec, fixed=(*thinned(spec.fixed, kept), *new), random=tuple(random)))


def _with_slopes(spec: ModelSpec, names: Sequence[str]) -> ModelSpec:
    before = view(spec).slopes
    stay = set(names)

    def kept(each: Interaction) -> bool:
        return len(each) > 1 or each[0].column in stay

    spec = _of_first(spec, lambda part: replace(part, terms=thinned(part.terms, kept)))
    new = tuple(Fixed(((swing_of(spec, name),),)) for name in names if name not in before)
    if new:
        random = list(spec.random)
        random[0] = replace(random[0], terms=(*random[0].terms, *new))
        spec = replace(spec, random=tuple(random))
    return _sound(spec)


def _with_group(spec: ModelSpec, before: str | None, name: str | None) -> ModelSpec:
    split = {
        v.column
        for each in expand(spec.fixed)
        for v in each
        if any(step.group == before for step in v.steps if step.group)
    }
    how = Centring.NONE if name is None else Centring.WITHIN_BETWEEN
    for column in split:
        spec = measure(spec, column, how, name)
    if name is None:
        return replace(spec, random=tuple(p for p in spec.random if p.group != spec.random[0].group))
    if before is None:
        return replace(spec, random=(Random((), (name,)),))
    taken = {(name,)} & {part.group for part in spec.random if part.group != spec.random[0].group}
    others = tuple(part for part in spec.random if part.group not in taken)
    return _of_first(replace(spec, random=others), lambda part: replace(part, group=(name,), nested=False))


def _grouped_first(spec: ModelSpec) -> tuple[Random, ...]:
    return tuple(part for part in spec.random if part.group == spec.random[0].group)


def _of_first(spec: ModelSpec, change: Callable[[Random], Random]) -> ModelSpec:
    first = spec.random[0].group
    return replace(spec, random=tuple(change(p) if p.group == first else p for p in spec.random))


def _sound(spec: ModelSpec) -> ModelSpec:
    """Without random parts in which nothing varies any more; the first keeps its groups apart."""
    parts = [part for part in spec.random if part.intercept or part.terms]
    if spec.random and not any(part.group == spec.random[0].group for part in parts):
        parts.insert(0, replace(spec.random[0], intercept=True))
    return replace(spec, random=tuple(parts))
