"""A job and what is seen of it, as values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dashboard.jobs.frames import EMPTY, Frame

# From how many seconds of work on, and how far, it is said how long the rest will take.
SURE_AFTER = 2.0


class Status(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self in (Status.QUEUED, Status.RUNNING)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: `done` of `total` of `what`. `since` and `first` are when, and at how many done, this
    kind of step was first heard of: the time left is read from there on.
    """

    done: int = 0
    total: int = 0
    what: str = ""
    notes: Mapping[str, float] = EMPTY
    since: float = 0.0
    first: int = 0

    def moved(self, done: int, total: int, what: str, notes: Mapping[str, float], now: float) -> "Progress":
        """Returns the progress after this was heard."""
        if what != self.what:
            return Progress(done, total, what, notes, now, done)
        return Progress(done, total, what, notes, self.since, self.first)

    def seconds_left(self, now: float) -> float | None:
        """Returns how long this step will still take at its pace so far; None while that is a guess."""
        run, made = now - self.since, self.done - self.first
        if run < SURE_AFTER or made <= 0:
            return None
        return run / made * max(self.total - self.done, 0)


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work that a session asked for. `make` gives its payload when its turn comes; `number` is
    its own, where an id may be asked for again.
    """

    id: str
    number: int
    session: str
    kind: str
    make: Callable[[], Frame]
    status: Status = Status.QUEUED
    progress: Progress = Progress()
    sentence: str = ""
    result: Frame | None = None
    began: float = 0.0


@dataclass(frozen=True, slots=True)
class JobState:
    """What is seen of a job. `before` counts the jobs that end before it begins, `sentence` is what to show
    of one that failed or was lost, `result` what one that is done gave.
    """

    id: str
    kind: str
    status: Status
    before: int = 0
    done: int = 0
    total: int = 0
    what: str = ""
    notes: Mapping[str, float] = EMPTY
    seconds_left: float | None = None
    sentence: str = ""
    result: Frame | None = None


def seen(job: Job, before: int, now: float) -> JobState:
    """Returns what is seen of a job at a moment."""
    at = job.progress
    left = at.seconds_left(now) if job.status is Status.RUNNING else None
    return JobState(
        job.id,
        job.kind,
        job.status,
        before,
        at.done,
        at.total,
        at.what,
        at.notes,
        left,
        job.sentence,
        job.result,
    )
