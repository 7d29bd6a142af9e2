"""The frame that everything is brought into. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Canvas:
    """What all frames are brought into.

    Args:
        width: pixels.
        height: pixels.
        format: pixel format.
        space: name of the matrix; empty = not stated.
        primaries: empty = not stated.
        transfer: empty = not stated.
        full: samples use the full range.
        drawn: the frames are drawn by ourselves, in BGR or, with transparency, BGRA; `space` is the
            matrix that they are encoded with.
    """

    width: int
    height: int
    format: str
    space: str = ""
    primaries: str = ""
    transfer: str = ""
    full: bool = False
    drawn: bool = False
