"""Agreement: the same model by REML, by the instant posterior and by NUTS, in units of posterior SD."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.fit.along import Fitted
from core.fit.instant import Weighed
from core.fit.posterior import Posterior
from core.result.chains import measured
from core.result.errors import check_gaussian
from core.result.named_draws import correlation_name, named_draws, sd_name, unlike

# Two ways to the same posterior agree when means are this near and SDs this alike.
NEAR, ALIKE = 0.1, 0.1
# An estimate further off than this tells another story than the posterior.
FAR = 0.5
BESIDE = ["nuts_off", "sd_ratio", "noise", "sd_noise"]
# Monte Carlo errors that chance makes of one in 15,000.
SURE = 4.0
# A correlation beyond this is one for every purpose.
EDGE = 0.999


@dataclass(frozen=True, slots=True)
class Agreement:
    """`table`: index quantity (fixed effects, SDs, correlations, residual SD): reml instant nuts sd reml_off
    nuts_off sd_ratio noise sd_noise.

    Columns named by method are its estimate, posterior ones their mean; `sd` is the instant posterior's.
    `reml_off` and `nuts_off` are distances from the instant mean in SDs, `sd_ratio` the instant SD over that
    of NUTS, the last two of logs of SDs and of Fisher's z of correlations, whose own tails hang on a few
    draws; `noise` and `sd_noise` are their Monte Carlo errors. NaN where a method did not run, or has no such
    number.
    """

    table: pd.DataFrame
    effects: tuple[str, ...]  # the quantities that are fixed effects
    boundary: tuple[str, ...]  # SDs that REML takes for zero, correlations that it takes for one

    @property
    def chains(self) -> bool:
        """Whether NUTS ran."""
        return bool(np.isfinite(self.table["nuts"]).any())

    @property
    def same(self) -> bool:
        """Whether the two posteriors say the same of everything: means within 0.1 SD and SDs within 10 %, or
        no further apart than draws of this number are by chance.
        """
        return bool((self.apart <= 1.0).all())

    @property
    def apart(self) -> pd.Series:
        """How many times as far apart as agreement allows, by quantity."""
        table = self.table
        far = table["nuts_off"].abs() / (SURE * table["noise"]).clip(lower=NEAR)
        wide = (table["sd_ratio"] - 1.0).abs() / (SURE * table["sd_noise"]).clip(lower=ALIKE)
        return pd.concat([far, wide], axis=1).max(axis=1).fillna(0.0)

    @property
    def worst(self) -> str:
        """The quantity in which the two posteriors differ most."""
        return str(self.apart.idxmax())

    @property
    def parted(self) -> tuple[str, ...]:
        """Quantities that REML puts elsewhere than the posterior, furthest first."""
        off = self.table["reml_off"].abs().sort_values(ascending=False)
        return tuple(map(str, off.index[off > FAR]))


def agreement(posterior: Posterior, chains: Posterior | None = None) -> Agreement:
    """Returns how REML and NUTS stand beside the instant posterior of the same model and priors."""
    check_gaussian(posterior, "The agreement of REML, instant posterior and NUTS", "Read its chains instead")
    draws = named_draws(posterior)
    mean = {name: float(values.mean()) for name, values in draws.items()}
    sd = pd.Series({name: float(values.std()) for name, values in draws.items()})
    table = pd.DataFrame({"reml": _estimates(posterior.base), "instant": mean}).reindex(list(mean))
    other = {} if chains is None else named_draws(chains)
    table["nuts"] = pd.Series({name: float(values.mean()) for name, values in other.items()}, dtype=float)
    table["sd"] = sd
    table["reml_off"] = (table["reml"] - table["instant"]) / sd
    beside = pd.DataFrame(index=table.index, columns=BESIDE, dtype=float)
    for name, values in other.items():
        beside.loc[name] = _beside(name, draws[name], values, _worth(posterior))
    fixed = posterior.lead.problem.fixed
    edge = _edges(posterior.base) if any(side.singular for side in posterior.base.sides.values()) else ()
    return Agreement(table.join(beside), fixed, tuple(name for name in table.index if name in edge))


def _worth(posterior: Posterior) -> float:
    how = posterior.how
    return how.ess if isinstance(how, Weighed) else float(len(posterior.x))


def _beside(name: str, instant: Array, nuts: Array, worth: float) -> tuple[float, float, float, float]:
    """Distance in SDs, ratio of SDs, and the errors of both: of an SD sqrt((kurtosis - 1) / 4n)."""
    one, other = (_straight(name, values) for values in (instant, nuts))
    ess = float(np.nanmin(measured(other[:, :, None]).ess_bulk))
    sd = float(other.std())
    if not sd > 0:
        return 0.0, 1.0, 0.0, 0.0
    chance = 1.0 / max(min(worth, one.size), 1.0) + 1.0 / max(ess, 1.0)
    kurtosis = float((((other - other.mean()) / sd) ** 4).mean())
    noise = float(np.sqrt(chance)), float(np.sqrt(chance * (kurtosis - 1.0) / 4.0))
    return float(other.mean() - one.mean()) / sd, float(one.std()) / sd, *noise


def _straight(name: str, values: Array) -> Array:
    """SDs by their logs, correlations by Fisher's z."""
    if name.startswith(("SD of", "residual SD")) and (values > 0).all():
        return np.log(values)
    if name.startswith("correlation of") and (np.abs(values) <= 1).all():
        return np.arctanh(np.clip(values, -1 + 1e-9, 1 - 1e-9))
    return values


def _edges(base: Fitted) -> tuple[str, ...]:
    """SDs and correlations that a singular fit puts at the end of what they may be."""
    derived = list(_estimates(base).items())[len(base.lead.problem.fixed) :]
    return tuple(name for name, value in derived if _at_edge(name, value))


def _at_edge(name: str, value: float) -> bool:
    if name.startswith("correlation of"):
        return abs(value) > EDGE
    return name.startswith("SD of") and value == 0.0


def _estimates(base: Fitted) -> dict[str, float]:
    """What REML says of the same quantities."""
    taken = base.lead.problem.fixed
    found = dict(zip(taken, base.lead.fixed.tolist(), strict=True))
    for name, side in base.sides.items():
        spread, terms, shape = side.random_covariance, side.problem.random, side.problem.shape
        sds: Array = np.sqrt(np.maximum(np.diag(spread), 0.0))
        found |= {unlike(sd_name(name, t), taken): float(value) for t, value in zip(terms, sds, strict=True)}
        for row, col in zip(shape.rows.tolist(), shape.cols.tolist(), strict=True):
            if row != col and sds[row] * sds[col] > 0:
                tied = float(spread[row, col] / (sds[row] * sds[col]))
                found[unlike(correlation_name(name, terms[col], terms[row]), taken)] = tied
    return found | {unlike("residual SD", taken): base.lead.sigma}
