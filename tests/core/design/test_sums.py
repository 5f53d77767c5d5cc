"""Sums over cells in blocks of rows: against each cell by itself, wherever blocks begin and end."""

import numpy as np
import pytest

from core.design.standard import standard
from core.design.sums import BLOCK, Cells, sort_cells, sum_cells

RNG = np.random.default_rng(11)


def codes_of(sizes: list[int], mixed: bool) -> np.ndarray:
    codes = np.repeat(np.arange(len(sizes)), sizes)
    return RNG.permutation(codes) if mixed else codes


@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize(
    "sizes",
    [
        [BLOCK],  # one cell longer than a block of three columns
        [3, BLOCK, 1, 1],
        [700] * 200,
        [1, 2, 3] * 20_000,
        [5],
    ],
    ids=["one", "long among short", "long cells", "short cells", "tiny"],
)
def test_every_cell_has_its_own_mean_range_and_products(sizes: list[int], mixed: bool) -> None:
    codes = codes_of(sizes, mixed)
    n = len(codes)
    columns = [RNG.standard_normal(n) + codes % 7, RNG.gamma(1.0, 50.0, n), np.full(n, 0.1)]
    by = standard(columns)
    sums = sum_cells(columns, by, sort_cells(codes, len(sizes)))
    w = np.array([(c - c.mean()) / (c.std() or 1.0) for c in columns[:2]] + [np.zeros(n)])
    for cell in sorted({0, 1, len(sizes) // 2, len(sizes) - 1} & set(range(len(sizes)))):
        mine = w[:, codes == cell]
        middle = mine.mean(axis=1)
        around = mine - middle[:, None]
        # Sums of up to 131,072 numbers of size 1: rounding is below 1e-11 of them.
        np.testing.assert_allclose(sums.mean[cell], middle, atol=1e-11)
        np.testing.assert_allclose(sums.low[cell], mine.min(axis=1), atol=1e-11)
        np.testing.assert_allclose(sums.high[cell], mine.max(axis=1), atol=1e-11)
        np.testing.assert_allclose(sums.cross[cell], around @ around.T, atol=1e-11 * n)
    assert (sums.cross[:, 2] == 0.0).all()


def test_blocks_are_runs_of_whole_cells_that_hold_every_cell_once() -> None:
    for _ in range(50):
        rows = RNG.integers(1, 40, int(RNG.integers(1, 60)))
        cells = Cells(None, rows, np.cumsum(rows))
        most = int(RNG.integers(1, 100))
        runs = list(cells.blocks(most))
        assert [cell for first, last in runs for cell in range(first, last)] == list(range(len(rows)))
        # A run ends with the cell that reaches the mark, so it is longer than that by less than one cell.
        assert all(rows[first:last].sum() < most + rows.max() for first, last in runs)


@pytest.mark.parametrize("offset", [0.0, 1e9, -1e12])
@pytest.mark.parametrize("unit", [1e-60, 1.0, 1e60])
def test_centre_and_scale_keep_the_noise_beside_an_offset(offset: float, unit: float) -> None:
    """The spread of the doubles themselves, summed without rounding."""
    values = (offset + RNG.standard_normal(20_000)) * unit
    exact = (values / unit).astype(np.longdouble)
    by = standard([values])
    # Doubles near 1e12 are 1e-4 apart; dividing by the unit rounds once more.
    tolerance = max(1e-12, 1e-16 * abs(offset))
    assert float(by.scale[0] / unit) == pytest.approx(float(exact.std()), rel=10 * tolerance)
    centre = (by.first[0] + by.rest[0]) / unit
    assert centre == pytest.approx(float(exact.mean()), abs=10 * tolerance * max(abs(offset), 1.0))


@pytest.mark.parametrize("value", [0.0, 0.1, -3.7e80, 1e-80])
def test_a_constant_column_has_no_scale(value: float) -> None:
    by = standard([np.full(10_001, value)])
    assert by.scale.tolist() == [0.0]
    assert by.per.tolist() == [0.0]
