"""Pictures with more pixels, by a classic method. Child process only.

Lanczos, then iterative back-projection (Irani, Peleg 1991): made small again, the large picture
must be the given one. No detail is invented; what rings beside edges is cut to the pixels around.
What a picture loses when it is enlarged and made small again is a short filter of the given
picture, so that all rounds happen in the small size and what they found is enlarged once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from videre.production.painting.base import Looks, Picture
from videre.production.painting.fields import Floats
from videre.production.painting.jobs import Drawn, EnlargeJob

#: Most that a pixel may pass its neighbours in the given picture.
_RING: Final = 6
#: Most pixels to either side that a filter of OpenCV's looks at when it enlarges.
_REACH: Final = 8


class Enlarger:
    """See Painter."""

    clear = False

    def __init__(self, job: EnlargeJob) -> None:
        """Take what is asked for."""
        self._job = job
        self._room: Floats = np.empty((2, 0, 0), np.float32)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """See Painter."""
        return width * self._job.factor, height * self._job.factor

    def look(self, looks: Looks) -> None:
        """Need nothing: every frame is enlarged by itself."""

    def paint(self, picture: Picture, behind: Picture | None) -> Picture:
        """See Painter."""
        factor = self._job.factor
        size = self.size(picture.shape[1], picture.shape[0])
        luma, red, blue = cv2.split(cv2.cvtColor(picture, cv2.COLOR_BGR2YCrCb))
        if self._room.shape[1:] != size[::-1]:
            self._room = np.empty((2, *size[::-1]), np.float32)
        large = enlarged(np.asarray(luma, np.uint8), factor, self._room)
        hues = [cv2.resize(one, size, interpolation=cv2.INTER_CUBIC) for one in (red, blue)]
        made = cv2.merge([large, *hues])
        return np.asarray(cv2.cvtColor(made, cv2.COLOR_YCrCb2BGR, dst=made), np.uint8)

    @property
    def painted(self) -> Drawn:
        """See Painter."""
        return Drawn()


def enlarged(luma: Picture, factor: int, room: Floats) -> Picture:
    """Return luma with so many times the rows and columns.

    Args:
        luma: uint8 [rows, columns].
        factor: how many times.
        room: where it is made, [2, rows, columns] of the large picture; to be given again with the
            next one, for a third of the time goes into getting such memory and giving it back.
    """
    size = luma.shape[1] * factor, luma.shape[0] * factor
    given = luma.astype(np.float32)
    first: Floats = given - _returned(given, factor, cv2.INTER_LANCZOS4)
    missing = 2 * first - _returned(first, factor, cv2.INTER_CUBIC)
    cv2.resize(given, size, dst=room[0], interpolation=cv2.INTER_LANCZOS4)
    cv2.resize(missing, size, dst=room[1], interpolation=cv2.INTER_CUBIC)
    large = cv2.add(room[0], room[1], dtype=cv2.CV_8U)
    around = np.ones((3, 3), np.uint8)
    low = np.maximum(cv2.erode(luma, around), _RING) - _RING
    high = np.minimum(cv2.dilate(luma, around), 255 - _RING) + _RING
    large = cv2.max(large, cv2.resize(low, size, interpolation=cv2.INTER_LINEAR), dst=large)
    large = cv2.min(large, cv2.resize(high, size, interpolation=cv2.INTER_LINEAR), dst=large)
    return np.asarray(large, np.uint8)


def _returned(values: Floats, factor: int, how: int) -> Floats:
    """Return values as they come back when they are enlarged and made small again."""
    taps = _taps(factor, how)
    back = cv2.sepFilter2D(values, -1, taps, taps, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(back, np.float32)


@lru_cache
def _taps(factor: int, how: int) -> NDArray[np.float64]:
    """Return what one pixel is in its row when it is enlarged and made small again."""
    count = 2 * _REACH + 1
    one = np.zeros((1, count), np.float32)
    one[0, _REACH] = 1
    large = cv2.resize(one, (count * factor, 1), interpolation=how)
    taps = np.asarray(large, np.float64).reshape(count, factor).mean(axis=1)
    far = int(np.abs(np.flatnonzero(np.abs(taps) > 1e-7) - _REACH).max())
    return np.asarray(taps[_REACH - far : _REACH + far + 1])
