"""Pictures of captions with what they say, for text models that are made on the spot.

The letters are those of OpenCV's own fonts, so that they are the same on every machine.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

DIGITS = "0123456789"
#: Twenty characters of a dictionary of thousands.
CHINESE = "天地人你我他大小上下中国水火山石田土月日"

Picture = np.ndarray[Any, Any]


def ground(rng: np.random.Generator, height: int, width: int) -> Picture:
    """Return noise of a dark colour, BGR uint8."""
    noise = rng.integers(0, 24, (height, width, 3))
    return np.clip(rng.integers(10, 70, 3) + noise, 0, 255).astype(np.uint8)


def text_of(rng: np.random.Generator, letters: str, most: int) -> str:
    """Return one to `most` letters."""
    return "".join(letters[index] for index in rng.integers(len(letters), size=most))


def write(bgr: Picture, text: str, at: tuple[int, int], size: int, level: int = 240) -> list[int]:
    """Write bright text whose left end of the baseline is at a place; return its outline.

    Returns:
        left, top, right, bottom in pixels, two pixels around the letters.
    """
    ink = np.zeros(bgr.shape[:2], np.uint8)
    cv2.putText(ink, text, at, (255,), cv2.FontFace("uni"), size, 500)
    share = ink[:, :, None].astype(np.float32) / 255
    bgr[:] = (bgr * (1 - share) + level * share).astype(np.uint8)
    rows, columns = np.nonzero(ink.max(axis=1))[0], np.nonzero(ink.max(axis=0))[0]
    height, width = ink.shape
    return [
        max(0, int(columns[0]) - 2), max(0, int(rows[0]) - 2),
        min(width - 1, int(columns[-1]) + 2), min(height - 1, int(rows[-1]) + 2),
    ]  # fmt: skip


def line(rng: np.random.Generator, letters: str, most: int, width: int) -> tuple[Picture, str]:
    """Return a crop of a line, 32 pixels high and `width` wide, and what it says."""
    text = text_of(rng, letters, int(rng.integers(1, most + 1)))
    size = int(rng.integers(18, 30))
    bgr = ground(rng, 64, 256)
    left, top, right, bottom = write(bgr, text, (12, 44), size, int(rng.integers(200, 256)))
    grown = [int(value) for value in rng.integers(-1, 5, 4)]
    crop = bgr[max(0, top - grown[0]) : bottom + grown[1], left - grown[2] : right + grown[3]]
    kept = min(width, round(32 * crop.shape[1] / crop.shape[0]))
    out = cv2.resize(ground(rng, 64, 256)[:32, :width], (width, 32))
    start = int(rng.integers(0, width - kept + 1))
    out[:, start : start + kept] = cv2.resize(crop, (kept, 32))
    return out, text


def page(rng: np.random.Generator, side: int) -> tuple[Picture, list[list[int]]]:
    """Return a square picture with one or two lines, and their outlines."""
    bgr = ground(rng, side, side)
    outlines = []
    for half in rng.permutation(2)[: int(rng.integers(1, 3))]:
        size = int(rng.integers(16, 34))
        letters, most = (DIGITS, 6) if rng.integers(2) else (CHINESE, 4)
        text = text_of(rng, letters, int(rng.integers(2, most + 1)))
        base = int(half) * side // 2 + int(rng.integers(size, side // 2 - size // 4))
        outlines.append(write(bgr, text, (int(rng.integers(4, side // 3)), base), size))
    return bgr, outlines
