"""Two models of the same rows beside each other: likelihood ratio, AIC, BIC."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.design.crossing import merged
from core.design.moments import Moments
from core.errors import PanelwiseError
from core.fit.along import Fitted
from core.fit.estimates import has_dispersion
from core.fit.fixed_columns import pooled_products
from core.fit.gaussian import fit_gaussian
from core.fit.generalised import Generalised
from core.result.compare_rows import DifferentData as DifferentData
from core.result.compare_rows import check_rows
from core.result.errors import check_gaussian
from core.result.fit import Fit
from core.spec.formula import write_formula
from core.spec.model import link_of

LIKELIHOODS = ("ml", "reml")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models, the smaller first.

    `table`: index formula; parameters log_likelihood aic bic chi_square df p_value p_boundary, the last four
    of the second row only. `nested` says whether the first is a special case of the second; without it there
    is no test and the last four are NaN. `p_boundary` halves the test between the chi-squares with df - 1 and
    df degrees of freedom where exactly one variance is new: under the null that variance stands on the
    boundary of its range (Self, Liang 1987, J. Am. Stat. Assoc. 82; Stram, Lee 1994, Biometrics 50). With
    several new variances it is NaN and `p_value` an upper bound.
    """

    table: pd.DataFrame
    nested: bool
    new_variances: int
    likelihood: str


class DifferentFixed(PanelwiseError):
    """REML likelihoods of different fixed parts."""

    def __init__(self, apart: list[str]) -> None:
        super().__init__(
            f"REML likelihoods are comparable between models with the same predictors only; these differ in: "
            f"{', '.join(apart)}. Compare them by maximum likelihood."
        )


class UnknownLikelihood(PanelwiseError):
    """Neither "ml" nor "reml"."""

    def __init__(self, asked: str) -> None:
        super().__init__(f"No likelihood is called '{asked}'. Use one of: {', '.join(LIKELIHOODS)}.")


def compare(one: Fit, other: Fit, *, likelihood: str = "ml") -> Comparison:
    """Returns the two models' criteria and, where one is a special case of the other, the test between them.

    By default both are fitted again by maximum likelihood, from their kept sums (generalised models are of
    maximum likelihood as they are). "reml" compares REML fits,
    for models that differ in what varies between groups only. Raises DifferentData, DifferentFixed,
    UnknownLikelihood.
    """
    if likelihood not in LIKELIHOODS:
        raise UnknownLikelihood(likelihood)
    for fit in (one, other):
        if fit.posterior is not None:
            check_gaussian(fit.linear, "A test by likelihoods", "Compare posteriors by LOO (core.loo)")
    if one.generalised is not None and other.generalised is not None:
        check_rows(one, other)
        likelihood = "ml"
    elif one.generalised is not None or other.generalised is not None:
        raise DifferentData(f"one is of the kind '{one.spec.family}', the other '{other.spec.family}'")
    else:
        _check_data(one, other)
    parts = sorted((_Part.of(fit, likelihood == "reml") for fit in (one, other)), key=lambda p: p.parameters)
    small, large = parts
    if likelihood == "reml" and small.fixed != large.fixed:
        raise DifferentFixed(sorted(small.fixed ^ large.fixed))
    alike = one.spec.family is other.spec.family and link_of(one.spec) is link_of(other.spec)
    nested = alike and small.fixed <= large.fixed and small.entries <= large.entries
    new = len([entry for entry in large.entries - small.entries if entry[1] == entry[2]])
    return Comparison(_table(small, large, nested, new), nested, new, likelihood)


@dataclass(frozen=True, slots=True)
class _Part:
    """What a comparison needs of one model: names of its fixed columns and of its free (co)variances."""

    formula: str
    fixed: frozenset[str]
    entries: frozenset[tuple[str, str, str]]
    log_likelihood: float
    rows: int
    beside: int  # numbers of the family: a residual variance, a dispersion

    @staticmethod
    def of(fit: Fit, reml: bool) -> "_Part":
        if fit.generalised is not None:
            return _generalised_part(fit, fit.generalised)
        fitted = fit.linear if fit.linear.reml == reml else fit_gaussian(fit.linear.moments, reml=reml)
        fixed = frozenset(fitted.lead.problem.fixed)
        own = fixed, _entries(fitted)
        return _Part(write_formula(fit.spec), *own, -fitted.criterion / 2, fit.n_rows, 1)

    @property
    def parameters(self) -> int:
        return len(self.fixed) + len(self.entries) + self.beside


def _generalised_part(fit: Fit, fitted: Generalised) -> "_Part":
    own = frozenset(fitted.rows.fixed), _entries(fitted)
    beside = int(has_dispersion(fitted.rows.family))
    return _Part(write_formula(fit.spec), *own, fitted.estimates.log_likelihood, fit.n_rows, beside)


def _entries(fitted: Fitted) -> frozenset[tuple[str, str, str]]:
    found = set()
    for name, side in fitted.sides.items():
        terms, shape = side.problem.random, side.problem.shape
        for row, col in zip(shape.rows.tolist(), shape.cols.tolist(), strict=True):
            first, second = sorted((terms[row], terms[col]))
            found.add((name, first, second))
    return frozenset(found)


def _table(small: _Part, large: _Part, nested: bool, new: int) -> pd.DataFrame:
    from scipy import special

    rows = []
    for part in (small, large):
        deviance, k = -2.0 * part.log_likelihood, part.parameters
        rows.append([k, part.log_likelihood, deviance + 2 * k, deviance + np.log(part.rows) * k])
    df = large.parameters - small.parameters
    test = [np.nan] * 4
    if nested and df:
        chi_square = max(2.0 * (large.log_likelihood - small.log_likelihood), 0.0)
        p = float(special.chdtrc(df, chi_square))
        fewer = float(special.chdtrc(df - 1, chi_square)) if df > 1 else float(chi_square == 0.0)
        test = [chi_square, df, p, (p + fewer) / 2 if new == 1 else np.nan if new else p]
    names = ["parameters", "log_likelihood", "aic", "bic", "chi_square", "df", "p_value", "p_boundary"]
    index = pd.Index([small.formula, large.formula], name="formula", dtype="str")
    return pd.DataFrame([rows[0] + [np.nan] * 4, rows[1] + test], index=index, columns=names)


def _check_data(one: Fit, other: Fit) -> None:
    a, b = one.linear.moments, other.linear.moments
    if a.layout.outcome != b.layout.outcome:
        raise DifferentData(f"one explains '{a.layout.outcome}', the other '{b.layout.outcome}'")
    for what, here, there in (
        ("weights", a.layout.weights, b.layout.weights),
        ("offsets", ", ".join(sorted(a.layout.offsets)), ", ".join(sorted(b.layout.offsets))),
    ):
        if here != there:
            raise DifferentData(f"one has the {what} {here or 'none'}, the other {there or 'none'}")
    if a.n_rows != b.n_rows:
        raise DifferentData(f"one used {a.n_rows:,} rows, the other {b.n_rows:,}")
    if not np.allclose((a.unit, a.log_weights), (b.unit, b.log_weights), rtol=1e-9, atol=1e-9 * a.n_rows):
        raise DifferentData(f"the weights '{a.layout.weights}' of one are not those of the other")
    both = [n for n in a.columns.names if n in b.columns.names]
    for name in both:
        i, j = a.columns.index(name), b.columns.index(name)
        mine, theirs = (a.columns.centre[i], a.columns.scale[i]), (b.columns.centre[j], b.columns.scale[j])
        # The same rows in the same order give the same digits; in another order, all but the last few.
        if not np.allclose(mine, theirs, rtol=1e-9, atol=1e-12 * a.columns.scale[i]):
            raise DifferentData(f"'{name}' has another mean or spread in one than in the other")
    for factor in [f for f in a.factors if f in b.factors]:
        if not _same_groups(merged(a, (factor,)), merged(b, (factor,))):
            raise DifferentData(f"the values of '{factor}' have other rows in one than in the other")
    apart = np.abs(_together(a, both) - _together(b, both)) > 1e-8 * a.n_rows
    if apart.any():
        j, k = np.argwhere(apart)[0].tolist()
        raise DifferentData(f"'{both[j]}' and '{both[k]}' go together in one otherwise than in the other")


def _same_groups(a: Moments, b: Moments) -> bool:
    """Whether a grouping has the same levels, with as many rows and the same mean outcome in each."""
    if sorted(a.levels[0]) != sorted(b.levels[0]):
        return False
    mine, theirs = np.argsort(a.levels[0]), np.argsort(b.levels[0])
    k, other = (m.columns.index(m.layout.outcome) for m in (a, b))
    # Rows in another order move the mean of all by a few digits of its last place.
    loose = 1e-8 + 1e-14 * abs(a.columns.centre[k]) / a.columns.scale[k]
    means = a.mean[mine, k], b.mean[theirs, other]
    return np.array_equal(a.rows[mine], b.rows[theirs]) and bool(np.allclose(*means, rtol=1e-8, atol=loose))


def _together(moments: Moments, names: list[str]) -> Array:
    """Sums of products of columns over all rows, each with mean 0 and SD 1: (k, k)."""
    places = [1 + moments.columns.index(name) for name in names]
    return np.asarray(pooled_products(moments)[np.ix_(places, places)])
