"""Who may import whom: every file keeps the rules, and the checker sees each way to break them."""

import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

from tests.layers import SCREENS, SLOW, faults

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(
    str(file.relative_to(ROOT).as_posix())
    for folder in ("core", "dashboard", "tests", "benchmarks", "data")
    for file in (ROOT / folder).rglob("*.py")
)


@pytest.mark.parametrize("path", FILES)
def test_file_keeps_the_rules(path: str) -> None:
    assert faults(path, (ROOT / path).read_text(encoding="utf-8")) == []


def test_the_files_of_both_packages_were_looked_at() -> None:
    assert {"core/table/table.py", "core/spec/model.py", "dashboard/__main__.py"} <= set(FILES)


def test_half_of_the_files_are_short() -> None:
    """DESIGN's scale: half of the files under 140 lines. A class that swallows its neighbours shows here."""
    lengths = [
        len((ROOT / path).read_text(encoding="utf-8").splitlines())
        for path in FILES
        if path.startswith(("core/", "dashboard/")) and not path.endswith("__init__.py")
    ]
    assert median(lengths) < 140


def test_import_core_loads_nothing_slow() -> None:
    """In a process of its own. pandas itself loads pyarrow, so that is not asked."""
    asked = "import core, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "core" in loaded
    assert loaded & (SCREENS | SLOW) == set()


BAD = {
    "an arrow turned round": ("core/table/read.py", "from core.spec.model import ModelSpec"),
    "an arrow turned round by a package": ("core/spec/formula.py", "from core import fit"),
    "an arrow turned round, relatively": ("core/design/matrix.py", "from ..fit.linear import fit"),
    "an arrow turned round in a function": ("core/fit/linear.py", "def f():\n    import core.decide.tiers"),
    "an arrow turned round for a type": (
        "core/fit/linear.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from core.result.fit import Fit",
    ),
    "a base module that knows a layer": ("core/words.py", "from core.table.table import Table"),
    "a layer that uses the public surface": ("core/decide/tiers.py", "import core"),
    "a layer that uses a public name": ("core/decide/tiers.py", "from core import read_table"),
    "a layer below run": ("core/decide/tiers.py", "from core.run import fit"),
    "a module without a layer": ("core/plots.py", ""),
    "a screen in core": ("core/table/review.py", "import streamlit as st"),
    "a screen in a function of core": (
        "core/result/fit.py",
        "def f():\n    from plotly import graph_objects",
    ),
    "a screen by name": ("core/run.py", "import importlib\nimportlib.import_module('plotly.express')"),
    "the dashboard in core": ("core/run.py", "from dashboard.theme import figure"),
    "a slow package at the top": ("core/fit/nuts.py", "import pymc as pm"),
    "a slow package under a try": (
        "core/fit/nuts.py",
        "try:\n    import nutpie\nexcept ImportError:\n    pass",
    ),
    "a slow package of arrays": ("core/result/tree.py", "from xarray import DataTree"),
    "a slow package in a class": ("core/fit/linear.py", "class A:\n    from statsmodels import api"),
    "a screen in charts": ("dashboard/charts/tiers.py", "import streamlit"),
    "state in a report": ("dashboard/report/memo.py", "from dashboard.state import current"),
    "statistics in charts": ("dashboard/charts/tiers.py", "from scipy.stats import norm"),
    "a fit in charts": ("dashboard/charts/tiers.py", "from core.fit.linear import fit"),
    "numpy in a view": ("dashboard/views/data.py", "import numpy as np"),
    "pandas in a function of a view": ("dashboard/views/data.py", "def f():\n    import pandas"),
    "plotly in a view": ("dashboard/views/tiers.py", "from plotly.graph_objects import Figure"),
    "a screen in jobs": ("dashboard/jobs.py", "import streamlit as st"),
    "the theme in jobs": ("dashboard/jobs/lane.py", "from dashboard.theme import Theme"),
    "a worker inside a function": (
        "dashboard/jobs.py",
        "from multiprocessing import Process\ndef f():\n    def g(): ...\n    Process(target=g)",
    ),
    "session state in a view": (
        "dashboard/views/data.py",
        "import streamlit as st\nst.session_state['a'] = 1",
    ),
    "session state by name": ("dashboard/components/card.py", "from streamlit import session_state"),
    "a cache in a component": ("dashboard/components/card.py", "@st.cache_data\ndef f(): ..."),
    "an error shown by a view": (
        "dashboard/views/model.py",
        "try:\n    f()\nexcept PanelwiseError as error:\n    st.error(str(error))",
    ),
    "every error swallowed": ("dashboard/components/card.py", "try:\n    f()\nexcept:\n    pass"),
    "a file for anything": ("core/table/utils.py", ""),
    "a folder for anything": ("tests/helpers/panel.py", ""),
}


@pytest.mark.parametrize(("path", "source"), BAD.values(), ids=BAD.keys())
def test_the_checker_sees(path: str, source: str) -> None:
    assert len(faults(path, source)) == 1


GOOD = {
    "the order": ("core/decide/tiers.py", "from core.errors import listed\nfrom core.result.fit import Fit"),
    "neighbours": ("core/fit/linear.py", "from core.fit.objective import criterion\nfrom . import optimise"),
    "base modules that know each other": ("core/words.py", "from core.finding import Status"),
    "the public surface": (
        "core/__init__.py",
        "from core.run import fit\nfrom core.table.read import read_table",
    ),
    "a slow package where it is needed": ("core/fit/nuts.py", "def f():\n    import pymc"),
    "a slow package for a type": (
        "core/fit/nuts.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pymc",
    ),
    "a chart": (
        "dashboard/charts/tiers.py",
        "import pandas\nimport plotly.graph_objects as go\nfrom dashboard.theme import figure\n"
        "from core.decide.tiers import Tiers",
    ),
    "a view": ("dashboard/views/data.py", "import streamlit as st\nimport core\nfrom dashboard import state"),
    "a view that mends one case": ("dashboard/views/data.py", "try:\n    f()\nexcept KeyError:\n    pass"),
    "state": ("dashboard/state.py", "import streamlit as st\n@st.cache_data\ndef f(): st.session_state"),
    "jobs": (
        "dashboard/jobs.py",
        "import core\nfrom core.run import fit\nfrom multiprocessing import Process\n"
        "def work(): ...\ndef start(): Process(target=work)",
    ),
    "neighbours in jobs": ("dashboard/jobs/lane.py", "from dashboard.jobs.frames import Frame\nimport queue"),
    "a name that only begins alike": ("core/table/commons.py", "import plotlyish"),
}


@pytest.mark.parametrize(("path", "source"), GOOD.values(), ids=GOOD.keys())
def test_the_checker_lets_pass(path: str, source: str) -> None:
    assert faults(path, source) == []
