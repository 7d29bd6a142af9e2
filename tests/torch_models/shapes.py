"""Pictures of coloured shapes with their boxes, for models that are made on the spot."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

CLASSES = ("circle", "square", "triangle")


def picture(
    rng: np.random.Generator, side: int = 128
) -> tuple[np.ndarray[Any, Any], list[int], np.ndarray[Any, Any]]:
    """Return BGR uint8, the class of each shape, and boxes [n, 4] in pixels."""
    noise = rng.integers(0, 40, (side, side, 3))
    bgr = np.clip(rng.integers(20, 120, 3) + noise, 0, 255).astype(np.uint8)
    labels: list[int] = []
    boxes: list[list[float]] = []
    for _ in range(int(rng.integers(1, 4))):
        half = int(rng.integers(side // 9, side // 5))
        x, y = (int(rng.integers(half + 1, side - half - 1)) for _ in range(2))
        box = [x - half, y - half, x + half, y + half]
        if any(_touch(box, other) for other in boxes):
            continue
        label = int(rng.integers(len(CLASSES)))
        colour = [int(value) for value in rng.integers(150, 256, 3)]
        draw(bgr, label, (x, y), half, colour)
        labels.append(label)
        boxes.append([float(value) for value in box])
    return bgr, labels, np.array(boxes, np.float32).reshape(-1, 4)


def draw(
    bgr: np.ndarray[Any, Any], label: int, at: tuple[int, int], half: int, colour: list[int]
) -> None:
    """Draw a shape around a place, `half` pixels to each side."""
    x, y = at
    if label == 0:
        cv2.circle(bgr, at, half, colour, -1)
    elif label == 1:
        cv2.rectangle(bgr, (x - half, y - half), (x + half, y + half), colour, -1)
    else:
        corners = np.array([(x, y - half), (x - half, y + half), (x + half, y + half)])
        cv2.fillPoly(bgr, [corners], colour)


def _touch(one: list[int], other: list[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
