"""Pre- and post-processing of DB text detectors (PP-OCR), without a model.

Constants are those of PP-OCRv6 as shipped by RapidOCR 3.10 (`config.yaml`), with one difference:
the outline that DB grows by offsetting a polygon is, for the rectangles used here, exactly the
rectangle grown on every side, so no polygon clipper is needed.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_STRIDE: Final = 32
_MASK_THRESHOLD: Final = 0.3
_BOX_THRESHOLD: Final = 0.5
_UNCLIP_RATIO: Final = 1.6
_MAX_CANDIDATES: Final = 1000
_MIN_SIDE: Final = 3.0
_MIN_GROWN_SIDE: Final = 5.0


def input_size(height: int, width: int, side: int) -> tuple[int, int]:
    """Return (height, width) the network sees: longer side ≤ `side`, multiples of 32, never 0."""
    ratio = min(1.0, side / max(height, width))
    return _to_stride(height * ratio), _to_stride(width * ratio)


def _to_stride(length: float) -> int:
    return max(_STRIDE, round(int(length) / _STRIDE) * _STRIDE)


def to_tensor(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return float32 (1, 3, height, width) in -1..1 of a BGR picture."""
    scaled = picture.astype(np.float32)
    scaled *= 2.0 / 255.0
    scaled -= 1.0
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None])


def find_boxes(
    probability: NDArray[np.float32], height: int, width: int, cv2: Any
) -> list[tuple[NDArray[np.float32], float]]:
    """Turn a probability map into outlines in the coordinates of a height × width picture.

    Args:
        probability: share of "text" per pixel of the network's picture, (h, w), 0..1.
        height: height of the picture that the outlines shall fit, pixels.
        width: its width.
        cv2: the OpenCV module.

    Returns:
        (corners float32 (4, 2) clockwise from the top left, score 0..1), in order of discovery.
    """
    mask = cv2.dilate((probability > _MASK_THRESHOLD).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    scale = np.array([width / mask.shape[1], height / mask.shape[0]], np.float32)
    limit = np.array([width - 1, height - 1], np.float32)
    boxes = []
    for contour in contours[:_MAX_CANDIDATES]:
        center, size, angle = cv2.minAreaRect(contour)
        if min(size) < _MIN_SIDE:
            continue
        score = _mean_inside(probability, cv2.boxPoints((center, size, angle)), cv2)
        if score < _BOX_THRESHOLD:
            continue
        growth = 2 * size[0] * size[1] * _UNCLIP_RATIO / (2 * (size[0] + size[1]))
        grown = (size[0] + growth, size[1] + growth)
        if min(grown) < _MIN_GROWN_SIDE:
            continue
        quad = np.clip(cv2.boxPoints((center, grown, angle)) * scale, 0, limit)
        boxes.append((clockwise(quad), score))
    return boxes


def _mean_inside(probability: NDArray[np.float32], quad: NDArray[np.float32], cv2: Any) -> float:
    """Return the mean probability inside an outline."""
    height, width = probability.shape
    low = np.clip(np.floor(quad.min(axis=0)), 0, (width - 1, height - 1)).astype(int)
    high = np.clip(np.ceil(quad.max(axis=0)), 0, (width - 1, height - 1)).astype(int)
    inside = np.zeros((high[1] - low[1] + 1, high[0] - low[0] + 1), np.uint8)
    cv2.fillPoly(inside, [(quad - low).astype(np.int32)], 1)
    return float(cv2.mean(probability[low[1] : high[1] + 1, low[0] : high[0] + 1], inside)[0])


def clockwise(quad: NDArray[np.float32]) -> NDArray[np.float32]:
    """Order four corners clockwise from the top left."""
    by_x = quad[np.argsort(quad[:, 0], kind="stable")]
    left = by_x[:2][np.argsort(by_x[:2, 1], kind="stable")]
    right = by_x[2:][np.argsort(by_x[2:, 1], kind="stable")]
    return np.array([left[0], right[0], right[1], left[1]], np.float32)
