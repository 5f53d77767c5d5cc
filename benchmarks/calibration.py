"""Simulation-based calibration: ranks of truths among draws, their chi-square p, and the picture of both.

Run by `python -m benchmarks.calibration [panels]`; writes calibration.svg beside this file.
"""

import sys
from pathlib import Path

import numpy as np

import core
from tests.recovery.calibration import BINS, RANKED, p_uniform, panel, priors, ranks

FORMULAS = {False: "y ~ x + (1 | g)", True: "y ~ x + (1 + x | g)"}
WIDE, HIGH, ROOM = 150, 60, 34
NAMES = {
    "b0": "baseline",
    "b1": "effect of x",
    "log s": "residual SD",
    "log sd0": "SD of baselines",
    "log sd1": "SD of slopes",
    "r": "correlation",
    "u0": "first group's baseline",
    "u1": "first group's slope",
}


def found_ranks(slopes: bool, method: str, panels: int) -> dict[str, list[int]]:
    """Returns the ranks of every quantity over simulated panels."""
    found: dict[str, list[int]] = {}
    for seed in range(panels):
        truth = panel(slopes, seed)
        fit = core.fit(truth.frame, FORMULAS[slopes], method, priors=priors(slopes), seed=seed)
        assert fit.posterior is not None
        for name, rank in ranks(truth, fit.posterior, seed).items():
            found.setdefault(name, []).append(rank)
    return found


def drawn(rows: list[tuple[str, dict[str, list[int]]]]) -> str:
    """Returns a row of histograms a method and model, with the band that holds 95 in 100 counts, as SVG."""
    most = max(len(found) for _, found in rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{most * (WIDE + 14) + 10}" '
        f'height="{len(rows) * (HIGH + ROOM + 34)}" font-family="sans-serif" font-size="11" fill="#1B2430">',
        '<rect width="100%" height="100%" fill="#FFFFFF"/>',
    ]
    for row, (title, found) in enumerate(rows):
        top = row * (HIGH + ROOM + 34)
        parts.append(f'<text x="8" y="{top + 16}" font-weight="bold">{title}</text>')
        for place, (name, each) in enumerate(found.items()):
            parts.append(_histogram(8 + place * (WIDE + 14), top + 26, name, np.array(each)))
    return "\n".join([*parts, "</svg>"])


def _histogram(left: float, top: float, name: str, each: np.ndarray) -> str:
    counts = np.bincount(each * BINS // (RANKED + 1), minlength=BINS)
    expected = len(each) / BINS
    reach = 1.96 * np.sqrt(expected * (1 - 1 / BINS))
    unit = HIGH / (2.4 * expected)
    foot = top + HIGH
    low, high = foot - unit * (expected + reach), foot - unit * max(expected - reach, 0)
    bars = "".join(
        f'<rect x="{left + k * WIDE / BINS:.1f}" y="{foot - unit * count:.1f}" width="{WIDE / BINS - 1:.1f}" '
        f'height="{unit * count:.1f}" fill="#0B6E99"/>'
        for k, count in enumerate(counts.tolist())
    )
    band = f'<rect x="{left}" y="{low:.1f}" width="{WIDE}" height="{high - low:.1f}" fill="#E1E6EB"/>'
    said = f"{NAMES[name]}, p {p_uniform(each):.2f}"
    return f'{band}{bars}<text x="{left}" y="{foot + 14:.1f}" fill="#6B7785">{said}</text>'


def main() -> None:
    """Prints the p of every quantity and writes the picture."""
    panels = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    rows = []
    for method, count in (("posterior", panels), ("nuts", max(panels // 3, 1))):
        for slopes, formula in FORMULAS.items():
            found = found_ranks(slopes, method, count)
            said = {name: round(p_uniform(np.array(each)), 3) for name, each in found.items()}
            print(f"{method}, {formula}, {count} panels: chi-square p {said}", flush=True)
            named = "instant posterior" if method == "posterior" else "NUTS"
            rows.append((f"{named}, {formula}, {count} panels", found))
    (Path(__file__).parent / "calibration.svg").write_text(drawn(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
