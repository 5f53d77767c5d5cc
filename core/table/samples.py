"""The sample tables: what each answers, and how to read it. The data are described in data/README.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.errors import PanelwiseError, did_you_mean, listed
from core.table.read import read_table
from core.table.table import Table


@dataclass(frozen=True, slots=True)
class Sample:
    """A table that comes with Panelwise: `key` names it in addresses, `question` is what it answers."""

    key: str
    title: str
    question: str
    rows: int


class UnknownSample(PanelwiseError):
    """A sample was asked for that does not come with Panelwise."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        super().__init__(
            f"No sample is called '{asked}'. {did_you_mean(asked, known)}The samples are: {listed(known)}."
        )


RETAIL = Sample(
    "retail_panel",
    "Retail panel",
    "Which of 24 stores respond to YouTube, and which do not?",
    rows=625,
)
SEASON_PASS = Sample(
    "season_pass",
    "Season passes",
    "Does the bundle sell passes, and through which channel?",
    rows=6,
)
AB_TEST = Sample(
    "ab_test",
    "A/B test",
    "Does B convert better, when the same users come back?",
    rows=6929,
)
CONVERSIONS = Sample(
    "conversions",
    "Conversions",
    "On which landing pages do longer sessions convert more?",
    rows=3600,
)
GRUNFELD = Sample(
    "grunfeld",
    "Grunfeld's investments",
    "How far does investment follow a firm's value, firm by firm?",
    rows=220,
)


def samples() -> tuple[Sample, ...]:
    """Returns every sample, the one to start with first."""
    return RETAIL, SEASON_PASS, AB_TEST, CONVERSIONS, GRUNFELD


def read_sample(key: str) -> Table:
    """Returns the sample's table, read like a user's own file. Raises UnknownSample."""
    keys = [sample.key for sample in samples()]
    if key not in keys:
        raise UnknownSample(key, keys)
    if key == GRUNFELD.key:
        return read_table(_grunfeld(), name="grunfeld")
    return read_table(_folder() / f"{key}.csv")


def _folder() -> Path:
    """Returns where the files are: inside the package once installed, beside it in a checkout."""
    installed = Path(__file__).parents[1] / "_data"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "data"


def _grunfeld() -> pd.DataFrame:
    """Returns Grunfeld's 11 firms from 1935 to 1954, groups and time first; years as whole numbers."""
    from statsmodels.datasets import grunfeld

    panel: pd.DataFrame = grunfeld.load_pandas().data
    return panel.astype({"year": "int64"})[["firm", "year", "invest", "value", "capital"]]
