"""The instant posterior against NUTS, and that its k-hat gives warning where it cannot hold."""

import numpy as np
import pandas as pd
import pytest

import core
from core.fit.bayes import fit_chains
from core.fit.instant import Weighed
from core.result.named_draws import named_draws


def panel(seed: int) -> tuple[pd.DataFrame, str]:
    """A panel of 3 to 40 groups, its slopes or second grouping there or not, variances from none to large."""
    rng = np.random.default_rng(seed)
    groups, rows = int(rng.integers(3, 41)), int(rng.integers(4, 16))
    g = np.repeat(np.arange(groups), rows)
    h, x = rng.integers(0, 6, len(g)), rng.standard_normal(len(g))
    between = rng.choice([0.0, 0.3, 1.0, 3.0], 3)
    y = 2 + x + between[0] * rng.standard_normal(groups)[g] + rng.standard_normal(len(g))
    y += between[1] * rng.standard_normal(groups)[g] * x + between[2] * rng.standard_normal(6)[h] * (
        seed % 3 == 2
    )
    frame = pd.DataFrame({"y": y, "x": x, "g": [f"g{k}" for k in g], "h": [f"h{k}" for k in h]})
    return frame, ("y ~ x + (1 | g)", "y ~ x + (1 + x | g)", "y ~ x + (1 | g) + (1 | h)")[seed % 3]


@pytest.mark.slow
def test_instant_and_nuts_agree_on_thirty_panels() -> None:
    """Means within 0.1 SD and SDs within 10 % of four chains of 4,000 draws, of every effect, SD and the
    residual SD, whenever k-hat is below 0.7. Correlations are looked at by their Fisher z: an SD of one near
    its end hangs on a few draws.
    """
    told, doubtful = [], 0
    for seed in range(30):
        frame, formula = panel(seed)
        fit = core.fit(frame, formula, "posterior", seed=seed)
        assert fit.posterior is not None and isinstance(fit.posterior.how, Weighed)
        if fit.posterior.how.k_hat >= 0.7:
            doubtful += 1
            continue
        chains = fit_chains(fit.posterior.base, fit.posterior.priors, seed, draws=4_000)
        one, other = named_draws(fit.posterior), named_draws(chains)
        for name in one:
            a, b = one[name].ravel(), other[name].ravel()
            if name.startswith("correlation"):
                a, b = (np.arctanh(np.clip(each, -0.999999, 0.999999)) for each in (a, b))
            told.append((seed, name, abs(a.mean() - b.mean()) / b.std(), a.std() / b.std()))
    table = pd.DataFrame(told, columns=["panel", "quantity", "off", "ratio"])
    assert doubtful <= 2
    assert len(table) > 120
    assert (table["off"] < 0.1).all(), table[table["off"] >= 0.1]
    assert ((table["ratio"] - 1).abs() < 0.1).all(), table[(table["ratio"] - 1).abs() >= 0.1]


@pytest.mark.slow
def test_k_hat_warns_where_there_are_too_many_variances() -> None:
    """Seven effects that all may go together, of six groups: 29 variance parameters, more than weights bear.
    Nothing is used: the finding says so and where to go.
    """
    names = [f"x{k}" for k in range(6)]
    for seed in range(3):
        rng = np.random.default_rng(seed)
        g, columns = rng.integers(0, 6, 120), rng.standard_normal((120, 6))
        y = columns.sum(axis=1) + rng.standard_normal(120) + 0.3 * rng.standard_normal(6)[g]
        frame = pd.DataFrame(columns, columns=names).assign(y=y, g=[f"g{k}" for k in g])
        plus = " + ".join(names)
        fit = core.fit(frame, f"y ~ {plus} + (1 + {plus} | g)", "posterior", seed=seed)
        assert fit.posterior is not None and isinstance(fit.posterior.how, Weighed)
        assert fit.posterior.how.k_hat > 0.7
        (stop,) = [one for one in fit.findings() if one.status is core.Status.STOP]
        assert "NUTS" in stop.advice
