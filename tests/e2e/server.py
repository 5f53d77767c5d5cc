"""The real app as a process of its own: started on a free port, asked until it answers, ended at the end."""

import http.client
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
PATIENCE = 90  # seconds for a server to start or to end on a busy machine


@dataclass(frozen=True, slots=True)
class Server:
    """A running app: its process, where it answers, and the file its terminal output goes to."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def address(self) -> str:
        """Returns the address of the first page, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    def said(self, since: int = 0) -> str:
        """Returns the terminal output from that byte on."""
        return self.log.read_bytes()[since:].decode(errors="replace")


def start(log: Path) -> Server:
    """Returns the app serving on a free port; fails with its output when it ends or never answers."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", "--server.port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--server.headless", "true"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
    server = Server(process, port, log)
    until = time.monotonic() + PATIENCE
    while not _healthy(port):
        if process.poll() is not None or time.monotonic() > until:
            stop(server)
            raise RuntimeError(f"The app did not start.\n{server.said()}")
        time.sleep(0.1)
    return server


def stop(server: Server) -> int:
    """Returns the exit code after asking the process to end; one that does not is killed (code -9)."""
    server.process.terminate()
    try:
        return server.process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        server.process.kill()
        return server.process.wait(PATIENCE)


def _healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
