"""What the fit on the screen leaves over, as few numbers as its pictures need; made once a fit and kept."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

import core
from core.finding import Finding
from core.result.pictures import binned, quantile_points, sampled
from core.table.table import Kind, Table
from dashboard import state
from dashboard.groupings import Grouping
from dashboard.state import Shown

FAR = 3.0
IN_A_BELL = 0.0027  # share of a bell curve beyond three standard deviations
LEAST = 3  # rows from which a group has a spread of its own
KNOWN = 0.05  # groups whose rows tell less than this of their effect say nothing of its curve
Limits = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, slots=True)
class LeftOver:
    """Residuals in the outcome's units (`points`, `bins`: x fitted, y residual) and in SDs (`quantiles`).

    `far` counts the rows beyond three SDs, `worst` has row (in the file) and size of the largest; `spread` is
    by grouping: index level, n sd low high above clear, widest first. Of `weighted` rows SDs are those of
    a row of average weight. Of a `yes_no` outcome the bins hold means, since residuals lie on two lines.
    """

    rows: int
    sigma: float
    far: int
    points: pd.DataFrame
    bins: pd.DataFrame
    quantiles: pd.DataFrame
    worst: pd.DataFrame
    spread: Mapping[str, pd.DataFrame]
    weighted: bool = False
    yes_no: bool = False

    @property
    def tails(self) -> float:
        """How many times as many rows lie beyond three SDs as a bell curve has."""
        return self.far / (IN_A_BELL * self.rows)


def left_over(shown: Shown) -> LeftOver:
    """Returns what the fit leaves over on the rows it was made from."""
    table = state.current().table
    assert table is not None
    return state.kept(("left over", *shown.key), lambda: _read(shown, table))


def diagnosed(shown: Shown) -> list[Finding]:
    """Returns what core finds in residuals, group effects and predictors, with what it found of the fit."""
    now = state.current()
    table, time = now.table, now.time
    assert table is not None
    able = time if time is not None and time in table.names else None
    return state.kept(
        ("diagnosed", able, *shown.key),
        lambda: core.diagnose(shown.fit, table, able, seed=state.SEED),
    )


def ignored(shown: Shown) -> tuple[str, float] | None:
    """Returns the grouping that a model without groups leaves out and its share in what is left, 0 to 1.

    The grouping is the first that the table seems to have; the share is the one-way analysis of variance's.
    None where the model has groups, or the table none.
    """
    now = state.current()
    guess = next((g.column for g in now.roles.groups if g.column), None) if now.roles else None
    if shown.fit.linear.sides or guess is None or now.table is None:
        return None
    table = now.table
    return state.kept(("ignored", guess, *shown.key), lambda: (guess, _share(shown, table, guess)))


def _share(shown: Shown, table: Table, column: str) -> float:
    found = core.residuals(shown.fit, table)
    codes, levels = pd.factorize(table.frame[column].iloc[found.rows])
    known = codes >= 0
    left, codes = found.residual[known], codes[known]
    n, groups = np.bincount(codes, minlength=len(levels)), len(levels)
    if groups < 2 or len(left) <= groups:
        return 0.0
    mean = np.bincount(codes, left, minlength=groups) / n
    within = float(((left - mean[codes]) ** 2).sum()) / (len(left) - groups)
    between = float(n @ (mean - left.mean()) ** 2) / (groups - 1)
    usual = (len(left) - float(n @ n) / len(left)) / (groups - 1)
    variance = max((between - within) / usual, 0.0)
    return variance / (variance + within) if variance + within > 0 else 0.0


def _read(shown: Shown, table: Table) -> LeftOver:
    found = core.residuals(shown.fit, table)
    places = sampled(found.n)
    outcome = shown.spec.outcome.column
    yes_no = table.column(outcome).kind is Kind.YES_NO
    at_average = found.standardised * found.sigma * np.sqrt(1.0 - found.leverage)  # residual sqrt(weight)
    largest = np.argsort(-np.abs(found.standardised))[:10]
    return LeftOver(
        rows=found.n,
        sigma=found.sigma,
        far=int((np.abs(found.standardised) > FAR).sum()),
        points=pd.DataFrame({"x": found.fitted[places], "y": found.residual[places]}),
        bins=binned(found.fitted, found.residual, means=yes_no),
        quantiles=quantile_points(found.standardised),
        worst=pd.DataFrame(
            {
                "row": [table.reading.row(int(at)) for at in found.rows[largest]],
                "fitted": found.fitted[largest],
                "residual": found.residual[largest],
                "in SDs": found.standardised[largest],
            }
        ),
        spread={
            name: spread_of(codes, found.levels[name], at_average, found.sigma, shown.fit.level)
            for name, codes in found.codes.items()
        },
        weighted=shown.spec.weights is not None,
        yes_no=yes_no,
    )


def spread_of(
    codes: np.ndarray,
    levels: tuple[str, ...],
    residual: np.ndarray,
    sigma: float,
    level: float,
    taken: float = 1.0,
) -> pd.DataFrame:
    """Returns the residual SD by group with its interval of width `level`, how many errors it lies above the
    SD of all (`above`) and whether it is off it by more than chance puts one of twenty tables' groups
    (`clear`).

    On the log scale, where ln S^2 of f normal residuals has variance trigamma(f / 2) (Bartlett, Kendall
    1946), enlarged by the kurtosis of all over n: heavy tails alone make no group scatter more (Layard 1973).
    Fitting took `taken` degrees of freedom from each group.
    """
    from scipy import special

    n = np.bincount(codes, minlength=len(levels))
    square = np.bincount(codes, residual**2, minlength=len(levels))
    told = (n >= LEAST) & (square > 0)
    half = np.where(told, n - taken, 1) / 2
    scaled = residual / sigma
    kurtosis = max(float((scaled**4).mean() / (scaled**2).mean() ** 2) - 3.0, 0.0)
    log = np.log(np.where(told, square, 1.0) / (2 * half)) / 2
    error = np.sqrt(special.polygamma(1, half) + kurtosis / np.maximum(n, 1)) / 2
    reach = special.ndtri(0.5 + level / 2) * error
    middle = log - (special.digamma(half) - np.log(half)) / 2
    table = pd.DataFrame(
        {
            "n": n,
            "sd": np.exp(log),
            "low": np.exp(middle - reach),
            "high": np.exp(middle + reach),
            "above": (middle - np.log(sigma)) / error,
        },
        index=pd.Index(levels, dtype="str"),
    )
    table["clear"] = table["above"].abs() > special.ndtri(1 - 0.025 / max(int(told.sum()), 1))
    return table[told].sort_values("sd", ascending=False)


def effects(shown: Shown, by: Grouping, term: str) -> pd.Series:
    """Returns the groups' effects over the SD that the model expects of such estimates, largest first.

    An estimate pulled to zero varies less than the effect itself: by the variance less its own error's.
    Groups whose rows tell next to nothing are left out; empty where none differ.
    """
    table = shown.fit.group_effects[by.name]
    parts = shown.fit.variance_components
    mine = (parts["group"] == by.name) & (parts["term_1"] == term) & (parts["term_2"] == "")
    variance = float(parts.loc[mine, "variance"].iloc[0])
    known = variance - table[f"{term}_se"] ** 2
    told = known > KNOWN * variance
    return (table[term] / np.sqrt(known.where(told)))[told].sort_values(ascending=False)
