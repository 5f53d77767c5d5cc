"""Frames: what two processes say to each other through a pipe. JSON and named bytes, no code.

A frame is a mark (4 bytes), the length of the header (4 bytes, big-endian), the header, and the blobs.
The header is {"said": {...}, "blobs": [[name, size], ...]}.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, BinaryIO

from core.errors import PanelwiseError

MARK = b"PWF1"
START = struct.Struct(">4sI")
MOST_SAID = 1 << 20
MOST_BYTES = 2 << 30
EMPTY: Mapping[str, Any] = MappingProxyType({})


class BrokenFrame(PanelwiseError):
    """What came through the pipe is not a frame, or not a whole one."""

    def __init__(self, found: str) -> None:
        super().__init__(f"What another process said could not be understood: {found}. Ask for it again.")


class TooMuchToSend(PanelwiseError):
    """A frame is longer than any that is sent."""

    def __init__(self, said: int, size: int) -> None:
        super().__init__(
            f"This is too large for work in the background: {(said + size) >> 20:,} MB, where at most "
            f"{MOST_BYTES >> 20:,} MB can be sent. Try a model with fewer columns or groups, or fewer draws."
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """Something said, with the bytes that go with it by name."""

    said: Mapping[str, Any] = EMPTY
    blobs: Mapping[str, bytes] = EMPTY

    @property
    def size(self) -> int:
        """Bytes that it holds."""
        return sum(map(len, self.blobs.values()))


def write(to: BinaryIO, frame: Frame) -> None:
    """Writes a frame. Raises TooMuchToSend before anything is written, and OSError."""
    blobs = [[name, len(blob)] for name, blob in frame.blobs.items()]
    header = json.dumps({"said": dict(frame.said), "blobs": blobs}).encode()
    if len(header) > MOST_SAID or frame.size > MOST_BYTES:
        raise TooMuchToSend(len(header), frame.size)
    to.write(START.pack(MARK, len(header)) + header)
    for blob in frame.blobs.values():
        to.write(blob)
    to.flush()


def read(source: BinaryIO) -> Frame | None:
    """Returns the next frame, None where the pipe ended between two. Raises BrokenFrame."""
    start = source.read(START.size)
    if not start:
        return None
    if len(start) < START.size:
        raise BrokenFrame("it ends in the middle")
    mark, length = START.unpack(start)
    if mark != MARK:
        raise BrokenFrame(f"it begins with {mark!r}")
    check(length, 0)
    try:
        header = json.loads(exactly(source, length))
        said, sizes = dict(header["said"]), [(str(name), int(size)) for name, size in header["blobs"]]
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise BrokenFrame(f"its header is damaged ({type(error).__name__})") from error
    if any(size < 0 for _, size in sizes):
        raise BrokenFrame("a part has less than no bytes")
    check(length, sum(size for _, size in sizes))
    return Frame(said, {name: exactly(source, size) for name, size in sizes})


def check(said: int, size: int) -> None:
    """Raises BrokenFrame where a header or the bytes with it are longer than any we send."""
    if said > MOST_SAID or size > MOST_BYTES:
        raise BrokenFrame(f"it is too long ({said:,} and {size:,} bytes)")


def exactly(source: BinaryIO, size: int) -> bytes:
    """Returns that many bytes. Raises BrokenFrame where the pipe ends before."""
    found = source.read(size)
    if len(found) < size:
        raise BrokenFrame("it ends in the middle")
    return found
