"""Bootstrap, groups left out and profile intervals, beside as many fits of other software."""

import warnings
from collections.abc import Callable
from time import perf_counter

import numpy as np
import pandas as pd

import core
from benchmarks.panels import FORMULA, simulate

REPLICATES, PANEL, LEFT_OUT = 1_000, (20, 10), 2_000
ALONE = 10  # fits of a peer from which the time of as many as ours is foretold


def print_resampling(repeats: int) -> None:
    """Prints seconds of ours, and of glmm and statsmodels for as many fits, from ALONE of them."""
    groups, rows = PANEL
    small = _panel(groups, rows)
    fit = core.fit(small, "y ~ x + w + (1 + x | g)")
    ours = _median(lambda: core.bootstrap(fit, REPLICATES), repeats)
    print(f"\n{REPLICATES:,} bootstrap fits of {groups} groups x {rows} rows, random slope")
    _line("panelwise, all at once", ours, ours)
    for name, one in (("glmm 0.6.2", _glmm), ("statsmodels 0.15.0", _statsmodels)):
        _line(f"{name}, {REPLICATES:,} fits", REPLICATES * _alone(lambda one=one: one(small)), ours)  # type: ignore[misc]
    _line("panelwise, profile intervals", _median(lambda: core.profile(fit), repeats), ours)

    large = simulate(20 * LEFT_OUT, LEFT_OUT)
    whole = core.fit(large, FORMULA)
    ours = _median(lambda: core.influence(whole), repeats)
    print(f"\nThe fit without each of {LEFT_OUT:,} groups, {len(large):,} rows, random slope")
    _line("panelwise, from sums", ours, ours)
    import glmm

    peer = _alone(lambda: glmm.fit(large, FORMULA, "gaussian", reml=True, satterthwaite=False))
    _line(f"glmm 0.6.2, {LEFT_OUT:,} fits", LEFT_OUT * peer, ours)


def _panel(groups: int, rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(20)
    g = np.repeat(np.arange(groups), rows)
    x, w = rng.normal(size=len(g)), rng.normal(size=len(g))
    u = rng.normal(size=(groups, 2))
    y = 1 + x + 0.5 * w + u[g, 0] + 0.5 * u[g, 1] * x + rng.normal(size=len(g))
    return pd.DataFrame({"y": y, "x": x, "w": w, "g": [f"g{k}" for k in g]})


def _glmm(panel: pd.DataFrame) -> object:
    import glmm

    return glmm.fit(panel, "y ~ x + w + (1 + x | g)", "gaussian", reml=True, satterthwaite=False)


def _statsmodels(panel: pd.DataFrame) -> object:
    import statsmodels.formula.api as smf

    return smf.mixedlm("y ~ x + w", panel, groups="g", re_formula="~x").fit(reml=True)


def _alone(run: Callable[[], object]) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # singular replicates are part of a bootstrap
        return _median(run, ALONE)


def _median(run: Callable[[], object], repeats: int) -> float:
    run()
    spent = []
    for _ in range(repeats):
        start = perf_counter()
        run()
        spent.append(perf_counter() - start)
    return float(np.median(spent))


def _line(name: str, seconds: float, first: float) -> None:
    print(f"    {name:32} {seconds:9.3f} s {seconds / first:9.1f} x ours")
