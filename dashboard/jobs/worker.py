"""The worker process: takes jobs from its standard input, and says on its standard output how they go.

`python -m dashboard.jobs.worker`; started by `process.begin`, never by hand.
"""

import os
import queue
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

from core.errors import PanelwiseError
from dashboard.jobs import ahead, frames, limits
from dashboard.jobs.confined import bounded, settle
from dashboard.jobs.frames import BrokenFrame, Frame, TooMuchToSend
from dashboard.jobs.job import Status
from dashboard.jobs.tasks import TASKS, Stopped, Task

# Seconds between two reports of progress.
PACE = 0.1


class Desk:
    """What the listening thread and the working one share: jobs not begun, and those to end."""

    def __init__(self, outbox: BinaryIO) -> None:
        self.jobs: queue.SimpleQueue[Frame] = queue.SimpleQueue()
        self.steps: Iterator[Callable[[], object]] = iter(())
        self.unwanted: set[int] = set()
        self.begun = 0
        self.lock = threading.Lock()
        self.outbox = outbox
        self.speaking = threading.Lock()

    def say(self, frame: Frame) -> None:
        """Says this to the server; where nobody listens any more, the process ends."""
        try:
            with self.speaking:
                frames.write(self.outbox, frame)
        except OSError:
            os._exit(0)


def main(tasks: Mapping[str, Task] = TASKS) -> None:
    """Works until the server ends or closes the pipe."""
    desk = Desk(settle())
    inbox = os.fdopen(os.dup(0), "rb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    threading.Thread(target=listen, args=(desk, inbox), daemon=True).start()
    desk.say(Frame({"is": "listening"}))
    while True:
        frame = next_job(desk)
        if begins(desk, frame.said["job"]):
            answer(desk, done(desk, frame, tasks))


def answer(desk: Desk, frame: Frame) -> None:
    """Says how a job ended, or that there is more to say than can be."""
    try:
        desk.say(frame)
    except TooMuchToSend as error:
        desk.say(Frame({"is": Status.FAILED, "job": frame.said["job"], "sentence": str(error)}))


def listen(desk: Desk, inbox: BinaryIO) -> None:
    """Takes what the server says, also during a job. Ends the process when it stops speaking."""
    try:
        while (frame := frames.read(inbox)) is not None:
            take(desk, frame)
    except BrokenFrame:
        traceback.print_exc()
    os._exit(0)  # not sys.exit: a sampler at work would make an ordinary end a crash


def take(desk: Desk, frame: Frame) -> None:
    """Takes one thing that the server said."""
    said = frame.said
    if said["do"] == "run":
        desk.jobs.put(frame)
    elif said["do"] == "ahead":
        desk.steps = ahead.steps(said["lane"])
        desk.jobs.put(Frame({"job": 0}))  # wakes the loop; no job has this number
    elif said["do"] == "cancel":
        with desk.lock:
            desk.unwanted.add(said["job"])
            waits = desk.begun < said["job"]
        if waits:  # behind a step that goes ahead
            desk.say(Frame({"is": Status.CANCELLED, "job": said["job"]}))


def next_job(desk: Desk) -> Frame:
    """Returns the next job; while there is none, does what can be done ahead, a step at a time."""
    while True:
        try:
            return desk.jobs.get_nowait()
        except queue.Empty:
            pass
        try:
            step = next(desk.steps, None)
            if step is not None:
                step()
        except Exception:
            traceback.print_exc()  # into the log; the job that needs it will say what is wrong
            continue
        if step is None:
            return desk.jobs.get()


def begins(desk: Desk, number: int) -> bool:
    """Returns whether the job is still wanted, and notes that it begins."""
    with desk.lock:
        desk.begun = max(desk.begun, number)
        return number > 0 and number not in desk.unwanted


def done(desk: Desk, frame: Frame, tasks: Mapping[str, Task]) -> Frame:
    """Returns what to say of a job at its end."""
    number, task = frame.said["job"], tasks[frame.said["kind"]]

    def stopped() -> bool:
        return number in desk.unwanted

    failed: dict[str, Any] = {"is": Status.FAILED, "job": number}
    payload = Frame(frame.said["options"], frame.blobs)
    try:
        with bounded(frame.said["memory"]):
            answer = task.run(payload, reporter(desk, number, stopped), stopped)
        return Frame({"is": Status.DONE, "job": number, "answer": dict(answer.said)}, answer.blobs)
    except Stopped:
        return Frame({"is": Status.CANCELLED, "job": number})
    except PanelwiseError as error:
        if stopped():  # some parts of core end so
            return Frame({"is": Status.CANCELLED, "job": number})
        return Frame(failed | {"sentence": str(error)})
    except MemoryError:
        return Frame(failed | {"sentence": limits.too_large(frame.said["memory"])})
    except Exception:
        return Frame(failed | {"sentence": limits.UNEXPECTED, "trace": traceback.format_exc()})


def reporter(desk: Desk, number: int, stopped: Callable[[], bool]) -> Callable[..., None]:
    """Returns the function that a task tells how far it is; it raises Stopped where the task is to end."""
    last = 0.0

    def report(done: int, total: int, what: str, **notes: float) -> None:
        nonlocal last
        if stopped():
            raise Stopped
        if done >= total or time.monotonic() - last >= PACE:
            last = time.monotonic()
            said = {"done": done, "total": total, "what": what, "notes": notes}
            desk.say(Frame({"is": "progress", "job": number} | said))

    return report


if __name__ == "__main__":
    main()
