"""How outcomes spread once their groups are taken out, beside scipy's figures and counts by hand."""

import numpy as np
import pytest
from scipy import stats

from core.table.spread import dispersion, group_means, skewness


def test_skewness_is_scipys() -> None:
    values = np.random.default_rng(1).gamma(2, 1, 500)
    assert skewness(values) == pytest.approx(stats.skew(values), rel=1e-10)


@pytest.mark.parametrize("values", [[], [3.0, 3.0, 3.0]])
def test_skewness_of_no_spread_is_unknown(values: list[float]) -> None:
    assert np.isnan(skewness(np.array(values)))


def test_means_are_those_of_the_groups_and_of_all_rows_where_groups_are_small() -> None:
    values, codes = np.arange(20.0), np.repeat([0, 1], 10)
    means, sizes = group_means(values, codes)
    assert (set(means), set(sizes)) == ({4.5, 14.5}, {10.0})
    for small in (np.repeat(np.arange(10), 2), None):
        means, sizes = group_means(values, small)
        assert (set(means), set(sizes)) == ({9.5}, {20.0})


def test_rows_of_no_group_are_one() -> None:
    means, _ = group_means(np.arange(20.0), np.repeat([-1, 0], 10))
    assert set(means) == {4.5, 14.5}


def test_dispersion_by_hand() -> None:
    """Counts 0 and 2 around 1, twice, on 3 degrees of freedom; a group of zeros adds nothing."""
    counts, one = np.array([0.0, 2, 0, 2]), np.ones(4)
    assert dispersion(counts, one, np.full(4, 4.0)) == pytest.approx(4 / 3)
    with_zeros = dispersion(np.array([*counts, 0, 0]), np.array([*one, 0, 0]), np.array([4.0, 4, 4, 4, 2, 2]))
    assert with_zeros == pytest.approx(4 / 3)
    assert np.isnan(dispersion(np.zeros(3), np.zeros(3), np.full(3, 3.0)))
