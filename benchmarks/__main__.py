"""`python -m benchmarks`: every comparison in one run; `--quick` leaves out the million rows."""

import argparse
import os
import platform
import sys
import tempfile
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.allocation import print_allocation
from benchmarks.bayes import print_bayes
from benchmarks.crossed import print_large, print_small
from benchmarks.engines import changed_slope, cold, refit_only, slower
from benchmarks.fresh import COLUMNS, FILE, PROCESSOR, measure
from benchmarks.generalised import SIZES as GENERALISED
from benchmarks.generalised import print_generalised
from benchmarks.panels import FORMULA, simulate, write_upload
from benchmarks.resampling import print_resampling
from benchmarks.show import print_refits, print_timings
from benchmarks.timing import interleaved

MILLION = (1_000_000, 2_000)
SIZES = ((200, 20), (50_000, 500), MILLION)


def main() -> None:
    """Prints the machine, the timings, the new-process figures and the memory."""
    asked = _asked()
    sizes = SIZES[:2] if asked.quick else SIZES
    _machine()
    for rows, groups in sizes:
        _size(rows, groups, asked.repeats)
    if not asked.quick:
        _order_and_names(asked.repeats)
        _flat(asked.repeats)
        print_large(asked.repeats)
        print_small()
    print_resampling(asked.repeats)
    print_generalised(asked.repeats, GENERALISED[:1] if asked.quick else GENERALISED)
    print_allocation(min(asked.repeats, 3), quick=asked.quick)
    print_bayes(asked.repeats, asked.quick)
    with tempfile.TemporaryDirectory() as folder:
        _fresh(Path(folder), asked.repeats)
        if not asked.quick and sys.platform == "linux":
            _memory(Path(folder))


def _asked() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("--quick", action="store_true", help="leave out the tables of a million rows")
    options.add_argument("--repeats", type=int, default=7, help="repetitions after one warm-up (default: 7)")
    return options.parse_args()


def _machine() -> None:
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "not set, so one a core")
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    packages = ("panelwise", "numpy", "scipy", "pandas", "glmm", "mixedlm-rs", "statsmodels")
    print(f"{date.today().isoformat()}; {os.cpu_count()} cores; load before the run {load}")
    print(f"BLAS threads: {threads}; Python {platform.python_version()}; ", end="")
    print("; ".join(f"{name} {version(name)}" for name in packages))
    print(f"{FORMULA}, Gaussian, REML; engines take turns; medians")


def _size(rows: int, groups: int, repeats: int) -> None:
    panel = simulate(rows, groups)
    size = f"{rows:,} rows, {groups:,} groups, rows shuffled"
    engines = cold(panel) + slower(panel, statsmodels=rows <= 50_000)
    print_timings(f"From a DataFrame: {size}", interleaved(engines, repeats))
    print_timings(f"After the slope changed to x2: {size}", interleaved(changed_slope(panel), repeats))


def _order_and_names(repeats: int) -> None:
    for title, panel in (
        ("rows sorted by store", simulate(*MILLION, shuffled=False)),
        ("rows shuffled, stores named by text", simulate(*MILLION, text=True)),
    ):
        size = f"{MILLION[0]:,} rows, {MILLION[1]:,} groups, {title}"
        print_timings(f"From a DataFrame: {size}", interleaved(cold(panel), max(repeats // 2, 3)))


def _flat(repeats: int) -> None:
    rows, groups = MILLION
    sizes = (50_000, rows)
    engines = [refit_only(f"{n:,} rows, {groups:,} groups", simulate(n, groups)) for n in sizes]
    print_refits(interleaved(engines, 2 * repeats))


def _fresh(folder: Path, repeats: int) -> None:
    write_upload(folder / FILE)
    print("\nIn a new Python: seconds by the clock, and of processor time (medians)")
    for job, what in (
        ("start", "importing, then fitting 50,000 rows in 500 groups"),
        ("upload", "a CSV file of 50,000 rows, 500 stores, to tiers"),
    ):
        runs = [measure(job, folder) for _ in range(max(repeats // 2, 3))]
        stages = [stage for stage in runs[0] if not stage.endswith(PROCESSOR)]
        print(f"{what}:")
        for stage in stages:
            _line(stage, [run[stage] for run in runs], [run[stage + PROCESSOR] for run in runs])
        for turn in ("first", "again") if job == "upload" else ():
            part = [stage for stage in stages if stage.startswith(turn)]
            clock = [sum(run[stage] for stage in part) for run in runs]
            _line(f"{turn}: all of it", clock, [sum(run[s + PROCESSOR] for s in part) for run in runs])


def _line(stage: str, clock: list[float], processor: list[float]) -> None:
    print(f"    {stage:32} {median(clock):8.3f} s {median(processor):8.3f} s")


def _memory(folder: Path) -> None:
    panel = simulate(*MILLION)
    for name in COLUMNS:
        np.save(folder / f"{name}.npy", panel[name].to_numpy())
    print(f"\nPeak memory, {MILLION[0]:,} rows, {MILLION[1]:,} groups (MB; before: libraries and table)")
    for job, name in (("memory-ours", "panelwise"), ("memory-glmm", "glmm 0.6.2")):
        found = measure(job, folder)
        added = found["peak"] - found["before"]
        print(f"    {name:12} before {found['before']:6.0f}  peak {found['peak']:6.0f}  added {added:6.0f}")


if __name__ == "__main__":
    main()
