"""Pictures as drawn: even colours and dark outlines, by filters alone. Child process only.

After Winnemöller, Olsen, Gooch 2006, "Real-time video abstraction": bilateral filters, luma in soft
steps, and outlines of a difference of Gaussians. All of it changes smoothly with the picture, so
that films do not flicker.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from videre.production.painting.base import Looks, Picture
from videre.production.painting.fields import Floats
from videre.production.painting.jobs import CartoonJob, Drawn

#: Longer side of the picture in which colours are made even.
_WORK: Final = 640
_ROUNDS: Final = 3
#: Diameter, spread of colour and of place of the bilateral filter: two rounds of seven pixels give
#: much the same picture (41 dB and more) in twice the time.
_FILTER: Final = (5, 30.0, 5.0)
#: How steep the steps of luma are.
_STEEP: Final = 0.25
#: Spread of an outline in a picture 720 rows high, the wider Gaussian's beside it, its weight, and
#: how fast an outline gets dark.
_LINE: Final = 1.1
_WIDER: Final = 1.6
_WEIGHT: Final = 0.985
_DARK: Final = 0.35
#: Depths that a table of darkness tells apart in one of luma; from 8 on it is dark.
_DEPTHS: Final = 32
#: Colours are this much stronger.
_VIVID: Final = 1.25


class Cartoon:
    """See Painter."""

    clear = False

    def __init__(self, job: CartoonJob) -> None:
        """Take what is asked for."""
        self._job = job
        self._room: Floats = np.empty((2, 0, 0), np.float32)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """See Painter."""
        return width, height

    def look(self, looks: Looks) -> None:
        """Need nothing: every frame is drawn by itself."""

    def paint(self, picture: Picture, behind: Picture | None) -> Picture:
        """See Painter."""
        colours = even(picture, self._job.levels)
        if not self._job.outlines:
            return colours
        if self._room.shape[1:] != picture.shape[:2]:
            self._room = np.empty((2, *picture.shape[:2]), np.float32)
        lines = outlines(picture, self._job.outlines, self._room)
        made = cv2.multiply(colours, cv2.merge([lines] * 3), scale=1 / 255)
        return np.asarray(made, np.uint8)

    @property
    def painted(self) -> Drawn:
        """See Painter."""
        return Drawn()


def even(picture: Picture, levels: int) -> Picture:
    """Return a picture with even colours and luma in soft steps."""
    rows, columns = picture.shape[:2]
    scale = min(1.0, _WORK / max(rows, columns))
    size = max(1, round(columns * scale)), max(1, round(rows * scale))
    small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    for _ in range(_ROUNDS):
        small = np.asarray(cv2.bilateralFilter(small, *_FILTER), np.uint8)
    luma, red, blue = cv2.split(cv2.cvtColor(small, cv2.COLOR_BGR2YCrCb))
    luma = cv2.LUT(luma, steps(levels))
    vivid = [cv2.convertScaleAbs(one, alpha=_VIVID, beta=128 * (1 - _VIVID)) for one in (red, blue)]
    made = cv2.cvtColor(cv2.merge([luma, *vivid]), cv2.COLOR_YCrCb2BGR)
    return np.asarray(cv2.resize(made, (columns, rows), interpolation=cv2.INTER_CUBIC), np.uint8)


def steps(levels: int) -> Picture:
    """Return the luma of each luma, 0..255, in so many soft steps; it never falls."""
    width = 255 / levels
    values = np.arange(256, dtype=np.float64)
    middle = (np.floor(values / width) + 0.5) * width
    soft = middle + width / 2 * np.tanh(_STEEP * (values - middle)) / np.tanh(_STEEP * width / 2)
    return np.asarray(np.rint(soft.clip(0, 255)), np.uint8)


def outlines(picture: Picture, strength: float, room: Floats) -> Picture:
    """Return what a picture is multiplied by, of 255: dark where it has outlines.

    Args:
        picture: the picture.
        strength: 0..1.
        room: where the two blurred pictures are made, [2, rows, columns]; to be given again with
            the next one, for getting such memory takes as long as blurring.
    """
    spread = _LINE * max(0.5, min(picture.shape[:2]) / 720)
    luma = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    for blurred, sigma in zip(room, (spread, spread * _WIDER), strict=True):
        taps = cv2.getGaussianKernel(2 * round(4 * sigma) + 1, sigma)
        cv2.sepFilter2D(luma, cv2.CV_32F, taps, taps, dst=blurred)
    depth = cv2.addWeighted(
        room[0], -_DEPTHS, room[1], _DEPTHS * _WEIGHT, 0.0, dtype=cv2.CV_8U
    )  # what is not deep is cut off at 0
    dark = np.tanh(np.arange(256) / _DEPTHS * _DARK) * strength
    return np.asarray(cv2.LUT(depth, np.rint(255 * (1 - dark)).astype(np.uint8)), np.uint8)
