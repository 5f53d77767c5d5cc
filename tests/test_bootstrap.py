"""The runner finds what is on the machine by trying it, and says in a sentence what it lacks."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / ".ci" / "bootstrap.py"


class Machine:
    """An empty machine: a home, a project and a PATH of its own, in a folder of the test."""

    def __init__(self, folder: Path) -> None:
        self.project, self.home, self.bin = (folder / name for name in ("project", "home", "bin"))
        for place in (self.project / ".ci", self.home, self.bin):
            place.mkdir(parents=True)
        shutil.copy(SCRIPT, self.project / ".ci")
        (self.project / ".python-version").write_text("3.13\n")

    def program(self, path: Path, says: str, code: int = 0) -> Path:
        """Returns a program at that place which prints the words and ends with the code."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\necho '{says}'\nexit {code}\n")
        path.chmod(0o755)
        return path

    def ask(self, expression: str) -> str:
        """Returns what the runner prints for the expression, run by the Python of the tests."""
        code = f"import bootstrap; print(bootstrap.{expression})"
        environment = {"PATH": str(self.bin), "HOME": str(self.home), "PYTHONPATH": str(self.project / ".ci")}
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_no_uv(machine: Machine) -> None:
    assert machine.ask("find_uv()") == "None"


def test_a_shim_that_refuses_is_passed_over(machine: Machine) -> None:
    machine.program(machine.bin / "uv", "pyenv: uv: command not found", code=127)
    good = machine.program(machine.home / ".local/bin/uv", "uv 0.13.8 (x86_64)")
    assert machine.ask("find_uv()") == str(good)


def test_a_uv_too_old_for_the_lock_file_is_passed_over(machine: Machine) -> None:
    machine.program(machine.bin / "uv", "uv 0.4.30")
    assert machine.ask("find_uv()") == "None"
    own = machine.program(machine.project / ".uvboot/bin/uv", "uv 0.10.0")
    assert machine.ask("find_uv()") == str(own)


def test_the_version_of_the_project_comes_first(machine: Machine) -> None:
    (machine.project / ".python-version").write_text("3.14\n")
    assert machine.ask("wanted_versions()") == "['3.14', '3.13', '3.12']"


def test_a_python_is_believed_only_after_it_ran(machine: Machine) -> None:
    """Passed over: a shim that refuses, a shim of another version, and a build without the GIL."""
    (machine.project / ".python-version").write_text("3.99\n")
    versions = machine.home / ".pyenv/versions"
    machine.program(machine.bin / "python3.99", "pyenv: version 3.99 is not installed", code=127)
    machine.program(machine.bin / "python3", "3.11 /other/python3")
    machine.program(versions / "3.99.9t/bin/python3", "3.99t /free/threaded")
    machine.program(versions / "3.99.1/bin/python3", "3.99 /good/python3.99")
    assert machine.ask("find_python()") == "/good/python3.99"


def test_without_uv_and_pip_the_sentence_says_what_to_do(machine: Machine) -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-I", str(machine.project / ".ci/bootstrap.py")],
        env={
            "PATH": str(machine.bin),
            "HOME": str(machine.home),
            "PIP_NO_INDEX": "1",
            "PIP_CONFIG_FILE": os.devnull,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "install uv yourself" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_browser_is_found_by_any_of_its_names(machine: Machine) -> None:
    chrome = machine.program(machine.bin / "google-chrome", "")
    assert machine.ask("find_browser()") == str(chrome)
