"""The perceptual hash of a picture, see `videre.common.picture_hash`."""

from __future__ import annotations

import cv2
import numpy as np

from videre.common.picture_hash import LOW, PLAIN, THUMBNAIL, hash_bits
from videre.visual.pictures import Picture


def perceptual_hash(picture: Picture) -> int | None:
    """Return the 64-bit hash; None for a picture that is black, white or of one colour."""
    grey = cv2.cvtColor(picture.base, cv2.COLOR_BGR2GRAY)
    side = (THUMBNAIL, THUMBNAIL)
    thumbnail = cv2.resize(grey, side, interpolation=cv2.INTER_AREA).astype(np.float64)
    if thumbnail.std() < PLAIN:
        return None
    return hash_bits(cv2.dct(thumbnail)[:LOW, :LOW].tolist())
