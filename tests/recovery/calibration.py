"""Simulation-based calibration: panels drawn from the priors, and where the truth ranks among the draws."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.fit.posterior import Posterior
from core.spec.prior import Normal, Priors, Shape, Spread

# Ranks among RANKED draws fall into BINS bins of five: 0 to 99.
RANKED, BINS = 99, 20
TERMS = ("(Intercept)", "x")
MEANS, SDS = np.array([10.0, 1.0]), np.array([4.0, 1.5])
LKJ = 2.0


def priors(slopes: bool) -> Priors:
    """Returns the priors that the panels are drawn from."""
    varying = TERMS if slopes else TERMS[:1]
    return Priors(
        fixed=tuple((t, Normal(*of)) for t, of in zip(TERMS, np.c_[MEANS, SDS].tolist(), strict=True)),
        spread=tuple((("g", t), Spread(2.0 if t == "x" else 3.0, Shape.HALF_NORMAL)) for t in varying),
        sigma=Spread(3.0, Shape.HALF_NORMAL),
        lkj=LKJ,
        at_zero=True,
    )


@dataclass(frozen=True, slots=True)
class Truth:
    """What a panel was drawn from: `values` by name, each a number; each group's level and slope (J, 2)."""

    frame: pd.DataFrame
    values: dict[str, float]
    totals: Array


def panel(slopes: bool, seed: int) -> Truth:
    """Returns a panel of 3 to 15 groups of 4 to 12 rows, x within 2 of zero and of mean zero.

    With x of mean zero the group's level at average x is its baseline, so the prior of its SD is that of
    `priors` as written.
    """
    rng = np.random.default_rng(seed)
    groups = int(rng.integers(3, 16))
    g = np.repeat(np.arange(groups), rng.integers(4, 13, groups))
    x = rng.uniform(-2, 2, len(g))
    x -= x.mean()
    b = MEANS + SDS * rng.standard_normal(2)
    sigma, sd = abs(3 * rng.standard_normal()), np.abs([3.0, 2.0] * rng.standard_normal(2))
    r = 2 * rng.beta(LKJ, LKJ) - 1
    u = rng.standard_normal((groups, 2)) @ np.linalg.cholesky([[1, r], [r, 1]]).T * sd
    y = b[0] + b[1] * x + u[g, 0] + sigma * rng.standard_normal(len(g))
    values = {"b0": b[0], "b1": b[1], "log s": np.log(sigma), "log sd0": np.log(sd[0]), "u0": b[0] + u[0, 0]}
    if slopes:
        y += u[g, 1] * x
        values |= {"log sd1": np.log(sd[1]), "r": r, "u1": b[1] + u[0, 1]}
    totals = b + u * [1.0, float(slopes)]
    return Truth(pd.DataFrame({"y": y, "x": x, "g": [f"g{k:02}" for k in g]}), values, totals)


def ranks(truth: Truth, found: Posterior, seed: int) -> dict[str, int]:
    """Returns where each true value stands among RANKED draws: 0 to RANKED."""
    drawn, spread = found.drawn, found.spreads["g"][found.places]
    sd = np.sqrt(np.diagonal(spread, axis1=1, axis2=2))
    draws: dict[str, Array] = {
        "b0": drawn.fixed[:, 0],
        "b1": drawn.fixed[:, 1],
        "log s": np.log(drawn.sigma),
        "log sd0": np.log(sd[:, 0]),
        "u0": drawn.fixed[:, 0] + drawn.effects["g"][:, 0, 0],
    }
    if sd.shape[1] > 1:
        draws |= {
            "log sd1": np.log(sd[:, 1]),
            "r": spread[:, 0, 1] / (sd[:, 0] * sd[:, 1]),
            "u1": drawn.fixed[:, 1] + drawn.effects["g"][:, 0, 1],
        }
    chosen = np.random.default_rng(seed).choice(len(sd), RANKED, replace=False)
    return {name: int((draws[name][chosen] < value).sum()) for name, value in truth.values.items()}


def p_uniform(found: Array) -> float:
    """Returns the p of the chi-square test that ranks (n,) fall evenly into the bins."""
    from scipy import stats

    counts = np.bincount(found * BINS // (RANKED + 1), minlength=BINS)
    return float(stats.chisquare(counts).pvalue)
