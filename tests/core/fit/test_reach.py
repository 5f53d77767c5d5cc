"""Matrices of few meetings against the same matrices written out, listed pair by pair or block by block."""

from dataclasses import replace

import numpy as np
import pytest

from core.fit.reach import Reach, around_groups, gathered, gram_of, times, transposed_times, turned

GROUPS, COLUMNS, Q = 9, 6, 2


def matrices() -> tuple[Reach, np.ndarray]:
    rng = np.random.default_rng(4)
    groups = np.concatenate([np.arange(GROUPS), rng.integers(0, GROUPS, 25)])
    columns = np.concatenate([np.arange(GROUPS) % COLUMNS, rng.integers(0, COLUMNS, 25)])
    values = rng.standard_normal((len(groups), Q))
    written = np.zeros((GROUPS, Q, COLUMNS))
    for group, column, value in zip(groups, columns, values, strict=True):
        written[group, :, column] += value
    return gathered(groups, columns, values), written


@pytest.mark.parametrize("listed", [True, False])
def test_products_are_those_of_the_matrix_written_out(listed: bool) -> None:
    reach, written = matrices()
    if not listed:
        reach = replace(reach, places=replace(reach.places, pairs=None))
    flat = written.reshape(-1, COLUMNS)
    rng = np.random.default_rng(5)
    right, own = rng.standard_normal((COLUMNS, 3)), rng.standard_normal((GROUPS, Q, 3))
    middle = rng.standard_normal((COLUMNS, COLUMNS))
    middle += middle.T
    blocks = rng.standard_normal((GROUPS, Q, Q))
    # Sums of a few dozen products in another order.
    np.testing.assert_allclose(gram_of(reach), flat.T @ flat, atol=1e-12)
    np.testing.assert_allclose(times(reach, right), written @ right, atol=1e-12)
    np.testing.assert_allclose(transposed_times(reach, own), flat.T @ own.reshape(-1, 3), atol=1e-12)
    around = np.einsum("gac,cd,gbd->abg", written, middle, written)
    np.testing.assert_allclose(around_groups(reach, middle), around, atol=1e-12)
    both = turned(blocks, reach)
    np.testing.assert_allclose(times(both, right), (blocks @ written) @ right, atol=1e-12)
