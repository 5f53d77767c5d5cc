"""Every model of tests/reference/make.R: our figures are those of R's best search, or better ones."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import core
from tests.core.reference.told import figures, fitted, grouping, plain, table

NAMES = [name for name in figures("models") if name != "made_by"]
models = pytest.mark.parametrize("name", NAMES)


@pytest.fixture
def places(request: pytest.FixtureRequest) -> Path:
    """Returns the folder of published tables; most models do not need it."""
    try:
        return Path(request.getfixturevalue("shared"))
    except pytest.skip.Exception:
        return Path("absent")


@models
def test_the_criterion_is_never_worse(name: str, places: Path) -> None:
    """R's search is derivative-free with tolerance 1e-12: five figures more than needed at an optimum."""
    told, fit = figures("models")[name], fitted(name, places)
    assert fit.converged
    assert fit.n_rows == told["n"]
    assert fit.criterion <= told["criterion"] + 1e-6 * abs(told["criterion"])
    assert fit.criterion >= told["criterion"] - BEATEN.get(name, 1e-6) * abs(told["criterion"])
    assert fit.aic - fit.criterion == pytest.approx(told["aic"] - told["criterion"])
    assert fit.bic - fit.criterion == pytest.approx(told["bic"] - told["criterion"])


# Where the best of R's searches stops above the optimum, by more than 1e-6 of the criterion.
BEATEN: dict[str, float] = {}


def each(value: object) -> list:
    """Returns a list that the file holds as its only element when it has one."""
    return value if isinstance(value, list) else [value]


@models
def test_fixed_effects(name: str, places: Path) -> None:
    told, table_ = figures("models")[name], fitted(name, places).fixed_effects
    assert [plain(term) for term in table_.index] == each(told["terms"])
    se = np.array(told["std_error"])
    size = np.maximum(np.abs(told["estimate"]), se)  # an effect near zero is known to its standard error
    assert np.max(np.abs(table_["estimate"] - told["estimate"]) / size) < 1e-4
    np.testing.assert_allclose(table_["std_error"], se, rtol=1e-4)


@models
def test_degrees_of_freedom_and_p_values(name: str, places: Path) -> None:
    """lmerTest's rest on Richardson differences of the deviance, good to 1e-4 inside and worse at a zero."""
    told, table_ = figures("models")[name], fitted(name, places).fixed_effects
    np.testing.assert_allclose(table_["df"], told["df"], rtol=0.01)
    np.testing.assert_allclose(table_["p_value"], told["p_value"], rtol=0.05, atol=1e-12)


@models
def test_variances(name: str, places: Path) -> None:
    told, fit = figures("models")[name], fitted(name, places)
    # Our sigma is that of a row of average weight, R's of a row whose weight reads 1.
    unit = table(told["data"], places).frame[told["weights"]].mean() if told["weights"] else 1.0
    assert fit.sigma * np.sqrt(unit) == pytest.approx(told["sigma"], rel=1e-4)
    ours = fit.variance_components
    for entry in told["components"]:
        if entry["grp"] == "Residual":
            continue
        # lme4 calls the second term of one factor g.1.
        factor = grouping(entry["grp"].split(".")[0], list(fit.n_groups))
        terms = ours["term_1"].map(plain), ours["term_2"].map(plain)
        row = ours[
            (ours["group"] == factor) & (terms[0] == entry["var1"]) & (terms[1] == (entry["var2"] or ""))
        ].iloc[0]
        found = row["correlation"] if entry["var2"] else row["sd"]
        if np.isfinite(found):
            scale = 1.0 if entry["var2"] else abs(entry["sdcor"]) + 1e-3 * fit.sigma
            assert found == pytest.approx(entry["sdcor"], abs=1e-3 * scale)


@models
def test_conditional_modes(name: str, places: Path) -> None:
    told, fit = figures("models")[name], fitted(name, places)
    for factor, modes in told["modes"].items():
        ours = grouping(factor, list(fit.n_groups))
        turned = ours != factor
        names = [":".join(reversed(one.split(":"))) if turned else one for one in map(str, modes["levels"])]
        side, terms = fit.linear.sides[ours], each(modes["terms"])
        at = [list(map(plain, side.problem.random)).index(term) for term in terms]
        effects = pd.DataFrame(side.effects.mean[:, at], index=side.moments.levels[0])
        spread = effects.to_numpy().std(axis=0) + 1e-3 * fit.sigma
        gap = effects.loc[names].to_numpy() - np.reshape(modes["values"], (-1, len(terms)))
        assert np.max(np.abs(gap) / spread) < 2e-3


@models
def test_fitted_values(name: str, places: Path) -> None:
    told, fit = figures("models")[name], fitted(name, places)
    ours = core.residuals(fit, table(told["data"], places)).fitted[told["rows"]]
    np.testing.assert_allclose(ours, told["fitted"], atol=1e-4 * fit.sigma)


@pytest.mark.parametrize("name", ["sleep", "sleep_offset", "pastes", "ergostool", "weighted_crossed"])
def test_predictions_of_the_fitted_rows(name: str, places: Path) -> None:
    told, fit = figures("models")[name], fitted(name, places)
    mean = fit.predict(table(told["data"], places))["mean"].to_numpy()
    np.testing.assert_allclose(mean[told["rows"]], told["fitted"], atol=1e-4 * fit.sigma)
