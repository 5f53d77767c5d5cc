"""Panels with known truth for coverage and calibration."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

FORMULA = "sales ~ spend + season + (1 + spend | store)"


@dataclass(frozen=True, slots=True)
class Known:
    """A panel and what made it: fixed effects in formula order, and each store's level and slope (J, 2)."""

    frame: pd.DataFrame
    fixed: np.ndarray
    totals: np.ndarray
    levels: tuple[str, ...]


def panel(seed: int) -> Known:
    """Returns a panel like a marketer's: 10 to 50 stores, 5 to 40 weeks each, spend that differs by store.

    Slopes differ by 0.1 to 0.4 around 0.5, levels by 0.5 to 3 around 20, correlation -0.6 to 0.6, noise 1:
    from differences that hardly show to differences nobody could miss.
    """
    rng = np.random.default_rng([31, seed])
    stores = int(rng.choice([10, 16, 24, 50]))
    weeks = rng.integers(5, rng.choice([12, 25, 40]), stores, endpoint=True)
    code = np.repeat(np.arange(stores), weeks)
    spend = rng.gamma(4.0, 0.5, len(code)) * rng.uniform(0.6, 1.4, stores)[code]
    season = rng.standard_normal(len(code))
    sd = np.array([rng.uniform(0.5, 3.0), rng.uniform(0.1, 0.4)])
    correlation = rng.uniform(-0.6, 0.6)
    root = np.array([[1.0, 0.0], [correlation, np.sqrt(1 - correlation**2)]])
    totals = np.array([20.0, 0.5]) + sd * (rng.standard_normal((stores, 2)) @ root.T)
    sales = totals[code, 0] + totals[code, 1] * spend + 0.3 * season + rng.standard_normal(len(code))
    names = tuple(f"store {k:02d}" for k in range(stores))
    frame = pd.DataFrame(
        {"sales": sales, "spend": spend, "season": season, "store": np.array(names)[code]}
    ).sample(frac=1.0, random_state=seed)
    return Known(frame, np.array([20.0, 0.5, 0.3]), totals, names)
