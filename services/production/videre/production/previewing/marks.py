"""What is drawn over the frame of a preview: boxes, masks, the way of a window."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from videre.production.functions.base import Made
from videre.production.reframing.result import Reframing
from videre.production.retouching.edits import Edits, Hole, Mark, shown_at
from videre.production.retouching.obscuring import box_at

Bgr = NDArray[np.uint8]
Box = tuple[float, float, float, float]

#: Blue, green, red of what is found, of what is taken away, and of a window and its way.
_FOUND: Final = (0, 200, 255)
_TAKEN: Final = (60, 60, 255)
_WINDOW: Final = (90, 230, 90)
#: How much of a mask's colour lies over the picture; what is left of the light outside a window.
_TINT: Final = 0.55
_OUTSIDE: Final = 0.45
#: Lines have one pixel for so many rows.
_ROWS_A_PIXEL: Final = 240
_CLEAR: Final = 128


def marked(picture: Bgr, made: Made, ns: int | None) -> Bgr | None:
    """Return a frame with what was found in it drawn over; None where there is nothing to show.

    Args:
        picture: the frame as it is in its source.
        made: what became of it.
        ns: its instant in the source; None = of a picture, which has none.
    """
    drawn, glimpse = picture.copy(), made.glimpse
    shown = [
        glimpse is not None and _outlined(drawn, glimpse.outline),
        glimpse is not None and glimpse.edits is not None and _edited(drawn, glimpse.edits, ns),
        *(
            _boxed(drawn, box_at(one, ns), one.kind, _FOUND)
            for one in made.obscured or ()
            if ns is None or one.start_ns <= ns < one.end_ns
        ),
        *(
            _boxed(drawn, one.box, "removed", _TAKEN)
            for one in made.removed or ()
            if ns is None or one.start_ns <= ns < one.end_ns
        ),
        made.reframing is not None and _framed(drawn, made.reframing, ns or 0),
    ]
    return drawn if any(shown) else None


def _boxed(picture: Bgr, box: Box, label: str, colour: tuple[int, int, int]) -> bool:
    import cv2

    rows, columns = picture.shape[:2]
    left, top = round(box[0] * columns), round(box[1] * rows)
    right, bottom = round((box[0] + box[2]) * columns), round((box[1] + box[3]) * rows)
    line = _line(rows)
    cv2.rectangle(picture, (left, top), (right, bottom), colour, line)
    if label:
        at = max(0, left), max(8 * line, top - 2 * line)
        cv2.putText(picture, label, at, cv2.FONT_HERSHEY_SIMPLEX, 0.3 * line, colour, line)
    return True


def _line(rows: int) -> int:
    return max(1, rows // _ROWS_A_PIXEL)


def _edited(picture: Bgr, edits: Edits, ns: int | None) -> bool:
    """Tint what is filled, and frame what is drawn over the picture."""
    shown = False
    for hole in edits.holes:
        if ns is None or hole.start_ns <= ns < hole.end_ns:
            shown |= _filled(picture, hole)
    for mark in edits.marks:
        if shown_at(mark.times, ns):
            shown |= _stamped(picture, mark)
    return shown


def _filled(picture: Bgr, hole: Hole) -> bool:
    mask = np.load(Path(hole.file))
    part = picture[hole.top : hole.top + hole.height, hole.left : hole.left + hole.width]
    _tinted(part, mask[: part.shape[0], : part.shape[1]])
    return True


def _stamped(picture: Bgr, mark: Mark) -> bool:
    rows, columns = picture.shape[:2]
    height, width = np.load(Path(mark.file), mmap_mode="r").shape[:2]
    box = mark.left / columns, mark.top / rows, width / columns, height / rows
    return _boxed(picture, box, "mark", _FOUND)


def _outlined(picture: Bgr, file: Path | None) -> bool:
    """Tint what is cut away, by the transparency of a picture in a file."""
    import cv2

    if file is None:
        return False
    found: Any = cv2.imread(str(file), cv2.IMREAD_UNCHANGED)
    alpha = cv2.resize(found[:, :, 3], picture.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    _tinted(picture, alpha < _CLEAR)
    return True


def _tinted(picture: Bgr, mask: NDArray[np.bool_]) -> None:
    colour = np.array(_TAKEN, np.float32)
    under = picture[mask].astype(np.float32)
    picture[mask] = np.rint(under + _TINT * (colour - under)).astype(np.uint8)


def _framed(picture: Bgr, told: Reframing, ns: int) -> bool:
    """Darken what is outside the window, and draw the way of its middle in its shot."""
    import cv2

    numbers = [n for n, one in enumerate(told.shots) if one.stretch.start_ns <= ns]
    number = numbers[-1] if numbers else 0
    rows, columns = picture.shape[:2]
    keys = told.keys[number] if number < len(told.keys) else ()
    if not keys:
        return _boxed(picture, (0.0, 0.0, 1.0, 1.0), "padded", _WINDOW)
    times, edges = (np.array(side, np.float64) for side in zip(*keys, strict=True))
    edge = float(np.interp(ns, times, edges))
    box = (edge, 0.0, told.width, 1.0) if told.window.across else (0.0, edge, 1.0, told.height)
    left, top = round(box[0] * columns), round(box[1] * rows)
    right, bottom = round((box[0] + box[2]) * columns), round((box[1] + box[3]) * rows)
    inside = picture[top:bottom, left:right].copy()
    picture[:] = np.rint(picture * _OUTSIDE).astype(np.uint8)
    picture[top:bottom, left:right] = inside
    middles = edges + (told.width if told.window.across else told.height) / 2
    way = [
        (round(at * columns), round(rows * share)) if told.window.across
        else (round(columns * share), round(at * rows))
        for at, share in zip(middles, _shares(times), strict=True)
    ]  # fmt: skip
    cv2.polylines(picture, [np.array(way, np.int32)], False, _WINDOW, _line(rows))
    return _boxed(picture, box, "", _WINDOW)


def _shares(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where keys lie across the window's way: the shot's time runs from edge to edge."""
    length = max(1.0, float(times[-1] - times[0]))
    return np.asarray((times - times[0]) / length)
