"""The planes of a picture, which everything that is changed in it writes to.

A frame is changed in the samples that the renderer gets, whatever their depth and subsampling:
what lies beside a change keeps its very samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from videre.production.rendering.canvas import Canvas

Plane = NDArray[Any]
Floats = NDArray[np.float32]

#: Kr and Kb of the matrices, by their names in a canvas (ITU-T H.273, table 4).
_MATRICES: Final = {
    "bt709": (0.2126, 0.0722),
    "fcc": (0.30, 0.11),
    "bt470bg": (0.299, 0.114),
    "smpte170m": (0.299, 0.114),
    "smpte240m": (0.212, 0.087),
    "bt2020nc": (0.2627, 0.0593),
}
_HD_ROWS: Final = 720
#: Graphics white in pictures of high dynamic range: 203 cd/m² (ITU-R BT.2408), and what it is in
#: hybrid log-gamma; the eye's response of a picture of standard range.
_WHITE_NITS: Final = 203.0
_WHITE_HLG: Final = 0.265
_GAMMA: Final = 2.4


@dataclass(frozen=True, slots=True)
class Coding:
    """How colours are written into planes.

    Args:
        space: name of the matrix; empty = the planes are blue, green and red.
        full: samples use the full range.
        bits: of a sample.
        transfer: name; "smpte2084" and "arib-std-b67" are of high dynamic range.
    """

    space: str
    full: bool
    bits: int
    transfer: str

    def written(self, colours: Floats) -> list[Floats]:
        """Return colours (red, green, blue as last axis, 0..1) as samples of each plane."""
        if not self.space:
            top = float((1 << self.bits) - 1)
            return [colours[..., channel] * top for channel in (2, 1, 0)]
        coded = _stretched(colours, self.transfer)
        red, blue = _MATRICES[self.space]
        luma = (
            red * coded[..., 0] + (1 - red - blue) * coded[..., 1] + blue * coded[..., 2]
        ).astype(np.float32)
        below = (coded[..., 2] - luma) / (2 * (1 - blue))
        above = (coded[..., 0] - luma) / (2 * (1 - red))
        scale = float(1 << (self.bits - 8))
        if self.full:
            top = float((1 << self.bits) - 1)
            middle = float(1 << (self.bits - 1))
            return [luma * top, below * top + middle, above * top + middle]
        return [
            (16 + 219 * luma) * scale,
            (128 + 224 * below) * scale,
            (128 + 224 * above) * scale,
        ]


def _stretched(colours: Floats, transfer: str) -> Floats:
    """Return colours of standard range as they are coded in one of high range."""
    if transfer == "smpte2084":
        light = np.power(colours, _GAMMA) * (_WHITE_NITS / 10_000)
        raised = np.power(light, 0.1593017578125)
        coded = (0.8359375 + 18.8515625 * raised) / (1 + 18.6875 * raised)
        return np.where(light > 0, np.power(coded, 78.84375), 0).astype(np.float32)
    if transfer == "arib-std-b67":
        light = np.power(colours, _GAMMA) * _WHITE_HLG
        above = 0.17883277 * np.log(np.maximum(12 * light - 0.28466892, 1e-6)) + 0.55991073
        return np.where(light <= 1 / 12, np.sqrt(3 * light), above).astype(np.float32)
    return colours


@dataclass(frozen=True, slots=True)
class Planes:
    """The samples of one picture; writing to `arrays` changes it.

    Args:
        arrays: one per plane, shape (rows, columns).
        shifts: by how many bits each plane is smaller, across and down.
        coding: of its colours.
    """

    arrays: Sequence[Plane]
    shifts: Sequence[tuple[int, int]]
    coding: Coding

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture, pixels."""
        rows, columns = self.arrays[0].shape
        return columns, rows


def planes_of_picture(picture: NDArray[np.uint8]) -> Planes:
    """Return the planes of a picture, uint8 BGR [height, width, 3], which is changed with them."""
    arrays = [picture[:, :, channel] for channel in range(3)]
    return Planes(arrays, [(0, 0)] * 3, Coding("", True, 8, ""))


def planes_of_frame(arrays: Sequence[Plane], canvas: Canvas, bits: int) -> Planes:
    """Return the planes of a frame in a canvas.

    Args:
        arrays: its planes; one is luma alone.
        canvas: what all frames are brought into.
        bits: of a sample.
    """
    rows, columns = arrays[0].shape
    # A side that is odd is rounded up where it is halved.
    shifts = [(_shift(columns, one.shape[1]), _shift(rows, one.shape[0])) for one in arrays]
    usual = "bt709" if canvas.height >= _HD_ROWS else "smpte170m"
    space = canvas.space if canvas.space in _MATRICES else usual
    return Planes(arrays, shifts, Coding(space, canvas.full, bits, canvas.transfer))


def _shift(whole: int, part: int) -> int:
    return next(bits for bits in range(8) if -(-whole // (1 << bits)) == part)
