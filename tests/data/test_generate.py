"""The retail panel is what data/README.md says: reproducible, unbalanced, and made from the stated truth."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

DATA = Path(__file__).resolve().parents[2] / "data"
MADE = ("retail_panel", "ab_test", "conversions")


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return pd.read_csv(DATA / "retail_panel.csv")


@pytest.fixture(scope="module")
def truth() -> dict:
    return json.loads((DATA / "retail_panel_truth.json").read_text(encoding="utf-8"))


def test_generating_again_gives_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, DATA / "generate.py", tmp_path], check=True)
    written = sorted(file.name for file in tmp_path.iterdir())
    assert written == sorted(f"{of}{end}" for of in MADE for end in (".csv", "_truth.json"))
    for name in written:
        assert b"\r" not in (DATA / name).read_bytes()
        assert (DATA / name).stat().st_size < 400_000
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes()


def test_shape(panel: pd.DataFrame) -> None:
    weeks = panel.groupby("store").size()
    assert len(weeks) == 24
    assert panel.groupby("region")["store"].nunique().to_dict() == dict.fromkeys(
        ("North", "East", "South", "West"), 6
    )
    assert weeks["Store 17"] == 4
    assert weeks.max() == 30
    assert weeks.nunique() > 4, "unbalanced"
    assert not panel.duplicated(["store", "week"]).any()


def test_one_store_never_varied_its_youtube_spend(panel: pd.DataFrame) -> None:
    spread = panel.groupby("store")["youtube"].nunique()
    assert spread[spread == 1].index.to_list() == ["Store 11"]


def test_store_truths_have_the_stated_spread(truth: dict) -> None:
    """To the rounding of the stores' values: 4 decimals on SDs of 2.4 and 0.12."""
    stores = pd.DataFrame(truth["stores"]).T
    assert stores["intercept"].std(ddof=0) == pytest.approx(truth["sd_intercept"], abs=1e-4)
    assert stores["youtube"].std(ddof=0) == pytest.approx(truth["sd_youtube"], abs=1e-4)
    assert np.corrcoef(stores["intercept"], stores["youtube"])[0, 1] == pytest.approx(
        truth["correlation"], abs=1e-3
    )
    assert stores["youtube"].mean() == pytest.approx(truth["fixed_effects"]["youtube"], abs=1e-4)


def test_seven_stores_stand_above_the_chain_and_three_below(truth: dict) -> None:
    """Half an SD from the chain's slope splits the groups that the sample was made with."""
    slopes = pd.DataFrame(truth["stores"]).T["youtube"] - truth["fixed_effects"]["youtube"]
    half = truth["sd_youtube"] / 2
    assert (slopes > half).sum() == 7
    assert (slopes < -half).sum() == 3


def test_noise_is_what_is_left_of_the_truth(panel: pd.DataFrame, truth: dict) -> None:
    """Sales less the true mean is noise of SD 1.4; over 625 rows, within 4 standard errors (11 %) of it."""
    fixed, stores = truth["fixed_effects"], pd.DataFrame(truth["stores"]).T.loc[panel["store"]]
    mean = stores["intercept"].to_numpy() + stores["youtube"].to_numpy() * panel["youtube"].to_numpy()
    for name in ("facebook", "newspaper", "price", "week"):
        mean += fixed[name] * panel[name].to_numpy()
    mean += fixed["promo[yes]"] * (panel["promo"] == "yes").to_numpy()
    left = panel["sales"].to_numpy() - mean
    assert np.std(left) == pytest.approx(truth["sigma"], rel=4 / np.sqrt(2 * len(panel)))
    assert abs(left.mean()) < 4 * truth["sigma"] / np.sqrt(len(panel))


def test_newspaper_follows_floor_area_between_stores(panel: pd.DataFrame) -> None:
    """The confounding that a regression without stores falls for."""
    means = panel.groupby("store")[["size_m2", "newspaper"]].mean()
    assert means.corr().loc["size_m2", "newspaper"] > 0.9
