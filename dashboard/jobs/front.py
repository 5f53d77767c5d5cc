"""The front of the background's work: what the pages ask, for all sessions of one server."""

import atexit
import hashlib
import threading
import time
from collections.abc import Callable, Mapping

from dashboard.jobs.frames import Frame
from dashboard.jobs.job import JobState
from dashboard.jobs.lane import Lane, kept
from dashboard.jobs.limits import Limits, UnknownWork
from dashboard.jobs.registry import Registry
from dashboard.jobs.tasks import TASKS

WORKER = "dashboard.jobs.worker"
LANES: Mapping[str, str] = {kind: task.lane for kind, task in TASKS.items()}
LIMITS = Limits()
# How many times as long as its jobs a closed page's results stay: Streamlit knows one that comes back within
# two minutes for the same.
STAY = 3
# Seconds between two looks at who is still there.
ROUND = 5.0


class Front:
    """One for a server; safe to use from every thread."""

    def __init__(
        self,
        limits: Limits = LIMITS,
        *,
        lanes: Mapping[str, str] = LANES,
        module: str = WORKER,
        after: float | None = None,
        present: Callable[[str], bool] = lambda session: True,
    ) -> None:
        """`after` so many seconds workers begin before there is work for them; None: never. `present` tells
        whether a session's page is still open.
        """
        self.registry = Registry(limits, lanes)
        self.present = present
        ready_at = float("inf") if after is None else time.monotonic() + after
        self.lanes = {
            name: Lane(name, module, self.registry, lambda: time.monotonic() >= ready_at)
            for name in sorted(set(lanes.values()))
        }
        self.closing = threading.Event()
        self.threads = [kept(lane) for lane in self.lanes.values()]
        threading.Thread(target=look_round, args=(self,), name="look-round", daemon=True).start()
        atexit.register(self.close)

    def submit(self, id: str, session: str, kind: str, make: Callable[[], Frame]) -> None:
        """Asks for work, unless that of this id waits, runs or is done. `make` gives its payload, in another
        thread, when its turn comes. Raises QueueFull, UnknownWork.
        """
        if kind not in self.registry.lanes:
            raise UnknownWork(kind)
        if self.registry.add(id, session, kind, make):
            self.lanes[self.registry.lanes[kind]].wake()

    def look(self, id: str) -> JobState | None:
        """Returns what is seen of a job; None where there is none of that id (any more)."""
        return self.registry.look(id)

    def cancel(self, id: str) -> None:
        """Ends a job: it is cancelled at once, and its process is free within a second."""
        self.registry.cancel(id)

    def forget(self, id: str) -> None:
        """Drops a job that has ended, so that it can be asked for anew."""
        self.registry.forget(id)

    def close(self) -> None:
        """Ends the workers."""
        self.closing.set()
        for lane in self.lanes.values():
            lane.closing.set()
            lane.wake()
        for thread in self.threads:
            thread.join(5.0)
        atexit.unregister(self.close)


def identity(session: str, kind: str, key: tuple[object, ...]) -> str:
    """Returns the id of what a session asks for: the same request twice is one job."""
    return hashlib.sha256(repr((session, kind, key)).encode()).hexdigest()[:32]


def look_round(front: Front) -> None:
    """Lets go of what closed pages asked for, a while after they closed."""
    last: dict[str, float] = {}
    absent = front.registry.limits.absent
    while not front.closing.wait(min(ROUND, max(absent / 4, 0.05))):
        now = time.monotonic()
        sessions = front.registry.sessions()
        last = {one: now if front.present(one) else last.get(one, now) for one in sessions}
        for one, seen in last.items():
            if now - seen > absent:
                front.registry.leave(one, for_good=now - seen > STAY * absent)
