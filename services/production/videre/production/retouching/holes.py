"""Holes in a part of a picture, and what is known around them. Pure numpy and OpenCV."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.production.retouching.planes import Floats, Plane

Mask = NDArray[np.bool_]

#: Of the neighbourhood that inpainting looks at, pixels.
_RADIUS: Final = 4
#: Least spread in pixels of a smaller picture in which a wide spread is computed: the mean of a
#: surrounding so wide is too smooth for a difference to be seen, and costs a tenth.
_LEAST_SPREAD: Final = 3.0


class Known:
    """The pixels of a picture of which something is known."""

    def __init__(self, mask: Mask) -> None:
        """Take them, [rows, columns]."""
        self.mask = mask
        self._count = max(1, int(mask.sum()))
        self._weights = mask.astype(np.float32)
        self._near: dict[float, Floats] = {}

    def spread(self, values: Floats, spread: float) -> Floats:
        """Return values with those that are not known taken from around (normalised convolution).

        Args:
            values: [rows, columns].
            spread: of the surroundings, pixels.
        """
        if spread not in self._near:
            self._near[spread] = _blurred(self._weights, spread) + np.float32(1e-4)
        known = values * self._weights
        mean = np.float32(1e-4 * float(known.sum()) / self._count)
        return _enlarged((_blurred(known, spread) + mean) / self._near[spread], values.shape)


def _blurred(values: Floats, spread: float) -> Floats:
    """Return Gaussian means of surroundings, as a smaller picture where they are wide."""
    import cv2

    smaller = 1 << max(0, int(np.log2(spread / _LEAST_SPREAD)))
    if smaller > 1:
        size = tuple(-(-side // smaller) for side in reversed(values.shape))
        values = np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)
    blurred = cv2.GaussianBlur(values, (0, 0), spread / smaller)
    return np.asarray(blurred, np.float32)


def _enlarged(values: Floats, shape: tuple[int, ...]) -> Floats:
    import cv2

    if values.shape == shape:
        return values
    size = shape[1], shape[0]
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_LINEAR), np.float32)


class Holes:
    """What is to be filled of a part of a picture; what follows from it is made once."""

    def __init__(self, mask: Mask) -> None:
        """Take what is to be filled, in pixels of the first plane."""
        self.mask = mask
        self.any = bool(mask.any())
        #: What is beside the holes.
        self.beside = Known(~mask)
        self._reduced: dict[tuple[int, int], Mask] = {}

    def of_plane(self, shift: tuple[int, int], shape: tuple[int, ...]) -> Mask:
        """Return the holes of a smaller plane; see `reduced`."""
        if shift not in self._reduced:
            self._reduced[shift] = reduced(self.mask, shift, shape)
        return self._reduced[shift]


def spread(values: Floats, known: Mask, spread: float) -> Floats:
    """Return values with those that are not known taken from around; see `Known.spread`."""
    return Known(known).spread(values, spread)


def reduced(mask: Mask, shift: tuple[int, int], shape: tuple[int, ...]) -> Mask:
    """Return a mask for a smaller plane: a sample is in it where one of its pixels is."""
    across, down = shift
    if not across and not down:
        return mask
    rows, columns = np.nonzero(mask)
    small = np.zeros(shape, np.bool_)
    small[np.minimum(rows >> down, shape[0] - 1), np.minimum(columns >> across, shape[1] - 1)] = (
        True
    )
    return small


def inpainted(plane: Plane, mask: Mask, bits: int) -> Floats:
    """Return a plane with the masked pixels inpainted (Telea 2004)."""
    import cv2

    whole = np.rint(plane.clip(0, (1 << bits) - 1)).astype(np.uint8 if bits == 8 else np.uint16)
    flags = cv2.INPAINT_TELEA
    return np.asarray(cv2.inpaint(whole, mask.astype(np.uint8), _RADIUS, flags), np.float32)
