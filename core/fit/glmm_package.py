"""The one place that meets the glmm package: Laplace's approximation and adaptive Gauss-Hermite quadrature.

The package is asked first: it is fast and reaches the likelihoods of lme4 and glmmTMB. It does not exist
for every platform, and leaves some shapes of model out; `laplace_search` fits those.
"""

import warnings
from importlib.util import find_spec
from typing import Any

import numpy as np

from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.design.rows import Rows
from core.fit.estimates import Estimates, most_shape, singular
from core.fit.optimise import Stop
from core.fit.threads import one_thread
from core.spec.model import Family

FAMILIES = {
    Family.BINOMIAL: "binomial",
    Family.POISSON: "poisson",
    Family.NEGATIVE_BINOMIAL: "negativebinomial",
    Family.GAMMA: "gamma",
}
MOST_EFFECTS, POINTS = 3, 25
CAP = 9_999.0  # of a negative binomial's shape, in the package


def available() -> bool:
    """Returns whether the package is there: it has wheels for Linux (x86-64), macOS (arm64) and Windows."""
    return find_spec("glmm") is not None


def fits(rows: Rows) -> bool:
    """Returns whether the package can fit a model of this shape."""
    every = [name for names in rows.random.values() for name in names]
    return (
        bool(rows.fixed)
        and all(len(blocks) == 1 for blocks in rows.blocks.values())
        and all(INTERCEPT in names for names in rows.random.values())
        and set(every) <= {*rows.fixed, INTERCEPT}
        # Its weights of amounts are precisions, ours numbers of rows.
        and (rows.family is not Family.GAMMA or bool((rows.weights == 1.0).all()))
    )


def fits_quadrature(rows: Rows) -> bool:
    """Returns whether the package can integrate over the effects by quadrature."""
    return fits(rows) and len(rows.random) == 1 and all(len(q) <= MOST_EFFECTS for q in rows.random.values())


def search(rows: Rows, points: int = 1) -> Estimates | None:
    """Returns what the package finds, or None where its search does not end at an optimum."""
    import glmm

    slopes = [name for name in rows.fixed if name != INTERCEPT]
    name_of = {name: f"x{k}" for k, name in enumerate(slopes)}
    data: dict[str, Any] = {name_of[name]: rows.x[:, rows.fixed.index(name)] for name in slopes}
    data |= {f"g{k}": codes for k, codes in enumerate(rows.codes.values())}
    data["y"] = rows.y / rows.trials
    weights = rows.cases
    terms = [str(int(INTERCEPT in rows.fixed)), *name_of.values()]
    for k, names in enumerate(rows.random.values()):
        varying = [name_of[name] for name in names if name != INTERCEPT]
        terms.append(f"({' + '.join(['1', *varying])} | g{k})")
    with warnings.catch_warnings(), one_thread():
        warnings.simplefilter("ignore")
        found = glmm.fit(
            data,
            f"y ~ {' + '.join(terms)}",
            FAMILIES[rows.family],
            link=rows.link.value,
            weights=weights if (weights != 1.0).any() else None,
            offset=rows.offset if rows.offset.any() else None,
            nagq=points,
            anova_test="Wald",
        )
    if not found.converged or not np.isfinite(found.loglik) or found.aliased.any():
        return None
    if rows.family is Family.NEGATIVE_BINOMIAL and found.dispersion >= CAP and most_shape(rows) > np.log(CAP):
        return None  # of large counts the package's largest shape is no Poisson yet
    return _in_order(rows, slopes, found)


def _in_order(rows: Rows, slopes: list[str], found: Any) -> Estimates:
    """The package's numbers in the order of the rows' columns."""
    written = [name for name in (INTERCEPT, *slopes) if name in rows.fixed]
    place = [written.index(name) for name in rows.fixed]
    spread, effects = {}, {}
    for k, (factor, names) in enumerate(rows.random.items()):
        order = [INTERCEPT, *(name for name in names if name != INTERCEPT)]
        at = [order.index(name) for name in names]
        q = len(names)
        full = np.zeros((q, q))
        full[np.triu_indices(q)] = found.varcorr[k]
        full = full + full.T - np.diag(np.diag(full))
        spread[factor] = full[np.ix_(at, at)]
        block = found.ranef_blocks[k]
        level = np.array([int(float(one)) for one in block["levels"]], dtype=np.intp)
        modes = np.zeros((len(rows.levels[factor]), q))
        modes[level] = np.asarray(block["values"], dtype=np.float64)[:, at]
        effects[factor] = modes
    flat = any(singular(rows, name, one) for name, one in spread.items())
    beta: Array = np.asarray(found.beta, dtype=np.float64)
    return Estimates(
        fixed=beta[place],
        covariance=np.asarray(found.vcov, dtype=np.float64)[np.ix_(place, place)],
        spread=spread,
        effects=effects,
        dispersion=float(found.dispersion),
        log_likelihood=float(found.loglik),
        stop=Stop.ON_BOUNDARY if flat else Stop.OPTIMUM,
        points=int(found.nagq),
    )
