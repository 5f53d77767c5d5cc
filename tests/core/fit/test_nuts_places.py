"""Where compiled functions are kept: two processes at once, and a home folder nobody may write to."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.fit.nuts_model import place_for_compiled

ROOT = Path(__file__).resolve().parents[3]
# The density of y = (1, 2, 3) at one place, by the compiled model and by the same loops as plain Python.
COMPILED = """
import numpy as np
from core.fit.nuts_kernel import one_factor
from core.fit.nuts_model import Way, compiled
ready = compiled(1, Way.ONE)
import pytensor
numbers = np.array([0, 1, 3, 3, 2, 0, 0, 0, 0, 0, 0, 1, 0, 2.5, 3, 14, 0.1])
(shared,) = ready.logp_func.get_shared()
shared.set_value(numbers)
eta = np.array([0.3])
value, gradient = ready.logp_func(eta)
plain, slope = one_factor(eta, numbers)
assert abs(value - plain) < 1e-9 and abs(gradient[0] - slope[0]) < 1e-9
print(pytensor.config.base_compiledir)
"""


def started(**environment: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTENSOR_FLAGS"}
    return subprocess.Popen(
        [sys.executable, "-c", COMPILED],
        cwd=ROOT,
        env=kept | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_two_processes_compile_into_one_empty_folder_at_once(tmp_path: Path) -> None:
    """Users start two windows; neither may read what the other has half written."""
    flags = f"base_compiledir={tmp_path}"
    both = [started(PYTENSOR_FLAGS=flags) for _ in range(2)]
    told = [one.communicate(timeout=400) for one in both]
    assert [one.returncode for one in both] == [0, 0], told
    again = started(PYTENSOR_FLAGS=flags)
    assert again.communicate(timeout=400)[0].strip() == str(tmp_path)
    assert again.returncode == 0


@pytest.mark.slow
def test_home_that_cannot_be_written_to_is_no_hindrance(tmp_path: Path) -> None:
    """HOME is a file, so no folder can be made in it even by root; what was compiled is gone afterwards."""
    home = tmp_path / "home"
    home.write_text("")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    one = started(HOME=str(home), TMPDIR=str(scratch))
    out, err = one.communicate(timeout=400)
    assert one.returncode == 0, err
    assert Path(out.strip()).is_relative_to(scratch)
    assert list(scratch.glob("panelwise-compiled-*")) == []


def test_place_is_left_alone_where_it_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "pytensor", raising=False)
    monkeypatch.setenv("HOME", os.devnull)
    monkeypatch.setenv("PYTENSOR_FLAGS", "base_compiledir=/somewhere")
    place_for_compiled()
    assert os.environ["PYTENSOR_FLAGS"] == "base_compiledir=/somewhere"
