"""Changes of a model's further groupings, beside the first one of `view`; each keeps all it does not name."""

from collections.abc import Sequence
from dataclasses import replace

from core.spec.change import thinned
from core.spec.formula import write_formula
from core.spec.model import Fixed, Interaction, ModelSpec, Random, expand, groupings
from core.spec.split import swing_of

Columns = tuple[str, ...]


def further_groupings(spec: ModelSpec) -> tuple[Columns, ...]:
    """Returns the columns of every grouping but the first part's innermost, each once, as written.

    `(1 | region/store)` is grouped by stores first, and further by regions.
    """
    found = [by for part in spec.random for by in groupings(part)]
    return tuple(by for by in dict.fromkeys(found) if by != spec.random[0].group)


def slopes_by(spec: ModelSpec, by: Columns) -> tuple[str, ...]:
    """Returns the columns whose slopes differ by a grouping."""
    mine = [part for part in spec.random if by in groupings(part)]
    terms = [v.column for part in mine for each in expand(part.terms) if len(each) == 1 for v in each]
    return tuple(dict.fromkeys(terms))


def with_grouping(spec: ModelSpec, by: Columns) -> ModelSpec:
    """Returns the model whose baseline differs by one more grouping. Raises FormulaError."""
    return _written(replace(spec, random=(*spec.random, Random((), by))))


def without_grouping(spec: ModelSpec, by: Columns) -> ModelSpec:
    """Returns the model that does not tell the groups of a further grouping apart. Raises FormulaError."""
    spec = _apart(spec, by)
    return _written(replace(spec, random=tuple(part for part in spec.random if part.group != by)))


def regrouped(spec: ModelSpec, by: Columns, to: Columns) -> ModelSpec:
    """Returns the model with a further grouping taken by other columns: (week,) as (store, week).

    Raises FormulaError.
    """
    spec = _apart(spec, by)
    random = [replace(part, group=to) if part.group == by else part for part in spec.random]
    return _written(replace(spec, random=tuple(random)))


def with_slopes_by(spec: ModelSpec, by: Columns, names: Sequence[str]) -> ModelSpec:
    """Returns the model in which the slopes of these columns, and no others, differ by a further grouping.

    Products that differ by it stay. Raises FormulaError.
    """
    before, spec = slopes_by(spec, by), _apart(spec, by)

    def kept(each: Interaction) -> bool:
        return len(each) > 1 or each[0].column in names

    new = tuple(Fixed(((swing_of(spec, name),),)) for name in names if name not in before)
    random: list[Random] = []
    for part in spec.random:
        if part.group == by:
            part = replace(part, terms=(*thinned(part.terms, kept), *new))
            new = ()
        random.append(part)
    return _written(replace(spec, random=tuple(p for p in random if p.intercept or p.terms)))


def _apart(spec: ModelSpec, by: Columns) -> ModelSpec:
    """The same model, a nested part that holds the grouping written out: (x | a/b) as (x | a:b) + (x | a).

    The innermost first, so that the first grouping stays the first.
    """
    random: list[Random] = []
    for part in spec.random:
        inner = groupings(part)
        nested = len(inner) > 1 and by in inner
        random += [replace(part, group=one, nested=False) for one in inner[::-1]] if nested else [part]
    return replace(spec, random=tuple(random))


def _written(spec: ModelSpec) -> ModelSpec:
    write_formula(spec)
    return spec
