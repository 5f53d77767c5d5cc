"""Simulation-based calibration: `python -m benchmarks.calibration` prints where truths rank among draws.

Panels are drawn from the priors and fitted under them; if draws and simulation agree, every rank is as likely
as another (Talts, Betancourt, Simpson, Vehtari, Gelman 2018, arXiv:1804.06788).
"""

import sys

import numpy as np

import core
from tests.recovery.calibration import BINS, p_uniform, panel, priors, ranks

BARS = "▁▂▃▄▅▆▇█"


def print_calibration(method: str, panels: int) -> None:
    """Prints for each quantity the chi-square p of even ranks and their histogram, twenty bars of 5 %."""
    for slopes, formula in ((False, "y ~ x + (1 | g)"), (True, "y ~ x + (1 + x | g)")):
        found: dict[str, list[int]] = {}
        for seed in range(panels):
            truth = panel(slopes, seed)
            fit = core.fit(truth.frame, formula, method, priors=priors(slopes), seed=seed)
            assert fit.posterior is not None
            for name, rank in ranks(truth, fit.posterior, seed).items():
                found.setdefault(name, []).append(rank)
        print(f"\n{method}, {formula}, {panels} panels of 3 to 15 groups")
        for name, each in found.items():
            print(f"    {name:10} p {p_uniform(np.array(each)):5.3f}  {_picture(np.array(each))}")


def _picture(each: np.ndarray) -> str:
    """Bars from none to twice the even number and more."""
    counts = np.bincount(each * BINS // 100, minlength=BINS)
    heights = np.minimum(counts / (2.0 * len(each) / BINS) * len(BARS), len(BARS) - 1).astype(int)
    return "".join(BARS[height] for height in heights)


if __name__ == "__main__":
    print_calibration("posterior", int(sys.argv[1]) if len(sys.argv) > 1 else 300)
    print_calibration("nuts", int(sys.argv[2]) if len(sys.argv) > 2 else 100)
