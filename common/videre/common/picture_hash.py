"""The perceptual hash of a picture: alike for copies of it that were scaled or re-encoded. Pure.

The DCT hash of Zauner ("Implementation and Benchmarking of Perceptual Image Hash Functions",
2010) with the sizes of the library ImageHash, `imagehash.phash(hash_size=8)`: the signs of the
8 × 8 lowest frequencies of a 32 × 32 grey thumbnail against their median, row by row, the first
one the highest bit. Hashes of that library may stand in hash lists. Processes that carry OpenCV
make the thumbnail and its cosine transform.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Final

#: Longer side of the picture from which the thumbnail is made, pixels.
HASHED_SIDE: Final = 640
#: Sides of the thumbnail, and of what is kept of its cosine transform.
THUMBNAIL: Final = 32
LOW: Final = 8
#: Standard deviation (of 255) below which a thumbnail shows nothing that could be told apart.
PLAIN: Final = 4.0


def hash_bits(low: Sequence[Sequence[float]]) -> int:
    """Return the hash of a thumbnail.

    Args:
        low: the `LOW` × `LOW` lowest frequencies of its orthogonal cosine transform.
    """
    # The library's transform is not scaled to be orthogonal.
    waves = [
        value * (sqrt(2) if row == 0 else 1.0) * (sqrt(2) if column == 0 else 1.0)
        for row, values in enumerate(low)
        for column, value in enumerate(values)
    ]
    ordered = sorted(waves)
    middle = len(ordered) // 2
    median = (ordered[middle - 1] + ordered[middle]) / 2
    value = 0
    for wave in waves:
        value = value << 1 | (wave > median)
    return value
