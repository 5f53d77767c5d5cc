"""Densities of rows with their group's effects integrated out, against conditioning in dense matrices."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import core
from core.result.row_densities import densities
from core.result.row_draws import RowDraws, row_draws
from tests.reference import simulate

FRAME = simulate.panel()
CROSSED = simulate.crossed()
FLAT = FRAME.assign(y=FRAME["y"] - FRAME.groupby("store")["y"].transform("mean"))
CASES = {
    "slopes in nested groups, weights, offset": (
        FRAME,
        "y | weights(w) ~ x * income + offset(known) + (1 + x | store) + (1 | region)",
        "store",
    ),
    "crossed": (CROSSED, "y ~ x + (1 | customer) + (1 + x | shop)", "customer"),
    "a variance of zero": (FLAT, "y ~ x + z + (1 + x | store)", "store"),
}


def dense(drawn: RowDraws, name: str, row: int, s: int) -> tuple[float, float]:
    """Log density of a row given all rows of its group, and given the others: normal conditioning."""
    mine = np.flatnonzero(drawn.rows.codes[name] == drawn.rows.codes[name][row])
    z, noise = drawn.z[name][mine], drawn.sigma[s] ** 2 / drawn.rows.weights[mine]
    between = z @ drawn.spread[name][s] @ z.T
    whole = between + np.diag(noise)
    rest = drawn.outcome[mine] - drawn.expected(mine, without=name)[:, s]
    at, others = mine == row, mine != row

    def told(given: np.ndarray) -> float:
        weigh = np.linalg.solve(whole[np.ix_(given, given)], between[np.ix_(given, at)])[:, 0]
        mean = weigh @ rest[given]
        variance = between[at, at][0] - weigh @ between[np.ix_(given, at)][:, 0] + noise[at][0]
        return float(stats.norm.logpdf(rest[at][0], mean, np.sqrt(variance)))

    return told(np.full(len(mine), True)), told(others)


@pytest.mark.parametrize("method", ["reml", "posterior"])
@pytest.mark.parametrize(("frame", "text", "largest"), CASES.values(), ids=CASES.keys())
def test_as_conditioning_in_full_matrices(frame: pd.DataFrame, text: str, largest: str, method: str) -> None:
    drawn = row_draws(core.fit(frame, text, method), frame, 4, 1)
    kept, left = np.empty((2, 4, drawn.n))
    for part in densities(drawn):
        kept[:, part.rows], left[:, part.rows] = part.kept, part.left
    for row in range(0, drawn.n, 23):
        for s in range(4):
            assert (kept[s, row], left[s, row]) == pytest.approx(dense(drawn, largest, row, s), abs=1e-8)


def test_parts_join_where_a_group_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven rows at a time, so that most groups lie in two parts: the same to rounding."""
    drawn = row_draws(core.fit(FRAME, "y ~ x + (1 + x | store)"), FRAME, 5, 2)
    (whole,) = densities(drawn)
    monkeypatch.setattr("core.result.row_densities.AT_ONCE", 70)
    parts = list(densities(drawn))
    assert len(parts) > 100
    np.testing.assert_array_equal(np.concatenate([part.rows for part in parts]), whole.rows)
    for name in ("kept", "left"):
        joined = np.concatenate([getattr(part, name) for part in parts], axis=1)
        np.testing.assert_allclose(joined, getattr(whole, name), atol=1e-10)
