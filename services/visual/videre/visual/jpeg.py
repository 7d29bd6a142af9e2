"""Reads a JPEG's size from its header, before anything allocates memory for it. Pure."""

from __future__ import annotations

from typing import Final

_START: Final = b"\xff\xd8"
_END: Final = b"\xff\xd9"
_FRAME_MARKERS: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE_MARKERS: Final = frozenset({0x01, *range(0xD0, 0xD9)})


def dimensions(data: bytes) -> tuple[int, int]:
    """Return width and height in pixels as the first frame header states them.

    Raises:
        ValueError: not a whole JPEG: no start, no end, or no frame header.
    """
    if not data.startswith(_START):
        raise ValueError("no JPEG start marker")
    if not data.endswith(_END):
        raise ValueError("no JPEG end marker: the file is cut off")
    position = len(_START)
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            raise ValueError(f"no marker at byte {position}")
        marker = data[position + 1]
        if marker == 0xFF:  # padding
            position += 1
            continue
        if marker in _STANDALONE_MARKERS:
            position += 2
            continue
        if marker in _FRAME_MARKERS:
            return _frame_size(data, position)
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    raise ValueError("no frame header")


def _frame_size(data: bytes, position: int) -> tuple[int, int]:
    header = data[position + 5 : position + 9]
    if len(header) < 4:
        raise ValueError("the frame header is cut off")
    height, width = int.from_bytes(header[:2], "big"), int.from_bytes(header[2:], "big")
    if not width or not height:
        raise ValueError(f"a picture of {width} × {height} pixels")
    return width, height
