"""From a table and a model to a Fit: the one module that knows every stage."""

from dataclasses import replace

import numpy as np
import pandas as pd

from core.decide.pooling import Pooling, pooling_of
from core.design.checks import check_factors, check_labels, check_moves
from core.design.coding import label
from core.design.errors import MissingColumns, NotANumber, OtherWeights
from core.design.layout import lay_out, variables
from core.design.matrix import Design, build_design
from core.design.moments import Moments, summarise
from core.design.twice import check_twice
from core.errors import PanelwiseError
from core.fit.along import Fitted
from core.fit.gaussian import fit_gaussian
from core.fit.generalised_fit import checked_rows, fit_generalised
from core.result.asked import check_level, check_seed
from core.result.fit import Fit
from core.result.sample import NotAtOnce, posterior, sample, sampled_rows
from core.spec.columns import check_columns
from core.spec.formula import parse_formula, write_formula
from core.spec.model import Family, Link, ModelSpec
from core.spec.prior import Priors
from core.table.read import as_table
from core.table.table import Kind, Table

METHODS = ("reml", "ml", "posterior", "nuts")
BAYESIAN = ("posterior", "nuts")
GENERALISED = ("laplace", "quadrature", "nuts")
POINTS = 25  # of the quadrature


class UnknownMethod(PanelwiseError):
    """A method this version does not have."""

    def __init__(self, method: str, family: Family) -> None:
        other = GENERALISED if family is Family.GAUSSIAN else METHODS
        known = METHODS if family is Family.GAUSSIAN else GENERALISED
        what = "is called" if method not in other else f"for outcomes of the kind '{family}' is called"
        super().__init__(f"No method {what} '{method}'. Use one of: {', '.join(known)}.")


class PriorsUnused(PanelwiseError):
    """Priors for a method that has none."""

    def __init__(self, method: str) -> None:
        other = "nuts" if method in GENERALISED else "posterior"
        super().__init__(
            f"Priors were given, and the method '{method}' does not use any. Leave them out, or fit with "
            f'method="{other}".'
        )


class NotAModel(PanelwiseError):
    """Something else stands where a formula or a ModelSpec belongs."""

    def __init__(self, given: object) -> None:
        super().__init__(
            f"A model is a formula such as 'sales ~ price + (1 | store)', not {type(given).__name__}. "
            "Write the formula as text, or pass what parse_formula returns."
        )


class NoSums(PanelwiseError):
    """A generalised model was to be fitted from kept sums."""

    def __init__(self, family: Family) -> None:
        super().__init__(
            f"Outcomes of the kind '{family}' are fitted to rows, not to kept sums. Fit the model to the "
            "table."
        )


def fit(
    table: Table | pd.DataFrame,
    spec: ModelSpec | str,
    method: str | None = None,
    *,
    family: str | Family | None = None,
    link: str | Link | None = None,
    event: str | None = None,
    weights: str | None = None,
    level: float = 0.95,
    priors: Priors | None = None,
    seed: int = 0,
) -> Fit:
    """Returns the fitted model of a table (a Table, or a DataFrame) and a spec (a ModelSpec, or a formula).

    `method`: "reml" (variances unbiased by the fixed effects; the default), "ml" (to compare fixed parts),
    "posterior" (what the data leave open under `priors`, drawn with `seed`; weak priors from the data's scale
    where none are given) or "nuts" (the same by Markov chains, which take some seconds to prepare once).
    `family`: "gaussian", or of generalised models "binomial" (0/1, two values of which `event` counts as yes,
    or `successes | trials(n)`), "poisson", "negative_binomial", "gamma", with their usual `link` ("logit" or
    "probit", "log") unless one is given; they are fitted by "laplace" (the default; exact without groups),
    "quadrature" (adaptive, one grouping) or "nuts". A spec brings its own.
    `weights`: a column by which rows count, as `| weights(w)` before ~ says too; a row's residual variance is
    sigma^2 / weight, the weights brought to an average of 1, and rows of weight zero are left out. In
    generalised models they are numbers of rows as they stand: one of weight 3 says what three alike would, so
    weights of an average far above 1 (spend, revenue) make every interval too narrow.
    `level`: width of every interval. Rows with a blank in a column the model uses are left out and counted in
    `fit.dropped`. Raises a PanelwiseError whose text is the sentence to show.
    """
    panel = as_table(table)
    given = of_kind(spec, family, link, event)
    model = as_spec(given if weights is None else weighed(given, weights), panel)
    method = method or usual_method(model.family)
    check_request(model, method, level)
    check_priors(priors, method, seed)
    design = build_design(panel, model)
    if model.family is not Family.GAUSSIAN:
        fitted = _generalised(design, model, method, priors, seed)
        return Fit(model, method, fitted, panel.name, level)
    kept = summarise(design)
    check_twice(model, kept)
    fitted = fit_gaussian(kept, reml=method != "ml")
    return _made(model, fitted, method, panel.name, level, priors, seed)


def pooling(
    table: Table | pd.DataFrame,
    spec: ModelSpec | str,
    method: str | None = None,
    *,
    by: str | None = None,
    family: str | Family | None = None,
    link: str | Link | None = None,
    event: str | None = None,
    weights: str | None = None,
    level: float = 0.95,
) -> Pooling:
    """Returns complete, no and partial pooling of a table side by side: all groups as one, each on its own,
    and the mixed model between them.

    `by` names the grouping when there are several; the rest is as in `fit`. What is known of a fit already is
    `core.decide.pooling.pooling_of`. Raises NothingVaries, UnknownGrouping, and what `fit` raises.
    """
    made = fit(table, spec, method, family=family, link=link, event=event, weights=weights, level=level)
    return pooling_of(made, by)


def _generalised(design: Design, model: ModelSpec, method: str, priors: Priors | None, seed: int) -> Fitted:
    if method == "nuts":
        return sampled_rows(design, checked_rows(design, model), priors, seed)
    return fit_generalised(design, model, points=POINTS if method == "quadrature" else 1)


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
    if model.family is not Family.GAUSSIAN:
        raise NoSums(model.family)
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


def of_kind(
    spec: ModelSpec | str, family: str | Family | None, link: str | Link | None, event: str | None
) -> ModelSpec | str:
    """Returns the model with the kind of outcome asked for; as it is where nothing is asked.

    Raises FormulaError, UnknownFamily, UnknownLink, EventUnused.
    """
    if family is None and link is None and event is None:
        return spec
    text = spec if isinstance(spec, str) else write_formula(as_model(spec))
    own = None if isinstance(spec, str) else spec.family
    return parse_formula(text, family or own or Family.GAUSSIAN, link=link, event=event)


def usual_method(family: Family) -> str:
    """Returns the method that fits a family unless another is asked for."""
    return "reml" if family is Family.GAUSSIAN else "laplace"


def weighed(spec: ModelSpec | str, weights: str) -> ModelSpec:
    """Returns the model with a column of weights. Raises FormulaError where a formula may not name it so."""
    model = replace(as_model(spec), weights=weights)
    write_formula(model)
    return model


def check_request(spec: ModelSpec, method: str, level: float) -> None:
    """Raises UnknownMethod, NotAtOnce or BadLevel."""
    check_level(level)
    if method == "posterior" and spec.family is not Family.GAUSSIAN:
        raise NotAtOnce(spec.family)
    if method not in (METHODS if spec.family is Family.GAUSSIAN else GENERALISED):
        raise UnknownMethod(method, spec.family)


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
