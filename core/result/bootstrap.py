"""Cluster bootstrap: what the fit would have said of other groups from where these came from."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.result.asked import check_draws, check_level
from core.result.drawn import Drawn, drawn
from core.result.errors import UnknownKind, check_searched
from core.result.fit import Fit
from core.result.variance import icc, r_squared

KINDS = ("percentile", "basic")
# Replicates from which quantiles are taken at all.
FEWEST = 20
# Groups from which the bootstrap's intervals of SDs are not warned of.
FAITHFUL = 50
# Share of draws without a fit from which it is said that they are missing.
LOST = 0.05


@dataclass(frozen=True)
class Bootstrap:
    """Replicates of a fit and the intervals they give.

    `used` of `asked` replicates could be fitted; `groups` is how many were drawn each time, `seed` what the
    draws came from.
    """

    fixed_effects: pd.DataFrame  # index term: estimate std_error low high
    variance_components: pd.DataFrame  # group term_1 term_2 measure estimate std_error low high
    shares: pd.DataFrame  # index icc_adjusted icc_unadjusted r2_marginal r2_conditional, columns the same
    kind: str
    level: float
    asked: int
    used: int
    groups: int
    seed: int

    @property
    def how(self) -> str:
        """How the intervals were made."""
        return (
            f"{100 * self.level:.4g} % {self.kind} interval of {self.used:,} cluster-bootstrap fits "
            f"({self.groups} groups drawn with replacement, seed {self.seed})"
        )

    @property
    def caution(self) -> str:
        """What these intervals do not hold: draws without a fit, few groups. Empty where neither matters."""
        return " ".join(filter(None, (self._lost, self._few)))

    @property
    def _lost(self) -> str:
        if self.used >= (1.0 - LOST) * self.asked:
            return ""
        return (
            f"{self.asked - self.used:,} of {self.asked:,} draws could not be fitted, as when a predictor "
            "moves in few groups and none of these is drawn: what hangs on few groups looks surer than it is."
        )

    @property
    def _few(self) -> str:
        if self.groups >= FAITHFUL:
            return ""
        return (
            f"With {self.groups} groups the bootstrap is too sure of SDs, ICC and R2: in simulations its "
            "95 % held the true SD in 84 % of panels of 8 groups and in 88 % of 20. The profile's held it in "
            "94 %."
        )


def bootstrap(
    fit: Fit,
    n: int = 1000,
    seed: int = 0,
    *,
    kind: str = "percentile",
    level: float | None = None,
    done: Callable[[int], None] = lambda count: None,
) -> Bootstrap:
    """Returns intervals from n fits to groups drawn with replacement: no normality is taken for granted.

    Whole groups are drawn, and each counts as a group of its own; nothing is read but the groups' sums. One
    grouping takes a second for 1,000 fits; where groups lie in groups the outermost are drawn, a fit at a
    time. With few groups the tails are taken further out, as a t interval's are (expanded percentiles,
    Hesterberg 2015, Am. Stat. 69(4), section 3.1): plain ones held the truth in 88 % of panels of 8 groups.
    Even so the SDs of so few groups stay too sure; the profile serves better there. `kind`: "percentile" or
    "basic"; `level` is that of the fit if not given; `done` hears how many fits have ended. Raises NoGroups,
    CrossedResampled, UnknownKind, NoDraws, BadSeed, BadLevel,
    NotSearched.
    """
    level = fit.level if level is None else level
    check_draws(n, seed)
    check_level(level)
    check_searched(fit.linear, "The bootstrap", "Read the posterior's own intervals")
    if kind not in KINDS:
        raise UnknownKind(kind, KINDS)
    made = drawn(fit.linear, n, seed, done)
    used = made.found
    tails = _Tails(level, made.groups, kind)
    return Bootstrap(
        fixed_effects=tails.table(fit.fixed_effects["estimate"], made.fixed[used]),
        variance_components=_variances(fit, made, tails),
        shares=_shares(fit, made, tails),
        kind=kind,
        level=level,
        asked=n,
        used=int(used.sum()),
        groups=made.groups,
        seed=seed,
    )


@dataclass(frozen=True, slots=True)
class _Tails:
    """Which quantiles of replicates make an interval."""

    level: float
    groups: int
    kind: str

    @property
    def tail(self) -> float:
        """Share of replicates outside on each side: that of a normal as far out as t is with J - 1 df."""
        from scipy.special import stdtrit

        j = self.groups
        far = float(stdtrit(j - 1, 0.5 + self.level / 2)) * np.sqrt(j / (j - 1))
        return NormalDist().cdf(-far)

    def table(self, estimate: "pd.Series[float]", made: Array) -> pd.DataFrame:
        """Returns estimate std_error low high for quantities in the columns of `made` (R, k)."""
        rows = [self._row(own, column) for own, column in zip(estimate.tolist(), made.T, strict=True)]
        return pd.DataFrame(rows, columns=["estimate", "std_error", "low", "high"], index=estimate.index)

    def _row(self, own: float, made: Array) -> tuple[float, float, float, float]:
        known = made[np.isfinite(made)]
        if len(known) < FEWEST:
            return own, np.nan, np.nan, np.nan
        low, high = np.quantile(known, [self.tail, 1 - self.tail]).tolist()
        if self.kind == "basic":
            low, high = 2 * own - high, 2 * own - low
        return own, float(known.std(ddof=1)), low, high


def _variances(fit: Fit, made: Drawn, tails: _Tails) -> pd.DataFrame:
    """SDs and correlations of the groups' effects, and the residual SD, in the order of the fit's table."""
    rows, columns = [], []
    used = made.found
    for part in fit.variance_components.to_dict("records"):
        first, second = str(part["term_1"]), str(part["term_2"])
        if part["group"] == "Residual":
            rows.append(("Residual", "", "", "sd", part["sd"]))
            columns.append(made.sigma[used])
        elif not second:
            rows.append((part["group"], first, "", "sd", part["sd"]))
            columns.append(np.sqrt(_entry(fit, made, part["group"], first, first)))
        else:
            ends = [_entry(fit, made, part["group"], one, one) for one in (first, second)]
            with np.errstate(invalid="ignore", divide="ignore"):
                tied = _entry(fit, made, part["group"], first, second) / np.sqrt(ends[0] * ends[1])
            rows.append((part["group"], first, second, "correlation", part["correlation"]))
            columns.append(np.clip(np.where(np.isfinite(tied), tied, np.nan), -1.0, 1.0))
    names = pd.DataFrame(rows, columns=["group", "term_1", "term_2", "measure", "estimate"])
    found = tails.table(names["estimate"].astype(float), np.column_stack(columns))
    sds = names["measure"] == "sd"
    for bound in ("low", "high"):  # a basic interval may leave what is possible
        found[bound] = found[bound].clip(lower=np.where(sds, 0.0, -1.0), upper=np.where(sds, np.inf, 1.0))
    return names.drop(columns="estimate").join(found)


def _entry(fit: Fit, made: Drawn, group: str, one: str, other: str) -> Array:
    """A (co)variance of a grouping's effects in every replicate that could be fitted."""
    terms = fit.linear.sides[group].problem.random
    return np.asarray(made.spread[group][made.found, terms.index(one), terms.index(other)])


def _shares(fit: Fit, made: Drawn, tails: _Tails) -> pd.DataFrame:
    used = made.found
    explained, between, residual = made.explained[used], made.between[used], made.sigma[used] ** 2
    total = explained + between + residual
    own_icc, own_r2 = icc(fit.linear), r_squared(fit.linear)
    estimates = pd.Series(
        {
            "icc_adjusted": own_icc.adjusted,
            "icc_unadjusted": own_icc.unadjusted,
            "r2_marginal": own_r2.marginal,
            "r2_conditional": own_r2.conditional,
        }
    )
    parts = [
        between / (between + residual),
        between / total,
        explained / total,
        (explained + between) / total,
    ]
    found = tails.table(estimates, np.column_stack(parts))
    return found.assign(low=found["low"].clip(0.0, 1.0), high=found["high"].clip(0.0, 1.0))
