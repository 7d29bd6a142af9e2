"""Local features of a picture: corners that are found again when it is scaled, turned or cut."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from videre.common.local_features import (
    ANGLE_SCALE,
    LOCAL_FEATURE_FIELDS,
    MOST,
    SCALE,
    SIDE,
)
from videre.visual.letterbox import fit_inside
from videre.visual.pictures import Picture

FEATURE_DTYPE = np.dtype(list(LOCAL_FEATURE_FIELDS))
Features = NDArray[np.void]
#: Grey levels by which a corner stands out: the library's 20 finds too few in haze and dusk.
_CONTRAST: Final = 8
Grey = NDArray[np.uint8]


def describe(picture: Picture, most: int = MOST) -> tuple[Features, int, int]:
    """Return the corners of a picture, strongest first, and its width and height as described."""
    width, height = fit_inside(picture.width, picture.height, SIDE, enlarge=True)
    grey = np.asarray(cv2.cvtColor(picture.resized(width, height), cv2.COLOR_BGR2GRAY), np.uint8)
    orb = cv2.ORB.create(nfeatures=most, fastThreshold=_CONTRAST)
    points, descriptors = orb.detectAndCompute(grey, None)
    if not points:
        return np.zeros(0, FEATURE_DTYPE), width, height
    found = np.zeros(len(points), FEATURE_DTYPE)
    place = np.array([point.pt for point in points], np.float64) * SCALE
    found["x"], found["y"] = np.rint(place).T
    found["size"] = np.rint([point.size * SCALE for point in points])
    found["angle"] = np.rint([point.angle % 360 * ANGLE_SCALE for point in points])
    found["descriptor"] = descriptors
    strength = np.array([point.response for point in points])
    order = np.lexsort((found["y"], found["x"], -strength))
    return found[order][:most], width, height
