"""Simulated panels whose groups respond differently, and the files a user would have of them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter

CITIES = (
    "Köln", "Düsseldorf", "Münster", "Lübeck", "Gießen", "Aachen", "Görlitz", "Fürth", "Würzburg", "Jülich",
    "Bremen", "Kassel", "Erfurt", "Rostock", "Mainz", "Ulm", "Trier", "Passau",
)  # fmt: skip


def panel(groups: Sequence[str], periods: int, seed: int, slope_sd: float = 0.5) -> pd.DataFrame:
    """Returns columns group, period, outcome, spend, price, rounded to two decimals as a file would be.

    outcome = 60 + a + (0.8 + b) spend - 2 price + noise, where a has SD 8, b `slope_sd` and the noise 2.
    """
    random = np.random.default_rng(seed)
    rows = len(groups) * periods
    baseline = np.repeat(random.normal(60, 8, len(groups)), periods)
    slope = np.repeat(random.normal(0.8, slope_sd, len(groups)), periods)
    spend, price = random.gamma(4, 3, rows), random.normal(9, 1, rows)
    return pd.DataFrame(
        {
            "group": np.repeat(np.array(groups, dtype=object), periods),
            "period": np.tile(np.arange(1, periods + 1), len(groups)),
            "outcome": (baseline + slope * spend - 2 * price + random.normal(0, 2, rows)).round(2),
            "spend": spend.round(2),
            "price": price.round(2),
        }
    )


def alike(groups: Sequence[str], periods: int, seed: int) -> pd.DataFrame:
    """Returns a panel whose groups differ by a constant only, so that no slope variance can be found."""
    one = panel(groups[:1], periods, seed)
    shifted = [one.assign(group=name, outcome=one["outcome"] + place) for place, name in enumerate(groups)]
    return pd.concat(shifted, ignore_index=True)


def german(number: float) -> str:
    """Returns 1234.5 as '1.234,50'."""
    return f"{number:,.2f}".translate(str.maketrans(",.", ".,"))


def german_csv(path: Path, frame: pd.DataFrame) -> Path:
    """Returns the path after writing semicolons, decimal commas and thousands points, as Excel does there."""
    decimals = frame.select_dtypes("float").columns
    frame.assign(**{name: frame[name].map(german) for name in decimals}).to_csv(
        path, sep=";", index=False, encoding="cp1252"
    )
    return path


def workbook(path: Path, frame: pd.DataFrame, as_text: str) -> Path:
    """Returns the path after writing a workbook in which one column is text with decimal commas."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Panel")
        sheet.write_row(0, 0, frame.columns)
        for place, name in enumerate(frame.columns):
            cells = frame[name].map(german) if name == as_text else frame[name]
            sheet.write_column(1, place, cells.tolist())
    return path
