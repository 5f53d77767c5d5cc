"""From a table and a model to a Fit: the one module that knows every stage."""

from dataclasses import replace

import numpy as np
import pandas as pd

from core.design.checks import check_factors, check_labels, check_moves
from core.design.coding import label
from core.design.errors import MissingColumns, NotANumber, OtherWeights
from core.design.layout import lay_out, variables
from core.design.matrix import build_design
from core.design.moments import Moments, summarise
from core.design.twice import check_twice
from core.errors import PanelwiseError
from core.fit.along import Fitted
from core.fit.gaussian import fit_gaussian
from core.result.asked import check_level, check_seed
from core.result.fit import Fit
from core.result.sample import posterior, sample
from core.spec.columns import check_columns
from core.spec.formula import parse_formula, write_formula
from core.spec.model import Family, ModelSpec
from core.spec.prior import Priors
from core.table.read import read_table
from core.table.table import Kind, Table

METHODS = ("reml", "ml", "posterior", "nuts")
BAYESIAN = ("posterior", "nuts")


class UnknownMethod(PanelwiseError):
    """A method this version does not have."""

    def __init__(self, method: str) -> None:
        super().__init__(f"No method is called '{method}'. Use one of: {', '.join(METHODS)}.")


class PriorsUnused(PanelwiseError):
    """Priors for a method that has none."""

    def __init__(self, method: str) -> None:
        super().__init__(
            f"Priors were given, and the method '{method}' does not use any. Leave them out, or fit with "
            'method="posterior".'
        )


class NotAModel(PanelwiseError):
    """Something else stands where a formula or a ModelSpec belongs."""

    def __init__(self, given: object) -> None:
        super().__init__(
            f"A model is a formula such as 'sales ~ price + (1 | store)', not {type(given).__name__}. "
            "Write the formula as text, or pass what parse_formula returns."
        )


class UnsupportedFamily(PanelwiseError):
    """A response family this version does not fit."""

    def __init__(self, family: str) -> None:
        super().__init__(
            f"Outcomes of the kind '{family}' are not fitted yet. Use a numeric outcome and 'gaussian'."
        )


def fit(
    table: Table | pd.DataFrame,
    spec: ModelSpec | str,
    method: str = "reml",
    *,
    weights: str | None = None,
    level: float = 0.95,
    priors: Priors | None = None,
    seed: int = 0,
) -> Fit:
    """Returns the fitted model of a table (a Table, or a DataFrame) and a spec (a ModelSpec, or a formula).

    `method`: "reml" (variances unbiased by the fixed effects; the default), "ml" (to compare fixed parts),
    "posterior" (what the data leave open under `priors`, drawn with `seed`; weak priors from the data's scale
    where none are given) or "nuts" (the same by Markov chains, which take some seconds to prepare once).
    `weights`: a column by which rows count, as `| weights(w)` before ~ says too; a row's residual variance is
    sigma^2 / weight, the weights brought to an average of 1, and rows of weight zero are left out.
    `level`: width of every interval. Rows with a blank in a column the model uses are left out and counted in
    `fit.dropped`. Raises a PanelwiseError whose text is the sentence to show.
    """
    panel = as_table(table)
    model = as_spec(spec if weights is None else weighed(spec, weights), panel)
    check_request(model, method, level)
    check_priors(priors, method, seed)
    kept = summarise(build_design(panel, model))
    check_twice(model, kept)
    fitted = fit_gaussian(kept, reml=method != "ml")
    return _made(model, fitted, method, panel.name, level, priors, seed)


def _made(
    model: ModelSpec, fitted: Fitted, method: str, name: str, level: float, priors: Priors | None, seed: int
) -> Fit:
    fit = Fit(model, "reml" if method in BAYESIAN else method, fitted, name, level)
    if method == "posterior":
        return posterior(fit, priors=priors, seed=seed)
    return sample(fit, priors=priors, seed=seed) if method == "nuts" else fit


def moments(table: Table | pd.DataFrame, spec: ModelSpec | str) -> Moments:
    """Returns the sums from which every model on these columns and groups can be fitted: one pass over the
    rows.
    """
    panel = as_table(table)
    return summarise(build_design(panel, as_spec(spec, panel)))


def refit(
    kept: Moments,
    spec: ModelSpec | str,
    method: str = "reml",
    *,
    level: float = 0.95,
    name: str = "",
    priors: Priors | None = None,
    seed: int = 0,
) -> Fit:
    """Returns the fit of another model from kept moments: no row is read, so it costs what the groups cost.

    Raises MissingColumns when the model needs a column, a transform or a grouping that was not kept, and what
    `fit` raises of names and outcome; the rows in use are those of the moments.
    """
    model = as_model(spec)
    check_request(model, method, level)
    check_priors(priors, method, seed)
    codings = {coding.variable: coding for coding in kept.layout.codings}
    if unknown := [label(v) for v in variables(model) if v not in codings]:
        raise MissingColumns(unknown)
    layout = lay_out(model, {v: codings[v] for v in variables(model)})
    check_labels(model, codings)
    check_factors(kept.layout.random + layout.random)
    if layout.weights != kept.layout.weights:
        raise OtherWeights(kept.layout.weights, layout.weights)
    check_outcome(kept, layout.outcome)
    check_twice(model, kept)
    fitted = fit_gaussian(kept, layout, reml=method != "ml")
    return _made(model, fitted, method, name, level, priors, seed)


def weighed(spec: ModelSpec | str, weights: str) -> ModelSpec:
    """Returns the model with a column of weights. Raises FormulaError where a formula may not name it so."""
    model = replace(as_model(spec), weights=weights)
    parse_formula(write_formula(model), model.family)
    return model


def check_request(spec: ModelSpec, method: str, level: float) -> None:
    """Raises UnknownMethod, BadLevel or UnsupportedFamily."""
    check_level(level)
    if method not in METHODS:
        raise UnknownMethod(method)
    if spec.family is not Family.GAUSSIAN:
        raise UnsupportedFamily(spec.family)


def check_priors(priors: Priors | None, method: str, seed: int) -> None:
    """Raises PriorsUnused or BadSeed."""
    check_seed(seed)
    if priors is not None and method not in BAYESIAN:
        raise PriorsUnused(method)


def check_outcome(kept: Moments, outcome: str) -> None:
    """Raises ConstantOutcome, or NotANumber of a date. An outcome that was not kept is left to the fit."""
    coding = next((c for c in kept.layout.codings if label(c.variable) == outcome), None)
    if coding is not None and coding.origin:
        raise NotANumber(coding.variable.column, f"{Kind.DATE} cells", "an outcome")
    if outcome in kept.columns.names:
        k = kept.columns.index(outcome)
        ends = np.array([kept.low[:, k].min(), kept.high[:, k].max()])
        check_moves(outcome, kept.columns.centre[k] + kept.columns.scale[k] * ends)


def as_table(table: Table | pd.DataFrame) -> Table:
    """Returns the table itself, or a frame read as one."""
    return table if isinstance(table, Table) else read_table(table)


def as_spec(spec: ModelSpec | str, table: Table) -> ModelSpec:
    """Returns the spec itself, or a formula parsed; its columns are checked against the table."""
    text = spec if isinstance(spec, str) else None
    model = as_model(spec)
    check_columns(model, table.names, text)
    return model


def as_model(spec: ModelSpec | str) -> ModelSpec:
    """Returns the spec itself, or a formula parsed. Raises NotAModel, FormulaError."""
    if isinstance(spec, str):
        return parse_formula(spec)
    if not isinstance(spec, ModelSpec):
        raise NotAModel(spec)
    return spec
