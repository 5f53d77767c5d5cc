"""The file a user takes from the Tiers page, beside what core says."""

import pandas as pd

from tests.e2e.app import App


def check_tiers_file(app: App, name: str, tiers: pd.DataFrame) -> None:
    """Downloads the file and holds every number against `tiers`, the table of core.tiers."""
    file = app.download("Download for finance (CSV)")
    assert file.suggested_filename == name
    written = pd.read_csv(file.path(), index_col=0, encoding="utf-8-sig", dtype={0: str})
    assert written.index.name == tiers.index.name
    # The app fits from kept sums and may start its search elsewhere. The search ends within 1e-6 of a
    # standard error, ranks and chances are shares of 2,000 draws, so one draw may fall on the other side.
    draws = [column for column in tiers if column.startswith(("rank", "p_tier"))]
    exact = [column for column in tiers if column not in draws]
    settings = {"check_dtype": False, "check_index_type": False}
    pd.testing.assert_frame_equal(written[exact], tiers[exact], rtol=1e-5, atol=1e-8, **settings)
    pd.testing.assert_frame_equal(written[draws], tiers[draws], rtol=0, atol=0.002, **settings)
