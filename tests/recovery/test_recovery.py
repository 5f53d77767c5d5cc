"""Claims the pages make, checked on panels with known truth: "95 %" intervals and P(tier)."""

from dataclasses import dataclass

import numpy as np
import pytest

import core
from tests.recovery.simulate import FORMULA, panel

pytestmark = pytest.mark.slow
PANELS = 400


@dataclass(frozen=True, slots=True)
class Record:
    """What the fits said and what was true; coverage per panel, chances and hits per store and tier."""

    fixed: np.ndarray  # (panels, 3)
    levels: np.ndarray  # (panels,)
    slopes: np.ndarray  # (panels,)
    chances: np.ndarray
    hits: np.ndarray


@pytest.fixture(scope="module")
def record() -> Record:
    fixed, levels, slopes, chances, hits = [], [], [], [], []
    for seed in range(PANELS):
        known = panel(seed)
        fit = core.fit(known.frame, FORMULA)
        table = fit.fixed_effects
        fixed.append((table["low"].to_numpy() <= known.fixed) & (known.fixed <= table["high"].to_numpy()))
        groups = fit.group_coefficients["store"].loc[list(known.levels)]
        for term, truth, covered in (
            ("(Intercept)", known.totals[:, 0], levels),
            ("spend", known.totals[:, 1], slopes),
        ):
            inside = (groups[f"{term}_low"].to_numpy() <= truth) & (
                truth <= groups[f"{term}_high"].to_numpy()
            )
            covered.append(inside.mean())
        ranked = core.tiers(fit, "spend", 3, seed=seed, n_draws=1000)
        if ranked.detectable:
            place = (-known.totals[:, 1]).argsort().argsort()
            edges = np.concatenate([[0], np.cumsum(ranked.sizes)])
            rows = ranked.table.loc[list(known.levels)]
            for k in range(3):
                chances.append(rows[f"p_tier_{k + 1}"].to_numpy())
                hits.append((place >= edges[k]) & (place < edges[k + 1]))
    return Record(
        np.array(fixed), np.array(levels), np.array(slopes), np.concatenate(chances), np.concatenate(hits)
    )


def test_intervals_of_fixed_effects_hold_what_they_say(record: Record) -> None:
    """92 to 98 % for a nominal 95 %: with 400 panels the standard error of each figure is 1.1 points."""
    coverage = record.fixed.mean(axis=0)
    assert ((coverage >= 0.92) & (coverage <= 0.98)).all(), coverage


def test_intervals_of_group_totals_hold_what_they_say(record: Record) -> None:
    """92 to 98 % over all stores of 400 panels, for levels and for slopes."""
    coverage = np.array([record.levels.mean(), record.slopes.mean()])
    assert ((coverage >= 0.92) & (coverage <= 0.98)).all(), coverage


def test_tier_probabilities_are_calibrated(record: Record) -> None:
    """In every tenth of P(tier) with 50 or more entries, the share that is true is within 5 points of it."""
    bins = np.minimum((record.chances * 10).astype(int), 9)
    report = [
        (k, int((bins == k).sum()), record.chances[bins == k].mean(), record.hits[bins == k].mean())
        for k in range(10)
        if (bins == k).sum() >= 50
    ]
    assert len(report) == 10
    assert [row for row in report if abs(row[2] - row[3]) > 0.05] == []
