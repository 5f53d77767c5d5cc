"""Charts of chains and posteriors: what is drawn is what was computed, names harmless, nothing too heavy."""

import json

import numpy as np
import pytest

import core
from core.result.chain_pictures import energies, ranks
from core.result.curves import curves
from core.result.loo import loo
from core.result.posterior_pictures import beside_prior, group_curves
from core.result.predictive import posterior_predictive, predictive
from dashboard import posterior_titles
from dashboard.charts.chains import energy_chart, rank_chart, trace_chart
from dashboard.charts.posterior import pareto_chart, predictive_chart, prior_chart, ridge_chart
from dashboard.theme import DARK, LIGHT
from tests.core.fit.reweighed import panel
from tests.dashboard.test_charts import EVIL, _texts

RNG = np.random.default_rng(1)
DRAWS = RNG.standard_normal((4, 1000))
LOST = np.zeros((4, 1000), dtype=bool)
LOST[2, 17] = LOST[3, 400] = True
GROUPS = RNG.standard_normal((500, 6)) + np.arange(6)
FRAME = panel(groups=8, rows=10).replace({"g": {"g0003": "<a href='x'>x</a>"}}).rename(columns={"y": "y<b>"})
TABLE = core.read_table(FRAME)
FIT = core.fit(TABLE, "`y<b>` ~ x + w + (1 | g)")
LOO = loo(FIT, TABLE, seed=1, n_draws=200)
MADE = posterior_predictive(FIT, TABLE, seed=1)
PRIORS = [beside_prior(name, 5 * DRAWS.ravel(), DRAWS.ravel()) for name in EVIL]


def every_chart(theme) -> dict:
    groups = group_curves(GROUPS, EVIL)
    return {
        "trace": trace_chart(DRAWS, LOST, curves(DRAWS), theme, says=EVIL[1]),
        "rank": rank_chart(ranks(DRAWS), theme),
        "energy": energy_chart(energies(DRAWS), theme, says=EVIL[1]),
        "prior": prior_chart(PRIORS, theme),
        "ridge": ridge_chart(
            groups, (2.5, 2, 3), theme, says=EVIL[1], width="89 %", clear=EVIL[:2], selected=EVIL[0]
        ),
        "predictive": predictive_chart(MADE, theme, says=EVIL[1]),
        "pareto": pareto_chart(LOO, theme, says=EVIL[1]),
    }


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_names_are_harmless_and_paper_is_solid(theme) -> None:
    for kind, figure in every_chart(theme).items():
        said = json.dumps(list(_texts(figure.to_plotly_json())))
        assert "<a " not in said, kind
        assert "<b>bold" not in said.replace("<b>&lt;", ""), kind
        assert figure.layout.title.text is None
        assert figure.layout.template.layout.paper_bgcolor == theme.paper


def test_a_trace_has_every_chain_and_its_divergences() -> None:
    figure = trace_chart(DRAWS, LOST, curves(DRAWS), LIGHT, says="x")
    paths = [trace for trace in figure.data if trace.xaxis is None and trace.mode == "lines"]
    assert [trace.y[0] for trace in paths] == DRAWS[:, 0].tolist()
    lost = next(trace for trace in figure.data if trace.name == "diverged")
    assert sorted(lost.x) == [18, 401]
    calm = trace_chart(DRAWS, np.zeros_like(LOST), curves(DRAWS), LIGHT, says="x")
    assert not any(trace.name == "diverged" for trace in calm.data)


def test_long_chains_are_thinned() -> None:
    draws = RNG.standard_normal((4, 20_000))
    figure = trace_chart(draws, np.zeros((4, 1)), curves(draws), LIGHT, says="x")
    assert len(figure.to_json()) < 200_000


def test_bars_of_ranks_beyond_chance_stand_out() -> None:
    apart = DRAWS + np.array([0, 0, 0, 2.0])[:, None]
    found = ranks(apart)
    figure = rank_chart(found, LIGHT)
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert [list(bar.y) for bar in bars] == found.counts.tolist()
    marked = [[colour == LIGHT.last for colour in bar.marker.color] for bar in bars]
    assert marked == found.outside.tolist() and any(marked[3])


def test_ridges_stand_on_the_rows_of_their_groups() -> None:
    found = group_curves(GROUPS, EVIL)
    figure = ridge_chart(found, (2.5, 2, 3), LIGHT, says="x", width="89 %", clear=EVIL[:1])
    dots = next(trace for trace in figure.data if trace.customdata is not None)
    assert list(dots.customdata) == list(found.levels) and list(dots.y) == [0, 1, 2, 3, 4, 5]
    assert [c == LIGHT.best for c in dots.marker.color] == [level == EVIL[0] for level in found.levels]
    ridges = [t for t in figure.data if t.fill == "toself"]
    tops = [min(trace.y) for trace in ridges]
    assert min(tops) >= figure.layout.yaxis.range[1]  # none runs out at the top
    assert len(ridges) == 12
    assert all(", 89 % " in text for text in dots.hovertext)


def test_thousands_of_groups_are_two_ends() -> None:
    draws = RNG.standard_normal((300, 2000)) + np.linspace(0, 20, 2000)
    found = group_curves(draws, [f"s{k}" for k in range(2000)])
    figure = ridge_chart(found, (10, 9, 11), LIGHT, says="x", width="89 %")
    assert "1,970 more between these ends" in [note.text for note in figure.layout.annotations]
    assert len(figure.to_json()) < 600_000


def test_a_few_spikes_of_a_wide_prior_do_not_press_the_rest_to_the_foot() -> None:
    made = RNG.standard_normal((50, 80)) * np.where(np.arange(50) < 3, 0.01, 1.0)[:, None]
    found = predictive("prior", "y", DRAWS[0, :80], made, {}, n_all=80, seed=0)
    figure = predictive_chart(found, LIGHT, says="y")
    assert figure.layout.yaxis.range[1] < 1.5
    assert {trace.name for trace in figure.data if trace.name} == {"what the priors allow", "your data"}


def test_every_doubtful_row_is_drawn_and_named_with_its_groups() -> None:
    figure = pareto_chart(LOO, LIGHT)
    loud = [trace for trace in figure.data if trace.marker.color == LIGHT.last]
    rows = [x for trace in loud for x in trace.x]
    assert rows == (LOO.rows[LOO.doubtful] + 1).tolist() and len(rows) > 0
    assert "g: " in loud[0].hovertext[0]


def test_titles_say_what_was_found() -> None:
    assert posterior_titles.paths("SD of *x*", 1.002, 3100.0).endswith(
        "(R-hat 1.002): 3,100 independent draws"
    )
    assert "disagree about SD of \\*x\\*" in posterior_titles.paths("SD of *x*", 1.08, 30.0)
    assert "only 210" in posterior_titles.paths("x", 1.003, 210.0)
    assert "beyond 100" in posterior_titles.paths("x", np.inf, 210.0)
    assert posterior_titles.ranked(ranks(DRAWS)) == "Low and high draws come from every chain alike"
    apart = DRAWS + np.array([0, 0, 0, 9.0])[:, None]
    assert "4 have other draws" in posterior_titles.ranked(ranks(apart))
    assert posterior_titles.energy([0.9, 0.2]) == (
        "Chain 2 reaches the ends of the posterior slowly (E-BFMI 0.20)"
    )
    assert "at least 0.90" in posterior_titles.energy([0.9, 1.1])


def test_a_single_row_and_a_single_chain_draw() -> None:
    one = DRAWS[:1]
    trace_chart(one, LOST[:1], curves(one), DARK, says="x")
    rank_chart(ranks(one), DARK)
    ridge_chart(group_curves(GROUPS[:, :1], ["a"]), (0, 0, 0), DARK, says="x", width="89 %")
