"""Workers end with the server, however that ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.dashboard.test_jobs import PATIENCE, gone, until

SERVER = """
import signal, sys, time
# A shell that starts the tests in the background has told all below it to ignore this.
signal.signal(signal.SIGINT, signal.default_int_handler)
from dashboard.jobs.frames import Frame
from dashboard.jobs.front import Front
from tests.dashboard.test_jobs import ALL, MODULE
front = Front(lanes=ALL, module=MODULE, after=0.0)
front.submit("a", "me", "deaf", Frame)
while not (front.look("a").what.startswith("process") and front.lanes["sampling"].worker):
    time.sleep(0.01)
print(front.look("a").what.split()[1], front.lanes["sampling"].worker.child.pid, flush=True)
if sys.argv[1] == "ends":
    sys.exit()
time.sleep(600)
"""


@pytest.mark.parametrize("how", ["ends", "SIGKILL", "SIGINT"])
def test_no_worker_outlives_its_server(root: Path, how: str) -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, how], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with server:
        assert server.stdout is not None
        workers = [int(process) for process in server.stdout.readline().split()]
        assert len(workers) == 2
        if how != "ends":
            assert not any(gone(worker) for worker in workers)
            time.sleep(0.1)
            os.kill(server.pid, getattr(signal, how))
        assert server.wait(PATIENCE) is not None
        until(lambda: all(gone(worker) for worker in workers), 10.0)
