"""What a comparison of two arms needs to know of a fit: from its rows, or from the sums of a Gaussian one."""

from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.design.matrix import Design
from core.design.rows import Codes, Rows
from core.fit.along import Along, Fitted
from core.result.arms import YES, Arms, arms_of, is_yes_no
from core.result.of_rows import rows_behind, without_groups
from core.result.raw import least_squares
from core.result.standardised import Panel, panel_of_rows
from core.spec.model import Link

# Shares of an arm in a group that are none, or all, but for rounding of sums.
NONE = 1e-9


@dataclass(frozen=True, slots=True)
class Plain:
    """A regression with the groups left out: effects (p,), their covariance (p, p), degrees of freedom."""

    fixed: Array
    covariance: Array
    df: float


def arms_in(fitted: Fitted) -> tuple[Arms, ...]:
    """Returns the predictors of a fit that may say which variant a row got."""
    if behind := rows_behind(fitted):
        design, rows = behind
        return arms_of(design.layout, rows.fixed, lambda name: is_yes_no(design.values[name]))
    lead = fitted.lead
    return arms_of(lead.moments.layout, lead.problem.fixed, lambda name: _is_yes_no(lead, name))


def panel_of(fitted: Fitted) -> Panel:
    """Returns what an average is over: all rows, or of a Gaussian fit one at the average of every column."""
    if behind := rows_behind(fitted):
        return panel_of_rows(*behind)
    lead, random = fitted.lead, {name: side.problem.random for name, side in fitted.sides.items()}
    columns, layout = lead.moments.columns, lead.moments.layout
    values = {name: np.array([mean]) for name, mean in zip(columns.names, columns.centre, strict=True)}
    offset = sum((values[name] for name in layout.offsets), np.zeros(1))
    return Panel(layout, values, lead.problem.fixed, random, offset, np.ones(1))


def link_of_fit(fitted: Fitted) -> Link:
    """Returns the link between the linear predictor and the expected outcome."""
    behind = rows_behind(fitted)
    return behind[1].link if behind else Link.IDENTITY


def plain_of(fitted: Fitted) -> Plain:
    """Returns the same predictors with the groups left out, as if all rows were unrelated."""
    if behind := rows_behind(fitted):
        found = without_groups(behind[1])
        return Plain(found.fixed, found.covariance, np.inf)
    return Plain(*least_squares(fitted.lead))


def met_both(fitted: Fitted, name: str, arms: Arms, pair: tuple[str, str]) -> int:
    """Returns the number of groups of a factor that have rows of both arms."""
    if behind := rows_behind(fitted):
        design, rows = behind
        given = _given(design, rows, arms)
        first, second = (np.unique(rows.codes[name][given == arms.names.index(one)]) for one in pair)
        return len(np.intersect1d(first, second, assume_unique=True))
    shares = _shares(fitted.sides[name], arms)
    return int(((shares[pair[0]] > NONE) & (shares[pair[1]] > NONE)).sum())


def _given(design: Design, rows: Rows, arms: Arms) -> Codes:
    """Place of each row's arm in `arms.names` (n,)."""
    if not arms.text:
        return design.values[arms.predictor].astype(np.intp)
    found = np.zeros(rows.n, dtype=np.intp)
    for place, name in enumerate(arms.names[1:], start=1):
        column = design.values.get(f"{arms.predictor}[{name}]")
        if column is not None:
            found[column == 1.0] = place
    return found


def _shares(side: Along, arms: Arms) -> dict[str, Array]:
    """Share of each arm in each group's rows (J,), by name."""
    columns, mean = side.moments.columns, side.moments.mean

    def share(name: str) -> Array:
        k = columns.index(name)
        return np.asarray(columns.centre[k] + columns.scale[k] * mean[:, k])

    if not arms.text:
        yes = share(arms.predictor)
        return {one: yes if one == YES else 1.0 - yes for one in arms.names}
    labels = {one: f"{arms.predictor}[{one}]" for one in arms.names}
    known = {one: share(name) for one, name in labels.items() if name in columns.names}
    rest = 1.0 - sum(known.values(), np.zeros(len(mean)))
    return {one: known.get(one, rest) for one in arms.names}


def _is_yes_no(linear: Along, name: str) -> bool:
    """Whether a column of sums holds 0 and 1: its ends are, and its variance is that of nothing between."""
    moments = linear.moments
    k = moments.columns.index(name)
    centre, scale = float(moments.columns.centre[k]), float(moments.columns.scale[k])
    ends = centre + scale * np.array([moments.low[:, k].min(), moments.high[:, k].max()])
    apart = abs(scale**2 - centre * (1.0 - centre)) <= 1e-9 * scale**2
    return bool(np.allclose(ends, (0.0, 1.0), atol=1e-9) and apart)
