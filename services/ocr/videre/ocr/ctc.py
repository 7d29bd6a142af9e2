"""Pre- and post-processing of CTC line recognisers (PP-OCR), without a model."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_HEIGHT: Final = 48
#: Widths are rounded up to this many pixels, so that the runtime plans few shapes.
_WIDTH_STEP: Final = 32
#: The recogniser was trained on lines this wide; narrower ones lose end characters without margin.
_MIN_WIDTH: Final = 96
_MAX_WIDTH: Final = 3200


def to_tensor(crop: NDArray[np.uint8], cv2: Any) -> NDArray[np.float32]:
    """Return float32 (1, 3, 48, width) in -1..1 of a BGR crop, padded on the right with 0."""
    height, width = crop.shape[:2]
    scaled_width = min(_MAX_WIDTH, max(1, -(-_HEIGHT * width // height)))
    scaled = cv2.resize(crop, (scaled_width, _HEIGHT)).astype(np.float32)
    padded_width = max(_MIN_WIDTH, -(-scaled_width // _WIDTH_STEP) * _WIDTH_STEP)
    tensor = np.zeros((1, 3, _HEIGHT, padded_width), np.float32)
    tensor[0, :, :, :scaled_width] = scaled.transpose(2, 0, 1) * (2.0 / 255.0) - 1.0
    return tensor


def decode(probabilities: NDArray[np.float32], alphabet: tuple[str, ...]) -> tuple[str, float]:
    """Read the best path: repeats collapse, class 0 is the blank.

    Args:
        probabilities: (steps, classes), rows sum to 1.
        alphabet: the character of each class; entry 0 is unused.

    Returns:
        the text and the mean probability of its characters (0 when there are none).
    """
    best = probabilities.argmax(axis=1)
    kept = best != 0
    kept[1:] &= best[1:] != best[:-1]
    if not kept.any():
        return "", 0.0
    text = "".join(alphabet[index] for index in best[kept])
    return text, float(probabilities[kept, best[kept]].mean())
