"""Several grouping factors: against n x n matrices, glmm, many starts and published figures."""

import json
from pathlib import Path

import glmm
import numpy as np
import pandas as pd
import pytest
from scipy.linalg import block_diag
from scipy.optimize import minimize

import core
from core.design.crossing import merged
from core.design.layout import INTERCEPT
from core.design.matrix import Design, build_design
from core.design.moments import Moments, summarise
from core.fit.collapsed import variance_draws
from core.fit.covariance import factor
from core.fit.curvature import satterthwaite
from core.fit.errors import BeyondMachine, SameGroups
from core.fit.gaussian import fit_gaussian
from core.fit.joint import Joint, pose_joint
from core.fit.joint_linear import JointLinear, joint_collapsed
from core.fit.joint_objective import Latest, assemble_joint, joint_criterion, joint_slopes, split
from core.fit.objective import in_units
from core.fit.optimise import Stop, optimise
from core.fit.sample import joint_sample
from core.fit.target import joint_target

# glmm warns of singular fits, which many of these are made to be.
pytestmark = pytest.mark.filterwarnings("ignore::glmm.DiagnosticWarning")

FORMULAS = (
    "y ~ x + (1 | g) + (1 | h)",
    "y ~ x + w + (1 + x | g) + (1 + w | h)",
    "y ~ x + w + (1 + x + w | g) + (1 + w || h) + (1 | k)",
    "y ~ x + (1 | k/h)",
    "y ~ x + (1 | g) + (0 + w | h)",
    "y ~ x + (1 | g) + (0 + w | g) + (1 | h)",
)


def panel(seed: int, n: int = 150) -> pd.DataFrame:
    """Rows at random places of three crossed groupings, differences from none to strong."""
    rng = np.random.default_rng([20261121, seed])
    g, h, k = (rng.integers(0, size, n) for size in (12, 7, 4))
    x, w = 20 + 3 * rng.standard_normal(n), rng.standard_normal(n)
    sd = rng.choice([0.0, 0.1, 0.5, 1.0, 4.0], 5)
    y = 0.3 * x + sd[0] * rng.standard_normal(12)[g] + sd[1] * rng.standard_normal(7)[h]
    y += sd[2] * rng.standard_normal(7)[h] * w + sd[3] * rng.standard_normal(4)[k]
    y += sd[4] * 0.1 * rng.standard_normal(12)[g] * x + rng.standard_normal(n)
    names = {name: [f"{name}{code}" for code in codes] for name, codes in {"g": g, "h": h, "k": k}.items()}
    return pd.DataFrame({"y": y, "x": x, "w": w, **names})


def posed(frame: pd.DataFrame, formula: str) -> tuple[Design, Moments, Joint]:
    design = build_design(core.read_table(frame), core.parse_formula(formula))
    moments = summarise(design)
    return design, moments, pose_joint(moments)


def columns(design: Design, names: tuple[str, ...]) -> np.ndarray:
    return np.column_stack(
        [np.ones(design.n_rows) if name == INTERCEPT else design.values[name] for name in names]
    )


def covariance(design: Design, joint: Joint, theta: np.ndarray) -> np.ndarray:
    """V (n, n) relative to the residual variance, by its definition."""
    v = np.eye(design.n_rows)
    for side, name, part in zip(joint.sides, joint.factors, split(joint, theta), strict=True):
        root = side.to_random @ factor(side.shape, part) / np.exp(side.log_scale[0])
        zl = columns(design, side.random) @ root
        codes = design.factors[name].codes
        v += (zl @ zl.T) * (codes[:, None] == codes)
    return v


def definition(design: Design, joint: Joint, theta: np.ndarray, reml: bool) -> float:
    v, x, y = covariance(design, joint, theta), columns(design, joint.first.fixed), design.values["y"]
    information = x.T @ np.linalg.solve(v, x)
    left = y - x @ np.linalg.solve(information, x.T @ np.linalg.solve(v, y))
    r2 = left @ np.linalg.solve(v, left)
    df = len(y) - (x.shape[1] if reml else 0)
    value = np.linalg.slogdet(v)[1] + df * (1 + np.log(2 * np.pi * r2 / df))
    return float(value + (np.linalg.slogdet(information)[1] if reml else 0.0))


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("formula", FORMULAS)
def test_criterion_and_gradient_match_the_definition(formula: str, reml: bool) -> None:
    design, _, joint = posed(panel(1), formula)
    rng = np.random.default_rng(2)
    for zeros in (0.0, 0.4):
        theta = 0.7 * rng.standard_normal(len(joint_target(joint, reml).sizes))
        theta[rng.random(len(theta)) < zeros] = 0.0  # factors that cannot be divided by
        value, slope, _ = joint_slopes(joint, theta, reml)
        known = definition(design, joint, theta, reml)
        # n x n matrices in doubles: nine digits.
        assert in_units(joint.first, value, reml) == pytest.approx(known, rel=1e-9)
        steps = 1e-5 * np.eye(len(theta))
        numeric = [
            joint_criterion(joint, theta + step, reml) - joint_criterion(joint, theta - step, reml)
            for step in steps
        ]
        np.testing.assert_allclose(slope, np.array(numeric) / 2e-5, atol=1e-6 * np.abs(slope).max())


@pytest.mark.parametrize("formula", FORMULAS)
def test_effects_and_their_uncertainty_match_the_definition(formula: str) -> None:
    """u_hat = K Z'V^-1 (y - X b), its covariance given b, and cov(b), with n x n matrices."""
    frame = panel(3)
    design, moments, joint = posed(frame, formula)
    fit = fit_gaussian(moments)
    v = covariance(design, joint, fit.optimum.theta)
    x, y = columns(design, joint.first.fixed), design.values["y"]
    inverse = np.linalg.inv(v)
    cov_b = np.linalg.inv(x.T @ inverse @ x)
    b = cov_b @ x.T @ inverse @ y
    left = y - x @ b
    s2 = left @ inverse @ left / (len(y) - x.shape[1])
    np.testing.assert_allclose(fit.fixed, b, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(fit.fixed_covariance, s2 * cov_b, rtol=1e-6, atol=1e-9 * s2 * cov_b.max())
    assert fit.sigma == pytest.approx(np.sqrt(s2), rel=1e-8)
    for side, name in zip(joint.sides, joint.factors, strict=True):
        codes, spread = design.factors[name].codes, fit.random_covariance[name] / s2
        effects = fit.effects[name]
        z = columns(design, side.random)
        for level in range(side.cells):
            zk = (z * (codes == level)[:, None]) @ spread
            np.testing.assert_allclose(effects.mean[level], zk.T @ inverse @ left, rtol=1e-6, atol=1e-9)
            known = s2 * (spread - zk.T @ inverse @ zk)
            np.testing.assert_allclose(
                effects.conditional[level], known, rtol=1e-6, atol=1e-8 * s2 * np.abs(spread).max() + 1e-12
            )
            np.testing.assert_allclose(
                effects.pull[level], zk.T @ inverse @ x, rtol=1e-5, atol=1e-8 * (1 + np.abs(x).max())
            )


# All blocks run with the slow tests; the first stands for them.
@pytest.mark.parametrize("block", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in range(1, 4))])
def test_never_above_glmm_nor_above_many_starts(block: int) -> None:
    worse = []
    for seed in range(block, 40, 4):
        frame, formula, reml = panel(seed), FORMULAS[seed % len(FORMULAS)], bool(seed % 3)
        _, moments, joint = posed(frame, formula)
        fit = fit_gaussian(moments, reml=reml)
        assert fit.optimum.stop in (Stop.OPTIMUM, Stop.ON_BOUNDARY), (seed, fit.optimum.stop)
        others = {"starts": best_of_starts(joint, reml, seed)}
        if "||" not in formula and "0 +" not in formula:
            others["glmm"] = -2.0 * glmm.fit(frame, formula, "gaussian", reml=reml).loglik
        worse += [
            (seed, formula, name, fit.criterion - value)
            for name, value in others.items()
            if fit.criterion > value + 1e-6 * abs(value)
        ]
    assert not worse


def best_of_starts(joint: Joint, reml: bool, seed: int) -> float:
    """The lowest criterion that L-BFGS reaches from four random starts."""
    aim = joint_target(joint, reml)
    rng = np.random.default_rng([7, seed])

    def sized(theta: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient, _ = aim.slopes(theta / aim.sizes)
        return value, gradient / aim.sizes

    found = [
        minimize(sized, size * rng.standard_normal(len(aim.sizes)), jac=True, method="L-BFGS-B").fun
        for size in (0.05, 0.3, 1.0, 5.0)
    ]
    return in_units(joint.first, min(found), reml)


def climbing(shared: Path, formula: str) -> JointLinear:
    table = core.read_table(shared / "data" / "ifsc_boulder_2025.csv")
    return fit_gaussian(summarise(build_design(table, core.parse_formula(formula))))


def test_climbing_finals(shared: Path) -> None:
    """Crossed intercepts of 37 athletes and 11 competitions, from lme4."""
    known = json.loads((shared / "reference" / "ifsc_crossed.json").read_text())
    fit = climbing(shared, "score_final ~ score_semi + score_quali + (1 | comp_id) + (1 | athlete_id)")
    assert fit.criterion == pytest.approx(known["crit"], rel=1e-6)
    error = np.sqrt(np.diag(fit.fixed_covariance))
    names = fit.joint.first.fixed
    for k, name in enumerate(names):
        # lme4 stops within about 1e-6 of the optimum in theta: four digits of the effects.
        assert fit.fixed[k] == pytest.approx(known["fixef"][name], abs=1e-4 * known["se"][name])
        assert error[k] == pytest.approx(known["se"][name], rel=1e-4)
        assert satterthwaite(fit, np.eye(len(names)))[k] == pytest.approx(known["df"][name], rel=0.01)
    for entry in known["varcorr"]:
        if entry["grp"] != "Residual":
            assert np.sqrt(fit.random_covariance[entry["grp"]][0, 0]) == pytest.approx(
                entry["sdcor"], rel=1e-3
            )
    assert fit.sigma == pytest.approx(known["sigma"], rel=1e-3)


def test_merging_cells_is_summing_up_the_coarser_rows() -> None:
    frame = panel(5)
    fine = posed(frame, "y ~ x + w + (1 | g) + (1 | h)")[1]
    coarse = summarise(build_design(core.read_table(frame), core.parse_formula("y ~ x + w + (1 | h)")))
    found = merged(fine, ("h",))
    assert (found.factors, found.levels) == (coarse.factors, coarse.levels)
    for name in ("rows", "mean", "cross", "low", "high", "cells"):
        np.testing.assert_allclose(getattr(found, name), getattr(coarse, name), rtol=1e-10, atol=1e-10)


def test_factors_that_nothing_tells_apart_are_refused() -> None:
    frame = panel(6).assign(city=lambda f: f["h"].str.upper())
    moments = summarise(build_design(core.read_table(frame), core.parse_formula("y ~ x + (1|h) + (1|city)")))
    with pytest.raises(SameGroups, match="'h' and 'city' put the same rows together"):
        pose_joint(moments)


def test_a_design_beyond_the_machine_is_refused_with_its_size() -> None:
    n = 9000
    frame = pd.DataFrame({"a": np.arange(n) % 8500, "b": np.arange(n) // 1 % 8400, "x": np.arange(n) % 7})
    frame = frame.assign(y=np.sin(np.arange(n)))
    moments = summarise(build_design(core.read_table(frame), core.parse_formula("y ~ x + (1 | a) + (1 | b)")))
    with pytest.raises(BeyondMachine, match=r"'a' 8,500, 'b' 8,400.*about 3 GB of memory and 119 minutes"):
        pose_joint(moments)


def test_draws_at_one_theta_have_the_joint_mean_and_covariance() -> None:
    """Deviations of every factor and fixed effects, with n x n matrices; s2 has mean r2 / (df - 2)."""
    design, moments, joint = posed(panel(8, n=80), "y ~ x + (1 + w | g) + (1 | h)")
    theta = np.array([0.8, 0.2, 0.5, 0.6])
    drawn = joint_sample(joint, theta, 40_000, np.random.default_rng(1))
    x, y, v = columns(design, joint.first.fixed), design.values["y"], covariance(design, joint, theta)
    parts, spreads = [], []
    for side, name, part in zip(joint.sides, joint.factors, split(joint, theta), strict=True):
        root = side.to_random @ factor(side.shape, part) / np.exp(side.log_scale[0])
        for level in range(side.cells):
            parts.append(columns(design, side.random) * (design.factors[name].codes == level)[:, None])
            spreads.append(root @ root.T)
    z, spread = np.hstack(parts), block_diag(*spreads)
    inverse = np.linalg.inv(v)
    cov_b = np.linalg.inv(x.T @ inverse @ x)
    b = cov_b @ x.T @ inverse @ y
    pull = spread @ z.T @ inverse
    s2 = (y - x @ b) @ inverse @ (y - x @ b) / (len(y) - x.shape[1] - 2)
    given_b = spread - pull @ z @ spread
    known = np.block(
        [[cov_b, -cov_b @ (pull @ x).T], [-pull @ x @ cov_b, given_b + pull @ x @ cov_b @ (pull @ x).T]]
    )
    found = np.hstack([drawn.fixed, *(drawn.effects[name].reshape(40_000, -1) for name in joint.factors)])
    mean = np.concatenate([b, pull @ (y - x @ b)])
    sd = np.sqrt(s2 * np.diag(known))
    # 40,000 draws: means to 1/200 SD (four of them, many entries), correlations to 1/200 as well.
    np.testing.assert_allclose((found.mean(axis=0) - mean) / sd, 0.0, atol=0.03)
    np.testing.assert_allclose(np.cov(found.T) / np.outer(sd, sd), s2 * known / np.outer(sd, sd), atol=0.05)
    whole = JointLinear(moments, joint, optimise(joint_target(joint, True)), True)
    at = whole.at(theta)["h"]
    np.testing.assert_allclose(at.effects.mean, found.mean(axis=0)[-7:, None], atol=0.05 * sd[-7:].max())


@pytest.mark.slow
@pytest.mark.parametrize("weighted", [True, False])
def test_plausible_variances_surround_the_truth(weighted: bool) -> None:
    """Truth inside the central 95 % in about 95 of 100 parameters; 40 panels of 20 x 15 groups."""
    inside = []
    for seed in range(20):
        rng = np.random.default_rng([11, seed])
        g, h = np.repeat(np.arange(20), 15), np.tile(np.arange(15), 20)
        y = 0.8 * rng.standard_normal(20)[g] + 0.5 * rng.standard_normal(15)[h] + rng.standard_normal(300)
        frame = pd.DataFrame({"y": y, "g": g.astype(str), "h": h.astype(str)})
        fit = fit_gaussian(posed(frame, "y ~ 1 + (1 | g) + (1 | h)")[1])
        given, sd = joint_collapsed(fit.joint), float(np.sqrt(fit.working_variance))
        thetas = variance_draws(
            given, fit.optimum.theta, sd, 128, np.random.default_rng(0), weighted=weighted
        ).theta
        low, high = np.quantile(thetas, [0.025, 0.975], axis=0)
        truth = dict(zip(("g", "h"), (0.8, 0.5), strict=True))
        inside += [a < truth[name] < b for a, b, name in zip(low, high, fit.joint.factors, strict=True)]
    # 40 yes/no answers at 95 %: fewer than 33 happens once in 20,000 times.
    assert sum(inside) >= 33


def test_what_was_made_of_the_last_theta_is_kept() -> None:
    joint = pose_joint(core.moments(panel(0), FORMULAS[0]))
    latest = Latest(joint, reml=True)
    theta = np.full(sum(len(side.shape.rows) for side in joint.sides), 0.5)
    first = latest(theta)
    assert latest(theta.copy()) is first
    theta += 0.1  # the theta it keeps is its own
    other = latest(theta)
    assert other is not first
    np.testing.assert_allclose(other.root, assemble_joint(joint, theta, True).root)
