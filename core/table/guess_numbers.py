"""Counts, skewed amounts or ordinary measurements: what the numbers of an outcome look like.

The bounds are heuristics, each with the case that set it.
"""

import numpy as np
from numpy.typing import NDArray

from core.table.guess import FamilyGuess, normal
from core.table.shown import shown
from core.table.spread import dispersion, skewness
from core.table.vocabulary import COUNTED, IDENTIFIER, RATED, TIME, tokens

LARGE_COUNTS = 50.0  # mean from which counts are near enough to normal: weekly units of a store
RATING = 10.0  # top of the usual scales of a questionnaire
LEANS = 0.3  # skewness that whole numbers without a telling name need: a Poisson of mean 10 has 0.32
LEAST_COUNTS = 20  # rows from which a lean is told from chance at all
SCATTER = 1.5  # times the mean that a variance within groups must be to call for a negative binomial
SKEWED = 1.0  # that of amounts relative to their group: a Gamma of shape 4 has 1, firms' investment 0.97
VARIED = 0.5  # their coefficient of variation: below it a Gamma is hardly told from a normal
LEAST_AMOUNTS = 50  # rows from which a skewness of 1 is beyond chance (its standard error is root 6/n)

Floats = NDArray[np.float64]


def of_whole(outcome: str, values: Floats, means: Floats, sizes: Floats) -> FamilyGuess:
    """Whole numbers: counts where they are small, not below 0, and named so or leaning to the right.

    `means` (n,) are those of each row's group, `sizes` (n,) its rows.
    """
    name, words = shown(outcome), set(tokens(outcome))
    low, high, mean = float(values.min()), float(values.max()), float(values.mean())
    if low < 0:
        return normal(f"{name} holds whole numbers, some below 0, which are no counts")
    if low == high:
        return normal(f"{name} is always {low:,.0f}")
    if words & (TIME | IDENTIFIER | RATED) and not words & COUNTED:  # "number of orders" is a count
        kind = "ratings" if words & RATED else "codes or dates"
        return normal(f"{name} is named like {kind}, which are no counts")
    if mean > LARGE_COUNTS:
        amounts = of_amounts(outcome, values, means)
        if amounts.family == "gamma" and not words & COUNTED:
            return amounts
        said = f"{name} holds whole numbers, {mean:,.0f} on average: counts that large pass for measurements"
        return normal(said)
    if not words & COUNTED:
        if low >= 1 and high <= RATING:
            return normal(f"{name} holds whole numbers from {low:.0f} to {high:.0f}, as ratings do")
        if len(values) < LEAST_COUNTS or not skewness(values) > LEANS:
            return normal(f"{name} holds whole numbers that do not lean to the right as counts do")
    return _of_counts(name, values, means, sizes)


def _of_counts(name: str, values: Floats, means: Floats, sizes: Floats) -> FamilyGuess:
    scatter = dispersion(values, means, sizes)
    beyond = 3 * np.sqrt(2 / max(float(np.sum(1 - 1 / sizes)), 1))  # three errors of it for Poisson counts
    within = " within groups" if sizes[0] < len(values) else ""
    said = f"{name} holds counts; their variance{within} is {scatter:.1f} times their mean"
    if scatter > max(SCATTER, 1 + beyond):
        return FamilyGuess("negative_binomial", None, None, f"{said}, more than Poisson counts scatter")
    if np.isnan(scatter):
        said = f"{name} holds counts"
    return FamilyGuess("poisson", None, None, said)


def of_amounts(outcome: str, values: Floats, means: Floats) -> FamilyGuess:
    """Amounts: Gamma where all are above 0 and lean far to the right, and their logarithms do not."""
    name = shown(outcome)
    if len(values) == 0:
        return normal(f"{name} holds no numbers")
    none, below = int((values == 0).sum()), int((values < 0).sum())
    if below or len(values) < LEAST_AMOUNTS:
        return normal(f"{name} holds measurements")
    relative = values / np.where(means > 0, means, 1.0)
    lean = skewness(relative)
    if not (lean > SKEWED and relative.std() > VARIED):
        return normal(f"{name} holds measurements")
    if none:
        zero = f"{none:,} of them are 0" if none > 1 else "one of them is 0"
        return normal(
            f"{name} holds amounts that lean to the right, but {zero}, which no Gamma model can have"
        )
    of_logs = skewness(np.log(relative))
    if abs(of_logs) > lean:
        return normal(f"{name} holds measurements")
    said = f"{name} holds amounts above 0 that lean far to the right (skewness {lean:.2g}"
    return FamilyGuess("gamma", None, None, f"{said}, that of their logarithms {of_logs:.2g})")
