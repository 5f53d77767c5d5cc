"""Laplace's approximation: modes and value against brute force, and its two roads against each other."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import optimize

from core.design.coding import Array
from core.design.rows import Rows
from core.fit.family import fixed_part, log_likelihood
from core.fit.group_modes import find_modes
from core.fit.group_sums import panel as group_panel
from core.fit.group_sums import sums_at
from core.fit.linearised import root_of
from tests.core.fit.generalised_panels import FAMILIES, OUTCOME, design_for, panel
from tests.core.fit.step_modes import find_mode

SPREAD = np.array([[0.6, 0.1], [0.1, 0.09]])
SINGULAR = np.array([[0.64, 0.24], [0.24, 0.09]])
DISPERSION = {"negative_binomial": 1.7, "gamma": 0.4}


def brute(rows: Rows, fixed: Array, spread: Array, dispersion: float) -> tuple[Array, float]:
    """Modes (J, q) and Laplace log-likelihood, each group by itself: optimiser, Hessian by differences."""
    z, codes = rows.z["g"], rows.codes["g"]
    root = np.linalg.cholesky(spread + 1e-14 * np.eye(len(spread)))
    modes, total = [], 0.0
    for j in range(len(rows.levels["g"])):
        own = codes == j
        part = replace(
            rows, **{name: getattr(rows, name)[own] for name in ("y", "trials", "weights", "offset")}
        )

        def minus(v: Array, own: Array = own, part: Rows = part) -> float:
            eta = rows.offset[own] + rows.x[own] @ fixed + z[own] @ root @ v
            return float(v @ v) / 2.0 - float(log_likelihood(part, eta, dispersion).sum())

        found = optimize.minimize(minus, np.zeros(len(root)), method="BFGS", options={"gtol": 1e-8})
        step, eye = 1e-3, np.eye(len(root))
        hessian = [
            [
                (
                    minus(found.x + step * (a + b)) - minus(found.x + step * (a - b))
                    - minus(found.x - step * (a - b)) + minus(found.x - step * (a + b))
                )
                / (4 * step**2)
                for b in eye
            ]
            for a in eye
        ]  # fmt: skip
        total += -found.fun - np.linalg.slogdet(np.array(hessian))[1] / 2.0
        modes.append(root @ found.x)
    return np.array(modes), total


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("spread", [SPREAD, SINGULAR], ids=["regular", "singular"])
def test_modes_and_value_against_brute_force(family: str, spread: Array) -> None:
    design, rows = design_for(f"{OUTCOME[family]} ~ x + (1 + x | g)", family)
    fixed, dispersion = np.array([-0.6, 0.25]), DISPERSION.get(family, 1.0)
    modes, value = brute(rows, fixed, spread, dispersion)
    beneath = replace(rows, offset=rows.offset + rows.x @ fixed, x=np.empty((rows.n, 0)), fixed=())
    found = find_mode(design, beneath, {"g": spread}, dispersion)
    # BFGS stops at a gradient of 1e-8; the Hessian is by differences of step 1e-3.
    np.testing.assert_allclose(found.effects["g"], modes, atol=2e-5)
    assert found.given_fixed == pytest.approx(value, abs=1e-3)
    root, known = root_of(spread), rows.offset + rows.x @ fixed
    data = group_panel(replace(rows, offset=known, x=np.empty((rows.n, 0))), dispersion, {"g": np.eye(2)})
    quick = find_modes(data, (root,), sums_at(data, data.rows.offset), 1e-16)
    np.testing.assert_allclose(quick.v @ root.T, found.effects["g"], atol=1e-6)
    constants = fixed_part(rows, dispersion).sum()
    assert quick.log_likelihood + constants == pytest.approx(found.given_fixed, abs=1e-6)


@pytest.mark.parametrize("family", FAMILIES)
def test_with_the_fixed_effects_integrated_both_roads_differ_by_a_constant(family: str) -> None:
    design, rows = design_for(f"{OUTCOME[family]} ~ x + (1 + x | g)", family)
    dispersion = DISPERSION.get(family, 1.0)
    data = group_panel(rows, dispersion, {"g": np.eye(2)})
    apart = []
    for spread in (SPREAD, SINGULAR, 4.0 * SPREAD):
        found = find_mode(design, rows, {"g": spread}, dispersion)
        root = root_of(spread)
        quick = find_modes(data, (root,), sums_at(data, data.rows.offset), 1e-16)
        np.testing.assert_allclose(quick.v @ root.T, found.effects["g"], atol=1e-5)
        apart.append(found.over_fixed - quick.log_likelihood)
    assert np.ptp(apart) < 1e-6


def test_crossed_groupings_have_their_modes_too() -> None:
    design, rows = design_for("count ~ x + (1 | g) + (1 | h)", "poisson")
    spread = {"g": np.array([[0.5]]), "h": np.array([[0.2]])}
    found = find_mode(design, rows, spread, 1.0)

    def minus(point: Array) -> float:
        fixed, u, v = point[:2], point[2:18], point[18:]
        eta = rows.x @ fixed + u[rows.codes["g"]] + v[rows.codes["h"]]
        return float(u @ u) / 1.0 + float(v @ v) / 0.4 - float(log_likelihood(rows, eta, 1.0).sum())

    best = optimize.minimize(minus, np.zeros(23), method="BFGS", options={"gtol": 1e-7})
    effects = np.concatenate([found.fixed, found.effects["g"][:, 0], found.effects["h"][:, 0]])
    np.testing.assert_allclose(effects, best.x, atol=1e-4)  # where BFGS stopped


def test_a_start_far_away_is_no_obstacle() -> None:
    design, rows = design_for("count ~ x + (1 | g)", "poisson", frame=panel(seed=5))
    spread = {"g": np.array([[0.5]])}
    near = find_mode(design, rows, spread, 1.0)
    far = find_mode(design, rows, spread, 1.0, (np.array([6.0, -3.0]), {"g": np.full((16, 1), 4.0)}))
    np.testing.assert_allclose(far.fixed, near.fixed, atol=1e-6)
