"""What plain regression would say, whatever the family: the groups ignored."""

from dataclasses import replace

import numpy as np
import pandas as pd

from core.design.rows import Rows, aggregated
from core.fit.plain_glm import fit_plain
from core.result.effects import wald_table
from core.result.ratios import Estimated


def plain_glm(rows: Rows) -> Estimated:
    """Returns the maximum-likelihood estimates of a generalised model without its groups."""
    alone = replace(rows, z={}, random={}, blocks={}, codes={}, levels={})
    found = fit_plain(aggregated(alone))
    return Estimated(found.fixed, found.covariance)


def plain_table(rows: Rows, plain: Estimated, level: float) -> pd.DataFrame:
    """Returns the plain estimates as a table, columns as `fixed_effects`, tests normal."""
    error = np.sqrt(np.maximum(np.diag(plain.covariance), 0.0))
    return wald_table(rows.fixed, plain.fixed, error, np.full(len(error), np.inf), level)
