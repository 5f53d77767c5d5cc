"""Leave-one-out: its densities by definition, ArviZ's sums of them, exact answers and fits without a row."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import core
from core.finding import Status
from core.result.compare import DifferentData
from core.result.compare_loo import compare_loo
from core.result.loo import log_sum, loo
from core.result.row_densities import densities
from core.result.row_draws import OtherRows, TooManyCells, row_draws
from tests.core.fit.reweighed import panel
from tests.reference import simulate

NESTED = "y | weights(w) ~ x * income + offset(known) + (1 + x | store) + (1 | region)"


def test_densities_are_those_of_every_row_and_draw() -> None:
    """By their definition, from the groups' totals, weights and offset; sums in another order."""
    frame = simulate.panel()
    fit = core.fit(frame, NESTED)
    found = row_draws(fit, frame, 5, 3)
    draws = fit.draws(5, 3)
    b = dict(zip(fit.linear.lead.problem.fixed, draws.fixed.T, strict=True))
    x, income = (frame[name].to_numpy()[:, None] for name in ("x", "income"))
    ones = np.ones_like(x)
    columns = {"(Intercept)": ones, "x": x, "income": income, "x:income": x * income}
    mean = frame["known"].to_numpy()[:, None] + sum(column * b[name] for name, column in columns.items())
    for name in ("store", "region"):
        place = {level: k for k, level in enumerate(fit.linear.sides[name].moments.levels[0])}
        own = draws.groups[name][:, [place[level] for level in frame[name]]]  # (S, n, q)
        for k, term in enumerate(draws.terms[name]):
            mean = mean + columns[term] * (own[:, :, k].T - b[term])
    sd = draws.sigma / np.sqrt((frame["w"] / frame["w"].mean()).to_numpy()[:, None])
    expected = stats.norm.logpdf(frame["y"].to_numpy()[:, None], mean, sd)
    np.testing.assert_allclose(found.log_likelihood(slice(0, len(frame))), expected, rtol=1e-9, atol=1e-9)


def test_as_arviz() -> None:
    """On the same densities: sums in another order."""
    import arviz_stats
    import xarray

    frame = panel()
    fit = core.fit(frame, "y ~ x + w + (1 + x | g)")
    heard: list[int] = []
    found = loo(fit, frame, seed=1, n_draws=500, done=heard.append)
    drawn = row_draws(fit, frame, 500, 1)
    (part,) = densities(drawn)
    left = np.empty((1, 500, len(frame)))
    left[0][:, part.rows] = part.left
    tree = xarray.DataTree.from_dict(
        {"log_likelihood": xarray.Dataset({"y": (("chain", "draw", "row"), left)})}
    )
    told = arviz_stats.loo(tree, pointwise=True, reff=1.0)
    assert (found.elpd, found.se) == pytest.approx((told.elpd, told.se), rel=1e-9)
    np.testing.assert_allclose(found.pareto_k, told.pareto_k.to_numpy(), atol=1e-9)
    np.testing.assert_allclose(found.pointwise, told.elpd_i.to_numpy(), atol=1e-9)
    assert found.most_k == pytest.approx(float(told.good_k))
    assert heard == [len(frame)]


def test_plain_regression_has_an_exact_answer() -> None:
    """Left-out rows are Student t with n - 1 - p degrees of freedom around the fit to the others. Of 4,000
    draws, a row's log density has an error near sqrt(variance of the weights / 4,000), below 0.02 here, and
    their sum one near 0.05.
    """
    frame = panel(groups=5, rows=10)
    found = loo(core.fit(frame, "y ~ x + w"), frame, seed=2, n_draws=4000)
    x = np.column_stack([np.ones(50), frame["x"], frame["w"]])
    y, exact = frame["y"].to_numpy(), np.empty(50)
    for k in range(50):
        others = np.arange(50) != k
        b, rss = np.linalg.lstsq(x[others], y[others])[:2]
        spread = 1 + x[k] @ np.linalg.solve(x[others].T @ x[others], x[k])
        exact[k] = stats.t.logpdf(y[k], 46, x[k] @ b, np.sqrt(rss[0] / 46 * spread))
    np.testing.assert_allclose(found.pointwise, exact, atol=0.1)
    assert found.elpd == pytest.approx(exact.sum(), abs=0.3)
    # Three slopes and a spread, each counted once.
    assert found.p_loo == pytest.approx(4.0, abs=1.0)
    assert found.findings()[0].status is Status.GOOD


def test_rows_left_out_in_truth() -> None:
    """Fits without the row, and the mean density of it there. Both roads have Monte Carlo error, some 0.02 of
    4,000 draws each where k is low; and around a REML fit the draws' own approximation shifts a little.
    """
    frame = panel(groups=12, rows=10)
    text = "y ~ x + w + (1 | g)"
    found = loo(core.fit(frame, text), frame, seed=3, n_draws=4000)
    apart = []
    for k in range(0, 120, 8):
        without = core.fit(frame.drop(index=k), text)
        draws = without.draws(4000, 4)
        place = without.linear.sides["g"].moments.levels[0].index(str(frame["g"][k]))
        own = draws.groups["g"][:, place, 0]
        mean = own + draws.fixed[:, 1:] @ frame.loc[k, ["x", "w"]].to_numpy(dtype=float)
        exact = log_sum(stats.norm.logpdf(frame["y"][k], mean, draws.sigma)) - np.log(4000)
        apart.append(found.pointwise[k] - exact)
    np.testing.assert_allclose(apart, 0.0, atol=0.12)
    assert abs(np.mean(apart)) < 0.03


@pytest.mark.parametrize("method", ["reml", "posterior"])
def test_small_groups_do_not_defeat_it(method: str) -> None:
    """Groups of three rows with slopes of their own: fits without a row beside it. Were effects
    drawn, rows would move them by far (of 300 such rows 20 were doubtful and the sum 5 too high).
    A REML fit's draws hold the variances that the whole table leaves open, whose shift adds some 0.05 a row.
    """
    frame = panel(groups=40, rows=3)
    text = "y ~ x + w + (1 + x | g)"
    found = loo(core.fit(frame, text, method), frame, seed=4, n_draws=2000)
    assert found.doubtful.sum() <= 2
    apart = []
    for k in range(0, 120, 20):
        without = core.fit(frame.drop(index=k), text, method)
        draws = without.draws(2000, 5)
        own = draws.groups["g"][:, without.linear.sides["g"].moments.levels[0].index(frame["g"][k])]
        mean = own @ [1.0, frame["x"][k]] + draws.fixed[:, 2] * frame["w"][k]
        exact = log_sum(stats.norm.logpdf(frame["y"][k], mean, draws.sigma)) - np.log(2000)
        apart.append(found.pointwise[k] - exact)
    np.testing.assert_allclose(apart, 0.0, atol=0.25)
    assert abs(np.mean(apart)) < 0.08


def test_rows_that_move_the_fit_are_named_with_their_groups() -> None:
    """A group of one row is fitted by that row alone: here one far from all others."""
    frame = panel(groups=12, rows=10)
    lone = frame.iloc[[0]].assign(g="<b>lone</b>", y=frame["y"].max() + 30)
    whole = pd.concat([frame, lone], ignore_index=True)
    found = loo(core.fit(whole, "y ~ x + w + (1 | g)"), whole, seed=5)
    (finding,) = found.findings()
    assert finding.status is Status.LOOK and "<b>lone</b> (1)" in finding.message
    assert found.doubtful[-1] and finding.numbers["rows"] == found.doubtful.sum()


def test_the_model_with_what_made_the_data_wins() -> None:
    frame = panel(groups=20, rows=15, slopes=0.8)
    whole, flat, same = (
        loo(core.fit(frame, text), frame, seed=6, n_draws=500)
        for text in ("y ~ x + w + (1 + x | g)", "y ~ x + w", "y ~ x + w + (1 + x || g)")
    )
    found = compare_loo(whole, flat)
    each = whole.pointwise - flat.pointwise
    assert found.difference == pytest.approx(whole.elpd - flat.elpd, rel=1e-12)
    assert found.se == pytest.approx(np.sqrt(300 * each.var(ddof=1)), rel=1e-12)
    assert found.clear and "foretold better by A than by B" in found.findings("A", "B")[0].message
    turned = compare_loo(flat, whole)
    assert turned.difference == -found.difference and turned.clear
    assert "better by B than by A" in turned.findings("A", "B")[0].message
    alike = compare_loo(whole, same)
    assert not alike.clear and "Nothing tells" in alike.findings()[0].message


def test_other_rows_are_refused() -> None:
    frame = panel()
    fit = core.fit(frame, "y ~ x + (1 | g)")
    for other, told in (
        (frame.iloc[1:], "111 rows to use and the model has 112"),
        (frame.assign(y=frame["y"] + 0.1), "another mean"),
        (frame.assign(g="new"), "'g' that the model never met"),
    ):
        with pytest.raises(OtherRows, match=told):
            loo(fit, other, seed=0)
    gaps = frame.assign(w=frame["w"].where(frame.index > 3))
    mine, theirs = (loo(core.fit(gaps, text), gaps, seed=0, n_draws=100) for text in ("y ~ x", "y ~ x + w"))
    with pytest.raises(DifferentData, match="one used 112 rows, the other 108"):
        compare_loo(mine, theirs)
    positive = frame.assign(y=np.exp(frame["y"]))
    logged = loo(core.fit(positive, "log(y) ~ x"), positive, seed=0)
    with pytest.raises(DifferentData, match="foretells 'y', the other 'log"):
        compare_loo(mine, logged)


def test_more_than_is_looked_at_is_refused() -> None:
    frame = panel()
    with pytest.raises(TooManyCells, match="112 rows times 10,000,000 draws"):
        loo(core.fit(frame, "y ~ x + (1 | g)"), frame, seed=0, n_draws=10_000_000)
