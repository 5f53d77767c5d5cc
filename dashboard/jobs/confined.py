"""What a worker process may do: yield to the pages, speak to the server, end with it, use so much memory."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

# Behind the pages: whoever only reads them should not notice that someone else computes.
NICE = 5
# Times the job's limit that its process may reserve; what it truly uses is watched from outside.
RESERVED = 4


def settle() -> BinaryIO:
    """Returns the way to the server; whatever else prints goes to the log instead.

    The process yields to others, ignores Ctrl+C (the server ends it), and on Linux ends with the server even
    where that was killed.
    """
    outbox = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICE)
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    return outbox


@contextmanager
def bounded(memory: int) -> Iterator[None]:
    """Refuses reservations far beyond what a job may use, so that one huge array is an error, not the end.

    Only on Linux: elsewhere the system does not keep to it.
    """
    if sys.platform != "linux":
        yield
        return
    import resource

    held = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    before, most = resource.getrlimit(resource.RLIMIT_AS)
    wanted = held + RESERVED * memory
    resource.setrlimit(resource.RLIMIT_AS, (wanted if most < 0 else min(wanted, most), most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, most))
