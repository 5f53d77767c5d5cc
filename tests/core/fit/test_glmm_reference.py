"""Every generalised model of tests/reference/glmm.R by core.fit: R's figures, or better ones.

Log-likelihoods are glmmTMB's: where the link is not canonical, lme4's is another approximation (see
tests/reference/README.md).
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

import core
from core.fit.along import Along
from core.table.table import Table
from tests.core.reference.told import figures, grouping, plain, table

TOLD = {name: told for name, told in figures("glmm").items() if name != "made_by"}
GROUPED = [name for name, told in TOLD.items() if told.get("components")]
PLAIN = [name for name in TOLD if name not in GROUPED]
BOUNDARY = {"bacteria_slope", "epil_nb_slope"}  # R creeps towards a correlation of one
each = pytest.mark.parametrize("name", list(TOLD))
grouped = pytest.mark.parametrize("name", GROUPED)


@lru_cache
def fitted(name: str) -> core.Fit:
    """Returns our fit."""
    told = TOLD[name]
    options = {key: told[key] for key in ("link", "event", "weights") if told.get(key)}
    method = "quadrature" if told["method"] == "quadrature" else None
    return core.fit(rows(name), told["formula"], method, family=told["family"], **options)


def rows(name: str) -> Table:
    """Returns the table of a model."""
    return table(TOLD[name]["data"], Path("absent"))


@each
def test_the_log_likelihood_is_never_worse(name: str) -> None:
    """The sum of logarithms over some thousand rows is good to 1e-9; 1e-4 of a unit changes no decision."""
    told, fit = TOLD[name], fitted(name)
    assert fit.converged
    assert fit.n_rows == told["n"]
    assert fit.log_likelihood >= told["log_likelihood"] - 1e-4
    assert fit.log_likelihood <= told["log_likelihood"] + 1e-4  # a better one would be another criterion


@each
def test_fixed_effects(name: str) -> None:
    told, found = TOLD[name], fitted(name).fixed_effects
    assert [plain(term) for term in found.index] == told["terms"]
    error = np.array(told["std_error"])
    assert np.max(np.abs(found["estimate"] - told["estimate"]) / error) < 0.001


@grouped
def test_standard_errors(name: str) -> None:
    """Those of the joint curvature in fixed effects and variances, by differences: good to 1e-4."""
    np.testing.assert_allclose(fitted(name).fixed_effects["std_error"], TOLD[name]["std_error"], rtol=2e-3)


@pytest.mark.parametrize("name", PLAIN)
def test_standard_errors_without_groups(name: str) -> None:
    """R's glm tells of the expected curvature, glmmTMB of the curvature: ours lie at one of them."""
    ours, told = fitted(name).fixed_effects["std_error"].to_numpy(), TOLD[name]
    gaps = [np.max(np.abs(ours / one["std_error"] - 1)) for one in (told, told["glm"])]
    assert min(gaps) < 1e-4


@grouped
def test_spreads(name: str) -> None:
    told, ours = TOLD[name], fitted(name).variance_components
    terms = ours["term_1"].map(plain), ours["term_2"].map(plain)
    for entry in told["components"]:
        # glmmTMB calls the second term of one factor g.1.
        factor = grouping(entry["group"].split(".")[0], list(fitted(name).n_groups))
        pair = (terms[0] == entry["term_1"]) & (terms[1] == entry["term_2"])
        row = ours[(ours["group"] == factor) & pair].iloc[0]
        found = row["correlation"] if entry["term_2"] else row["sd"]
        assert found == pytest.approx(entry["value"], abs=0.01 if name in BOUNDARY else 1e-3)


@pytest.mark.parametrize("name", [name for name in TOLD if TOLD[name].get("dispersion")])
def test_dispersions(name: str) -> None:
    """theta of the negative binomial, phi of Gamma: by maximum likelihood."""
    assert fitted(name).linear.estimates.dispersion == pytest.approx(TOLD[name]["dispersion"], rel=1e-3)


@grouped
def test_group_effects(name: str) -> None:
    """Modes given the estimates, within a thousandth of the effects' spread."""
    told, fit = TOLD[name], fitted(name)
    for modes in told["modes"].values():
        side, at, rows_, wanted = those(fit, modes, "mode")
        found = side.effects.mean
        assert (
            np.max(np.abs(found[np.ix_(rows_, at)] - wanted)) < 2e-3 * found[:, at].std(axis=0).max() + 1e-6
        )


@pytest.mark.parametrize("name", [name for name in GROUPED if name not in BOUNDARY])
def test_conditional_sds(name: str) -> None:
    """Square roots of the inverse curvature in the effects, everything else at its estimate."""
    told, fit = TOLD[name], fitted(name)
    for modes in told["modes"].values():
        side, at, rows_, wanted = those(fit, modes, "conditional_sd")
        found = np.sqrt(np.einsum("jqq->jq", side.effects.conditional))
        np.testing.assert_allclose(found[np.ix_(rows_, at)], wanted, rtol=2e-3)


SLOW_MEANS = ("ticks", "ticks_rows", "cbpp_rows")  # some ten seconds each


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in SLOW_MEANS else name for name in TOLD]
)
def test_means_of_rows(name: str) -> None:
    """On the response scale, with the groups' effects and without them; R's of an offset are a row's own."""
    told, fit = TOLD[name], fitted(name)
    frame = rows(name).frame.iloc[told["rows"]].reset_index(drop=True)
    np.testing.assert_allclose(fit.predict(frame)["mean"], told["fitted"], rtol=1e-3)
    typical = fit.predict(frame, "typical")["mean"]
    np.testing.assert_allclose(typical, told["typical"], rtol=1e-3)


def those(fit: core.Fit, modes: dict, what: str) -> tuple[Along, list[int], list[int], np.ndarray]:
    """Returns a factor's side, the places of R's terms and groups in it, and R's figures (J, q)."""
    ours = grouping(modes["group"], list(fit.n_groups))
    turned = ours != modes["group"]
    side = fit.linear.sides[ours]
    levels = [":".join(reversed(one.split(":"))) if turned else one for one in map(str, modes["levels"])]
    terms = modes["terms"] if isinstance(modes["terms"], list) else [modes["terms"]]
    at = [list(map(plain, side.problem.random)).index(term) for term in terms]
    rows_ = [list(side.moments.levels[0]).index(one) for one in levels]
    return side, at, rows_, np.reshape(modes[what], (-1, len(terms)))
