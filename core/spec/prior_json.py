"""Priors as JSON text and back, for saved fits and jobs. Reading is strict: nothing is guessed."""

import json
from collections.abc import Sequence
from math import inf, isfinite

from core.spec.prior import BadPrior, Normal, Priors, Shape, Spread
from core.spec.strict import (
    SpecFileError,
    described,
    read_flag,
    read_items,
    read_keys,
    read_member,
    read_text,
)

KEYS = ("fixed", "spread", "sigma", "lkj", "at_zero")
MAX_LENGTH = 1_000_000


def priors_to_json(priors: Priors) -> str:
    """Returns priors as ASCII JSON text. An SD of infinity, which JSON does not have, is written as null."""
    return json.dumps(
        {
            "fixed": [[term, _normal(one)] for term, one in priors.fixed],
            "spread": [[list(pair), _spread(one)] for pair, one in priors.spread],
            "sigma": None if priors.sigma is None else _spread(priors.sigma),
            "lkj": priors.lkj,
            "at_zero": priors.at_zero,
        }
    )


def priors_from_json(text: str) -> Priors:
    """Returns the priors that `priors_to_json` wrote. Raises SpecFileError naming the place of the fault."""
    if len(text) > MAX_LENGTH:
        raise SpecFileError("priors", f"they have {len(text)} characters, at most {MAX_LENGTH} are read")
    try:
        top = read_keys(json.loads(text), KEYS, "priors")
        found = Priors(
            fixed=tuple(_fixed(value, where) for value, where in read_items(top["fixed"], "priors.fixed")),
            spread=tuple(_between(one, where) for one, where in read_items(top["spread"], "priors.spread")),
            sigma=None if top["sigma"] is None else _read_spread(top["sigma"], "priors.sigma"),
            lkj=_number(top["lkj"], "priors.lkj"),
            at_zero=read_flag(top["at_zero"], "priors.at_zero"),
        )
    except (BadPrior, RecursionError) as error:
        raise SpecFileError("priors", str(error).rstrip(".")) from error
    except ValueError as error:  # of json: no JSON, or a number of thousands of digits
        raise SpecFileError("priors", "they are not JSON text that can be read") from error
    _once([term for term, _ in found.fixed], "priors.fixed")
    _once([pair for pair, _ in found.spread], "priors.spread")
    return found


def _once(names: Sequence[object], where: str) -> None:
    if len(set(names)) < len(names):
        raise SpecFileError(where, "the same prior stands there twice")


def _normal(one: Normal) -> dict[str, object]:
    return {"mean": one.mean, "sd": None if one.sd == inf else one.sd}


def _spread(one: Spread) -> dict[str, object]:
    return {"scale": one.scale, "shape": one.shape.value, "df": one.df}


def _read_spread(value: object, where: str) -> Spread:
    found = read_keys(value, ("scale", "shape", "df"), where)
    shape = read_member(Shape, found["shape"], f"{where}.shape")
    return Spread(_number(found["scale"], f"{where}.scale"), shape, _number(found["df"], f"{where}.df"))


def _fixed(value: object, where: str) -> tuple[str, Normal]:
    (name, at_name), (normal, at) = _pair(value, where)
    found = read_keys(normal, ("mean", "sd"), at)
    sd = inf if found["sd"] is None else _number(found["sd"], f"{at}.sd")
    return read_text(name, at_name), Normal(_number(found["mean"], f"{at}.mean"), sd)


def _between(value: object, where: str) -> tuple[tuple[str, str], Spread]:
    (names, at_names), (spread, at) = _pair(value, where)
    (group, at_group), (term, at_term) = _pair(names, at_names)
    return (read_text(group, at_group), read_text(term, at_term)), _read_spread(spread, at)


def _pair(value: object, where: str) -> list[tuple[object, str]]:
    found = read_items(value, where)
    if len(found) != 2:
        raise SpecFileError(where, f"{len(found)} entries stand where two belong")
    return found


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SpecFileError(where, f"{described(value)} is not a number")
    try:
        found = float(value)
    except OverflowError:
        found = inf
    if not isfinite(found):
        raise SpecFileError(where, f"{described(value)} is not a finite number")
    return found
