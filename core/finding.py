"""A finding: something a reader should know about a table or a fit, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Status(StrEnum):
    """How a finding bears on using the result. Absent evidence is `UNKNOWN`, never `GOOD`."""

    GOOD = "good"
    LOOK = "look"
    STOP = "stop"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found (`message`), what to do about it (`advice`), and the numbers behind both.

    `topic` is a stable key such as "singular" or "small_groups", for tests and for pages that gate on it;
    messages are for readers and may be reworded. `about` is the grouping or term it is of, raw as the model
    names it; empty where it is of the whole, or of several.
    """

    topic: str
    status: Status
    message: str
    advice: str = ""
    numbers: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    about: str = ""
