"""What work in the background may take, and the sentences of what took more."""

import os
import signal
from dataclasses import dataclass, field

from core.errors import PanelwiseError

GB = 1 << 30


def share_of_memory() -> int:
    """Returns what a job may take: 4 GB, or half of what the machine has where that is less."""
    try:
        machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # not every system tells
        return 4 * GB
    return min(4 * GB, machine // 2)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the background's work.

    `waiting` jobs in a queue; `seconds` a job may run; `memory` bytes it may take beyond what its process
    held before; `obey` seconds it has to end once asked to; `kept` results and `kept_bytes` in all; `absent`
    seconds that a closed page's jobs go on (its results stay three times as long: it may come back).
    """

    waiting: int = 8
    seconds: float = 1800.0
    memory: int = field(default_factory=share_of_memory)
    obey: float = 0.5
    kept: int = 64
    kept_bytes: int = GB // 2
    absent: float = 60.0


class QueueFull(PanelwiseError):
    """More jobs wait than may."""

    def __init__(self, waiting: int) -> None:
        super().__init__(
            f"{waiting} pieces of work are waiting already. Cancel one, or try again when some have ended."
        )


class UnknownWork(PanelwiseError):
    """A kind of work that no process knows."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"No work in the background is called '{kind}'. Update Panelwise and try again.")


def too_large(memory: int) -> str:
    """Returns what to say of work that took more memory than it may."""
    return (
        f"This needed more than {memory / GB:.3g} GB of memory and was ended, so that the rest of this "
        "machine stays usable. Try a model with fewer groups or effects."
    )


def too_long(seconds: float) -> str:
    """Returns what to say of work that took longer than it may."""
    return (
        f"This was ended after {seconds / 60:.3g} minutes. Try a model with fewer groups or effects, "
        "or fewer draws."
    )


def lost(code: int | None) -> str:
    """Returns what to say of work whose process ended by itself with this exit code."""
    if code is not None and code < 0:
        how = "killed" if -code == getattr(signal, "SIGKILL", 9) else f"signal {-code}"
    else:
        how = "exit code unknown" if code is None else f"exit code {code}"
    return f"The process that computed this ended ({how}). Nothing else was lost. Try again."


UNEXPECTED = "This ended with a fault in Panelwise; the terminal has its details. Nothing else was lost."
