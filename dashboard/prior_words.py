"""What priors would make of the outcome, in words. Markdown."""

from core.result.predictive import LEAST, MOST, SD, Predictive
from dashboard.numbers import number

# Priors whose data spread this many times as far as the data have let them decide; less of them is a belief.
WEAK, NARROW = 2.0, 0.5


def title(made: Predictive) -> str:
    """Returns the finding: how wide the priors are beside the data."""
    ratio = float(made.quantities.loc[SD, "median"] / made.quantities.loc[SD, "observed"])
    if ratio > WEAK:
        times = number(ratio, 0.5)
        return f"These priors allow {times} times the spread that the data have"
    if ratio < NARROW:
        return "These priors foretell less spread than the data have: they will pull"
    return "These priors foretell about the spread that the data have"


def drawn(made: Predictive) -> str:
    """Returns what is drawn, with the ends of what is made."""
    ends = made.quantities.loc[[LEAST, MOST], "median"]
    low, high = (number(float(value)) for value in ends)
    return (
        f"line: the data; pale lines: {len(made.made.heights)} outcomes that the priors alone would make, "
        f"from about {low} to {high} · before any outcome was seen"
    )
