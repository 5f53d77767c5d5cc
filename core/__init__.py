"""Panelwise's modelling core: which groups respond to what, how sure we are, and what to do about it."""

from core.decide.tiers import Tiers, tiers
from core.errors import PanelwiseError
from core.finding import Finding, Status
from core.result.compare import Comparison, compare
from core.result.draws import Draws
from core.result.fit import Fit
from core.result.store import load_fit, save_fit
from core.run import fit, moments, refit
from core.spec.formula import parse_formula, write_formula
from core.spec.model import Family, ModelSpec
from core.table.read import read_table
from core.table.review import review_table as review
from core.table.roles import guess_roles
from core.table.samples import read_sample, samples
from core.table.table import Kind, Table, fingerprint

__all__ = [
    "Comparison",
    "Draws",
    "Family",
    "Finding",
    "Fit",
    "Kind",
    "ModelSpec",
    "PanelwiseError",
    "Status",
    "Table",
    "Tiers",
    "compare",
    "fingerprint",
    "fit",
    "guess_roles",
    "load_fit",
    "moments",
    "parse_formula",
    "read_sample",
    "read_table",
    "refit",
    "review",
    "samples",
    "save_fit",
    "tiers",
    "write_formula",
]
