"""Every frame at 48 × 27 pixels, for shot engines that look at pictures. Pure.

Such an engine judges frames in blocks of 50 that are counted from the media's first frame, with 25
frames of context on both sides. Blocks are the same however a film is cut into units and calls, and
so is what is said of their frames.
"""

from __future__ import annotations

from typing import Final

WIDTH: Final = 48
HEIGHT: Final = 27
#: Bytes of a frame: red, green and blue of each pixel, rows from the top.
FRAME_BYTES: Final = WIDTH * HEIGHT * 3
BLOCK: Final = 50
CONTEXT: Final = 25
#: A transition may reach this far beyond the frames whose boundaries are wanted.
MARGIN: Final = 25


def blocks_of(own_start: int, own_end: int, frames: int) -> range:
    """Return the blocks that are judged for boundaries in own_start..own_end (half-open).

    Args:
        own_start: first frame of the range.
        own_end: frame after it, more than own_start.
        frames: frames of the media.
    """
    first, last = max(0, own_start - MARGIN), min(frames, own_end + MARGIN) - 1
    return range(first // BLOCK, last // BLOCK + 1)


def strip_range(own_start: int, own_end: int, frames: int) -> tuple[int, int]:
    """Return the frames (half-open) that those blocks and their context hold."""
    blocks = blocks_of(own_start, own_end, frames)
    return (
        max(0, blocks.start * BLOCK - CONTEXT),
        min(frames, (blocks.stop) * BLOCK + CONTEXT),
    )
