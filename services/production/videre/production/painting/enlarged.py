"""Pictures with more pixels, by a classic method. Child process only.

Lanczos, then iterative back-projection (Irani, Peleg 1991): made small again, the large picture
must be the given one. No detail is invented; what rings beside edges is cut to the pixels around.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from videre.production.painting.base import Looks, Picture
from videre.production.painting.fields import Floats
from videre.production.painting.jobs import Drawn, EnlargeJob

_ROUNDS: Final = 2
#: Most that a pixel may pass its neighbours in the given picture.
_RING: Final = 6.0


class Enlarger:
    """See Painter."""

    clear = False

    def __init__(self, job: EnlargeJob) -> None:
        """Take what is asked for."""
        self._job = job

    def size(self, width: int, height: int) -> tuple[int, int]:
        """See Painter."""
        return width * self._job.factor, height * self._job.factor

    def look(self, looks: Looks) -> None:
        """Need nothing: every frame is enlarged by itself."""

    def paint(self, picture: Picture, behind: Picture | None) -> Picture:
        """See Painter."""
        size = self.size(picture.shape[1], picture.shape[0])
        luma, red, blue = cv2.split(cv2.cvtColor(picture, cv2.COLOR_BGR2YCrCb))
        large = enlarged(np.asarray(luma, np.float32), size)
        hues = [cv2.resize(one, size, interpolation=cv2.INTER_CUBIC) for one in (red, blue)]
        made = cv2.merge([cv2.convertScaleAbs(large), *hues])
        return np.asarray(cv2.cvtColor(made, cv2.COLOR_YCrCb2BGR), np.uint8)

    @property
    def painted(self) -> Drawn:
        """See Painter."""
        return Drawn()


def enlarged(luma: Floats, size: tuple[int, int]) -> Floats:
    """Return luma in a larger size, columns and rows."""
    small = luma.shape[1], luma.shape[0]
    large = cv2.resize(luma, size, interpolation=cv2.INTER_LANCZOS4)
    for _ in range(_ROUNDS):
        missing = cv2.subtract(luma, cv2.resize(large, small, interpolation=cv2.INTER_AREA))
        large = cv2.add(large, cv2.resize(missing, size, interpolation=cv2.INTER_CUBIC))
    around = np.ones((3, 3), np.uint8)
    low = cv2.resize(cv2.erode(luma, around), size, interpolation=cv2.INTER_LINEAR)
    high = cv2.resize(cv2.dilate(luma, around), size, interpolation=cv2.INTER_LINEAR)
    cut = np.minimum(np.maximum(large, low - _RING), high + _RING)
    return np.asarray(cut, np.float32)
