"""What R said of the models in tests/reference (make.R wrote it), and our fits of the same tables."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

import core
from core.table.table import Table
from tests.conftest import ROOT
from tests.reference import glmm_tables, simulate

FOLDER = ROOT / "tests" / "reference"
MADE = simulate.TABLES | glmm_tables.TABLES
Told = dict[str, Any]


@lru_cache
def figures(name: str) -> Told:
    """Returns one of the files of figures by name: models, profile, leave_out, glmm."""
    return json.loads((FOLDER / f"{name}.json").read_text())


@lru_cache
def table(name: str, shared: Path) -> Table:
    """Returns a table by name: stored here, made anew, a sample, or published and not ours to ship."""
    if name in MADE:
        return core.read_table(MADE[name]())
    places = (FOLDER / "data", ROOT / "data", shared / "data")
    files = [folder / f"{name}.csv" for folder in places]
    if not any(file.exists() for file in files):
        pytest.skip(f"No table {name}.csv; name the folder of published tables in PANELWISE_SHARED.")
    return core.read_table(next(file for file in files if file.exists()))


@lru_cache
def fitted(name: str, shared: Path) -> core.Fit:
    """Returns our fit of a model that R has told of."""
    told = figures("models")[name]
    options = {"weights": told["weights"]} if told["weights"] else {}
    return core.fit(table(told["data"], shared), told["formula"], told["method"], **options)


def plain(term: str) -> str:
    """Returns a term's name as R writes it: MachineB for Machine[B]; yes and no are text to R."""
    return f"{term}yes" if term in ("promo", "mined") else term.replace("[", "").replace("]", "")


def grouping(name: str, known: list[str]) -> str:
    """Returns the name that a grouping of R has among ours: cask:batch is batch:cask."""
    return next(one for one in known if sorted(one.split(":")) == sorted(name.split(":")))
