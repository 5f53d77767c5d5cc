"""K-fold: each fold's figures are those of a fit to the other rows."""

import numpy as np
import pandas as pd
import pytest

import core
from core.result.k_fold import BadFolds, NoFoldFitted
from tests.core.fit.reweighed import panel


def by_hand(frame: pd.DataFrame, text: str, held: np.ndarray) -> tuple[float, float, float]:
    """RMSE, MAE and share of rows inside 95 % prediction intervals of a fit to the rows not held out."""
    fit = core.fit(frame[~held], text)
    said = fit.predict(frame[held], unseen="new")
    y = frame.loc[held, "y"].to_numpy()
    error = y - said["mean"].to_numpy()
    inside = (said["prediction_low"] <= y) & (y <= said["prediction_high"])
    return float(np.sqrt((error**2).mean())), float(np.abs(error).mean()), float(inside.mean())


def test_whole_groups_held_out() -> None:
    """Nine folds of nine groups: each holds out one, in an order that the seed decides."""
    frame, text = panel(groups=9, rows=9), "y ~ x + w + (1 + x | g)"
    found = core.k_fold(core.fit(frame, text), core.read_table(frame), "g", folds=9, seed=1)
    assert found.table["rows"].sum() == len(frame)
    hand = np.array([by_hand(frame, text, (frame["g"] == f"g{k:04d}").to_numpy()) for k in range(9)])
    for k, name in enumerate(("rmse", "mae", "coverage")):
        np.testing.assert_allclose(np.sort(found.table[name]), np.sort(hand[:, k]), rtol=1e-4)
    assert found.rmse == pytest.approx(np.sqrt((hand[:, 0] ** 2).mean()), rel=1e-4)


def test_several_groupings() -> None:
    frame = panel(groups=8, rows=9).assign(h=lambda f: [f"h{k % 3}" for k in range(len(f))])
    text = "y ~ x + w + (1 | g) + (1 | h)"
    found = core.k_fold(core.fit(frame, text), core.read_table(frame), "h", folds=3)
    hand = [by_hand(frame, text, (frame["h"] == name).to_numpy())[0] for name in ("h0", "h1", "h2")]
    np.testing.assert_allclose(np.sort(found.table["rmse"]), np.sort(hand), rtol=1e-4)


def test_rows_held_out_against_plain_least_squares() -> None:
    """Every row its own fold: the error is residual / (1 - leverage), to the last digit."""
    frame = panel(groups=5, rows=8)
    fit = core.fit(frame, "y ~ x + w")
    found = core.k_fold(fit, core.read_table(frame), folds=40, seed=2)
    x = np.column_stack([np.ones(40), frame["x"], frame["w"]])
    hat = x @ np.linalg.solve(x.T @ x, x.T)
    press = (frame["y"] - hat @ frame["y"]) / (1 - np.diag(hat))
    assert found.rmse == pytest.approx(np.sqrt((press**2).mean()), rel=1e-9)
    assert found.mae == pytest.approx(np.abs(press).mean(), rel=1e-9)
    assert found.plain_rmse == pytest.approx(found.rmse, rel=1e-9)
    assert found.how == "40-fold cross-validation, rows held out, seed 2"


def test_groups_help_with_rows_and_not_with_new_groups() -> None:
    frame = panel(groups=25, rows=8, slopes=0.8)
    fit = core.fit(frame, "y ~ x + w + (1 + x | g)")
    table = core.read_table(frame)
    rows, groups = core.k_fold(fit, table, folds=5), core.k_fold(fit, table, "g", folds=5)
    assert rows.rmse < 0.8 * rows.plain_rmse
    assert groups.rmse == pytest.approx(groups.plain_rmse, rel=0.05)
    # 200 rows: 95 % plus or minus three binomial errors, and the model is true.
    assert 0.90 <= rows.coverage <= 1.0
    assert 0.90 <= groups.coverage <= 1.0
    assert rows.r_squared > groups.r_squared


def test_weights_offsets_and_blank_rows() -> None:
    rng = np.random.default_rng(3)
    frame = panel(groups=12).assign(
        n=lambda f: rng.integers(1, 9, len(f)), z=lambda f: rng.normal(size=len(f))
    )
    frame.loc[3, "x"] = np.nan
    shifted = frame.assign(y=frame["y"] + 5 * frame["z"])
    text = "y | weights(n) ~ x + offset(z5) + (1 | g)"
    fit = core.fit(shifted.assign(z5=5 * frame["z"]), text)
    found = core.k_fold(fit, core.read_table(shifted.assign(z5=5 * frame["z"])), folds=5)
    plain = core.fit(frame, "y | weights(n) ~ x + (1 | g)")
    same = core.k_fold(plain, core.read_table(frame), folds=5)
    assert found.table["rows"].sum() == len(frame) - 1
    assert found.rmse == pytest.approx(same.rmse, rel=1e-4)


def test_requests_that_cannot_be_met() -> None:
    frame = panel(groups=6)
    fit, table = core.fit(frame, "y ~ x + (1 | g)"), core.read_table(frame)
    for folds in (1, 2.5, 7, True):
        with pytest.raises(BadFolds, match="from 2 to 6"):
            core.k_fold(fit, table, "g", folds=folds)
    with pytest.raises(core.PanelwiseError, match="rows, g"):
        core.k_fold(fit, table, "h")
    with pytest.raises(core.PanelwiseError):
        core.k_fold(fit, table, seed=-1)
    two = frame[frame["g"].isin(["g0001", "g0002"])]
    with pytest.raises(NoFoldFitted):
        core.k_fold(core.fit(two, "y ~ x + (1 | g)"), core.read_table(two), "g", folds=2)


def test_a_fold_that_lacks_a_level_whose_effect_varies_is_left_out() -> None:
    """Only two of eight groups are of kind a; where both are held out nothing is known of its effect."""
    g = np.repeat(np.arange(8), 6)
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"y": rng.standard_normal(8)[g] + rng.standard_normal(48), "g": g.astype(str)})
    frame["t"] = np.where(g < 2, "a", "b")
    fit, told = core.fit(frame, "y ~ 1 + (0 + t | g)"), core.read_table(frame)
    lacking = [
        core.k_fold(fit, told, "g", folds=2, seed=seed).table["rmse"].isna().any() for seed in range(6)
    ]
    assert any(lacking)
    assert not all(lacking)
