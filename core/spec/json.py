"""A model value as JSON text and back, for saved fits and exports. Reading is strict: nothing is guessed."""

import json

from core.errors import listed
from core.spec.errors import EventUnused, FormulaError, UnknownLink, UnwritableSpec
from core.spec.formula import write_formula
from core.spec.model import Family, Fixed, Interaction, Link, ModelSpec, Random, Step, Transform, Variable
from core.spec.strict import (
    SpecFileError,
    described,
    read_flag,
    read_items,
    read_keys,
    read_member,
    read_text,
)

VERSION = 2
KEYS = ("family", "outcome", "trials", "weights", "offsets", "intercept", "fixed", "random")
NEW = ("link", "event")  # of version 2; models of version 1 have the usual ones
VERSION_KEY = "panelwise_model"
MAX_LENGTH = 1_000_000


def to_json(spec: ModelSpec) -> str:
    """Returns the model as ASCII JSON text with a version and keys in a fixed order."""
    content = {
        VERSION_KEY: VERSION,
        "family": spec.family.value,
        "link": None if spec.link is None else spec.link.value,
        "event": spec.event,
        "outcome": _variable(spec.outcome),
        "trials": spec.trials,
        "weights": spec.weights,
        "offsets": [_variable(variable) for variable in spec.offsets],
        "intercept": spec.intercept,
        "fixed": [_term(term) for term in spec.fixed],
        "random": [
            {
                "terms": [_term(term) for term in part.terms],
                "group": list(part.group),
                "intercept": part.intercept,
                "correlated": part.correlated,
                "nested": part.nested,
            }
            for part in spec.random
        ],
    }
    return json.dumps(content, indent=2)


def from_json(text: str) -> ModelSpec:
    """Returns the model that `to_json` wrote. Raises SpecFileError naming the place of the first fault."""
    top = _read_top(_loaded(text))
    spec = ModelSpec(
        outcome=_read_variable(top["outcome"], "outcome"),
        fixed=_read_terms(top["fixed"], "fixed"),
        random=tuple(_read_random(value, where) for value, where in read_items(top["random"], "random")),
        intercept=read_flag(top["intercept"], "intercept"),
        family=read_member(Family, top["family"], "family"),
        trials=None if top["trials"] is None else read_text(top["trials"], "trials"),
        weights=None if top["weights"] is None else read_text(top["weights"], "weights"),
        offsets=tuple(_read_variable(value, where) for value, where in read_items(top["offsets"], "offsets")),
        link=None if top["link"] is None else read_member(Link, top["link"], "link"),
        event=None if top["event"] is None else read_text(top["event"], "event"),
    )
    try:
        write_formula(spec)
    except (FormulaError, UnwritableSpec, UnknownLink, EventUnused) as error:
        raise SpecFileError("", f"it is no model ({str(error).rstrip('.')})") from error
    return spec


def _read_top(content: object) -> dict[str, object]:
    """The keys of a saved model; what its version did not have yet is the usual."""
    old = isinstance(content, dict) and type(content.get(VERSION_KEY)) is int and content[VERSION_KEY] == 1
    if old:
        return {**read_keys(content, (VERSION_KEY, *KEYS), ""), **dict.fromkeys(NEW)}
    top = read_keys(content, (VERSION_KEY, *KEYS, *NEW), "")
    if type(top[VERSION_KEY]) is not int or top[VERSION_KEY] != VERSION:
        known = f"only 1 and {VERSION} are known"
        raise SpecFileError(VERSION_KEY, f"the version is {described(top[VERSION_KEY])} and {known}")
    return top


def _variable(variable: Variable) -> dict[str, object]:
    steps = [{"transform": step.transform.value, "group": step.group} for step in variable.steps]
    return {"column": variable.column, "steps": steps}


def _term(term: Fixed) -> list[list[dict[str, object]]]:
    return [[_variable(variable) for variable in part] for part in term.parts]


def _loaded(text: str) -> object:
    if len(text) > MAX_LENGTH:
        raise SpecFileError("", f"it has {len(text)} characters and a model has at most {MAX_LENGTH}")
    try:
        content: object = json.loads(text, object_pairs_hook=_no_repeats)
    except RecursionError as error:
        raise SpecFileError("", "its brackets are nested too deep") from error
    except ValueError as error:
        raise SpecFileError("", "it is not JSON text") from error
    return content


def _no_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise SpecFileError("", f"a key is repeated among {listed([key for key, _ in pairs])}")
    return content


def _read_random(value: object, where: str) -> Random:
    part = read_keys(value, ("terms", "group", "intercept", "correlated", "nested"), where)
    return Random(
        terms=_read_terms(part["terms"], f"{where}.terms"),
        group=tuple(read_text(name, place) for name, place in read_items(part["group"], f"{where}.group")),
        intercept=read_flag(part["intercept"], f"{where}.intercept"),
        correlated=read_flag(part["correlated"], f"{where}.correlated"),
        nested=read_flag(part["nested"], f"{where}.nested"),
    )


def _read_terms(value: object, where: str) -> tuple[Fixed, ...]:
    return tuple(
        Fixed(tuple(_read_interaction(part, place) for part, place in read_items(term, at)))
        for term, at in read_items(value, where)
    )


def _read_interaction(value: object, where: str) -> Interaction:
    return tuple(_read_variable(item, place) for item, place in read_items(value, where))


def _read_variable(value: object, where: str) -> Variable:
    content = read_keys(value, ("column", "steps"), where)
    steps = tuple(_read_step(step, place) for step, place in read_items(content["steps"], f"{where}.steps"))
    return Variable(read_text(content["column"], f"{where}.column"), steps)


def _read_step(value: object, where: str) -> Step:
    content = read_keys(value, ("transform", "group"), where)
    group = None if content["group"] is None else read_text(content["group"], f"{where}.group")
    return Step(read_member(Transform, content["transform"], f"{where}.transform"), group)
