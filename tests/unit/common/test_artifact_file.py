"""Files of artifacts that lie about themselves."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
import zstandard

from videre.common.artifact_file import plain_bytes
from videre.common.errors import Reason, VidereError


def coded(path: Path, data: bytes, told: int) -> str:
    """Write an artifact whose header tells of `told` bytes before a frame of `data`."""
    header = struct.pack("<4sBB16sQ2x", b"VDRA", 1, 1, b"", told)
    path.write_bytes(header + data)
    return str(path)


def test_a_frame_that_tells_its_size_is_read(tmp_path: Path) -> None:
    frame = zstandard.ZstdCompressor().compress(b"words " * 500)
    assert zstandard.frame_content_size(frame) == 3_000
    assert plain_bytes(coded(tmp_path / "a", frame, 3_000), coded=True) == b"words " * 500


@pytest.mark.parametrize(
    "frame",
    [
        # 8.3 × 10^18 bytes, says the frame; found by fuzzing.
        b"(\xb5/\xfd\xc2\x00Xm\x00\x000words \x01\x00\xaf\x8b_\x8a",
        zstandard.ZstdCompressor().compress(b"words " * 501),
        b"(\xb5/\xfd",
        b"no frame at all",
        b"",
    ],
)
def test_a_frame_that_lies_or_is_none_is_damage(tmp_path: Path, frame: bytes) -> None:
    with pytest.raises(VidereError) as refusal:
        plain_bytes(coded(tmp_path / "a", frame, 3_000), coded=True)
    assert refusal.value.reason is Reason.ARTIFACT_CORRUPT
