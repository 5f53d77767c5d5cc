"""Season passes (STATISTICS, section 12): the published Bayesian tables, from six rows of counts.

Source: brms by CmdStan, 4 x 5,000 draws, normal(0, 1) priors (SDs: half, correlations LKJ(1)). Its prior
of the intercept is of that at average columns; ours is of it at zero, which moves nothing by 0.002. The third
table's limits are 95 % ones: its source asked for 89 % under a name that its summary does not know.
"""

import numpy as np
import pandas as pd
import pytest

import core
from core.design.matrix import build_design
from core.fit.generalised_fit import checked_rows
from core.fit.rows_bayes import fit_rows_chains
from core.result.fit import Fit

pytestmark = pytest.mark.slow

# Published to two or three digits; chance left of the sources' 20,000 draws and of ours is below 0.003.
ESTIMATE, LIMIT = 0.02, 0.03
ONE = core.Normal(0.0, 1.0)
HALF = core.Spread(1.0, core.Shape.HALF_NORMAL)


def sold() -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "bought": [359, 284, 27, 242, 639, 38],
            "contacted": [637, 333, 512, 691, 862, 121],
            "channel": ["Mail", "Park", "Email"] * 2,
        }
    )
    frame["bundle"] = np.repeat([0.0, 1.0], 3)
    frame["park"], frame["email"] = (frame.channel == "Park") * 1.0, (frame.channel == "Email") * 1.0
    return frame


def drawn(formula: str, priors: core.Priors, level: float) -> Fit:
    """As `core.fit` by "nuts", with as many draws as the source."""
    spec = core.parse_formula(formula, family="binomial")
    design = build_design(core.read_table(sold()), spec)
    found = fit_rows_chains(design, checked_rows(design, spec), priors, seed=1, draws=5_000)
    return Fit(spec, "nuts", found, level=level)


def near(found: pd.DataFrame, published: dict[str, tuple[float, float, float]]) -> None:
    for name, (estimate, low, high) in published.items():
        row = found.loc[name]
        assert row["estimate"] == pytest.approx(estimate, abs=ESTIMATE), name
        assert row["low"] == pytest.approx(low, abs=LIMIT), name
        assert row["high"] == pytest.approx(high, abs=LIMIT), name


def test_bundle_alone() -> None:
    priors = core.Priors(fixed=(("(Intercept)", ONE), ("bundle", ONE)), at_zero=True)
    fit = drawn("bought | trials(contacted) ~ bundle", priors, 0.89)
    near(fit.fixed_effects, {"(Intercept)": (-0.19, -0.27, -0.11), "bundle": (0.39, 0.28, 0.50)})
    told = {one.topic: one.status for one in fit.findings()}
    assert core.Status.STOP not in told.values()
    assert told["overdispersion"] is core.Status.LOOK  # one effect for three channels misses all of them


def test_interactions() -> None:
    published = {
        "(Intercept)": (0.22, 0.10, 0.35),
        "bundle": (-0.82, -1.00, -0.64),
        "park": (1.51, 1.24, 1.78),
        "email": (-2.93, -3.24, -2.63),
        "bundle:park": (0.14, -0.18, 0.46),
        "bundle:email": (2.63, 2.19, 3.08),
    }
    priors = core.Priors(fixed=tuple((name, ONE) for name in published), at_zero=True)
    fit = drawn("bought | trials(contacted) ~ bundle * park + bundle * email", priors, 0.89)
    near(fit.fixed_effects, published)


def test_channels_differ_in_level_and_response() -> None:
    priors = core.Priors(
        spread=((("channel", "(Intercept)"), HALF), (("channel", "bundle"), HALF)), lkj=1.0, at_zero=True
    )
    fit = drawn("bought | trials(contacted) ~ 0 + (1 + bundle | channel)", priors, 0.95)
    published = {
        "(Intercept)": {
            "Mail": (0.250, 0.0937, 0.408),
            "Park": (1.75, 1.45, 2.06),
            "Email": (-2.82, -3.22, -2.46),
        },
        "bundle": {
            "Mail": (-0.859, -1.08, -0.638),
            "Park": (-0.695, -1.04, -0.362),
            "Email": (1.98, 1.44, 2.53),
        },
    }
    for term, rows in published.items():
        found = fit.group_coefficients["channel"][[term, f"{term}_low", f"{term}_high"]]
        near(found.set_axis(["estimate", "low", "high"], axis=1), rows)
    bundled = fit.predict(sold()[3:])["mean"]
    np.testing.assert_allclose(bundled.iloc[[1, 2]], [0.74, 0.30], atol=0.005 + 0.002)  # digits and chance


def test_rows_one_by_one_are_the_same_six_cells() -> None:
    """3,156 contacts merge into the six rows, the default priors with them: equal draws, digit for digit."""
    whole = sold()
    one = pd.concat(
        [
            whole.loc[whole.index.repeat(count), ["channel", "bundle"]].assign(y=value)
            for value, count in ((1, whole.bought), (0, whole.contacted - whole.bought))
        ],
        ignore_index=True,
    )
    singles = core.fit(one, "y ~ bundle + (1 | channel)", "nuts", family="binomial", seed=2)
    cells = core.fit(
        whole, "bought | trials(contacted) ~ bundle + (1 | channel)", "nuts", family="binomial", seed=2
    )
    assert singles.posterior is not None and cells.posterior is not None
    assert singles.n_rows == 3156 and cells.n_rows == 6
    for (term, a), (_, b) in zip(singles.posterior.priors.fixed, cells.posterior.priors.fixed, strict=True):
        assert (a.mean, a.sd) == pytest.approx((b.mean, b.sd), rel=1e-9), term
    both = singles.fixed_effects, cells.fixed_effects
    # The order of the cells rounds sums differently; chains part from there, so chance is what is left.
    np.testing.assert_allclose(
        both[0]["estimate"], both[1]["estimate"], atol=0.1 * both[1]["std_error"].max()
    )
