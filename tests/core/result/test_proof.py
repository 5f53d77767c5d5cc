"""The held-out proof: each fold's figures are those of three fits to the other rows."""

import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit

import core
from core.result.proof import dealt_within
from tests.core.fit.reweighed import panel
from tests.core.result.test_sent import arrives

FRAME = panel(groups=9, rows=10, slopes=0.3)
FORMULA = "y ~ x + w + (1 + x | g)"


@pytest.fixture(scope="module")
def proof() -> core.Proof:
    return core.pooling_proof(core.fit(FRAME, FORMULA), core.read_table(FRAME), folds=5, seed=4)


def folds(frame: pd.DataFrame, count: int, seed: int) -> np.ndarray:
    codes = pd.factorize(frame["g"], sort=True)[0]
    return dealt_within(codes, count, np.random.default_rng(seed))


def by_hand(frame: pd.DataFrame, held: np.ndarray) -> dict[str, tuple[np.ndarray, pd.DataFrame]]:
    """Means and 95 % intervals of held-out rows by statsmodels' OLS with and without indicators, and ours."""
    code = pd.factorize(frame["g"], sort=True)[0]
    plain = np.column_stack([np.ones(len(frame)), frame["x"], frame["w"]])
    each = (code[:, None] == np.arange(code.max() + 1)).astype(float)
    big = np.column_stack([each, each * frame["x"].to_numpy()[:, None], frame["w"]])
    found = {}
    for name, x in (("complete", plain), ("none", big)):
        said = sm.OLS(frame["y"][~held].to_numpy(), x[~held]).fit().get_prediction(x[held])
        ends = said.conf_int(obs=True)
        found[name] = (said.predicted_mean, pd.DataFrame({"low": ends[:, 0], "high": ends[:, 1]}))
    mine = core.fit(frame[~held], FORMULA).predict(frame[held], unseen="new")
    ends = mine[["prediction_low", "prediction_high"]].set_axis(["low", "high"], axis=1)
    found["partial"] = (mine["mean"].to_numpy(), ends)
    return found


def test_every_fold_is_that_of_three_fits_to_the_other_rows(proof: core.Proof) -> None:
    fold, y = folds(FRAME, 5, 4), FRAME["y"].to_numpy()
    errors = {name: np.empty(len(y)) for name in proof.table.index}
    inside, wide = ({name: np.empty(len(y)) for name in proof.table.index} for _ in range(2))
    for k in range(5):
        held = fold == k
        for name, (mean, ends) in by_hand(FRAME, held).items():
            errors[name][held] = y[held] - mean
            inside[name][held] = (ends["low"] <= y[held]) & (y[held] <= ends["high"])
            wide[name][held] = ends["high"] - ends["low"]
            # The mixed model's centres are those of all rows here and of the others there: a search apart.
            loose = 1e-4 if name == "partial" else 1e-9
            rmse = np.sqrt((errors[name][held] ** 2).mean())
            assert proof.folds.loc[k + 1, name] == pytest.approx(rmse, rel=loose)
    for name, error in errors.items():
        row, loose = proof.table.loc[name], 1e-3 if name == "partial" else 1e-9
        assert row["rmse"] == pytest.approx(np.sqrt((error**2).mean()), rel=loose)
        assert row["mae"] == pytest.approx(np.abs(error).mean(), rel=loose)
        assert row["coverage_95"] == pytest.approx(inside[name].mean(), abs=1e-12)
        # Its widths average over 64 draws of the variances, which begin from the two searches' ends.
        assert row["width_95"] == pytest.approx(wide[name].mean(), rel=max(5 * loose, 1e-9))
    lost = errors["none"] ** 2 - errors["partial"] ** 2
    assert proof.gains.loc["none", "gain"] == pytest.approx(lost.mean(), rel=1e-3)
    sums = pd.Series(lost - lost.mean()).groupby(FRAME["g"].to_numpy()).sum()
    error = np.sqrt((sums**2).sum() * 9 / 8) / len(lost)
    assert proof.gains.loc["none", "std_error"] == pytest.approx(error, rel=2e-3)
    assert (proof.rows, proof.unanswered) == (90, 0)
    assert proof.how == "5-fold cross-validation, rows within 'g' held out, seed 4"


def test_it_travels(proof: core.Proof) -> None:
    arrives(proof)


def test_rows_of_each_group_are_dealt_out_evenly() -> None:
    codes = np.random.default_rng(1).permutation(np.repeat(np.arange(40), np.r_[np.full(20, 1), 11:31]))
    fold = dealt_within(codes, 5, np.random.default_rng(2))
    for group in range(40):
        counts = np.bincount(fold[codes == group], minlength=5)
        assert counts.max() - counts.min() <= 1
    assert len(set(fold[codes < 20])) == 5  # groups of one row do not all fall into the first fold


def test_rows_whose_group_is_alone_in_them_have_no_answer_of_their_own() -> None:
    single = pd.DataFrame({"y": [1.0, 2.0], "x": [2.0, 2.5], "w": [0.0, 0.1], "g": ["solo", "lone"]})
    frame = pd.concat([FRAME, single], ignore_index=True)
    found = core.pooling_proof(core.fit(frame, FORMULA), core.read_table(frame))
    assert (found.rows, found.unanswered) == (90, 2)


def test_several_groupings_have_two_poolings_to_compare() -> None:
    frame = FRAME.assign(h=[f"h{k % 5}" for k in range(len(FRAME))])
    fit = core.fit(frame, "y ~ x + (1 + x | g) + (1 | h)")
    found = core.pooling_proof(fit, core.read_table(frame), "g")
    assert found.table.loc["none"].isna().all()
    assert found.table.loc[["complete", "partial"]].notna().all(axis=None)
    assert found.rows == 90


def test_many_small_groups_are_foretold_best_in_between() -> None:
    """Baselines and slopes differ about as much as six rows leave open: both ends lose beyond chance."""
    frame = panel(groups=80, rows=6, slopes=0.5)
    found = core.pooling_proof(core.fit(frame, FORMULA), core.read_table(frame))
    assert (found.gains["gain"] > 3 * found.gains["std_error"]).all()
    # 480 rows know a share of 95 % to 1 point, and rows of a group miss together.
    assert found.table["coverage_95"].to_numpy() == pytest.approx(0.95, abs=0.035)
    assert found.table["coverage_80"].to_numpy() == pytest.approx(0.80, abs=0.06)
    assert found.table.loc["none", "width_95"] > found.table.loc["partial", "width_95"]


@pytest.mark.parametrize("family", ["binomial", "poisson"])
def test_yes_no_and_counts_by_log_score(family: str) -> None:
    rng = np.random.default_rng(3)
    code = np.repeat(np.arange(8), 30)
    x = rng.normal(1.0, 1.0, 240)
    eta = -0.3 + rng.normal(0, 0.6, 8)[code] + 0.5 * x
    y = (rng.random(240) < expit(eta)).astype(int) if family == "binomial" else rng.poisson(np.exp(eta))
    frame = pd.DataFrame({"y": y, "x": x, "g": [f"g{k}" for k in code]})
    text = "y ~ x + (1 | g)"
    found = core.pooling_proof(core.fit(frame, text, family=family), core.read_table(frame), folds=4, seed=1)
    fold = folds(frame, 4, 1)
    kind = sm.families.Binomial() if family == "binomial" else sm.families.Poisson()
    each = (code[:, None] == np.arange(8)).astype(float)
    designs = {"complete": np.column_stack([np.ones(240), x]), "none": np.column_stack([each, x])}
    mu = {name: np.empty(240) for name in (*designs, "partial")}
    for k in range(4):
        held = fold == k
        for name, design in designs.items():
            fitted = sm.GLM(y[~held], design[~held], family=kind).fit(tol=1e-12)
            mu[name][held] = fitted.predict(design[held])
        fit = core.fit(frame[~held], text, family=family).generalised
        assert fit is not None
        effects = fit.estimates.effects["g"][code[held], 0]
        eta = designs["complete"][held] @ fit.estimates.fixed + effects
        mu[name := "partial"][held] = expit(eta) if family == "binomial" else np.exp(eta)
    for name, said in mu.items():
        if family == "binomial":
            log, last = np.log(np.where(y == 1, said, 1 - said)), ("brier", ((y - said) ** 2).mean())
        else:
            log, last = kind.loglike_obs(y, said), ("rmse", np.sqrt(((y - said) ** 2).mean()))
        # The own regressions stop within 1e-8, the mixed model within 1e-6 of theirs.
        assert found.table.loc[name, "log_score"] == pytest.approx(log.mean(), rel=1e-5)
        assert found.table.loc[name, last[0]] == pytest.approx(last[1], rel=1e-5)


def test_trials_are_dealt_out_one_by_one() -> None:
    table = core.read_sample("season_pass")
    fit = core.fit(table, "bought | trials(contacted) ~ promo + (1 | channel)", family="binomial")
    found = core.pooling_proof(fit, table)
    assert found.rows == 6 * 5  # every count has trials in every fold
    assert found.table.loc["partial", "log_score"] > found.table.loc["complete", "log_score"] + 0.05


def test_requests_that_cannot_be_met_are_refused() -> None:
    fit, table = core.fit(FRAME, FORMULA), core.read_table(FRAME)
    with pytest.raises(core.PanelwiseError, match="2 to 50"):
        core.pooling_proof(fit, table, folds=51)
    with pytest.raises(core.PanelwiseError, match="does not group by 'h'"):
        core.pooling_proof(fit, table, "h")
    with pytest.raises(core.PanelwiseError, match="no groups"):
        core.pooling_proof(core.fit(FRAME, "y ~ x"), table)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        core.pooling_proof(fit, table, folds=2, done=lambda count: None)
