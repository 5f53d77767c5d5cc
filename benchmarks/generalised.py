"""Generalised models: our fit and summary beside glmm's fit alone in one run, and lme4's recorded times."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

import core
from benchmarks.engines import Engine
from benchmarks.show import print_timings
from benchmarks.timing import interleaved
from core.table.table import Table

FIXED = "y ~ x1 + x2 + x3"
SIZES = ((10_000, 200), (100_000, 1_000))


@dataclass(frozen=True, slots=True)
class Case:
    """One model; `lme4` has the seconds that lme4 1.1-31 took on this kind of machine, by number of rows."""

    name: str
    family: str
    random: str
    lme4: dict[int, float]

    @property
    def formula(self) -> str:
        """What every engine is given."""
        return f"{FIXED} + {self.random}"


CASES = (
    Case("yes/no", "binomial", "(1 | store)", {10_000: 1.14, 100_000: 20.9}),
    Case("yes/no, slope", "binomial", "(1 + x1 | store)", {10_000: 3.08, 100_000: 56.3}),
    Case("counts, slope", "poisson", "(1 + x1 | store)", {10_000: 2.46, 100_000: 40.1}),
    Case("overdispersed counts", "negative_binomial", "(1 | store)", {10_000: 28.6}),
    Case("amounts", "gamma", "(1 | store)", {10_000: 1.54, 100_000: 19.2}),
)


def simulate(case: Case, rows: int, groups: int) -> pd.DataFrame:
    """Returns y, x1, x2, x3 and store: baselines and slopes of x1 differ; theta is 2, Gamma's shape 3."""
    rng = np.random.default_rng([rows, groups])
    store = rng.integers(0, groups, rows)
    x = rng.standard_normal((rows, 3))
    own = rng.standard_normal((groups, 2)) @ np.array([[0.7, 0.1], [0.0, 0.3]])
    slope = 0.4 + (own[store, 1] if "x1 |" in case.random else 0.0)
    eta = 0.2 + own[store, 0] + slope * x[:, 0] - 0.3 * x[:, 1] + 0.1 * x[:, 2]
    draw: dict[str, Callable[[], np.ndarray]] = {
        "binomial": lambda: (rng.random(rows) < 1 / (1 + np.exp(-eta))).astype(float),
        "poisson": lambda: rng.poisson(np.exp(eta)),
        "negative_binomial": lambda: rng.negative_binomial(2.0, 2.0 / (2.0 + np.exp(eta))),
        "gamma": lambda: rng.gamma(3.0, np.exp(eta) / 3.0),
    }
    columns = {"y": draw[case.family](), "x1": x[:, 0], "x2": x[:, 1], "x3": x[:, 2]}
    return pd.DataFrame(columns | {"store": np.char.add("s", store.astype(str))})


def print_generalised(repeats: int, sizes: tuple[tuple[int, int], ...] = SIZES) -> None:
    """Prints the timings of each model at each size."""
    for rows, groups in sizes:
        for case in CASES:
            frame = simulate(case, rows, groups)
            timings = interleaved(engines(case, frame), max(repeats // 2, 3))
            title = f"{case.name}: {case.family}, {case.formula}: {rows:,} rows, {groups:,} groups"
            print_timings(title, timings)
            if rows in case.lme4:
                seconds = case.lme4[rows]
                print(f"lme4 1.1-31, recorded: {seconds:.2f} s, {seconds / timings[0].median:.0f} x first")


def engines(case: Case, frame: pd.DataFrame) -> list[Engine]:
    """Returns glmm alone from a DataFrame, and ours from a Table: with every summary, and the fit alone."""
    table = core.read_table(frame)
    return [
        Engine("glmm 0.6.2, fit alone", lambda: _glmm(case, frame)),
        Engine("panelwise, fit and summary", lambda: _whole(case, table)),
        Engine("panelwise, fit alone", lambda: _ours(case, table).log_likelihood),
    ]


def _glmm(case: Case, frame: pd.DataFrame) -> float:
    import glmm

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(glmm.fit(frame, case.formula, case.family.replace("_", "")).loglik)


def _ours(case: Case, table: Table) -> core.Fit:
    return core.fit(table, case.formula, family=case.family)


def _whole(case: Case, table: Table) -> float:
    fit = _ours(case, table)
    told = (
        fit.fixed_effects,
        fit.variance_components,
        fit.group_effects["store"],
        fit.icc(),
        fit.r_squared(),
    )
    if any(part is None for part in told):
        raise AssertionError("a part of the summary is missing")
    return fit.log_likelihood
