"""Chances by quantities other than a slope, on panels with known truth: P(tier) and P(it pays)."""

import numpy as np
import pytest

import core
from tests.recovery.simulate import FORMULA, panel

pytestmark = pytest.mark.slow
PANELS = 150
# 0.5 is the mean slope, 0.3 the effect of the season in every store.
PAYS = core.Profit("spend", margin=2.0, cost=1.0)
MORE = core.Contrast({"spend": 2.0, "season": -1.0})
AT = core.Response({"spend": 3.0})


def truth(quantity: object, totals: np.ndarray, season: float) -> np.ndarray:
    """Returns what each store's quantity is (J,), to a constant."""
    if quantity is AT:
        return totals[:, 0] + 3.0 * totals[:, 1]
    return 2.0 * totals[:, 1] - (1.0 if quantity is PAYS else 0.3)


@pytest.mark.parametrize("quantity", [PAYS, MORE, AT], ids=["profit", "contrast", "response"])
def test_chances_are_calibrated(quantity: core.Profit | core.Contrast | core.Response) -> None:
    """In every tenth with 100 or more entries the share that is true is within 6 points of what was said.

    Entries of one panel go together, so a tenth of 100 stores has a standard error of some 3 points.
    """
    said, true = {"tier": [], "positive": []}, {"tier": [], "positive": []}
    for seed in range(PANELS):
        known = panel(seed)
        found = core.tiers(core.fit(known.frame, FORMULA), quantity, 3, seed=seed, n_draws=600)
        if not found.detectable:
            continue
        table = found.table.loc[list(known.levels)]
        of = truth(quantity, known.totals, 0.3)
        place = (-of).argsort().argsort()
        edges = np.concatenate([[0], np.cumsum(found.sizes)])
        for k in range(3):
            said["tier"].append(table[f"p_tier_{k + 1}"].to_numpy())
            true["tier"].append((place >= edges[k]) & (place < edges[k + 1]))
        said["positive"].append(table["p_positive"].to_numpy())
        true["positive"].append(of > 0)
    for name, chances in said.items():
        p, hit = np.concatenate(chances), np.concatenate(true[name])
        bins = np.minimum((p * 10).astype(int), 9)
        report = [
            (k, int((bins == k).sum()), float(p[bins == k].mean()), float(hit[bins == k].mean()))
            for k in range(10)
            if (bins == k).sum() >= 100
        ]
        assert len(report) >= (1 if quantity is AT and name == "positive" else 8), report
        assert [row for row in report if abs(row[2] - row[3]) > 0.06] == [], report
