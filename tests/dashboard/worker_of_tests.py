"""A worker that also does what tests ask of it: runs for ever, crashes, takes memory, prints."""

import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import NoReturn

from core.errors import PanelwiseError
from dashboard.jobs import ahead, worker
from dashboard.jobs.frames import Frame
from dashboard.jobs.tasks import TASKS, Progress, Task

Stop = Callable[[], bool]


def deaf(payload: Frame, progress: Progress, stopped: Stop) -> NoReturn:
    """Says its process once, then computes without ever asking whether to end."""
    progress(0, 10, f"process {os.getpid()}")
    while True:
        sum(range(1000))


def polite(payload: Frame, progress: Progress, stopped: Stop) -> Frame:
    """Counts to `total`, a count each `pause` seconds, and ends when asked to."""
    total = int(payload.said["total"])
    for k in range(total):
        time.sleep(float(payload.said["pause"]))
        progress(k + 1, total, "counts", divergences=k // 10)
    return Frame({"process": os.getpid(), "sum": sum(map(len, payload.blobs.values()))}, payload.blobs)


def greedy(payload: Frame, progress: Progress, stopped: Stop) -> Frame:
    """Takes memory bit by bit, and keeps it."""
    held = []
    for k in range(10_000):
        held.append(bytearray(os.urandom(1 << 10)) * (1 << 12))  # 4 MB that are written to
        progress(k, 10_000, "pieces")
        time.sleep(0.005)
    return Frame({"held": len(held)})


def huge(payload: Frame, progress: Progress, stopped: Stop) -> Frame:
    """Asks for more at once than there is."""
    return Frame({"held": len(bytearray(1 << 45))})


def refuses(payload: Frame, progress: Progress, stopped: Stop) -> NoReturn:
    """Ends in a sentence."""
    raise PanelwiseError("There are no groups here. Choose a group column.")


def faulty(payload: Frame, progress: Progress, stopped: Stop) -> NoReturn:
    """Ends in a fault of the program."""
    raise ZeroDivisionError("secret-detail")


def prints(payload: Frame, progress: Progress, stopped: Stop) -> Frame:
    """Writes where frames go, as careless libraries do."""
    os.write(1, b"PWF1 not a frame\n" * 100)
    os.system("echo from a child of the worker")
    return Frame({"printed": True})


def breaks(payload: Frame, progress: Progress, stopped: Stop) -> Frame:
    """Ends without a word."""
    os._exit(3)


OWN = {
    one.__name__: Task(one, lane)
    for one, lane in (
        (deaf, "checks"),
        (polite, "checks"),
        (greedy, "checks"),
        (huge, "checks"),
        (refuses, "checks"),
        (faulty, "checks"),
        (prints, "checks"),
        (breaks, "checks"),
    )
} | {"slow": Task(polite, "sampling")}


def steps(lane: str) -> Iterator[Callable[[], None]]:
    """Two steps to go ahead of sampling, of a second each, and one that fails."""
    if lane == "sampling":
        yield from (partial(time.sleep, 1.0), partial(int, "no number"), partial(time.sleep, 1.0))


if __name__ == "__main__":
    ahead.steps = steps
    worker.main(TASKS | OWN)
