"""Several groupings: timings of one large crossed design, and 500 small ones beside glmm."""

import warnings
from collections import Counter

import numpy as np
import pandas as pd

import core
from benchmarks.engines import cold
from benchmarks.show import AGREED, print_timings
from benchmarks.timing import interleaved

LARGE = (70_000, 3_000, 1_000)
FORMULAS = (
    "y ~ x + (1 | store) + (1 | brand)",
    "y ~ x + (1 + x | store) + (1 | brand)",
    "y ~ x + (1 | store) + (1 | brand) + (1 | week)",
    "y ~ x + (1 + x | store) + (1 + x | brand)",
)


def print_large(repeats: int) -> None:
    """Prints timings at 70,000 rows, 3,000 stores crossed with 1,000 brands."""
    rows, stores, brands = LARGE
    rng = np.random.default_rng(0)
    store, brand, x = rng.integers(0, stores, rows), rng.integers(0, brands, rows), rng.normal(size=rows)
    y = 1 + 0.5 * x + 0.7 * rng.normal(size=stores)[store] + 0.4 * rng.normal(size=brands)[brand]
    panel = pd.DataFrame({"y": y + rng.normal(size=rows), "x": x, "store": store, "brand": brand})
    for formula in ("y ~ x + (1 | store) + (1 | brand)", "y ~ x + (1 + x | store) + (1 | brand)"):
        title = f"{formula}: {rows:,} rows, {stores:,} stores x {brands:,} brands"
        print_timings(title, interleaved(cold(panel, formula), max(repeats // 2, 3)))


def print_small(designs: int = 500) -> None:
    """Prints who ends lower, in parts of a million of the criterion, on simulated designs of all kinds."""
    counts: Counter[str] = Counter()
    for seed in range(designs):
        panel, formula, reml = small(seed)
        ours, theirs = criteria(panel, formula, reml)
        apart = (ours - theirs) / abs(theirs)
        counts["lower" if apart < -AGREED else "higher" if apart > AGREED else "level"] += 1
    print(f"\n{designs} designs with two or three groupings, criterion beside glmm 0.6.2:")
    for outcome in ("lower", "level", "higher"):
        print(f"    ours {outcome:7} {counts[outcome]:4}")


def small(seed: int) -> tuple[pd.DataFrame, str, bool]:
    """Returns one design, its formula and whether REML is asked: balance and signal from none to strong."""
    rng = np.random.default_rng([20261121, seed])
    rows = int(rng.choice([60, 150, 400]))
    levels = {"store": int(rng.choice([6, 12, 25])), "brand": int(rng.choice([4, 8])), "week": 5}
    codes = {name: rng.integers(0, size, rows) for name, size in levels.items()}
    x = rng.choice([0.0, 30.0]) + rng.normal(size=rows)
    y = 2 + 0.5 * x + rng.choice([0.1, 1.0, 5.0]) * rng.normal(size=rows)
    for name, size in levels.items():
        signal = rng.choice([0.0, 0.1, 0.5, 2.0], 2)
        y += (
            signal[0] * rng.normal(size=size)[codes[name]]
            + 0.3 * signal[1] * rng.normal(size=size)[codes[name]] * x
        )
    frame = {"y": y, "x": x} | {name: [f"{name}{k}" for k in code] for name, code in codes.items()}
    return pd.DataFrame(frame), FORMULAS[seed % len(FORMULAS)], bool(seed % 3)


def criteria(panel: pd.DataFrame, formula: str, reml: bool) -> tuple[float, float]:
    """Returns our criterion and glmm's."""
    import glmm

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # singular fits are meant
        peer = glmm.fit(panel, formula, "gaussian", reml=reml, satterthwaite=False)
    return core.fit(panel, formula, method="reml" if reml else "ml").criterion, -2.0 * float(peer.loglik)
