"""Two models of the same rows beside each other by how well they foretell each row."""

from dataclasses import dataclass

import numpy as np

from core.finding import Finding, Status
from core.result.compare import DifferentData
from core.result.loo import Loo

# A difference below four is too small for its standard error to be read as that of a bell curve (Sivula,
# Magnusson, Matamoros, Vehtari 2020, arXiv:2008.10296, section 5); two errors are then two and more.
SMALL, ERRORS = 4.0, 2.0


@dataclass(frozen=True, slots=True)
class LooDifference:
    """How much better the first foretells than the second: `difference` of elpd, with its standard error.

    `doubtful` rows have a Pareto k too high in either.
    """

    difference: float
    se: float
    rows: int
    doubtful: int

    @property
    def clear(self) -> bool:
        """Whether one is better beyond what chance in these rows would make."""
        return abs(self.difference) >= max(SMALL, ERRORS * self.se)

    def findings(self, first: str = "the first", second: str = "the second") -> list[Finding]:
        """Returns which of two models, named so, foretells rows better, or that nothing tells them apart."""
        numbers = {"difference": self.difference, "se": self.se, "doubtful": float(self.doubtful)}
        better, other = (first, second) if self.difference >= 0 else (second, first)
        by = f"(elpd {abs(self.difference):.1f} higher, standard error {self.se:.1f})"
        if self.clear:
            message = f"Further rows of these groups are foretold better by {better} than by {other} {by}."
            advice = "Prefer it, unless what you ask needs the other."
        else:
            message = f"Nothing tells {first} and {second} apart in how well they foretell further rows {by}."
            advice = "Choose by what you want to ask; the simpler one is easier to explain."
        if not self.doubtful:
            return [Finding("loo", Status.GOOD, message, advice, numbers)]
        message += f" {self.doubtful:,} of {self.rows:,} rows move a fit too far for this to be exact."
        return [Finding("loo", Status.LOOK, message, advice, numbers)]


def compare_loo(one: Loo, other: Loo) -> LooDifference:
    """Returns the difference of two models' elpd on the same rows, and its standard error.

    The error is that of a sum of paired differences, sqrt(n Var(elpd_i - elpd_i')), smaller than the two
    errors suggest (Vehtari, Gelman, Gabry 2017, Statistics and Computing 27, section 5.2).
    Raises DifferentData.
    """
    if one.outcome != other.outcome:
        raise DifferentData(f"one foretells '{one.outcome}', the other '{other.outcome}'")
    if len(one.rows) != len(other.rows):
        raise DifferentData(f"one used {len(one.rows):,} rows, the other {len(other.rows):,}")
    if not np.array_equal(one.rows, other.rows):
        raise DifferentData("they used other rows of the table")
    if not np.allclose(one.observed, other.observed, rtol=1e-12, atol=0.0):
        raise DifferentData(f"'{one.outcome}' has other values in one than in the other")
    each = one.pointwise - other.pointwise
    return LooDifference(
        float(each.sum()),
        float(np.sqrt(len(each) * each.var(ddof=1))),
        len(each),
        int((one.doubtful | other.doubtful).sum()),
    )
