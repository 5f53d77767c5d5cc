"""Bayesian fits: the instant posterior and NUTS from kept sums, in a warm process and in new ones."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import core
from benchmarks.panels import FORMULA, simulate
from core.design.moments import Moments
from core.fit.chains import Chains
from core.fit.instant import Weighed
from core.result.chains import measured

SIZES = ((200, 20), (50_000, 500), (1_000_000, 2_000))
CROSSED = "y ~ x1 + (1 | store) + (1 | brand)"
ROOT = Path(__file__).resolve().parents[1]

# Run in a new process: seconds to import, to compile each model, and of a first fit with draws of its groups.
FRESH = """
import json, time
start = time.perf_counter()
import core, nutpie, pymc
from benchmarks.panels import FORMULA, simulate
from core.fit.nuts_model import AHEAD, compiled
found = {"import core, pymc, nutpie": time.perf_counter() - start}
for size, way in AHEAD:
    start = time.perf_counter()
    compiled(size, way)
    name = f"compile {size} parameters" + ("" if way.name == "ONE" else ", several groupings")
    found[name] = time.perf_counter() - start
panel = simulate(200, 20)
start = time.perf_counter()
core.fit(panel, FORMULA, "nuts").posterior.drawn
found["fit by NUTS, 200 rows, 20 groups"] = time.perf_counter() - start
print(json.dumps(found))
"""


def print_bayes(repeats: int, quick: bool) -> None:
    """Prints seconds and effective draws by size, whether they grow with the rows, and new processes."""
    print(f"\nBayesian fits, {FORMULA}, from kept sums; medians of {repeats}, ESS of the worst")
    print(
        f"{'':28}{'instant':>10}{'k-hat':>7}{'ESS':>7}{'NUTS':>10}{'bulk':>7}{'tail':>7}{'R-hat':>8}{'div.':>6}"
    )
    for rows, groups in SIZES[: 2 if quick else 3]:
        _size(
            core.moments(simulate(rows, groups), FORMULA),
            FORMULA,
            f"{rows:,} rows, {groups:,} groups",
            repeats,
        )
    if not quick:
        few = core.moments(simulate(50_000, 2_000), FORMULA)
        _size(few, FORMULA, "50,000 rows, 2,000 groups", repeats)
    crossed = simulate(20_000, 300)
    crossed["brand"] = crossed.index % 30
    _size(core.moments(crossed, CROSSED), CROSSED, "20,000 rows, 300 x 30", max(repeats // 2, 1))
    with tempfile.TemporaryDirectory() as folder:
        for title in ("nothing compiled before", "compiled before by another process"):
            print(f"In a new process, {title}:")
            for stage, seconds in _fresh(folder).items():
                print(f"    {stage:44}{seconds:8.1f} s")


def _size(kept: Moments, formula: str, name: str, repeats: int) -> None:
    instant, nuts = (_fitted(kept, formula, method, repeats) for method in ("posterior", "nuts"))
    weighed, chains = instant[1], nuts[1]
    assert isinstance(weighed, Weighed)
    assert isinstance(chains, Chains)
    said = measured(chains.x)
    print(
        f"{name:28}{instant[0]:8.2f} s{weighed.k_hat:7.2f}{weighed.ess:7.0f}{nuts[0]:8.2f} s"
        f"{said.ess_bulk.min():7.0f}{said.ess_tail.min():7.0f}{said.r_hat.max():8.3f}{chains.diverging.sum():6}"
    )


def _fitted(kept: Moments, formula: str, method: str, repeats: int) -> tuple[float, Weighed | Chains]:
    """Seconds from sums to draws of every group's effects, and what the draws say of themselves."""

    def run(seed: int) -> Weighed | Chains:
        posterior = core.refit(kept, formula, method, seed=seed).posterior
        assert posterior is not None
        assert len(posterior.drawn.sigma)
        return posterior.how

    how = run(0)
    return median(_seconds(run, seed) for seed in range(1, repeats + 1)), how


def _seconds(run: Callable[[int], object], seed: int) -> float:
    start = perf_counter()
    run(seed)
    return perf_counter() - start


def _fresh(folder: str) -> dict[str, float]:
    flags = {"PYTENSOR_FLAGS": f"base_compiledir={folder}"}
    done = subprocess.run(
        [sys.executable, "-c", FRESH],
        cwd=ROOT,
        env=os.environ | flags,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    print_bayes(5, "--quick" in sys.argv)
