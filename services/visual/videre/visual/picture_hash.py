"""The perceptual hash of a picture: alike for copies of it that were scaled or re-encoded.

The DCT hash of Zauner ("Implementation and Benchmarking of Perceptual Image Hash Functions",
2010) with the sizes of the library ImageHash, `imagehash.phash(hash_size=8)`: the signs of the
8 × 8 lowest frequencies of a 32 × 32 grey thumbnail against their median, row by row, the first
one the highest bit. Hashes of that library may stand in hash lists.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from videre.visual.pictures import Picture

_SIDE: Final = 32
_LOW: Final = 8
#: Standard deviation (of 255) below which a thumbnail shows nothing that could be told apart.
_PLAIN: Final = 4.0


def perceptual_hash(picture: Picture) -> int | None:
    """Return the 64-bit hash; None for a picture that is black, white or of one colour."""
    grey = cv2.cvtColor(picture.base, cv2.COLOR_BGR2GRAY)
    thumbnail = cv2.resize(grey, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float64)
    if thumbnail.std() < _PLAIN:
        return None
    low = cv2.dct(thumbnail)[:_LOW, :_LOW]
    # The library's transform is not scaled to be orthogonal.
    low[0] *= np.sqrt(2)
    low[:, 0] *= np.sqrt(2)
    bits = np.packbits(low.ravel() > np.median(low))
    return int.from_bytes(bits.tobytes(), "big")
