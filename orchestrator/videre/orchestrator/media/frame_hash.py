"""The perceptual hash of a frame, and how the picture is named that is kept of it.

OpenCV is loaded with the first frame: the orchestrator hashes hardly ever one itself.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from videre.common.picture_hash import HASHED_SIDE, LOW, PLAIN, THUMBNAIL, hash_bits

#: JPEGs are named by their frames.
SUFFIX: Final = ".jpg"


def perceptual_hash(picture: npt.NDArray[np.uint8]) -> int | None:
    """Return the 64-bit hash of a picture; None for one that is of one colour."""
    import cv2

    height, width = picture.shape[:2]
    scale = min(1.0, HASHED_SIDE / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    base = picture if scale == 1.0 else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(base, cv2.COLOR_BGR2GRAY)
    side = (THUMBNAIL, THUMBNAIL)
    thumbnail = cv2.resize(grey, side, interpolation=cv2.INTER_AREA).astype(np.float64)
    if thumbnail.std() < PLAIN:
        return None
    return hash_bits(cv2.dct(thumbnail)[:LOW, :LOW].tolist())
