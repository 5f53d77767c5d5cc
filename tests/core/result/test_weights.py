"""Row weights and offsets: judged by the normal density with n x n matrices, and by what they stand for."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import core
from core.result.compare import DifferentData
from core.result.review_between import shares_within
from core.result.variance import partition

MODELS = (
    "y ~ x + m + (1 | g)",
    "y ~ x + m + (1 + x | g)",
    "y ~ x + m + (1 + x || g) + (1 | h)",
    "y ~ 0 + x + (0 + x | g)",
    "y ~ x + m",
)


def panel(seed: int = 4) -> pd.DataFrame:
    """160 rows in 12 stores and 7 regions; a row's noise falls with its weight, and z adds to y as it is."""
    rng = np.random.default_rng([11, seed])
    g, h = rng.integers(0, 12, 160), rng.integers(0, 7, 160)
    x, m, z = 2 + rng.standard_normal(160), rng.standard_normal(12)[g], 3 * rng.standard_normal(160)
    w = rng.gamma(2.0, 40.0, 160)
    y = 3 + 0.5 * m + rng.standard_normal(12)[g] + (1 + 0.5 * rng.standard_normal(12)[g]) * x
    y += 0.7 * rng.standard_normal(7)[h] + 6 * rng.standard_normal(160) / np.sqrt(w)
    names = {"g": [f"g{k}" for k in g], "h": [f"h{k}" for k in h]}
    return pd.DataFrame({"y": y, "x": x, "m": m, "z": z, "w": w, **names})


def density(fit: core.Fit, frame: pd.DataFrame, w: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """The REML criterion and fixed effects at the fit's variances, from V = sum Z Sigma Z' + s2 / w."""
    parts = fit.variance_components
    v = np.diag(fit.sigma**2 / w)
    column = {"(Intercept)": np.ones(len(frame))} | {name: frame[name].to_numpy() for name in ("x", "m")}
    for row in parts[parts["group"] != "Residual"].itertuples():
        same = frame[row.group].to_numpy()[:, None] == frame[row.group].to_numpy()
        other = column[row.term_2 or row.term_1]
        product = np.outer(column[row.term_1], other) * same
        v += row.variance * (product if not row.term_2 else product + product.T)
    x = np.column_stack([column[name] for name in fit.fixed_effects.index])
    inner = x.T @ np.linalg.solve(v, x)
    b = np.linalg.solve(inner, x.T @ np.linalg.solve(v, y))
    e = y - x @ b
    logs = np.linalg.slogdet(v)[1] + np.linalg.slogdet(inner)[1]
    n, p = x.shape
    return float(logs + e @ np.linalg.solve(v, e) + (n - p) * np.log(2 * np.pi)), b


@pytest.mark.parametrize("formula", MODELS)
def test_the_criterion_is_the_density_of_the_weighted_rows(formula: str) -> None:
    frame = panel()
    fit = core.fit(frame, formula, weights="w")
    w = frame["w"].to_numpy() / frame["w"].mean()  # sigma is that of a row of average weight
    value, b = density(fit, frame, w, frame["y"].to_numpy())
    # 160 x 160 solves keep ten digits; the profile is flat in the variances, so their rounding is squared.
    assert fit.criterion == pytest.approx(value, rel=1e-8)
    np.testing.assert_allclose(fit.fixed_effects["estimate"], b, rtol=1e-6)


@pytest.mark.parametrize("formula", MODELS)
def test_an_offset_is_taken_off_the_outcome(formula: str) -> None:
    frame = panel()
    left, _, right = formula.partition(" ~ ")
    fit = core.fit(frame, f"{left} | weights(w) ~ {right} + offset(z)")
    plain = core.fit(frame.assign(y=frame["y"] - frame["z"]), formula, weights="w")
    assert fit.criterion == pytest.approx(plain.criterion, rel=1e-9)
    pd.testing.assert_frame_equal(fit.fixed_effects, plain.fixed_effects, rtol=1e-5)
    pd.testing.assert_frame_equal(fit.variance_components, plain.variance_components, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(
        core.residuals(fit, core.read_table(frame)).fitted,
        frame["z"] + core.residuals(plain, core.read_table(frame.assign(y=frame["y"] - frame["z"]))).fitted,
        rtol=1e-5,
        atol=1e-6,
    )


def test_weights_in_other_units_say_the_same() -> None:
    frame = panel()
    one, other = (core.fit(f, MODELS[1], weights="w") for f in (frame, frame.assign(w=frame["w"] * 1e6)))
    assert one.criterion == pytest.approx(other.criterion, rel=1e-10)
    pd.testing.assert_frame_equal(one.fixed_effects, other.fixed_effects, rtol=1e-7)
    assert one.sigma == pytest.approx(other.sigma, rel=1e-7)


def test_equal_weights_are_none() -> None:
    frame = panel().assign(w=7.0)
    weighed, plain = core.fit(frame, MODELS[2], weights="w"), core.fit(frame, MODELS[2])
    assert weighed.criterion == pytest.approx(plain.criterion, rel=1e-10)
    pd.testing.assert_frame_equal(weighed.variance_components, plain.variance_components, rtol=1e-5)


def test_a_mean_of_rows_weighs_as_its_rows() -> None:
    """Rows alike in everything but the outcome, averaged and weighed by their number: the fixed effects and
    group variances of all rows, by ML, given the residual variance (sufficiency of the mean)."""
    rng = np.random.default_rng(5)
    g = np.repeat(np.arange(10), 6)
    size = rng.integers(1, 9, 60)
    x = rng.standard_normal(60)
    rows = pd.DataFrame(
        {"g": g.repeat(size).astype(str), "x": x.repeat(size), "cell": np.arange(60).repeat(size)}
    )
    rows["y"] = (
        1 + rows["x"] + rng.standard_normal(10)[rows["g"].astype(int)] + rng.standard_normal(len(rows))
    )
    means = rows.groupby("cell").agg(g=("g", "first"), x=("x", "first"), y=("y", "mean"), n=("y", "size"))
    fit = core.fit(means.reset_index(), "y ~ x + (1 | g)", weights="n")
    whole = core.fit(rows, "y ~ x + (1 | g)")
    # The residual variance is estimated from other sums, so only what hardly depends on it agrees closely.
    assert fit.fixed_effects.loc["x", "estimate"] == pytest.approx(
        whole.fixed_effects.loc["x", "estimate"], abs=0.1 * whole.fixed_effects.loc["x", "std_error"]
    )


def test_rows_that_weigh_nothing_are_left_out_and_counted() -> None:
    frame = panel()
    frame.loc[[3, 50], "w"] = 0.0
    fit = core.fit(frame, MODELS[0], weights="w")
    assert [(d.reason, d.rows) for d in fit.dropped] == [("'w' is zero", 2)]
    same = core.fit(frame.drop(index=[3, 50]), MODELS[0], weights="w")
    assert fit.criterion == pytest.approx(same.criterion, rel=1e-10)


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (lambda w: w.where(w.index != 4, -1.0), "below zero in 1 row, first in row 5 (-1)"),
        (lambda w: w.astype(str) + "kg", "and a weight needs numbers"),
        (lambda w: 0 * w, "'w' is zero in every row"),
    ],
)
def test_weights_that_cannot_be_are_refused(cells, says: str) -> None:
    frame = panel()
    with pytest.raises(core.PanelwiseError) as caught:
        core.fit(frame.assign(w=cells(frame["w"])), MODELS[0], weights="w")
    assert says in str(caught.value)


def test_an_offset_in_words_is_refused() -> None:
    with pytest.raises(core.PanelwiseError, match="and an offset needs numbers"):
        core.fit(panel(), "y ~ x + offset(h) + (1 | g)")


def test_refits_keep_weights_and_offsets() -> None:
    frame = panel()
    kept = core.moments(frame, "y | weights(w) ~ x + m + offset(z) + (1 + x | g)")
    again = core.refit(kept, "y | weights(w) ~ x + offset(m) + (1 | g)")
    assert again.criterion == pytest.approx(
        core.fit(frame, "y ~ x + offset(m) + (1 | g)", weights="w").criterion, rel=1e-9
    )
    with pytest.raises(core.PanelwiseError, match="made with the weights 'w' and the model asks for none"):
        core.refit(kept, "y ~ x + (1 | g)")
    with pytest.raises(core.PanelwiseError, match="zz"):
        core.refit(kept, "y | weights(w) ~ x + offset(zz) + (1 | g)")


def test_fits_with_other_weights_or_offsets_are_not_compared() -> None:
    frame = panel()
    plain = core.fit(frame, "y ~ x + (1 | g)")
    with pytest.raises(DifferentData, match="one has the weights none, the other w"):
        core.compare(plain, core.fit(frame, "y ~ x + (1 | g)", weights="w"))
    with pytest.raises(DifferentData, match="one has the offsets none, the other z"):
        core.compare(plain, core.fit(frame, "y ~ x + offset(z) + (1 | g)"))


def test_saved_and_reopened(tmp_path: Path) -> None:
    fit = core.fit(panel(), "y ~ x + offset(z) + (1 | g)", weights="w")
    core.save_fit(fit, tmp_path / "fit.zip")
    again = core.load_fit(tmp_path / "fit.zip")
    assert again.spec == fit.spec
    assert again.criterion == pytest.approx(fit.criterion, rel=1e-12)
    pd.testing.assert_frame_equal(again.fixed_effects, fit.fixed_effects)


def test_predictions_add_offsets_and_heavier_rows_scatter_less() -> None:
    frame = panel()
    fit = core.fit(frame, "y ~ x + offset(z) + (1 | g)", weights="w")
    new = frame.iloc[[0, 0, 0]].assign(z=[0.0, 10.0, 0.0], w=[fit.linear.moments.unit] * 2 + [4e4])
    found = fit.predict(new)
    assert found["mean"].diff()[1] == pytest.approx(10.0, rel=1e-9)
    width = (found["prediction_high"] - found["prediction_low"]).to_numpy()
    assert width[0] == pytest.approx(width[1], rel=1e-6)
    # Of a row this heavy hardly any noise is left: the interval is that of the expected outcome.
    assert width[2] < 1.3 * (found["high"] - found["low"])[2]
    average = fit.predict(new.drop(columns="w"))
    pd.testing.assert_frame_equal(average.iloc[:2], found.iloc[:2])


def test_scaled_residuals_have_the_spread_of_the_noise() -> None:
    frame = panel()
    fit = core.fit(frame, "y ~ x + m + (1 + x | g) + (1 | h)", weights="w")
    scaled = core.residuals(fit, core.read_table(frame)).scaled
    # Groups and predictors take some 25 of 160 degrees of freedom; light rows scatter as heavy ones do.
    assert 0.7 < scaled.std() < 1.05
    light = frame["w"].to_numpy() < frame["w"].median()
    assert 0.75 < scaled[light].std() / scaled[~light].std() < 1.33


def uneven(seed: int = 1) -> pd.DataFrame:
    """40 groups of 12 rows; rows weigh by their x, and slopes go against baselines."""
    rng = np.random.default_rng(seed)
    g, x = np.repeat(np.arange(40), 12), rng.standard_normal(480)
    u = rng.multivariate_normal([0, 0], [[4, -1.9], [-1.9, 1]], size=40)
    w = np.exp(2 * x)
    y = 10 + u[g, 0] + u[g, 1] * x + rng.standard_normal(480) / np.sqrt(w / w.mean())
    return pd.DataFrame({"y": y, "x": x, "w": w, "g": [f"g{k}" for k in g]})


def test_baselines_and_slopes_share_the_groups_variance_where_rows_weigh_most() -> None:
    """z' Sigma z over weighted rows is that at the mean of x and what x moves around it; around any other
    point the two would take from each other."""
    frame = uneven()
    fit = core.fit(frame, "y ~ x + (1 + x | g)", weights="w")
    parts = fit.variance_components
    a, c, b = parts["variance"].iloc[[0, 2, 1]]
    share = frame["w"] / frame["w"].sum()
    mean = float(share @ frame["x"])
    found = partition(fit.linear).set_index("part")["variance"]
    assert found["baseline"] == pytest.approx(a + 2 * c * mean + b * mean**2, rel=1e-6)
    assert found["response"] == pytest.approx(b * float(share @ (frame["x"] - mean) ** 2), rel=1e-6)


def test_bootstrap_shares_are_averages_over_the_weight_drawn() -> None:
    """With a varying intercept alone the groups' part is its variance, however heavy the groups drawn."""
    from core.fit.resample import resampled

    frame = uneven().assign(w=lambda f: np.where(f["g"].str[1:].astype(int) % 2, 9.0, 0.1))
    made = resampled(core.fit(frame, "y ~ x + (1 | g)", weights="w").linear.lead, 50, 0)
    np.testing.assert_allclose(made.between, made.spread[:, 0, 0], rtol=1e-9)


def test_what_lies_within_groups_is_told_around_weighted_means() -> None:
    """Where heavy rows have high x, the groups' weighted means are all far from the plain mean of all rows,
    which is no variation between them."""
    frame = uneven()
    fit = core.fit(frame, "y ~ x + (1 | g)", weights="w")
    share = frame["w"] / frame["w"].sum()
    mean = (frame["x"] * share).groupby(frame["g"]).sum() / share.groupby(frame["g"]).sum()
    around = frame["x"] - float(share @ frame["x"])
    expected = share @ (frame["x"] - frame["g"].map(mean)) ** 2 / (share @ around**2)
    assert shares_within(fit.linear)["x"] == pytest.approx(float(expected), rel=1e-9)


def test_shares_of_drawn_outer_groups_are_averages_over_the_weight_drawn() -> None:
    """As above, where groups lie in groups and whole outer ones are drawn: the sum of both variances."""
    from core.result.drawn import drawn

    frame = uneven().assign(r=lambda f: "r" + (f["g"].str[1:].astype(int) // 5).astype(str))
    frame["w"] = np.where(frame["r"].isin(["r0", "r3"]), 9.0, 0.1)
    fit = core.fit(frame, "y ~ x + (1 | r) + (1 | g)", weights="w")
    made = drawn(fit.linear, 6, 0, lambda count: None)
    together = sum(part[:, 0, 0] for part in made.spread.values())
    np.testing.assert_allclose(made.between[made.found], together[made.found], rtol=1e-9)


def test_the_outcome_cannot_weigh_itself_however_it_is_said() -> None:
    """The formula refuses it, and a saved fit of such a model could not be read again."""
    frame = panel()
    for call in (
        lambda: core.fit(frame, "y | weights(y) ~ x"),
        lambda: core.fit(frame, "y ~ x", weights="y"),
    ):
        with pytest.raises(core.PanelwiseError, match="'y' is both the outcome and its weights"):
            call()
