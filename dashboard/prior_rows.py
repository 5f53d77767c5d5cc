"""Priors as rows of an editor, and what was edited there as priors again."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.design.layout import INTERCEPT
from core.result.named_draws import sd_name
from core.spec.prior import BadPrior, Normal, Priors, Shape, Spread
from dashboard import wording

WHAT, ABOUT, WIDTH, SHAPE = "of", "around", "give or take", "shape"
NORMAL = "normal"


def rows(priors: Priors) -> list[dict[str, object]]:
    """Returns one row a prior of complete priors: fixed effects, SDs between groups, the residual SD."""
    assert priors.sigma is not None
    level = "baseline where all is zero" if priors.at_zero else "level at average predictors"
    found: list[dict[str, object]] = [
        {WHAT: level if t == INTERCEPT else f"effect of {t}", ABOUT: p.mean, WIDTH: p.sd, SHAPE: NORMAL}
        for t, p in priors.fixed
    ]
    spreads = [(sd_name(*pair), one) for pair, one in priors.spread]
    for what, one in [*spreads, ("residual SD", priors.sigma)]:
        found.append({WHAT: what, ABOUT: None, WIDTH: one.scale, SHAPE: one.shape.value})
    return found


def edited(by_hand: Priors, shown: Priors, edits: Mapping[int, Mapping[str, Any]]) -> Priors:
    """Returns the priors changed by hand with the edited rows among them; `shown` are those of the rows.

    Raises BadPrior.
    """
    assert shown.sigma is not None
    fixed, spread, sigma = dict(by_hand.fixed), dict(by_hand.spread), by_hand.sigma
    n = len(shown.fixed)
    for row, cells in edits.items():
        if row < n:
            term, one = shown.fixed[row]
            fixed[term] = Normal(_number(cells, ABOUT, one.mean), _number(cells, WIDTH, one.sd))
        elif row < n + len(shown.spread):
            pair, before = shown.spread[row - n]
            spread[pair] = _spread(before, cells)
        else:
            sigma = _spread(shown.sigma, cells)
    return replace(by_hand, fixed=tuple(fixed.items()), spread=tuple(spread.items()), sigma=sigma)


def changed(by_hand: Priors) -> int:
    """Returns how many priors were changed by hand."""
    default = Priors()
    others = (by_hand.sigma is not None) + (by_hand.lkj != default.lkj) + by_hand.at_zero
    return len(by_hand.fixed) + len(by_hand.spread) + others


def summary(by_hand: Priors) -> str:
    """Returns what the priors are, in a few words."""
    count = changed(by_hand)
    if not count:
        return wording.PRIORS_DEFAULT
    return f"Priors: {count} changed by hand, weak defaults for the rest"


def _spread(before: Spread, cells: Mapping[str, Any]) -> Spread:
    if cells.get(ABOUT) is not None:
        raise BadPrior("middle of an SD", cells[ABOUT], "its width alone: an SD begins at zero")
    shape = cells.get(SHAPE) or before.shape.value
    known = [one.value for one in Shape]
    return Spread(
        _number(cells, WIDTH, before.scale), Shape(shape) if shape in known else before.shape, before.df
    )


def _number(cells: Mapping[str, Any], column: str, before: float) -> float:
    value = cells.get(column, before)
    return before if value is None else float(value)
