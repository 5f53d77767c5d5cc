"""The whole posterior of every group's coefficient, as areas one above the other."""

from dataclasses import dataclass

from core.decide.slope import slope_draws, slope_of
from core.result.posterior_pictures import GroupCurves, group_curves
from dashboard import certainty, posterior_titles, state
from dashboard.charts.posterior import ridge_chart
from dashboard.components import page
from dashboard.grouped import Grouped
from dashboard.headlines import named
from dashboard.numbers import width

# Groups up to which all are drawn; draws behind each, fewer of many groups, so that the page stays quick.
ALL, DRAWS, HELD = 40, 2_000, 2_000_000


@dataclass(frozen=True, slots=True)
class Ridges:
    """Densities of the groups' coefficients as shown, and how likely the first is above the last."""

    curves: GroupCurves
    above: float


def ridges(view: Grouped) -> None:
    """Shows the densities of the coefficient in view; nothing of REML and ML, or where nothing differs."""
    if view.shown.fit.posterior is None or not view.spread(view.term) or len(view.table) < 2:
        return
    found = view.keep("ridges", lambda: _read(view), view.term, view.selected)
    first, last = (named(found.curves.levels[place], view.noun, view.label) for place in (0, -1))
    page.chart_title(
        posterior_titles.ends(view.term, first, last, found.above, view.compared(view.term)),
        f"area: where the posterior puts that {view.noun.one}; dot: its mean; line: "
        f"{certainty.of_groups(view.shown.fit)}; band: the average · click one to choose it",
        "ridges",
    )
    clear = view.clear(view.term)
    drawn = ridge_chart(
        found.curves,
        view.middle(view.term),
        state.theme(),
        says=view.says(view.term),
        width=width(view.shown.fit.level),
        clear={str(level) for level in clear.index[clear != 0]},
        label=view.label,
        selected=view.selected,
    )
    page.chart(
        drawn,
        key="ridges",
        alt=f"Posterior of {len(found.curves.levels)} {view.noun.many}, highest first",
        file_name="posterior by group",
        choose=True,
    )


def _read(view: Grouped) -> Ridges:
    levels = [str(level) for level in view.side.moments.levels[0]]
    n = max(200, min(DRAWS, HELD // len(levels)))
    read = slope_of(view.side, view.term)
    draws = slope_draws(view.shown.fit, view.by, read, n, state.SEED) * view.unit(view.term)
    table = view.table.reindex(levels)
    told = tuple(table[f"{view.term}{part}"].to_numpy() for part in ("", "_low", "_high"))
    found = group_curves(draws, levels, most=ALL, keep=view.selected, told=told)
    ends = [draws[:, levels.index(found.levels[place])] for place in (0, -1)]
    # Laplace's rule: n draws of one kind are no certainty.
    return Ridges(found, float(((ends[0] > ends[1]).sum() + 1) / (n + 2)))
