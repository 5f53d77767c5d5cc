"""What a fit expects of new rows: of groups it knows, of a typical group, of groups it has never met."""

from collections.abc import Mapping
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.design.replay import NewRows, replayed
from core.errors import PanelwiseError, listed
from core.fit.effects import Codes
from core.fit.threads import one_thread
from core.table.read import read_table
from core.table.table import Table

if TYPE_CHECKING:
    from core.result.fit import Fit

GROUPS = ("known", "typical", "new")
# Values of the variances that the uncertainty is averaged over.
VALUES = 64


class UnseenLevels(PanelwiseError):
    """Rows of groups that the fit has never met."""

    def __init__(self, factor: str, found: list[str]) -> None:
        super().__init__(
            f"The model has not met these values of '{factor}': {listed(found)}. Predict them as new groups "
            '(unseen="new"), or leave those rows out.'
        )


class BadPrediction(PanelwiseError):
    """A kind of prediction that does not exist."""

    def __init__(self, name: str, asked: object, known: tuple[str, ...]) -> None:
        super().__init__(f"'{name}' cannot be {asked!r}. Use one of: {', '.join(known)}.")


def predict(
    fit: "Fit",
    table: Table | pd.DataFrame,
    groups: str = "known",
    *,
    interval: float = 0.95,
    unseen: str = "error",
) -> pd.DataFrame:
    """Returns, for every row of a table in its order: mean se low high prediction_low prediction_high.

    `groups`: "known" adds the groups' own effects; "typical" leaves them at zero; "new" takes every row's
    groups for ones never met, whose effects add their variance. `unseen="new"` does so under "known" for
    groups that the fit has not met. `low` to `high` is the central interval of the expected outcome,
    `prediction_low` to `prediction_high` that of a single outcome, which adds the residual. Both are
    averaged over the variances that the data leave open. Rows with a blank in a predictor are NaN.
    Raises UnknownColumn, UnseenValues, UnseenLevels, BadPrediction, NotANumber, OutsideDomain.
    """
    for name, asked, known in (("groups", groups, GROUPS), ("unseen", unseen, ("error", "new"))):
        if asked not in known:
            raise BadPrediction(name, asked, known)
    panel = table if isinstance(table, Table) else read_table(table)
    rows = replayed(panel, fit.spec, fit.linear.moments.layout)
    codes = {name: _codes(fit, rows, name, groups, unseen) for name in fit.linear.sides}
    mean, variance, residual = _moments(fit, rows, codes, groups != "typical")
    reach = NormalDist().inv_cdf(0.5 + interval / 2)
    error, spread = np.sqrt(variance), np.sqrt(variance + residual)
    columns = {
        "mean": mean,
        "se": error,
        "low": mean - reach * error,
        "high": mean + reach * error,
        "prediction_low": mean - reach * spread,
        "prediction_high": mean + reach * spread,
    }
    found = pd.DataFrame(np.nan, index=range(rows.n_all), columns=list(columns))
    found.iloc[rows.kept] = np.column_stack(list(columns.values()))
    return found


def _codes(fit: "Fit", rows: NewRows, name: str, groups: str, unseen: str) -> Codes:
    """Place of each row's group among the fit's, -1 for a group that is new or left out."""
    names = rows.groups[name]
    if groups != "known":
        return np.full(len(names), -1, dtype=np.intp)
    place = {level: k for k, level in enumerate(fit.linear.sides[name].moments.levels[0])}
    codes = np.array([place.get(level, -1) for level in names], dtype=np.intp)
    if unseen == "error" and (codes < 0).any():
        raise UnseenLevels(name, sorted(set(names[codes < 0])))
    return codes


def _moments(
    fit: "Fit", rows: NewRows, codes: Mapping[str, Codes], as_new: bool
) -> tuple[Array, Array, float]:
    """Mean (n,) at the fit's own variances, variance (n,) around it, residual variance."""
    fitted, lead = fit.linear, fit.linear.lead
    x = rows.matrix(lead.problem.fixed)
    z = {name: rows.matrix(side.problem.random) for name, side in fitted.sides.items()}
    mean = x @ lead.fixed
    for name, side in fitted.sides.items():
        mean = mean + _own(z[name], side.effects.mean, codes[name])
    thetas = fitted.plausible.theta
    thetas = thetas[:: max(1, len(thetas) // VALUES)]
    variance, residual = np.zeros(len(x)), 0.0
    with one_thread():
        for theta in thetas:
            centre, lever, unsure = np.zeros(len(x)), x, np.zeros(len(x))
            at = lead.at(theta)
            for name, side in fitted.sides.items():
                here = side.at(theta)
                centre = centre + _own(z[name], here.effects.mean, codes[name])
                pulled = np.einsum("na,nap->np", z[name], here.effects.pull[codes[name]])
                lever = lever - np.where((codes[name] >= 0)[:, None], pulled, 0.0)
                new = np.einsum("na,ab,nb->n", z[name], here.spread, z[name])
                unsure += np.where(codes[name] >= 0, 0.0, new * as_new)
            if fitted.sides:
                unsure += fitted.known(theta, z, codes)
            unsure += np.einsum("np,pr,nr->n", lever, at.fixed_covariance, lever)
            variance += unsure + (centre + x @ at.fixed - mean) ** 2
            residual += at.residual
    return mean, variance / len(thetas), residual / len(thetas)


def _own(z: Array, effects: Array, codes: Codes) -> Array:
    return np.where(codes >= 0, np.einsum("na,na->n", z, effects[codes]), 0.0)
