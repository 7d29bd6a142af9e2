"""Where a mark stands, and how large it is. Pure."""

from __future__ import annotations


def fitted_mark(
    shape: tuple[int, int], wanted: float, frame: tuple[int, int], margin: int
) -> tuple[int, int]:
    """Return width and height of a picture that is drawn as a mark, pixels.

    Args:
        shape: its own width and height.
        wanted: width, pixels; what would not fit beside the margins is made smaller.
        frame: width and height.
        margin: at every edge, pixels.
    """
    room = [max(1, side - 2 * margin) for side in frame]
    scale = min(wanted / shape[0], room[0] / shape[0], room[1] / shape[1])
    return max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))


def placed_mark(
    size: tuple[int, int], frame: tuple[int, int], anchor: tuple[float, float], margin: int
) -> tuple[int, int]:
    """Return left and top of a mark in the frame, pixels.

    Args:
        size: width and height of the mark.
        frame: width and height.
        anchor: place in the room beside it, 0..1 across and down.
        margin: at every edge.
    """
    left, top = (
        round(margin + share * (whole - 2 * margin - side))
        for share, whole, side in zip(anchor, frame, size, strict=True)
    )
    return left, top
