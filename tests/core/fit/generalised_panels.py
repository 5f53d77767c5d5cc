"""Simulated panels of every family, and a model's rows."""

import numpy as np
import pandas as pd

import core
from core.design.matrix import Design, build_design
from core.design.rows import Rows
from core.fit.generalised_fit import checked_rows
from core.spec.model import Family

FAMILIES = ("binomial", "poisson", "negative_binomial", "gamma")
OUTCOME = {"binomial": "yes", "poisson": "count", "negative_binomial": "more", "gamma": "amount"}


def panel(seed: int = 1, n: int = 400, groups: int = 16) -> pd.DataFrame:
    """Returns rows of all families around one linear predictor with groups that differ in level and slope."""
    rng = np.random.default_rng(seed)
    g, h = rng.integers(0, groups, n), rng.integers(0, 5, n)
    x = rng.normal(2.0, 1.5, n)
    u = rng.normal(size=(groups, 2)) * (0.8, 0.3)
    eta = -0.2 + 0.3 * (x - 2.0) + u[g, 0] + u[g, 1] * (x - 2.0) + rng.normal(size=5)[h] * 0.4
    tried = rng.integers(1, 9, n)
    probability = 1.0 / (1.0 + np.exp(-eta))
    return pd.DataFrame(
        {
            "g": [f"g{k:02d}" for k in g],
            "h": [f"h{k}" for k in h],
            "x": x,
            "yes": (rng.random(n) < probability) * 1,
            "tried": tried,
            "won": rng.binomial(tried, probability),
            "count": rng.poisson(np.exp(eta)),
            "more": rng.negative_binomial(1.5, 1.5 / (1.5 + np.exp(eta))),
            "amount": rng.gamma(3.0, np.exp(eta) / 3.0),
            "exposure": rng.uniform(1.0, 4.0, n),
            "w": rng.integers(1, 4, n),
        }
    )


def rows_for(formula: str, family: str, link: str | None = None, frame: pd.DataFrame | None = None) -> Rows:
    """Returns the rows of a model."""
    return design_for(formula, family, link, frame)[1]


def design_for(
    formula: str, family: str, link: str | None = None, frame: pd.DataFrame | None = None
) -> tuple[Design, Rows]:
    """Returns the design of a model and its rows."""
    spec = core.parse_formula(formula, family=family, link=link)
    design = build_design(core.read_table(panel() if frame is None else frame), spec)
    assert spec.family is not Family.GAUSSIAN
    return design, checked_rows(design, spec)
