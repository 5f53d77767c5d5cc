"""500 simulated designs with two or three groupings: never above glmm's criterion."""

import pytest

from benchmarks.crossed import criteria, small

pytestmark = pytest.mark.slow
DESIGNS = 500


def test_the_criterion_is_never_above_glmms() -> None:
    apart = {}
    for seed in range(DESIGNS):
        ours, theirs = criteria(*small(seed))
        apart[seed] = (ours - theirs) / abs(theirs)
    assert {seed: value for seed, value in apart.items() if value > 1e-6} == {}
