"""YuNet before and after the network, as OpenCV's `FaceDetectorYN` has it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from videre.visual.boxes import Boxes

F32 = NDArray[np.float32]

STRIDES: Final = (8, 16, 32)


def to_input(bgr: NDArray[np.uint8]) -> F32:
    """Return float32 [1, 3, height, width] BGR, 0..255; sides grow to multiples of 32, with 0."""
    height, width = bgr.shape[:2]
    tensor = np.zeros((1, 3, _padded(height), _padded(width)), np.float32)
    for channel, plane in enumerate(cv2.split(bgr)):
        tensor[0, channel, :height, :width] = plane
    return tensor


def _padded(length: int) -> int:
    return -(-length // STRIDES[-1]) * STRIDES[-1]


def decode(outputs: Sequence[F32], width: int, floor: float) -> F32:
    """Turn raw outputs into faces, in the order of the anchors.

    Args:
        outputs: class, objectness, box and landmarks, each at all strides: [anchors, values].
        width: of the network's input.
        floor: least score.

    Returns:
        [faces, 15]: left, top, width, height of the box, x and y of five landmarks, in pixels of
        the input; score 0..1.
    """
    found = []
    for place, stride in enumerate(STRIDES):
        classes, objectness, boxes, landmarks = outputs[place :: len(STRIDES)]
        scores = np.sqrt(classes[:, 0].clip(0, 1) * objectness[:, 0].clip(0, 1))
        index = np.flatnonzero(scores >= floor)
        at = np.stack([index % (width // stride), index // (width // stride)], 1)
        at = at.astype(np.float32)
        centre = (at + boxes[index, :2]) * stride
        size = np.exp(boxes[index, 2:]) * stride
        points = (landmarks[index] + np.tile(at, 5)) * stride
        found.append(np.concatenate([centre - size / 2, size, points, scores[index, None]], 1))
    return np.concatenate(found).astype(np.float32, copy=False)


def whole_boxes(faces: F32) -> Boxes:
    """Return the boxes of faces as left, top, right, bottom, in whole pixels, to be compared."""
    whole = np.trunc(faces[:, :4])
    return np.concatenate([whole[:, :2], whole[:, :2] + whole[:, 2:]], 1)
