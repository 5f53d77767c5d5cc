"""The file a user takes from the Tiers page, beside what core says."""

import pandas as pd

from tests.e2e.app import App

HEADINGS = {
    "95 % low": "low",
    "95 % high": "high",
    "standard error": "std_error",
    "its own rows alone": "raw",
    "rows": "n",
    "pulled to the average, %": "shrinkage",
    "chance it is above zero, %": "p_positive",
    "place from, 95 %": "rank_low",
    "place to, 95 %": "rank_high",
    "place expected": "rank",
}


def check_tiers_file(app: App, name: str, tiers: pd.DataFrame) -> None:
    """Downloads the file and holds every number against `tiers`, the table of core.tiers."""
    file = app.download("Download for finance (CSV)")
    assert file.suggested_filename == name
    written = pd.read_csv(file.path(), index_col=0, encoding="utf-8-sig", dtype={0: str})
    assert written.index.name == tiers.index.name
    assert written[["data fingerprint", "formula", "made on"]].notna().all(axis=None)
    names = {written.columns[1]: "pooled"} | HEADINGS
    names |= {f"chance of tier {k}, %": f"p_tier_{k}" for k in range(1, int(tiers["tier"].max()) + 1)}
    read = written.rename(columns=names)
    shares = [name for name in tiers if name.startswith("p_")] + ["shrinkage"]
    read[shares] /= 100
    placed = read["tier"] != "not placed"  # a group whose own rows cannot place it is named so instead
    assert placed.sum() >= 0.8 * len(read)
    said = read.loc[placed, "tier"].str.extract(r"^Tier (\d+) · ", expand=False).astype(int)
    assert (said == tiers.loc[said.index, "tier"]).all()
    # The app fits from kept sums and may start its search elsewhere. The search ends within 1e-6 of a
    # standard error, ranks and chances are shares of 2,000 draws, so one draw may fall on the other side.
    # Figures are written with six digits.
    draws = [column for column in tiers if column.startswith(("rank", "p_"))]
    exact = [column for column in tiers if column not in (*draws, "tier")]
    settings = {"check_dtype": False, "check_index_type": False}
    pd.testing.assert_frame_equal(read[exact], tiers[exact], rtol=2e-5, atol=1e-8, **settings)
    pd.testing.assert_frame_equal(read[draws], tiers[draws], rtol=1e-5, atol=0.002, **settings)
