"""A picture in another shape."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.production.reframing.plan import ShotPlan, Window, offsets_at

Bgr = NDArray[np.uint8]

#: Spread of the blur beside a padded picture, as share of the output's longer side.
_BLUR: Final = 0.02


def framed(
    picture: Bgr, shot: ShotPlan, window: Window, size: tuple[int, int], fallback: str
) -> Bgr:
    """Return a picture, uint8 BGR, as its plan says.

    Args:
        picture: the whole one.
        shot: the plan.
        window: of the output.
        size: width and height of the output.
        fallback: "blur" or "black"; what is beside a padded picture.
    """
    import cv2

    if shot.mode != "padded":
        (at,) = offsets_at(shot, window, np.array([shot.stretch.start_ns], np.int64)).tolist()
        left, top = (at, 0) if window.across else (0, at)
        cut = picture[top : top + window.height, left : left + window.width]
        return _scaled(np.ascontiguousarray(cut), size)
    height, width = picture.shape[:2]
    scale = min(size[0] / width, size[1] / height)
    inner = _scaled(picture, (max(1, round(width * scale)), max(1, round(height * scale))))
    if fallback == "black":
        made: Bgr = np.zeros((size[1], size[0], 3), np.uint8)
    else:
        left, top = (width - window.width) // 2, (height - window.height) // 2
        middle = picture[top : top + window.height, left : left + window.width]
        wide = _scaled(np.ascontiguousarray(middle), size)
        made = np.asarray(cv2.GaussianBlur(wide, (0, 0), max(size) * _BLUR), np.uint8)
    left, top = (size[0] - inner.shape[1]) // 2, (size[1] - inner.shape[0]) // 2
    made[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
    return made


def _scaled(picture: Bgr, size: tuple[int, int]) -> Bgr:
    import cv2

    if picture.shape[1::-1] == size:
        return picture
    smaller = size[0] < picture.shape[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)
