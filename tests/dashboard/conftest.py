"""Where the app is, and a small panel with known effects."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="session")
def root() -> Path:
    """Returns the project's folder."""
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def panel() -> pd.DataFrame:
    """Returns 12 shops over 20 weeks whose responses to tv lie from 0.2 to 1.3, with little noise."""
    rng = np.random.default_rng(7)
    shop = np.repeat([f"S{number:02d}" for number in range(12)], 20)
    slope = np.repeat(np.linspace(0.2, 1.3, 12), 20)
    tv = rng.gamma(4.0, 2.0, 240).round(2)
    price = rng.normal(5.0, 0.5, 240).round(2)
    sales = (30 + slope * tv - 2 * price + rng.normal(0, 1.0, 240)).round(2)
    return pd.DataFrame(
        {"shop": shop, "week": np.tile(np.arange(1, 21), 12), "tv": tv, "price": price, "sales": sales}
    )
