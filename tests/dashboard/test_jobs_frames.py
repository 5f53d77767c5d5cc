"""Frames: what is written is read; what is damaged, cut, or too long is refused before it costs anything."""

import io
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.jobs import frames
from dashboard.jobs.frames import (
    MARK,
    MOST_BYTES,
    MOST_SAID,
    START,
    BrokenFrame,
    Frame,
    TooMuchToSend,
    read,
    write,
)

SAID = st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=8) | st.none(), max_size=4)
BLOBS = st.dictionaries(st.text(max_size=8), st.binary(max_size=200), max_size=3)


def written(*sent: Frame) -> bytes:
    pipe = io.BytesIO()
    for one in sent:
        write(pipe, one)
    return pipe.getvalue()


def header(said: object) -> bytes:
    text = said if isinstance(said, bytes) else json.dumps(said).encode()
    return START.pack(MARK, len(text)) + text


@given(st.lists(st.builds(Frame, SAID, BLOBS), max_size=3))
def test_frames_come_back_in_order(sent: list[Frame]) -> None:
    pipe = io.BytesIO(written(*sent))
    for one in sent:
        again = read(pipe)
        assert again is not None
        assert (dict(again.said), dict(again.blobs)) == (dict(one.said), dict(one.blobs))
    assert read(pipe) is None


@given(st.builds(Frame, SAID, BLOBS), st.data())
def test_a_cut_frame_is_refused(sent: Frame, data: st.DataObject) -> None:
    whole = written(sent)
    cut = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(BrokenFrame, match="ends in the middle"):
        read(io.BytesIO(whole[:cut]))


@given(st.binary(min_size=1, max_size=300))
def test_other_bytes_are_refused(noise: bytes) -> None:
    with pytest.raises(BrokenFrame):
        read(io.BytesIO(noise))


@given(st.builds(Frame, SAID, BLOBS), st.data())
def test_a_changed_byte_never_surprises(sent: Frame, data: st.DataObject) -> None:
    """It is refused, or is another frame (a digit changed): nothing else is raised, nothing hangs."""
    whole = bytearray(written(sent))
    whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(BrokenFrame):
        read(io.BytesIO(bytes(whole)))


@pytest.mark.parametrize(
    "bytes_",
    [
        START.pack(MARK, MOST_SAID + 1),
        header({"said": {}, "blobs": [["a", MOST_BYTES + 1]]}),
        header({"said": {}, "blobs": [["a", MOST_BYTES], ["b", 1]]}),
        header({"said": {}, "blobs": [["a", -1]]}),
        header({"said": {}, "blobs": [["a"]]}),
        header({"said": {}}),
        header([1, 2]),
        header(b"\xff{"),
        header(b"[" * 100_000),
    ],
)
def test_a_header_that_lies_is_refused_before_anything_is_read(bytes_: bytes) -> None:
    with pytest.raises(BrokenFrame, match="could not be understood"):
        read(io.BytesIO(bytes_))


def test_what_is_too_long_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "MOST_BYTES", 100)
    pipe = io.BytesIO()
    with pytest.raises(TooMuchToSend, match="too large for work in the background"):
        write(pipe, Frame({}, {"a": bytes(101)}))
    with pytest.raises(TooMuchToSend, match="too large for work in the background"):
        write(pipe, Frame({"a": "x" * MOST_SAID}))
    assert pipe.getvalue() == b""
