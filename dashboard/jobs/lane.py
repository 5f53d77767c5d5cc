"""A lane: one worker process and the jobs that it does one after another, kept by a thread of its own."""

import queue
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from core.errors import PanelwiseError
from dashboard.jobs import limits, process
from dashboard.jobs.frames import Frame
from dashboard.jobs.job import Job, Status
from dashboard.jobs.process import LOG, Process
from dashboard.jobs.registry import Registry

TICK = 0.05  # seconds between two looks at a running job
REST = 1.0  # and between two where nothing runs
# Seconds that a worker has to load what it needs.
LOADING = 60.0
# A worker that ends within this many seconds is not started again until there is work for it.
FRAGILE = 10.0


@dataclass(frozen=True, slots=True)
class Run:
    """A job in the worker's hands: bytes held before it, whether it has to end, and until when it may."""

    job: Job
    held: int
    ending: bool = False
    until: float | None = None


class Lane:
    """State of a lane; touched by its own thread alone, but for `events`."""

    def __init__(self, name: str, module: str, registry: Registry, ready: Callable[[], bool]) -> None:
        self.name = name
        self.module = module
        self.registry = registry
        self.ready = ready  # whether the worker is to be there before there is work
        self.events: queue.SimpleQueue[tuple[Process, Frame | None] | None] = queue.SimpleQueue()
        self.closing = threading.Event()
        self.worker: Process | None = None
        self.run: Run | None = None
        self.listening: Process | None = None  # the worker that has loaded what it needs to hear us
        self.prepared: Process | None = None  # the worker that was told to do ahead what it can
        self.fragile = False  # the last worker ended by itself, and at once

    def tell(self, worker: Process, frame: Frame | None) -> None:
        """Takes what a worker said; for its threads."""
        self.events.put((worker, frame))

    def wake(self) -> None:
        """Has the lane look at its queue."""
        self.events.put(None)


def kept(lane: Lane) -> threading.Thread:
    """Returns the thread that runs the lane, begun."""
    thread = threading.Thread(target=keep, args=(lane,), name=f"lane-{lane.name}", daemon=True)
    thread.start()
    return thread


def keep(lane: Lane) -> None:
    """Runs the lane until it closes. What goes wrong in it ends its job, not the lane."""
    while not lane.closing.is_set():
        try:
            turn(lane)
        except Exception:
            LOG.exception("A fault beside the worker of '%s'", lane.name)
            if lane.run is not None:
                lane.registry.end(lane.run.job, Status.FAILED, limits.UNEXPECTED)
            forsake(lane)
            lane.fragile = True
    forsake(lane)


def turn(lane: Lane) -> None:
    """Hears the worker, watches the running job, begins the next."""
    with suppress(queue.Empty):
        event = lane.events.get(timeout=REST if lane.run is None else TICK)
        if event is not None and event[0] is lane.worker:
            heard(lane, *event)
    watch(lane)
    begin_next(lane)


def forsake(lane: Lane) -> None:
    """Kills the worker, if there is one."""
    if lane.worker is not None:
        process.kill(lane.worker)
    lane.run = lane.worker = None


def heard(lane: Lane, worker: Process, frame: Frame | None) -> None:
    """Takes what the lane's worker said, or that it ended."""
    if frame is None:
        ended(lane, worker)
        return
    said, run = frame.said, lane.run
    if said["is"] == "listening":
        lane.listening = worker
    if run is None or said.get("job") != run.job.number:
        return
    if said["is"] == "progress":
        lane.registry.moved(run.job, said["done"], said["total"], said["what"], said["notes"])
        return
    if said.get("trace"):
        LOG.error("A fault in '%s':\n%s", run.job.kind, said["trace"])
    result = Frame(said["answer"], frame.blobs) if said["is"] == Status.DONE else None
    lane.registry.end(run.job, Status(said["is"]), said.get("sentence", ""), result)
    lane.run = None


def ended(lane: Lane, worker: Process) -> None:
    """Says of the running job that it is lost."""
    if lane.run is not None:
        lane.registry.end(lane.run.job, Status.LOST, limits.lost(worker.child.returncode))
        LOG.warning("The worker of '%s' ended.%s", lane.run.job.kind, "\n".join(["", *worker.last]))
    lane.fragile = lane.run is None and time.monotonic() - worker.began < FRAGILE
    lane.run = lane.worker = None


def start(lane: Lane) -> Process:
    """Returns the lane's worker, started if there is none."""
    if lane.worker is None or not lane.worker.alive:
        lane.worker = process.begin(lane.module, lane.tell)
    return lane.worker


def watch(lane: Lane) -> None:
    """Ends the running job where it took too much or is not wanted any more."""
    run = lane.run
    if run is None or lane.worker is None:
        return
    bounds, now = lane.registry.limits, time.monotonic()
    if now - run.job.began > bounds.seconds:
        lane.registry.end(run.job, Status.FAILED, limits.too_long(bounds.seconds))
    if process.memory(lane.worker) - run.held > bounds.memory:
        lane.registry.end(run.job, Status.FAILED, limits.too_large(bounds.memory))
        replace_worker(lane)
    elif not lane.registry.active(run.job):
        stop(lane, run, now)


def stop(lane: Lane, run: Run, now: float) -> None:
    """Asks the worker to end its job; one that does not is killed, and another begins.

    A worker that still loads what it needs is at no job yet: it is given the time to.
    """
    assert lane.worker is not None
    if not run.ending:
        process.say(lane.worker, Frame({"do": "cancel", "job": run.job.number}), wait=False)
    until = run.until
    if until is None and lane.listening is lane.worker:
        until = now + lane.registry.limits.obey
    lane.run = Run(run.job, run.held, True, until)
    if now > (lane.worker.began + LOADING if until is None else until):
        replace_worker(lane)


def replace_worker(lane: Lane) -> None:
    """Kills the worker and starts another."""
    forsake(lane)
    start(lane)


def begin_next(lane: Lane) -> None:
    """Gives the next job to the worker, if that is free; keeps one ready where it is to be."""
    if lane.run is not None:
        return
    job = lane.registry.next(lane.name)
    if job is not None:
        lane.run = Run(job, 0)
        worker = start(lane)
        lane.run = Run(job, process.memory(worker))
        threading.Thread(target=send, args=(lane, worker, job), name="worker-told", daemon=True).start()
    elif lane.ready() and not lane.fragile and start(lane) is not lane.prepared:
        lane.prepared = lane.worker
        process.say(start(lane), Frame({"do": "ahead", "lane": lane.name}), wait=True)


def send(lane: Lane, worker: Process, job: Job) -> None:
    """Makes the job's payload and sends it; in a thread: a table takes its time, and pipes may block."""
    said = {"do": "run", "job": job.number, "kind": job.kind, "memory": lane.registry.limits.memory}
    failed = {"is": Status.FAILED, "job": job.number}
    try:
        payload = job.make()
        if lane.registry.active(job):
            process.say(worker, Frame(said | {"options": dict(payload.said)}, payload.blobs), wait=True)
        else:
            lane.tell(worker, Frame({"is": Status.CANCELLED, "job": job.number}))
    except PanelwiseError as error:
        lane.tell(worker, Frame(failed | {"sentence": str(error)}))
    except Exception:
        trace = traceback.format_exc()
        lane.tell(worker, Frame(failed | {"sentence": limits.UNEXPECTED, "trace": trace}))
