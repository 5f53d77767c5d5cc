"""The files of a zip archive that a stranger may have made, in memory and known to be sane."""

import struct
import zipfile
import zlib

from core.errors import PanelwiseError

MOST_BYTES = 2_000_000_000
MOST_FILES = 10_000
# What zipfile, zlib, json and NumPy raise of bytes that are not what was written.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    EOFError,
    MemoryError,
    OSError,
    RuntimeError,  # encrypted entries; NotImplementedError: an unknown way of packing
)


class UnreadableFit(PanelwiseError):
    """A file that is not a saved fit, or not a whole one."""

    def __init__(self, name: str, found: str) -> None:
        super().__init__(
            f"'{name}' is not a saved Panelwise fit: {found}. Save the fit again, or fit the model anew."
        )


def unpacked(archive: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    """Returns the files in a zip by path; nothing is written to disk. `name` is what an error calls it.

    Raises UnreadableFit of more than 2 GB or 10,000 files, of two files of one name and of names that point
    outside; and what zipfile raises of damage (DAMAGE).
    """
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise UnreadableFit(name, f"it holds {len(entries):,} files and a saved fit at most {MOST_FILES:,}")
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise UnreadableFit(name, f"it unpacks to more than {MOST_BYTES // 10**9} GB")
    paths = [entry.filename for entry in entries]
    if len(set(paths)) < len(paths):
        raise UnreadableFit(name, "it holds two files of one name")
    if odd := [path for path in paths if path.startswith("/") or "\\" in path or ".." in path.split("/")]:
        raise UnreadableFit(name, f"it holds a file that points outside it ({odd[0][:60]!r})")
    return {path: archive.read(path) for path in paths}
