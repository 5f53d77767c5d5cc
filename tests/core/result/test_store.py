"""A fit written and read again is the same fit; a file that is something else is refused in a sentence."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import core
from core.result.store import UnreadableFit

FORMULAS = (
    "sales ~ week + log(price) + center(youtube) + (1 + center(youtube) | store)",
    "sales ~ youtube + region + promo + (1 | store)",
    "sales ~ within(youtube, store) + between(youtube, store) + (1 + within(youtube, store) || store)",
    "sales ~ youtube",
)


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("method", ["reml", "ml"])
def test_a_fit_comes_back_whole(tmp_path: Path, formula: str, method: str) -> None:
    fit = core.fit(core.read_sample("retail_panel"), formula, method=method, level=0.89)
    core.save_fit(fit, tmp_path / "fit.panelwise")
    again = core.load_fit(tmp_path / "fit.panelwise")
    assert (again.spec, again.method, again.level, again.table_name) == (
        fit.spec,
        method,
        0.89,
        fit.table_name,
    )
    assert (again.stop, again.dropped, again.findings()) == (fit.stop, fit.dropped, fit.findings())
    assert again.criterion == fit.criterion
    pd.testing.assert_frame_equal(again.fixed_effects, fit.fixed_effects)
    pd.testing.assert_frame_equal(again.variance_components, fit.variance_components)
    for factor, table in fit.group_coefficients.items():
        pd.testing.assert_frame_equal(again.group_coefficients[factor], table)
    np.testing.assert_array_equal(again.draws(50, 3).fixed, fit.draws(50, 3).fixed)


def test_a_refit_comes_back_with_what_it_says_of_its_rows(tmp_path: Path) -> None:
    table = core.read_sample("retail_panel").frame
    kept = core.moments(table.assign(price=table["price"].mask(table.index < 9)), "sales ~ price + youtube")
    fit = core.refit(kept, "sales ~ youtube")
    core.save_fit(fit, tmp_path / "fit")
    again = core.load_fit(tmp_path / "fit")
    assert (again.dropped, again.findings()) == (fit.dropped, fit.findings())
    assert any("does not use 'price'" in finding.message for finding in again.findings())


def test_what_is_not_a_fit_is_refused(tmp_path: Path) -> None:
    fit = core.fit(core.read_sample("retail_panel"), FORMULAS[1])
    whole = tmp_path / "whole"
    core.save_fit(fit, whole)
    content = whole.read_bytes()
    (tmp_path / "text").write_text("store,sales\n")
    (tmp_path / "cut").write_bytes(content[: len(content) // 2])
    with zipfile.ZipFile(whole) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(parts["fit.json"])
    spoilt = {
        "no arrays": {"fit.json": parts["fit.json"]},
        "other version": parts | {"fit.json": json.dumps(manifest | {"panelwise_fit": 2}).encode()},
        "not json": parts | {"fit.json": b"{"},
        "hostile stop": parts | {"fit.json": json.dumps(manifest | {"stop": "__class__"}).encode()},
        "objects": parts | {"arrays.npz": _pickled_array()},
    }
    for name, entries in spoilt.items():
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for entry, data in entries.items():
                archive.writestr(entry, data)
    for name in ("text", "cut", "nowhere", *spoilt):
        with pytest.raises(UnreadableFit, match="is not a saved Panelwise fit"):
            core.load_fit(tmp_path / name)


def test_a_saved_fit_with_any_flipped_bit_is_the_fit_or_refused(tmp_path: Path) -> None:
    """Every byte of the archive's own records, and a sample of the rest."""
    fit = core.fit(core.read_sample("retail_panel"), FORMULAS[3])
    core.save_fit(fit, tmp_path / "whole")
    content = (tmp_path / "whole").read_bytes()
    rng = np.random.default_rng(0)
    records = [*range(60), *range(len(content) - 200, len(content))]
    refused = 0
    for place in {*records, *rng.integers(0, len(content), 150).tolist()}:
        damaged = bytearray(content)
        damaged[place] ^= 1 << int(rng.integers(8))
        (tmp_path / "damaged").write_bytes(damaged)
        try:
            assert core.load_fit(tmp_path / "damaged").criterion == fit.criterion
        except UnreadableFit:
            refused += 1
    assert refused > 100


def test_bytes_that_unpack_wrongly_are_refused(tmp_path: Path) -> None:
    """A packed part that is no such thing, a way of packing nobody knows, a password."""
    core.save_fit(core.fit(core.read_sample("retail_panel"), FORMULAS[3]), tmp_path / "whole")
    content = (tmp_path / "whole").read_bytes()
    start = 30 + len("fit.json")
    entry = content.rindex(b"PK\x01\x02", 0, content.rindex(b"arrays.npz"))
    first = content.index(b"PK\x01\x02")
    assert first < entry
    for place, value in ((start, 0xFF), (first + 10, 99), (first + 8, 1)):
        damaged = bytearray(content)
        damaged[place] = value
        (tmp_path / "damaged").write_bytes(damaged)
        with pytest.raises(UnreadableFit, match="a part is missing or damaged"):
            core.load_fit(tmp_path / "damaged")


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    fit = core.fit(core.read_sample("retail_panel"), FORMULAS[3])
    for path, why in (
        (tmp_path / "nowhere" / "fit", "there is no such folder"),
        (tmp_path, "is a directory"),
        (str(tmp_path / "a\0b"), "null byte"),
    ):
        with pytest.raises(core.PanelwiseError, match=why) as error:
            core.save_fit(fit, path)
        assert str(error.value).endswith("that you may write to.")


def _pickled_array() -> bytes:
    import io

    out = io.BytesIO()
    np.savez(out, rows=np.array([object()], dtype=object))
    return out.getvalue()
