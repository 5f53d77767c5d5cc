"""Predictors that differ mostly between groups: their one slope mixes two questions."""

from core.design.coding import Coding, label
from core.errors import listed
from core.finding import Finding, Status
from core.fit.along import Along
from core.spec.model import NEEDS_GROUP

MOSTLY = 0.5
# A predictor has swings of its own when this share of its variation lies within groups; rounding leaves less.
MOVES = 1e-9


def shares_within(linear: Along) -> dict[str, float]:
    """Returns the share (0 to 1) of each kept column's variation that lies within groups, by label.

    (Weighted) sum of squares around the groups' means over that around the mean of all rows; constant columns
    are left out. From moments: no row is read.
    """
    moments = linear.moments
    found = {}
    for k, name in enumerate(moments.columns.names):
        within = float(moments.cross[:, k, k].sum())
        middle = float(moments.weight @ moments.mean[:, k]) / moments.weight.sum()
        between = float(moments.weight @ (moments.mean[:, k] - middle) ** 2)
        if within + between > 0.0:
            found[name] = within / (within + between)
    return found


def mostly_between(linear: Along) -> dict[str, float]:
    """Returns the columns of the file that vary mostly between groups, and the share, largest first.

    Only numbers that also swing within groups and enter the model unsplit: of those a slope mixes what a
    group's own swings bring with how groups that usually have more differ (Mundlak 1978).
    """
    if not linear.problem.random:
        return {}
    layout, shares = linear.moments.layout, shares_within(linear)
    found = {}
    for coding in layout.codings:
        name = label(coding.variable)
        if name == layout.outcome or not MOVES < shares.get(name, 0.0) < 1 - MOSTLY:
            continue
        if _is_amount(linear, coding):
            found[coding.variable.column] = 1 - shares[name]
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def review_between(linear: Along) -> list[Finding]:
    """Returns one finding that names the predictors of `mostly_between`, or none."""
    found = mostly_between(linear)
    if not found:
        return []
    group = linear.moments.factors[0]
    said = listed([f"'{name}' ({share:.0%})" for name, share in found.items()])
    one = len(found) == 1
    return [
        Finding(
            "mostly_between",
            Status.LOOK,
            f"Most of the variation of {said} lies between the values of '{group}': "
            f"{'its slope mixes' if one else 'their slopes mix'} own swings with the usual level.",
            f"Only {'its' if one else 'their'} own swings within a '{group}' move when you change a budget; "
            "split the two to see both.",
            dict(found),
        )
    ]


def _is_amount(linear: Along, coding: Coding) -> bool:
    """A number that is neither split already, nor a date, nor there or not there (0 and 1)."""
    if coding.is_text or coding.origin or any(s.transform in NEEDS_GROUP for s in coding.variable.steps):
        return False
    columns = linear.moments.columns
    k = columns.index(label(coding.variable))
    mean, spread = float(columns.centre[k]), float(columns.scale[k])
    return abs(spread**2 - mean * (1 - mean)) > 1e-9 * spread**2
