"""Every job of every session, behind one lock: asked for, moved along, ended, and kept for a while."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count

from dashboard.jobs.frames import Frame
from dashboard.jobs.job import Job, JobState, Status, seen
from dashboard.jobs.limits import Limits, QueueFull


class Registry:
    """Jobs by id. One that ended is not changed any more: what is said of it later is not heard."""

    def __init__(self, limits: Limits, lanes: Mapping[str, str]) -> None:
        self.limits = limits
        self.lanes = lanes  # kind of work: its lane
        self._jobs: dict[str, Job] = {}
        self._numbers = count(1)
        self._lock = threading.Lock()

    def add(self, id: str, session: str, kind: str, make: Callable[[], Frame]) -> bool:
        """Returns whether a job was added: one of that id that waits, runs or is done stays.

        Raises QueueFull.
        """
        with self._lock:
            known = self._jobs.get(id)
            if known is not None and (known.status.active or known.status is Status.DONE):
                return False
            if len(self._waiting(self.lanes[kind])) >= self.limits.waiting:
                raise QueueFull(self.limits.waiting)
            self._jobs.pop(id, None)
            self._jobs[id] = Job(id, next(self._numbers), session, kind, make)
            return True

    def look(self, id: str) -> JobState | None:
        """Returns what is seen of a job; None of one that was never asked for, or is kept no more."""
        with self._lock:
            job = self._jobs.get(id)
            return None if job is None else seen(job, self._before(job), time.monotonic())

    def next(self, lane: str) -> Job | None:
        """Returns the lane's next job, which now runs."""
        with self._lock:
            waiting = self._waiting(lane)
            if not waiting:
                return None
            job = replace(waiting[0], status=Status.RUNNING, began=time.monotonic())
            self._jobs[job.id] = job
            return job

    def active(self, job: Job) -> bool:
        """Returns whether the job still waits or runs."""
        with self._lock:
            return self._same(job) is not None

    def moved(self, job: Job, done: int, total: int, what: str, notes: Mapping[str, float]) -> None:
        """Notes how far a running job is."""
        with self._lock:
            if (now := self._same(job)) is not None:
                at = now.progress.moved(done, total, what, notes, time.monotonic())
                self._jobs[job.id] = replace(now, progress=at)

    def end(self, job: Job, status: Status, sentence: str = "", result: Frame | None = None) -> None:
        """Ends a job, unless it has ended; makes room for its result."""
        with self._lock:
            if (now := self._same(job)) is not None:
                self._end(now, status, sentence, result)

    def cancel(self, id: str) -> None:
        """Cancels a job that waits or runs."""
        with self._lock:
            job = self._jobs.get(id)
            if job is not None and job.status.active:
                self._end(job, Status.CANCELLED)

    def forget(self, id: str) -> None:
        """Drops a job that has ended, so that it can be asked for anew."""
        with self._lock:
            if id in self._jobs and not self._jobs[id].status.active:
                del self._jobs[id]

    def leave(self, session: str, *, for_good: bool = True) -> None:
        """Cancels what a session asked for, and drops its results where it left for good."""
        with self._lock:
            for job in [job for job in self._jobs.values() if job.session == session]:
                if job.status.active:
                    self._end(job, Status.CANCELLED)
                if for_good:
                    self._jobs.pop(job.id, None)

    def sessions(self) -> set[str]:
        """Returns who has asked for something that is still kept."""
        with self._lock:
            return {job.session for job in self._jobs.values()}

    def _same(self, job: Job) -> Job | None:
        now = self._jobs.get(job.id)
        return now if now is not None and now.number == job.number and now.status.active else None

    def _waiting(self, lane: str) -> list[Job]:
        """The lane's queue: sessions take turns, so that nobody waits behind all that another asked for."""
        active = [job for job in self._jobs.values() if job.status.active and self.lanes[job.kind] == lane]
        turns: Counter[str] = Counter()
        queue = []
        for job in sorted(active, key=lambda job: job.number):
            if job.status is Status.QUEUED:
                queue.append((turns[job.session], job.number, job))
            turns[job.session] += 1
        return [job for _, _, job in sorted(queue, key=lambda one: one[:2])]

    def _before(self, job: Job) -> int:
        if job.status is not Status.QUEUED:
            return 0
        lane = self.lanes[job.kind]
        runs = any(j.status is Status.RUNNING and self.lanes[j.kind] == lane for j in self._jobs.values())
        return self._waiting(lane).index(job) + runs

    def _end(self, job: Job, status: Status, sentence: str = "", result: Frame | None = None) -> None:
        """Puts it last; the payload's maker is let go, because it may hold a table."""
        del self._jobs[job.id]
        self._jobs[job.id] = replace(job, status=status, sentence=sentence, result=result, make=_nothing_more)
        ended = [one for one in self._jobs.values() if not one.status.active]
        size = sum(one.result.size for one in ended if one.result is not None)
        for place, old in enumerate(ended[:-1]):
            if len(ended) - place <= self.limits.kept and size <= self.limits.kept_bytes:
                break
            size -= old.result.size if old.result is not None else 0
            del self._jobs[old.id]


def _nothing_more() -> Frame:
    return Frame()
