"""`panelwise`: serves the app to this machine alone, wherever it is started."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from dashboard.__main__ import ADDRESS, FIRST_PORT, free_port, parser

PATIENCE = 60  # seconds for a server to start on a busy machine


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, str]]:
    """Starts the command from another folder; gives its port and the address it printed."""
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "dashboard",
        "--port",
        str(port),
        "--no-browser",
        "--sample",
        "season_pass",
    ]
    process = subprocess.Popen(
        command,
        cwd=tmp_path_factory.mktemp("elsewhere"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said = process.stdout.readline()
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and ask(port, "/_stcore/health") != 200:
            assert process.poll() is None, process.stdout.read()
            time.sleep(0.2)
        yield port, said
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def ask(port: int, path: str, **headers: str) -> int:
    """Returns the status of the answer, 0 when there is none."""
    connection = http.client.HTTPConnection(ADDRESS, port, timeout=5)
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


SOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "x3JJHMbDL1EzLkh9GBhXDw==",
}


def test_it_serves_and_says_where(server: tuple[int, str]) -> None:
    port, said = server
    assert f"http://{ADDRESS}:{port}/?sample=season_pass" in said
    assert ask(port, "/_stcore/health") == 200


def test_the_settings_hold_wherever_it_is_started(server: tuple[int, str]) -> None:
    """A page elsewhere that points its own name at this machine gets no session (DNS rebinding)."""
    port, _ = server
    assert ask(port, "/_stcore/stream", **SOCKET) == 101
    assert ask(port, "/_stcore/stream", Host="evil.example", **SOCKET) == 403


def test_a_port_in_use_is_passed_over() -> None:
    with socket.socket() as taken:
        try:
            taken.bind((ADDRESS, FIRST_PORT))
            taken.listen()
        except OSError:
            pass  # something else listens there, which serves the test as well
        assert free_port() > FIRST_PORT


def test_it_opens_on_the_retail_panel_unless_told_otherwise() -> None:
    assert parser().parse_args([]).sample == "retail_panel"
    assert parser().parse_args(["--empty"]).sample == ""
    assert parser().parse_args(["--sample", "grunfeld"]).sample == "grunfeld"
