"""Trees of draws as the files of a Zarr store: they come back, and Zarr and xarray read them too."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.result.tree import Labelled, Tree, UnkeepableDraws, plain_names, to_datatree
from core.result.zarr_files import tree_from_files, tree_to_files

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
        {"formula": "sales ~ youtube", "seed": 7, "interval": 0.89, "sound": True},
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


def test_everything_comes_back() -> None:
    whole = tree()
    same(whole, tree_from_files(tree_to_files(whole, "here"), "here"))


def test_zarr_and_xarray_read_the_files(tmp_path: Path) -> None:
    """They share no code with what wrote them."""
    import xarray
    from zarr.storage import ZipStore

    whole = tree()
    with zipfile.ZipFile(tmp_path / "draws.zip", "w") as archive:
        for path, content in tree_to_files(whole, "arviz").items():
            archive.writestr(path, content)
    with ZipStore(tmp_path / "draws.zip", mode="r") as store:
        found = xarray.open_datatree(store, engine="zarr", group="arviz", consolidated=False).load()
    xarray.testing.assert_identical(found, to_datatree(whole))
    assert found.attrs["formula"] == "sales ~ youtube"
    assert found["posterior"]["term"].to_numpy().tolist() == list(TERMS)
    assert found["posterior"]["store"].to_numpy().tolist() == list(STORES)
    assert found["posterior"]["sigma"].attrs["long_name"] == "SD of what is left over"


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
        tree_to_files(Tree({"posterior": {name: one}}, {"term": TERMS}), "arviz")


def test_a_group_arviz_does_not_know_is_refused() -> None:
    with pytest.raises(UnkeepableDraws, match="the groups are posterior"):
        tree_to_files(Tree({"other": {}}), "arviz")


def test_long_labels_are_cut_and_broken_characters_replaced() -> None:
    one = Labelled(np.zeros((1, 1, 2)), ("chain", "draw", "term"))
    files = tree_to_files(Tree({"posterior": {"x": one}}, {"term": ("a" * 9999, "b\ud800")}), "arviz")
    assert tree_from_files(files, "arviz").labels == {"term": ("a" * 200, "b?")}
