"""Fit: a fitted model as a value. Its tables are computed by the modules beside this one, when asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import log

import pandas as pd

from core.design.complete import Dropped
from core.finding import Finding
from core.fit.along import Fitted
from core.fit.estimates import free_numbers
from core.fit.generalised import Generalised
from core.fit.optimise import Stop
from core.fit.posterior import Posterior
from core.fit.rows_posterior import RowsPosterior
from core.result import effects, predict, variance
from core.result.draws import Draws, gaussian_draws
from core.result.review import review_fit
from core.result.variance import R2, Icc
from core.spec.model import Family, ModelSpec, link_of
from core.table.table import Table


@dataclass(frozen=True)
class Fit:
    """A fitted model. `method` is "reml", "ml", "laplace", "quadrature", "posterior" or "nuts"; `level` the
    width of every interval (0.95: "95 %"). Of a generalised model everything but predictions is on the scale
    of the linear predictor: log-odds, log rates, log amounts.

    `how` names the intervals: what `low` and `high` mean for this method.
    """

    spec: ModelSpec
    method: str
    linear: Fitted
    table_name: str = ""
    level: float = 0.95

    @property
    def posterior(self) -> Posterior | None:
        """The draws behind a Bayesian fit; None of REML and ML."""
        return self.linear if isinstance(self.linear, Posterior) else None

    @property
    def generalised(self) -> Generalised | None:
        """The estimates behind a fit of yes/no, counts or amounts by likelihood; None of all others."""
        return self.linear if isinstance(self.linear, Generalised) else None

    @property
    def how(self) -> str:
        """How intervals were made."""
        if self.posterior:
            said = f"{100 * self.level:.4g} % central posterior interval"
            of_rows = self.spec.family is not Family.GAUSSIAN
            return f"{said}, on the scale of the {link_of(self.spec)}" if of_rows else said
        if self.generalised:
            scale = f"on the scale of the {link_of(self.spec)}"
            return f"{100 * self.level:.4g} % Wald interval, t by the number of groups, {scale}"
        return f"{100 * self.level:.4g} % Wald interval, t with Satterthwaite degrees of freedom"

    @cached_property
    def fixed_effects(self) -> pd.DataFrame:
        """Index term, "(Intercept)" first: estimate std_error df statistic p_value low high."""
        return effects.fixed_effects(self.linear, self.level)

    @cached_property
    def variance_components(self) -> pd.DataFrame:
        """Rows: group term_1 term_2 variance sd correlation; term_2 empty for variances, "Residual" last.

        Of a posterior: means, and `low` and `high` of each SD or correlation.
        """
        if self.posterior:
            return variance.posterior_components(self.posterior, self.level)
        return variance.variance_components(self.linear)

    @cached_property
    def group_effects(self) -> Mapping[str, pd.DataFrame]:
        """By factor; index level: deviations <term> <term>_se <term>_low <term>_high."""
        return effects.group_effects(self.linear, self.level)

    @cached_property
    def group_coefficients(self) -> Mapping[str, pd.DataFrame]:
        """By factor; index level: totals (fixed + deviation), columns as group_effects, joint standard
        errors.
        """
        return effects.group_coefficients(self.linear, self.level)

    @property
    def criterion(self) -> float:
        """REML criterion, or -2 log-likelihood for ML; NaN of a posterior, whose models LOO compares."""
        return self.linear.criterion

    @property
    def log_likelihood(self) -> float:
        """Restricted log-likelihood for REML, log-likelihood for ML."""
        return -self.criterion / 2

    @property
    def n_parameters(self) -> int:
        """Fixed effects, free variance numbers and sigma."""
        if isinstance(self.linear, Generalised | RowsPosterior):
            return free_numbers(self.linear.rows)
        return self.linear.lead.problem.p + len(self.linear.optimum.theta) + 1

    @property
    def aic(self) -> float:
        """Akaike's criterion; comparable between REML fits only with equal fixed parts."""
        return self.criterion + 2 * self.n_parameters

    @property
    def bic(self) -> float:
        """Schwarz's criterion with the number of rows."""
        return self.criterion + log(self.n_rows) * self.n_parameters

    @property
    def n_rows(self) -> int:
        """Rows in use."""
        return self.linear.lead.problem.n_rows

    @property
    def n_groups(self) -> Mapping[str, int]:
        """Number of groups by factor."""
        return {name: side.problem.cells for name, side in self.linear.sides.items()}

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """Rows left out, with reasons."""
        return self.linear.moments.dropped

    @property
    def aliased(self) -> tuple[str, ...]:
        """Terms left out because others say the same."""
        return self.linear.lead.problem.aliased

    @property
    def reference_levels(self) -> Mapping[str, str]:
        """For each text predictor, the level the others are compared with."""
        return dict(self.linear.moments.layout.reference_levels)

    @property
    def sigma(self) -> float:
        """Residual SD; of a generalised model that of chance on the scale of its linear predictor."""
        return self.linear.lead.sigma

    @property
    def dispersion(self) -> float:
        """What a family has beside its mean: a negative binomial's shape, a Gamma's squared coefficient of
        variation; 1 of yes/no and Poisson counts, the residual variance of a Gaussian model. Of draws of a
        generalised model their geometric mean.
        """
        if isinstance(self.linear, RowsPosterior):
            return self.linear.base.estimates.dispersion
        return self.generalised.estimates.dispersion if self.generalised else self.sigma**2

    @property
    def singular(self) -> bool:
        """Whether a variance is zero or a correlation one."""
        return any(side.singular for side in self.linear.sides.values())

    @property
    def stop(self) -> Stop:
        """How the search ended, as the reader's paragraph."""
        return self.linear.optimum.stop

    @property
    def converged(self) -> bool:
        """Whether the search ended at a verified optimum."""
        return self.stop is not Stop.NOT_CONVERGED

    def icc(self) -> Icc:
        """Returns the intraclass correlation, adjusted and unadjusted."""
        return variance.icc(self.linear, self.level)

    def r_squared(self) -> R2:
        """Returns marginal and conditional R2."""
        return variance.r_squared(self.linear)

    def predict(
        self,
        table: Table | pd.DataFrame,
        groups: str = "known",
        *,
        interval: float | None = None,
        unseen: str = "error",
    ) -> pd.DataFrame:
        """Returns mean se low high prediction_low prediction_high for each row of a table (see `predict`).

        Intervals are as wide as `interval` says (0.9: "90 %"), as the fit's own `level` unless given.
        """
        return predict.predict(self, table, groups, interval=interval, unseen=unseen)

    def draws(self, n: int, seed: int) -> Draws:
        """Returns n joint draws of fixed effects, group totals and sigma."""
        return gaussian_draws(self.linear, n, seed)

    def findings(self) -> list[Finding]:
        """Returns what a reader should know before using this fit."""
        return review_fit(self.linear)
