"""Draws on disk: they come back, ArviZ reads the same file, and nothing hostile is let in."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.result.bayes_store import draws_from_bytes, draws_to_bytes, load_draws, provenance, save_draws
from core.result.store import UnreadableFit, UnwritableFit
from core.result.tree import Labelled, Tree, UnkeepableDraws, plain_names, to_datatree

RNG = np.random.default_rng(1)
TERMS = ("(Intercept)", "youtube", "Zürich <b>")
STORES = ("S1", "../../etc/passwd", "店")


def tree() -> Tree:
    posterior = {
        "fixed": Labelled(RNG.standard_normal((4, 50, 3)), ("chain", "draw", "term")),
        "sigma": Labelled(RNG.gamma(2.0, size=(4, 50)), ("chain", "draw"), "SD of what is left over"),
        "store_id": Labelled(RNG.standard_normal((4, 50, 3, 1)), ("chain", "draw", "store", "own")),
    }
    stats = {
        "diverging": Labelled(RNG.uniform(size=(4, 50)) < 0.1, ("chain", "draw")),
        "tree_depth": Labelled(RNG.integers(1, 9, (4, 50)), ("chain", "draw")),
        "energy": Labelled(np.where(RNG.uniform(size=(4, 50)) < 0.05, np.nan, 1.5), ("chain", "draw")),
    }
    data = {"sales": Labelled(RNG.standard_normal(7), ("row",)), "none": Labelled(np.empty((0,)), ("gone",))}
    return Tree(
        {"posterior": posterior, "sample_stats": stats, "observed_data": data},
        {"term": TERMS, "store": STORES, "own": ("(Intercept)",)},
        provenance("sales ~ youtube + (1 | store_id)", "0123456789abcdef", '{"sigma": []}', 7, "NUTS"),
    )


def same(one: Tree, other: Tree) -> None:
    assert one.labels == other.labels and one.attributes == other.attributes
    assert {g: set(a) for g, a in one.groups.items()} == {g: set(a) for g, a in other.groups.items()}
    for group, arrays in one.groups.items():
        for name, array in arrays.items():
            back = other.groups[group][name]
            assert (back.dims, back.long_name) == (array.dims, array.long_name)
            assert back.values.dtype == array.values.dtype
            np.testing.assert_array_equal(back.values, array.values)


def test_everything_comes_back(tmp_path: Path) -> None:
    whole, said = tree(), {"method": "nuts", "level": 0.89, "moments": [1, 2.5, None]}
    save_draws(whole, said, tmp_path / "fit.zip")
    back, told = load_draws(tmp_path / "fit.zip")
    same(whole, back)
    assert told == said
    assert back.attributes["panelwise_version"] and back.attributes["numpy_version"] == np.__version__


def test_arviz_reads_the_file(tmp_path: Path) -> None:
    """By Zarr and xarray, which share no code with what wrote it; and ArviZ's summary of what they read."""
    import arviz_stats
    import xarray
    from zarr.storage import ZipStore

    whole = tree()
    save_draws(whole, {}, tmp_path / "fit.zip")
    with ZipStore(tmp_path / "fit.zip", mode="r") as store:
        found = xarray.open_datatree(store, engine="zarr", group="arviz", consolidated=False).load()
    made = to_datatree(whole)
    xarray.testing.assert_identical(found, made)
    assert found.attrs["formula"] == "sales ~ youtube + (1 | store_id)"
    assert found["posterior"]["term"].to_numpy().tolist() == list(TERMS)
    assert found["posterior"]["store"].to_numpy().tolist() == list(STORES)
    assert found["posterior"]["sigma"].attrs["long_name"] == "SD of what is left over"
    table = arviz_stats.summary(found, var_names=["fixed"], round_to="none")
    np.testing.assert_allclose(table["mean"], whole.groups["posterior"]["fixed"].values.mean(axis=(0, 1)))


def test_names_are_plain_and_different() -> None:
    found = plain_names(["store_id", "store:id", "../../x", "", "1st", "店", "a" * 300, "CON", "store id"])
    assert len(set(found)) == len(found)
    assert found[:2] == ("store_id", "store_id_2")
    assert all(name.isidentifier() and name.isascii() and len(name) < 80 for name in found)


@pytest.mark.parametrize(
    ("name", "one", "told"),
    [
        ("../x", Labelled(np.zeros((1, 1)), ("chain", "draw")), "letters, digits"),
        ("x", Labelled(np.zeros((1, 1)), ("chain", "a/b")), "letters, digits"),
        ("x", Labelled(np.zeros((1, 1)), ("chain",)), "2 dimensions and 1 names"),
        ("x", Labelled(np.zeros((1, 2)), ("chain", "term")), "3 labels for 2 places"),
        ("x", Labelled(np.array([[None]]), ("chain", "draw")), "object"),
    ],
)
def test_what_cannot_be_kept_is_refused(name: str, one: Labelled, told: str) -> None:
    with pytest.raises(UnkeepableDraws, match=told):
        draws_to_bytes(Tree({"posterior": {name: one}}, {"term": TERMS}), {})


def test_a_group_arviz_does_not_know_is_refused() -> None:
    with pytest.raises(UnkeepableDraws, match="the groups are posterior"):
        draws_to_bytes(Tree({"other": {}}), {})


def rewritten(change: dict[str, bytes | None]) -> bytes:
    """The saved file with some of its files replaced, added, or (None) left out."""
    whole = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(draws_to_bytes(tree(), {}))) as old,
        zipfile.ZipFile(whole, "w") as new,
    ):
        for entry in old.namelist():
            if entry not in change:
                new.writestr(entry, old.read(entry))
        for path, content in change.items():
            if content is not None:
                new.writestr(path, content)
    return whole.getvalue()


SIGMA = "arviz/posterior/sigma/zarr.json"


def about(**change: object) -> bytes:
    with zipfile.ZipFile(io.BytesIO(draws_to_bytes(tree(), {}))) as archive:
        return json.dumps(json.loads(archive.read(SIGMA)) | change).encode()


HOSTILE: dict[str, dict[str, bytes | None]] = {
    "climbs out": {"../../etc/cron.d/x": b""},
    "climbs out by a backslash": {"arviz\\..\\x": b""},
    "starts at the root": {"/etc/passwd": b""},
    "no manifest": {"fit.json": None},
    "another version": {"fit.json": b'{"panelwise_draws": 99, "said": {}}'},
    "a manifest that is a list": {"fit.json": b"[]"},
    "nested beyond reason": {"fit.json": b"[" * 100_000},
    "no root": {"arviz/zarr.json": None},
    "a missing chunk": {"arviz/posterior/sigma/c/0/0": None},
    "a short chunk": {"arviz/posterior/sigma/c/0/0": b"\0" * 799},
    "a chunk of another size": {"arviz/posterior/sigma/c/0/0": b"\0" * 800},
    "a shape beyond memory": {SIGMA: about(shape=[10**9, 10**9])},
    "a negative shape": {SIGMA: about(shape=[-4, -50])},
    "a pickling codec": {SIGMA: about(codecs=[{"name": "numcodecs.pickle"}])},
    "objects": {SIGMA: about(data_type="object")},
    "texts without end": {
        SIGMA: about(data_type={"name": "fixed_length_utf32", "configuration": {"length_bytes": 2**40}})
    },
    "no letters at all": {"arviz/posterior/term/c/0": b"\xff" * 132},
    "half letters": {"arviz/posterior/term/c/0": b"\x00\xd8\x00\x00" * 33},
    "attributes that hold lists": {
        "arviz/zarr.json": b'{"zarr_format": 3, "node_type": "group", "attributes": {"a": [1]}}'
    },
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_are_refused(change: dict[str, bytes | None]) -> None:
    with pytest.raises(UnreadableFit, match=r"'fit\.zip' is not a saved Panelwise fit"):
        draws_from_bytes(rewritten(change), "fit.zip")


def test_damage_anywhere_is_refused_or_read(tmp_path: Path) -> None:
    """Any byte turned over, any cut: a sentence, or (in the slack of the format) the draws; never a crash."""
    whole = draws_to_bytes(tree(), {})
    rng = np.random.default_rng(3)
    for _ in range(200):
        damaged = bytearray(whole)
        damaged[int(rng.integers(len(whole)))] ^= int(rng.integers(1, 256))
        cut = bytes(damaged[: int(rng.integers(1, len(whole)))]) if rng.uniform() < 0.3 else bytes(damaged)
        try:
            draws_from_bytes(cut)
        except UnreadableFit:
            continue


def test_two_files_of_one_name_and_too_many_are_refused() -> None:
    for count, told in ((2, "two files of one name"), (10_001, "10,001 files")):
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w") as archive:
            for k in range(count):
                name = "fit.json" if count == 2 else f"x{k}"
                if k and count == 2:
                    with pytest.warns(UserWarning, match="Duplicate name"):
                        archive.writestr(name, "{}")
                else:
                    archive.writestr(name, "{}")
        with pytest.raises(UnreadableFit, match=told):
            draws_from_bytes(whole.getvalue())


def test_places_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFit, match="no such file"):
        load_draws(tmp_path / "absent.zip")
    with pytest.raises(UnwritableFit, match="no such folder"):
        save_draws(tree(), {}, tmp_path / "absent" / "fit.zip")
    (tmp_path / "text.zip").write_text("not a zip")
    with pytest.raises(UnreadableFit, match="damaged"):
        load_draws(tmp_path / "text.zip")
