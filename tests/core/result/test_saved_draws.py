"""A posterior on disk: the fit comes back, ArviZ reads its draws, and nothing hostile is let in."""

import io
import json
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import core
from core.fit.chains import Chains
from core.fit.posterior import Posterior
from core.result.chains import measured
from core.result.errors import NotPosterior
from core.result.named_draws import named_draws
from core.result.posterior_tree import datatree
from core.result.review_posterior import review_draws
from core.result.store import fit_from_bytes, fit_to_bytes
from core.result.unpacked import UnreadableFit
from tests.core.fit.reweighed import panel

FRAME = panel(groups=8, rows=10).rename(columns={"g": "store id"}).replace({"store id": {"g0003": "<b>../x"}})
WEIGHED = core.fit(FRAME, "y ~ x + w + (1 + x | `store id`)", "posterior", level=0.89, seed=3)


def sampled() -> core.Fit:
    """The same draws as four chains, as a sampler brings them."""
    given = WEIGHED.posterior
    assert given is not None
    rng = np.random.default_rng(1)
    x = given.x.reshape(4, 1000, -1)
    chains = Chains(
        x,
        rng.standard_normal((4, 1000)),
        rng.uniform(size=(4, 1000)) < 0.01,
        rng.integers(1, 5, (4, 1000)),
        np.array([0.5, 0.6, 0.7, 0.8]),
        tune=300,
        compiling=0.0,
        sampling=1.25,
        seed=3,
    )
    return replace(
        WEIGHED, method="nuts", linear=Posterior(given.base, given.priors, x.reshape(4000, -1), chains, 3)
    )


@pytest.mark.parametrize("fit", [WEIGHED, sampled()], ids=["weighed", "chains"])
def test_the_fit_comes_back_whole(tmp_path: Path, fit: core.Fit) -> None:
    core.save_fit(fit, tmp_path / "fit.zip")
    for again in (core.load_fit(tmp_path / "fit.zip"), fit_from_bytes(fit_to_bytes(fit))):
        assert (again.method, again.level, again.how) == (fit.method, 0.89, fit.how)
        assert again.posterior is not None and fit.posterior is not None
        np.testing.assert_array_equal(again.posterior.x, fit.posterior.x)
        assert again.posterior.priors == fit.posterior.priors
        assert again.findings() == fit.findings()
        pd.testing.assert_frame_equal(again.fixed_effects, fit.fixed_effects)
        pd.testing.assert_frame_equal(again.variance_components, fit.variance_components)
        np.testing.assert_array_equal(again.draws(50, 3).fixed, fit.draws(50, 3).fixed)
    how = again.posterior.how
    if isinstance(how, Chains):
        for name in ("x", "energy", "diverging", "depth", "step_size"):
            np.testing.assert_array_equal(getattr(how, name), getattr(fit.posterior.how, name))


def test_arviz_reads_the_draws(tmp_path: Path) -> None:
    """Its means are those of the fit's tables, its R-hat and sample sizes ours."""
    import arviz_stats
    import xarray
    from zarr.storage import ZipStore

    fit = sampled()
    core.save_fit(fit, tmp_path / "fit.zip")
    with ZipStore(tmp_path / "fit.zip", mode="r") as store:
        found = xarray.open_datatree(store, engine="zarr", group="arviz", consolidated=False).load()
    xarray.testing.assert_identical(found, datatree(fit))
    table = arviz_stats.summary(found, var_names=["fixed"], round_to="none")
    np.testing.assert_allclose(table["mean"], fit.fixed_effects["estimate"], rtol=1e-10)
    each = measured(np.stack(list(named_draws(fit.posterior).values()), axis=2)[:, :, :3])
    np.testing.assert_allclose(table["r_hat"], each.r_hat, rtol=1e-8)
    np.testing.assert_allclose(table["ess_bulk"], each.ess_bulk, rtol=1e-8)
    sds = found["posterior"]["sd_store_id"].mean(("chain", "draw")).to_numpy()
    components = fit.variance_components
    told = components[(components["group"] == "store id") & (components["term_2"] == "")]["sd"]
    np.testing.assert_allclose(sds, told, rtol=1e-10)
    effects = found["posterior"]["store_id"].mean(("chain", "draw"))
    assert effects["store_id_level"].to_numpy().tolist() == sorted(FRAME["store id"].unique())
    np.testing.assert_allclose(effects[:, 1], fit.group_effects["store id"]["x"], rtol=1e-9, atol=1e-12)
    assert int(found["sample_stats"]["diverging"].sum()) == int(fit.posterior.how.diverging.sum())
    assert found.attrs["formula"] == "y ~ x + w + (1 + x | `store id`)"
    assert found.attrs["interval"] == "89 % central posterior interval"
    assert (found.attrs["seed"], found.attrs["rows"]) == (3, 80)
    assert {f"{name}_version" for name in ("panelwise", "numpy", "pymc")} <= set(found.attrs)


def test_the_fingerprint_is_that_of_the_data() -> None:
    def told(frame: pd.DataFrame) -> object:
        return datatree(core.fit(frame, "y ~ x + (1 | `store id`)", "posterior")).attrs["data_fingerprint"]

    other = FRAME.assign(y=FRAME["y"].where(FRAME.index != 5, 0.0))
    assert told(FRAME) == told(FRAME.copy()) != told(other)


def test_many_groups_do_not_make_chains_seem_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of very many groups effects are drawn at 500 draws, some of which depend; the gate looks at all."""
    fit = sampled()
    assert fit.posterior is not None
    monkeypatch.setattr(sys.modules["core.fit.posterior"], "HELD", 100)  # core.fit is a function, too
    few = replace(fit.posterior)
    assert len(few.places) == 500
    assert not [f for f in review_draws(few) if f.topic.startswith("ess")]


def test_fits_without_draws_say_so() -> None:
    with pytest.raises(NotPosterior, match="Draws belong to a posterior"):
        datatree(core.fit(FRAME, "y ~ x"))


def packed(fit: core.Fit) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(fit_to_bytes(fit))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(change: dict[str, bytes | None]) -> bytes:
    """A fit of chains with some of its files replaced, added, or (None) left out."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for path, content in (packed(sampled()) | change).items():
            if content is not None:
                archive.writestr(path, content)
    return whole.getvalue()


X, STATS = "arviz/unconstrained_posterior/x", "arviz/sample_stats"


def about(**change: object) -> bytes:
    return json.dumps(json.loads(packed(sampled())[f"{X}/zarr.json"]) | change).encode()


HOSTILE: dict[str, dict[str, bytes | None]] = {
    "climbs out": {"../../etc/cron.d/x": b""},
    "climbs out by a backslash": {"arviz\\..\\x": b""},
    "starts at the root": {"/etc/passwd": b""},
    "no manifest": {"fit.json": None},
    "a manifest that is a list": {"fit.json": b"[]"},
    "nested beyond reason": {"fit.json": b"[" * 100_000},
    "no root": {"arviz/zarr.json": None},
    "no draws": {f"{X}/zarr.json": None},
    "a missing chunk": {f"{X}/c/0/0/0": None},
    "a short chunk": {f"{X}/c/0/0/0": b"\0" * 799},
    "a chunk of another size": {f"{X}/c/0/0/0": b"\0" * 800},
    "draws that are not numbers": {f"{X}/c/0/0/0": np.full(16_000, np.nan).tobytes()},
    "draws of another model": {f"{X}/zarr.json": about(shape=[4, 800, 5])},
    "a shape beyond memory": {f"{X}/zarr.json": about(shape=[10**9, 10**9, 4])},
    "a negative shape": {f"{X}/zarr.json": about(shape=[-4, -1000, 4])},
    "a pickling codec": {f"{X}/zarr.json": about(codecs=[{"name": "numcodecs.pickle"}])},
    "objects": {f"{X}/zarr.json": about(data_type="object")},
    "texts without end": {
        f"{X}/zarr.json": about(
            data_type={"name": "fixed_length_utf32", "configuration": {"length_bytes": 2**40}}
        )
    },
    "a record of other draws": {f"{STATS}/energy/c/0/0": b"\0" * 8 * 4000, f"{STATS}/depth/zarr.json": None}
    | {f"{STATS}/tree_depth/zarr.json": None},
    "attributes that hold lists": {
        "arviz/zarr.json": b'{"zarr_format": 3, "node_type": "group", "attributes": {"a": [1]}}'
    },
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_are_refused(change: dict[str, bytes | None]) -> None:
    with pytest.raises(UnreadableFit, match=r"'fit\.zip' is not a saved Panelwise fit"):
        fit_from_bytes(rewritten(change), "fit.zip")


def test_damage_anywhere_is_refused_or_read() -> None:
    """Any byte turned over, any cut: a sentence, or (in the slack of the format) the fit; never a crash."""
    whole = fit_to_bytes(WEIGHED)
    rng = np.random.default_rng(3)
    for _ in range(100):
        damaged = bytearray(whole)
        damaged[int(rng.integers(len(whole)))] ^= int(rng.integers(1, 256))
        cut = bytes(damaged[: int(rng.integers(1, len(whole)))]) if rng.uniform() < 0.3 else bytes(damaged)
        try:
            fit_from_bytes(cut)
        except UnreadableFit:
            continue


def test_two_files_of_one_name_and_too_many_are_refused() -> None:
    twice, many = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(twice, "w") as archive:
        archive.writestr("fit.json", "{}")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("fit.json", "{}")
    with zipfile.ZipFile(many, "w") as archive:
        for k in range(10_001):
            archive.writestr(f"x{k}", "")
    for content, told in ((twice, "two files of one name"), (many, "10,001 files")):
        with pytest.raises(UnreadableFit, match=told):
            fit_from_bytes(content.getvalue())
