"""What a fit of yes/no, counts or amounts leaves over, in SDs of what chance does."""

import numpy as np
import pandas as pd

import core
from core.result.pictures import binned, normal_points, sampled
from core.result.review_quantiles import yes_no
from core.spec.model import Family
from core.table.table import Table
from dashboard import state
from dashboard.groupings import Grouping
from dashboard.left_over import FAR, LeftOver, spread_of
from dashboard.state import Shown


def bare(shown: Shown) -> bool:
    """Returns whether each row is a bare yes or no, of which no residual has a shape to draw."""
    rows = shown.fit.linear.rows
    return rows.family is Family.BINOMIAL and bool((rows.trials == 1.0).all())


def left_of_rows(shown: Shown) -> LeftOver | None:
    """Returns quantile residuals by the value expected; None of a bare yes or no."""
    if bare(shown):
        return None
    return state.kept(("left of rows", *shown.key), lambda: _read(_made(shown), _table(), shown.fit.level))


def effects(shown: Shown, by: Grouping, term: str) -> pd.Series:
    """Returns the drawn effects of groups over their SD, largest first: a bell curve where effects are one.

    Fitted effects of few counts lean as counts do, whatever the groups are.
    """
    made = _made(shown)
    place = made.rows.random[by.name].index(term)
    variance = float(shown.fit.linear.sides[by.name].random_covariance[place, place])
    values = pd.Series(
        made.effects[by.name][:, place], index=pd.Index(made.rows.levels[by.name], dtype="str")
    )
    if variance <= 0.0:
        return values.iloc[:0]
    return (values / np.sqrt(variance)).sort_values(ascending=False)


def _made(shown: Shown) -> core.Quantiles:
    return state.kept(
        ("quantile residuals", *shown.key),
        lambda: core.quantile_residuals(shown.fit, _table(), seed=state.SEED),
    )


def _table() -> Table:
    table = state.current().table
    assert table is not None
    return table


def _read(made: core.Quantiles, table: Table, level: float) -> LeftOver:
    assert not yes_no(made)
    found, rows = made.residuals, made.rows
    values, places = found.standardised, sampled(found.n)
    largest = np.argsort(-np.abs(values))[:10]
    return LeftOver(
        rows=found.n,
        sigma=1.0,
        far=int((np.abs(values) > FAR).sum()),
        points=pd.DataFrame({"x": found.fitted[places], "y": values[places]}),
        bins=binned(found.fitted, values),
        quantiles=normal_points(values),
        worst=pd.DataFrame(
            {
                "row": [table.reading.row(int(at)) for at in found.rows[largest]],
                "found": rows.y[largest],
                "expected": (found.fitted * rows.trials)[largest],
                "in SDs": values[largest],
            }
        ),
        spread={
            name: spread_of(codes, found.levels[name], values, 1.0, level, taken=0.0)
            for name, codes in found.codes.items()
        },
    )
