"""ModelSpec: a model as a value, written and read by `formula.py`, independent of any data."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations


class Family(StrEnum):
    """Distribution of the outcome given the predictors and groups."""

    GAUSSIAN = "gaussian"
    BINOMIAL = "binomial"
    POISSON = "poisson"
    NEGATIVE_BINOMIAL = "negative_binomial"
    GAMMA = "gamma"


class Link(StrEnum):
    """What the predictors add up to: the mean itself, its logit, probit or log."""

    IDENTITY = "identity"
    LOGIT = "logit"
    PROBIT = "probit"
    LOG = "log"


LINKS = {
    Family.GAUSSIAN: (Link.IDENTITY,),
    Family.BINOMIAL: (Link.LOGIT, Link.PROBIT),
    Family.POISSON: (Link.LOG,),
    Family.NEGATIVE_BINOMIAL: (Link.LOG,),
    Family.GAMMA: (Link.LOG,),
}
"""The links of each family, the usual one first."""

COUNTS = (Family.POISSON, Family.NEGATIVE_BINOMIAL)
"""The families of counts: whole numbers from 0."""


class Transform(StrEnum):
    """Functions a formula may apply to a column. `within` and `between` need a group column."""

    LOG = "log"
    LOG1P = "log1p"
    SQRT = "sqrt"
    CENTER = "center"
    SCALE = "scale"
    WITHIN = "within"
    BETWEEN = "between"


NEEDS_GROUP = frozenset({Transform.WITHIN, Transform.BETWEEN})


@dataclass(frozen=True, slots=True)
class Step:
    """One function applied to a column; `group` is set for `within` and `between` only."""

    transform: Transform
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """A column and the functions applied to it, innermost first: `center(log(x))` is (log, center)."""

    column: str
    steps: tuple[Step, ...] = ()


Interaction = tuple[Variable, ...]
"""Variables multiplied together, as in `a:b`. The empty tuple is the intercept."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """One term as written, parts joined by `*`: `a` is ((a,),), `a:b` ((a, b),), `a*b` ((a,), (b,))."""

    parts: tuple[Interaction, ...]


@dataclass(frozen=True, slots=True)
class Random:
    """`(terms | group)`: what varies between the groups.

    `group` has the columns of the grouping in order; `nested` says whether they were joined by `/`
    (a/b: one effect per a, and one per a:b) or `:` (a:b only). `correlated` is False for `||`.
    """

    terms: tuple[Fixed, ...]
    group: tuple[str, ...]
    intercept: bool = True
    correlated: bool = True
    nested: bool = False


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """What is explained (`outcome`, out of `trials` if given) by what, and what varies by group.

    `weights` is the column of row weights: a row's residual variance is sigma^2 / weight. `offsets` are added
    to the linear predictor as they are, with no coefficient. `link` is the family's usual one unless given;
    `event` the value of a two-valued outcome that counts as yes (1, or "yes", unless given).
    """

    outcome: Variable
    fixed: tuple[Fixed, ...] = ()
    random: tuple[Random, ...] = ()
    intercept: bool = True
    family: Family = Family.GAUSSIAN
    trials: str | None = None
    weights: str | None = None
    offsets: tuple[Variable, ...] = ()
    link: Link | None = None
    event: str | None = None


def link_of(spec: ModelSpec) -> Link:
    """Returns the link in use: the one asked for, or the family's usual one."""
    return spec.link or LINKS[spec.family][0]


def expand(terms: tuple[Fixed, ...]) -> tuple[Interaction, ...]:
    """Returns the interactions that the terms stand for, each once, main effects first as R orders them.

    `a*b` gives a, b, a:b. Order: by number of variables, then as written (Wilkinson, Rogers 1973).
    """
    seen: dict[frozenset[Variable], Interaction] = {}
    for term in terms:
        for size in range(1, len(term.parts) + 1):
            for chosen in combinations(term.parts, size):
                variables = tuple(dict.fromkeys(v for part in chosen for v in part))
                seen.setdefault(frozenset(variables), variables)
    return tuple(sorted(seen.values(), key=len))


def groupings(random: Random) -> tuple[tuple[str, ...], ...]:
    """Returns the grouping factors of one random part: `a/b` gives (a,) and (a, b); `a:b` gives (a, b)."""
    if random.nested:
        return tuple(random.group[: depth + 1] for depth in range(len(random.group)))
    return (random.group,)


def columns_used(spec: ModelSpec) -> tuple[str, ...]:
    """Returns every column the model reads, each once, outcome first."""
    variables = [spec.outcome]
    for term in spec.fixed + tuple(t for part in spec.random for t in part.terms):
        variables += [v for part in term.parts for v in part]
    variables += spec.offsets
    names: list[str] = []
    for variable in variables:
        names.append(variable.column)
        names += [step.group for step in variable.steps if step.group]
    names += [name for name in (spec.trials, spec.weights) if name is not None]
    names += [name for part in spec.random for name in part.group]
    return tuple(dict.fromkeys(names))
