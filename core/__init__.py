"""Panelwise's modelling core: which groups respond to what, how sure we are, and what to do about it."""

from core.decide.allocate import Aim, allocate
from core.decide.allocation import Allocation, Solved
from core.decide.allocation_rules import Rules, simple_rules
from core.decide.history import History, history
from core.decide.newcomer import Newcomer, newcomer
from core.decide.plan import Plan, changed, moved_between, plan, today
from core.decide.pooling import Pooling
from core.decide.quantity import Contrast, Level, Profit, Response
from core.decide.review import review_plan
from core.decide.scenario import Money, Scenario, scenario
from core.decide.stability import stability
from core.decide.tiers import Tiers, tiers
from core.decide.trust import Trust, trust
from core.errors import PanelwiseError
from core.finding import Finding, Status
from core.result.ab import AbTest, ab
from core.result.agreement import Agreement, agreement
from core.result.bootstrap import Bootstrap, bootstrap
from core.result.classification import Classification, classify
from core.result.compare import Comparison, compare
from core.result.compare_loo import LooDifference, compare_loo
from core.result.draws import Draws
from core.result.fit import Fit
from core.result.held_out import classification, held_out
from core.result.influence import Influence, influence
from core.result.k_fold import KFold, k_fold
from core.result.loo import Loo, loo
from core.result.posterior_tree import datatree
from core.result.predictive import Predictive, posterior_predictive
from core.result.prior_predictive import prior_predictive
from core.result.profile import Profile, profile
from core.result.proof import Proof
from core.result.proof import proof as pooling_proof
from core.result.quantile_residuals import Quantiles, quantile_residuals
from core.result.residuals import Residuals, residuals
from core.result.review_residuals import diagnose
from core.result.sample import posterior, sample
from core.result.stability import Stability
from core.result.store import load_fit, save_fit
from core.result.vif import vif
from core.run import fit, moments, pooling, refit
from core.spec.formula import parse_formula, write_formula
from core.spec.model import Family, ModelSpec
from core.spec.prior import Normal, Priors, Shape, Spread
from core.table.read import read_table
from core.table.review import review_table as review
from core.table.roles import guess_roles
from core.table.samples import read_sample, samples
from core.table.table import Kind, Table, fingerprint

__all__ = [
    "AbTest",
    "Agreement",
    "Aim",
    "Allocation",
    "Bootstrap",
    "Classification",
    "Comparison",
    "Contrast",
    "Draws",
    "Family",
    "Finding",
    "Fit",
    "History",
    "Influence",
    "KFold",
    "Kind",
    "Level",
    "Loo",
    "LooDifference",
    "ModelSpec",
    "Money",
    "Newcomer",
    "Normal",
    "PanelwiseError",
    "Plan",
    "Pooling",
    "Predictive",
    "Priors",
    "Profile",
    "Profit",
    "Proof",
    "Quantiles",
    "Residuals",
    "Response",
    "Rules",
    "Scenario",
    "Shape",
    "Solved",
    "Spread",
    "Stability",
    "Status",
    "Table",
    "Tiers",
    "Trust",
    "ab",
    "agreement",
    "allocate",
    "bootstrap",
    "changed",
    "classification",
    "classify",
    "compare",
    "compare_loo",
    "datatree",
    "diagnose",
    "fingerprint",
    "fit",
    "guess_roles",
    "held_out",
    "history",
    "influence",
    "k_fold",
    "load_fit",
    "loo",
    "moments",
    "moved_between",
    "newcomer",
    "parse_formula",
    "plan",
    "pooling",
    "pooling_proof",
    "posterior",
    "posterior_predictive",
    "prior_predictive",
    "profile",
    "quantile_residuals",
    "read_sample",
    "read_table",
    "refit",
    "residuals",
    "review",
    "review_plan",
    "sample",
    "samples",
    "save_fit",
    "scenario",
    "simple_rules",
    "stability",
    "tiers",
    "today",
    "trust",
    "vif",
    "write_formula",
]
