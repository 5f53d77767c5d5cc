"""What is timed: each engine's way from a DataFrame (or kept moments) to estimates with standard errors."""

import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

import pandas as pd

import core
from benchmarks.panels import CHANGED, FORMULA

TIME_LIMIT = 90.0


@dataclass(frozen=True, slots=True)
class Engine:
    """One road to a fitted model; `run` returns its log-likelihood, `most` is how often it may run."""

    name: str
    run: Callable[[], float]
    most: int = 1000


def cold(panel: pd.DataFrame, formula: str = FORMULA) -> list[Engine]:
    """Returns the engines that start from a DataFrame. The first of them is the yardstick."""
    return [
        Engine("glmm 0.6.2, with df", lambda: _glmm(panel, formula, True)),
        Engine("glmm 0.6.2, without df", lambda: _glmm(panel, formula, False)),
        Engine("panelwise, fixed-effects table with df", lambda: _with_table(core.fit(panel, formula))),
        Engine("panelwise, fit alone", lambda: core.fit(panel, formula).log_likelihood),
    ]


def slower(panel: pd.DataFrame, statsmodels: bool) -> list[Engine]:
    """Returns mixedlm-rs and, for tables it can manage, statsmodels."""
    found = [Engine("mixedlm-rs 0.2.0, no df", lambda: _mixedlm(panel))]
    if statsmodels:
        found.append(Engine("statsmodels 0.15.0, no df", lambda: _statsmodels(panel), most=2))
    return found


def changed_slope(panel: pd.DataFrame) -> list[Engine]:
    """Returns the engines after the slope changed from x1 to x2: ours reads kept moments, no rows."""
    kept = core.moments(panel, FORMULA)
    return [
        Engine("glmm 0.6.2, with df", lambda: _glmm(panel, CHANGED, True)),
        Engine("glmm 0.6.2, without df", lambda: _glmm(panel, CHANGED, False)),
        Engine("panelwise refit, table with df", lambda: _with_table(core.refit(kept, CHANGED))),
        Engine("panelwise refit alone", lambda: core.refit(kept, CHANGED).log_likelihood),
    ]


def refit_only(label: str, panel: pd.DataFrame) -> Engine:
    """Returns a refit from the moments of a panel that is not kept itself."""
    kept = core.moments(panel, FORMULA)
    return Engine(f"panelwise refit, {label}", lambda: _with_table(core.refit(kept, CHANGED)))


def _with_table(fit: core.Fit) -> float:
    if not len(fit.fixed_effects):
        raise AssertionError("the table of fixed effects is empty")
    return fit.log_likelihood


def _glmm(panel: pd.DataFrame, formula: str, satterthwaite: bool) -> float:
    import glmm

    found = glmm.fit(panel, formula, "gaussian", reml=True, satterthwaite=satterthwaite)
    return float(found.loglik)


def _mixedlm(panel: pd.DataFrame) -> float:
    import mixedlm_rs

    model = mixedlm_rs.mixedlm("y ~ x1 + x2 + x3", panel, groups="store", re_formula="~x1")
    found = model.fit(reml=True)
    if not len(found.bse_fe):
        raise AssertionError("there are no standard errors")
    return float(found.llf)


def _statsmodels(panel: pd.DataFrame) -> float:
    import statsmodels.formula.api as smf

    with warnings.catch_warnings(), _limited(TIME_LIMIT):
        warnings.simplefilter("ignore")  # its log-likelihood is printed beside the others', which says more
        model = smf.mixedlm("y ~ x1 + x2 + x3", panel, groups="store", re_formula="~x1")
        return float(model.fit(reml=True).llf)


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Ends pure Python work after some seconds with TimeoutError, where the system has alarms."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"stopped after {seconds:g} s")

    if not hasattr(signal, "SIGALRM"):
        yield
        return
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
