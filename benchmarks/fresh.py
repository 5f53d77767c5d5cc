"""What only a new process can measure: imports, the first fit, an upload, peak memory.

`measure` starts `python -m benchmarks.fresh JOB FOLDER` and reads the numbers it prints as JSON.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

PROCESSOR = ", processor"
FILE, COLUMNS = "upload.csv", ("y", "x1", "x2", "x3", "store")


def measure(job: str, folder: Path) -> dict[str, float]:
    """Returns the numbers of one job, run in a Python of its own."""
    command = [sys.executable, "-m", "benchmarks.fresh", job, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {name: float(value) for name, value in json.loads(done.stdout.splitlines()[-1]).items()}


def start(folder: Path) -> dict[str, float]:
    """Seconds to import core, then of the first fit (with what it imports) and of the second."""
    clock = _Clock()
    import core

    clock.lap("import core")
    from benchmarks.panels import FORMULA, simulate

    panel = simulate(50_000, 500)
    clock.lap("")
    for which in ("first fit", "second fit"):
        core.fit(panel, FORMULA).fixed_effects.sum()
        clock.lap(which)
    return clock.stages


def upload(folder: Path) -> dict[str, float]:
    """Seconds from a CSV file to tiers, stage by stage: in a new process, then once more in the same one."""
    import core

    clock = _Clock()
    for turn in ("first", "again"):
        table = core.read_table(folder / FILE)
        clock.lap(f"{turn}: read")
        roles = core.guess_roles(table)
        clock.lap(f"{turn}: roles")
        core.review(table, roles)
        clock.lap(f"{turn}: review")
        predictors = [str(p.column) for p in roles.predictors]
        group = f"(1 + {predictors[0]} | {roles.groups[0].column})"
        fit = core.fit(table, f"{roles.outcome.column} ~ {' + '.join(predictors)} + {group}")
        fit.fixed_effects.sum()
        clock.lap(f"{turn}: fit and fixed effects")
        core.tiers(fit, predictors[0])
        clock.lap(f"{turn}: tiers")
    return clock.stages


class _Clock:
    """Seconds by the clock and of processor time since the last lap, by stage; a stage "" is not kept."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self._last = perf_counter(), process_time()

    def lap(self, stage: str) -> None:
        now = perf_counter(), process_time()
        if stage:
            self.stages[stage] = now[0] - self._last[0]
            self.stages[stage + PROCESSOR] = now[1] - self._last[1]
        self._last = now


def memory_ours(folder: Path) -> dict[str, float]:
    """Peak memory in MB of our fit from a DataFrame, and what was in use before it."""
    import core
    from benchmarks.panels import FORMULA

    panel = _saved(folder)
    return _peak(lambda: core.fit(panel, FORMULA).fixed_effects)


def memory_glmm(folder: Path) -> dict[str, float]:
    """Peak memory in MB of glmm's fit from a DataFrame, and what was in use before it."""
    import glmm

    from benchmarks.panels import FORMULA

    panel = _saved(folder)
    return _peak(lambda: glmm.fit(panel, FORMULA, "gaussian", reml=True))


def _saved(folder: Path) -> Any:
    """Returns the saved panel as a DataFrame; pandas is imported by the job that is measured."""
    import numpy as np
    import pandas as pd

    return pd.DataFrame({name: np.load(folder / f"{name}.npy") for name in COLUMNS}, copy=False)


def _peak(work: Callable[[], object]) -> dict[str, float]:
    before = _megabytes("VmRSS")
    work()
    return {"before": before, "peak": _megabytes("VmHWM")}


def _megabytes(line: str) -> float:
    """Returns a line of Linux's own account of this process.

    Not ru_maxrss: it begins at the size of the process that started this one.
    """
    status = Path("/proc/self/status").read_text()
    return float(status.split(f"{line}:")[1].split()[0]) * 1024 / 1e6


JOBS = {"start": start, "upload": upload, "memory-ours": memory_ours, "memory-glmm": memory_glmm}

if __name__ == "__main__":
    print(json.dumps(JOBS[sys.argv[1]](Path(sys.argv[2]))))
