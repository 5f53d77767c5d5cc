"""What only a new process can measure: imports, the first fit, an upload, peak memory.

`measure` starts `python -m benchmarks.fresh JOB FOLDER` and reads the numbers it prints as JSON.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

FILE, COLUMNS = "upload.csv", ("y", "x1", "x2", "x3", "store")


def measure(job: str, folder: Path) -> dict[str, float]:
    """Returns the numbers of one job, run in a Python of its own."""
    command = [sys.executable, "-m", "benchmarks.fresh", job, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {name: float(value) for name, value in json.loads(done.stdout.splitlines()[-1]).items()}


def start(folder: Path) -> dict[str, float]:
    """Seconds to import core, then of the first fit (with what it imports) and of the second."""
    begin = perf_counter()
    import core

    imported = perf_counter() - begin
    from benchmarks.panels import FORMULA, simulate

    panel = simulate(50_000, 500)
    first = _seconds(lambda: core.fit(panel, FORMULA).fixed_effects)
    second = _seconds(lambda: core.fit(panel, FORMULA).fixed_effects)
    return {"import core": imported, "first fit": first, "second fit": second}


def upload(folder: Path) -> dict[str, float]:
    """Seconds from a CSV file to tiers, stage by stage: in a new process, then once more in the same one."""
    import core

    stages: dict[str, float] = {}
    for turn in ("first", "again"):
        clock = perf_counter()

        def lap(stage: str, turn: str = turn) -> None:
            nonlocal clock
            now = perf_counter()
            stages[f"{turn}: {stage}"] = now - clock
            clock = now

        table = core.read_table(folder / FILE)
        lap("read")
        roles = core.guess_roles(table)
        lap("roles")
        core.review(table, roles)
        lap("review")
        predictors = [p.column for p in roles.predictors]
        slope = predictors[0]
        formula = f"{roles.outcome.column} ~ {' + '.join(map(str, predictors))}"
        fit = core.fit(table, f"{formula} + (1 + {slope} | {roles.groups[0].column})")
        if not len(fit.fixed_effects):
            raise AssertionError("the table of fixed effects is empty")
        lap("fit and fixed effects")
        core.tiers(fit, str(slope))
        lap("tiers")
    return stages


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


def _saved(folder: Path) -> "pd.DataFrame":  # noqa: F821  (pandas is imported by the job that is measured)
    import numpy as np
    import pandas as pd

    return pd.DataFrame({name: np.load(folder / f"{name}.npy") for name in COLUMNS}, copy=False)


def _peak(work: Callable[[], object]) -> dict[str, float]:
    import resource

    def megabytes() -> float:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6

    before = megabytes()
    work()
    return {"before": before, "peak": megabytes()}


def _seconds(work: Callable[[], object]) -> float:
    begin = perf_counter()
    work()
    return perf_counter() - begin


JOBS = {"start": start, "upload": upload, "memory-ours": memory_ours, "memory-glmm": memory_glmm}

if __name__ == "__main__":
    print(json.dumps(JOBS[sys.argv[1]](Path(sys.argv[2]))))
