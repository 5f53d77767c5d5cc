"""Values read from JSON, each checked to be what it must be."""

from collections.abc import Sequence
from enum import StrEnum

from core.errors import PanelwiseError, listed


class SpecFileError(PanelwiseError):
    """A saved model that cannot be read: `where` is the place in it, such as random[0].group."""

    def __init__(self, where: str, found: str) -> None:
        place = f" at {where}" if where else ""
        super().__init__(f"The saved model cannot be read{place}: {found}. Save it again from Panelwise.")
        self.where = where


def read_keys(value: object, keys: Sequence[str], where: str) -> dict[str, object]:
    """Returns a JSON object that has exactly these keys."""
    if not isinstance(value, dict):
        raise SpecFileError(where, f"{described(value)} is not a set of keys")
    for key in value:
        if key not in keys:
            raise SpecFileError(
                where, f"the key {described(key)} is unknown, the known ones are {listed(keys)}"
            )
    for key in keys:
        if key not in value:
            raise SpecFileError(where, f"the key '{key}' is missing")
    return value


def read_items(value: object, where: str) -> list[tuple[object, str]]:
    """Returns the entries of a JSON list, each with its place."""
    if not isinstance(value, list):
        raise SpecFileError(where, f"{described(value)} is not a list")
    return [(item, f"{where}[{index}]") for index, item in enumerate(value)]


def read_text(value: object, where: str) -> str:
    """Returns a JSON text."""
    if not isinstance(value, str):
        raise SpecFileError(where, f"{described(value)} is not a text")
    return value


def read_flag(value: object, where: str) -> bool:
    """Returns true or false."""
    if not isinstance(value, bool):
        raise SpecFileError(where, f"{described(value)} is neither true nor false")
    return value


def read_member[E: StrEnum](kind: type[E], value: object, where: str) -> E:
    """Returns the member of an enum that a JSON text names."""
    known = [member.value for member in kind]
    if not isinstance(value, str) or value not in known:
        raise SpecFileError(where, f"{described(value)} is not one of {listed(known)}")
    return kind(value)


def described(value: object) -> str:
    """Returns a JSON value in a few words, long texts cut."""
    if isinstance(value, dict):
        return "a set of keys"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:39] + "…"
