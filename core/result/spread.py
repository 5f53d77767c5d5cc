"""Effects on one scale: per standard deviation of the predictor."""

import pandas as pd

from core.design.layout import INTERCEPT
from core.fit.along import Along


def in_spreads(linear: Along, effects: pd.DataFrame) -> pd.DataFrame:
    """Returns a table like fixed_effects, per rise of one SD of each predictor; without the intercept."""
    columns = linear.moments.columns
    kept = effects.drop(index=INTERCEPT, errors="ignore").copy()
    spread = pd.Series({name: float(columns.scale[columns.index(name)]) for name in kept.index})
    for name in ("estimate", "std_error", "low", "high"):
        kept[name] = kept[name] * spread
    return kept
