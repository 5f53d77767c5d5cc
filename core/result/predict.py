"""What a fit expects of new rows: of groups it knows, of a typical group, of groups it has never met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.design.replay import NewRows, replayed
from core.errors import PanelwiseError, listed
from core.fit.effects import Codes
from core.fit.generalised import Generalised
from core.fit.rows_posterior import RowsPosterior
from core.fit.threads import one_thread
from core.result.asked import check_level
from core.result.predict_draws import drawn_predictions
from core.result.predict_response import response_columns
from core.result.predict_rows import rows_predictions
from core.table.read import read_table
from core.table.table import Table

if TYPE_CHECKING:
    from core.result.fit import Fit

GROUPS = ("known", "typical", "new")
# Values of the variances that the uncertainty is averaged over, and most of them times rows.
VALUES, MOST = 64, 4_000_000
# Degrees of freedom from which t and normal intervals differ by less than 0.6 % of their width.
MANY = 200.0


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
    interval: float | None = None,
    unseen: str = "error",
) -> pd.DataFrame:
    """Returns, for every row of a table in its order: mean se low high prediction_low prediction_high.

    `groups`: "known" adds the groups' own effects; "typical" leaves them at zero; "new" takes every row's
    groups for ones never met, whose effects add their variance. `unseen="new"` does so under "known" for
    groups that the fit has not met. `low` to `high` is the central interval of the expected outcome,
    `prediction_low` to `prediction_high` that of a single outcome, which adds the residual; both as wide as
    `interval` says, the fit's own `level` unless given. Of a generalised model all are on the outcome's own
    scale: the probability of yes, the expected count or amount; of new groups `mean` is averaged over their
    effects, and a single outcome is 0 or 1, a share of the row's trials, a count or an amount. They are of
    the mixture over the variances that the data leave open, t with n - p degrees of freedom given those
    (normal of a generalised model); of a posterior, quantiles of all its draws.
    Rows with a blank in a predictor are NaN. The columns of groups are read under "known" only, but for those
    that `within` and `between` take means by, whose groups must be among the fit's.
    Raises UnknownColumn, UnseenValues, UnmetMeans, UnseenLevels, BadPrediction, BadLevel, NotANumber,
    OutsideDomain.
    """
    for name, asked, known in (("groups", groups, GROUPS), ("unseen", unseen, ("error", "new"))):
        if asked not in known:
            raise BadPrediction(name, asked, known)
    level = fit.level if interval is None else interval
    check_level(level)
    panel = table if isinstance(table, Table) else read_table(table)
    levels = {name: side.moments.levels[0] for name, side in fit.linear.sides.items()}
    rows = replayed(
        panel, fit.spec, fit.linear.moments.layout, fit.linear.moments.unit, levels, groups == "known"
    )
    columns = expected(fit, rows, groups, level, unseen)
    found = pd.DataFrame(np.nan, index=range(rows.n_all), columns=list(columns))
    found.iloc[rows.kept] = np.column_stack(list(columns.values()))
    return found


def expected(fit: "Fit", rows: NewRows, groups: str, level: float, unseen: str) -> dict[str, Array]:
    """Returns the columns of `predict` (n,) for rows as numbers."""
    codes = {name: _codes(fit, rows, name, groups, unseen) for name in fit.linear.sides}
    if isinstance(fit.linear, RowsPosterior):
        return rows_predictions(fit.linear, rows, codes, groups != "typical", level)
    if fit.posterior is not None:
        return drawn_predictions(fit.posterior, rows, codes, groups != "typical", level)
    at = _mixture(fit, rows, codes, groups != "typical")
    if fit.generalised is not None:
        return _on_response(fit.generalised, rows, at, level)
    single, df = _single(at, rows), _df(fit)
    tails = (0.5 - level / 2, 0.5 + level / 2)
    return {
        "mean": at.mean,
        "se": np.sqrt((at.variance + at.off**2).mean(axis=0)),
        "low": at.mean + quantile(at.off, at.variance, tails[0], df),
        "high": at.mean + quantile(at.off, at.variance, tails[1], df),
        "prediction_low": at.mean + quantile(single.off, single.variance, tails[0], df),
        "prediction_high": at.mean + quantile(single.off, single.variance, tails[1], df),
    }


def foretold(fit: "Fit", rows: NewRows, levels: Sequence[float]) -> tuple[Array, Array, Array]:
    """Returns the means (n,) of rows of amounts around an average, groups that were not met as new, and both
    ends of the intervals of single outcomes of several widths: (L, n), (L, n). As `expected` has them.
    """
    if fit.posterior is not None:
        found = [expected(fit, rows, "known", level, "new") for level in levels]
        ends = ([one[f"prediction_{side}"] for one in found] for side in ("low", "high"))
        low, high = (np.stack(end) for end in ends)
        return found[0]["mean"], low, high
    codes = {name: _codes(fit, rows, name, "known", "new") for name in fit.linear.sides}
    at, df = _mixture(fit, rows, codes, True), _df(fit)
    single = _single(at, rows)
    low, high = (
        np.stack(
            [at.mean + quantile(single.off, single.variance, 0.5 + side * level / 2, df) for level in levels]
        )
        for side in (-1.0, 1.0)
    )
    return at.mean, low, high


def _single(at: "_Mixture", rows: NewRows) -> "_Mixture":
    return replace(at, variance=at.variance + at.residual[:, None] / rows.weights)


def _df(fit: "Fit") -> float:
    """Given the variances everything is normal; REML's residual variance is estimated beside them."""
    return float(fit.n_rows - fit.linear.lead.problem.p)


def _on_response(fitted: Generalised, rows: NewRows, at: "_Mixture", level: float) -> dict[str, Array]:
    centre = at.mean + at.off.mean(axis=0)
    sd = np.sqrt((at.variance + np.square(at.off - at.off.mean(axis=0))).mean(axis=0))
    tails = (0.5 - level / 2, 0.5 + level / 2)
    low, high = (at.mean + quantile(at.off, at.variance, tail, np.inf) for tail in tails)
    given, dispersion = fitted.rows, fitted.estimates.dispersion
    own = (at.mean, at.new)
    return response_columns(given, dispersion, (centre, sd), (low, high), own, rows.trials, level)


def _codes(fit: "Fit", rows: NewRows, name: str, groups: str, unseen: str) -> Codes:
    """Place of each row's group among the fit's, -1 for a group that is new or left out."""
    if groups != "known":
        return np.full(len(rows.kept), -1, dtype=np.intp)
    names = rows.groups[name]
    place = {level: k for k, level in enumerate(fit.linear.sides[name].moments.levels[0])}
    codes = np.array([place.get(level, -1) for level in names], dtype=np.intp)
    if unseen == "error" and (codes < 0).any():
        raise UnseenLevels(name, sorted(set(names[codes < 0])))
    return codes


@dataclass(frozen=True, slots=True)
class _Mixture:
    """What T values of the variances say of n rows: t around mean + off, with `variance` as squared scale."""

    mean: Array  # (n,) at the fit's own variances
    off: Array  # (T, n)
    variance: Array  # (T, n)
    residual: Array  # (T,)
    new: Array  # (n,) SD of what groups never met add, at the fit's own variances


def _mixture(fit: "Fit", rows: NewRows, codes: Mapping[str, Codes], as_new: bool) -> _Mixture:
    fitted, lead = fit.linear, fit.linear.lead
    x = rows.matrix(lead.problem.fixed)
    z = {name: rows.matrix(side.problem.random) for name, side in fitted.sides.items()}
    offset = sum((rows.values[name] for name in lead.moments.layout.offsets), np.zeros(len(x)))
    mean = x @ lead.fixed + offset
    unmet = np.zeros(len(x))
    for name, side in fitted.sides.items():
        mean = mean + _own(z[name], side.effects.mean, codes[name])
        own = np.einsum("na,ab,nb->n", z[name], side.random_covariance, z[name])
        unmet += np.where(codes[name] >= 0, 0.0, own * as_new)
    thetas = fitted.plausible.theta
    thetas = thetas[:: max(1, len(thetas) // max(8, min(VALUES, MOST // max(len(x), 1))))]
    off, variance = np.empty((len(thetas), len(x))), np.zeros((len(thetas), len(x)))
    residual = np.empty(len(thetas))
    with one_thread():
        for t, theta in enumerate(thetas):
            at = {name: side.at(theta) for name, side in fitted.sides.items()}
            # What is said of the fixed side is the same along every grouping.
            whole, lever = next(iter(at.values()), None) or lead.at(theta), x
            off[t], residual[t] = x @ whole.fixed + offset - mean, whole.residual
            for name, here in at.items():
                known = codes[name] >= 0
                off[t] += _own(z[name], here.effects.mean, codes[name])
                pulled = np.einsum("na,nap->np", z[name], here.effects.pull[codes[name]])
                lever = lever - np.where(known[:, None], pulled, 0.0)
                new = np.einsum("na,ab,nb->n", z[name], here.spread, z[name])
                variance[t] += np.where(known, 0.0, new * as_new)
            if fitted.sides:
                variance[t] += fitted.known(theta, z, codes)
            variance[t] += np.einsum("np,pr,nr->n", lever, whole.fixed_covariance, lever)
    return _Mixture(mean, off, np.maximum(variance, 0.0), residual, np.sqrt(np.maximum(unmet, 0.0)))


def quantile(off: Array, variance: Array, share: float, df: float) -> Array:
    """Returns the quantile (n,) of an equal mixture of T t distributions a row: centres and squared scales
    (T, n), `df` degrees of freedom; of normals beyond MANY.

    Given the relative factors everything is normal around the estimates but for sigma^2, whose estimate has
    n - p degrees of freedom; so what is said is t, as in plain regression. By bisection of the distribution
    function: a single bell with the mixture's variance is too wide in the middle and too narrow in the tails.
    """
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    normal = df > MANY
    end = abs(float(ndtri(share) if normal else stdtrit(df, share)))
    sd = np.sqrt(np.maximum(variance, 1e-300))
    if len(off) == 1:
        return np.asarray(off[0] + np.sign(share - 0.5) * end * sd[0])
    low, high = (off - (end + 1.0) * sd).min(axis=0), (off + (end + 1.0) * sd).max(axis=0)
    for _ in range(40):
        middle = (low + high) / 2.0
        away = (middle - off) / sd
        below = (ndtr(away) if normal else stdtr(df, away)).mean(axis=0) < share
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray((low + high) / 2.0)


def _own(z: Array, effects: Array, codes: Codes) -> Array:
    return np.where(codes >= 0, np.einsum("na,na->n", z, effects[codes]), 0.0)
