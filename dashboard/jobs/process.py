"""A worker process seen from the server: started, spoken to, listened to, measured, killed."""

import logging
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from dashboard.jobs import frames
from dashboard.jobs.frames import BrokenFrame, Frame

LOG = logging.getLogger("panelwise.jobs")
LINES = 30  # of what a worker printed last, for the log where it ends by itself
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, eq=False)
class Process:
    """A worker. What it says goes to `tell`, and None when it has ended."""

    child: "subprocess.Popen[bytes]"
    tell: Callable[["Process", Frame | None], None]
    began: float
    last: deque[str]  # lines that it printed
    speaking: threading.Lock = field(default_factory=threading.Lock)

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.child.poll() is None


def begin(module: str, tell: Callable[[Process, Frame | None], None]) -> Process:
    """Returns a new worker process of that module.

    To be called in a thread that lives as long as the server: Linux ends the child with its parent's thread.
    """
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    child = subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": path},
    )
    process = Process(child, tell, time.monotonic(), deque(maxlen=LINES))
    logging_ = threading.Thread(target=log, args=(process,), name="worker-log", daemon=True)
    logging_.start()
    threading.Thread(target=hear, args=(process, logging_), name="worker-says", daemon=True).start()
    return process


def hear(process: Process, logged: threading.Thread) -> None:
    """Passes on every frame until the worker ends, or says what is no frame; then sees to it that it ends."""
    assert process.child.stdout is not None
    try:
        while (frame := frames.read(process.child.stdout)) is not None:
            process.tell(process, frame)
    except (BrokenFrame, OSError, ValueError) as error:
        LOG.warning("A worker was ended: %s", error)
    kill(process)
    process.child.stdout.close()
    with process.speaking, suppress(OSError):
        assert process.child.stdin is not None
        process.child.stdin.close()
    logged.join(1.0)
    process.tell(process, None)


def log(process: Process) -> None:
    """Passes on what the worker and its libraries print, and keeps the end of it."""
    assert process.child.stderr is not None
    with process.child.stderr as printed:
        for line in printed:
            process.last.append(line.decode(errors="replace").rstrip())
            LOG.info("%s", process.last[-1])


def say(process: Process, frame: Frame, *, wait: bool) -> bool:
    """Returns whether this was said: not where the worker has ended, or is still being spoken to.

    Raises TooMuchToSend.
    """
    if not process.speaking.acquire(blocking=wait):
        return False
    try:
        assert process.child.stdin is not None
        frames.write(process.child.stdin, frame)
        return True
    except (OSError, ValueError):  # ValueError: the pipe was closed
        return False
    finally:
        process.speaking.release()


def kill(process: Process) -> None:
    """Ends the worker at once."""
    process.child.kill()
    process.child.wait()


def memory(process: Process) -> int:
    """Returns the bytes that the worker holds in memory; 0 where the system does not tell (Linux does)."""
    try:
        pages = Path(f"/proc/{process.child.pid}/statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
