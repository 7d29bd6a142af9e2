"""What makes a picture a good cover, and which pictures to choose. Pure numpy.

Measures are taken on small pictures (320 pixels on the longer side), so that grain and encoder
noise do not count as sharpness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Bgr = NDArray[np.uint8]
Array = NDArray[np.float64]

#: Luma below which, and deviation below which, nothing can be made out (0..1).
_BLACK_LUMA: Final = 0.07
_WHITE_LUMA: Final = 0.95
_FLAT_DEVIATION: Final = 0.03

#: Brightest value of a black bar, after encoding.
_BAR_LEVEL: Final = 24

_WEIGHTS: Final = {"sharp": 0.28, "exposed": 0.22, "colourful": 0.15, "detailed": 0.2, "face": 0.15}
#: Colourfulness (Hasler & Süsstrunk 2003) that people call "highly colourful".
_HIGHLY_COLOURFUL: Final = 82.0
#: Mean absolute Laplacian over contrast (both of luma) of well focused photographs.
_SHARP: Final = 0.12
#: Distance of signatures below which two covers look alike, 0..1.
_ALIKE: Final = 0.12
#: What likeness to a chosen cover costs a candidate.
_LIKENESS_COST: Final = 0.6


@dataclass(frozen=True, slots=True)
class Measured:
    """A candidate.

    Args:
        frame: its index.
        score: 0..1; 0 for a black, white or single-coloured picture.
        signature: float64, 8 × 8 mean colours, 0..1, for likeness.
    """

    frame: int
    score: float
    signature: Array


def measure(frame: int, picture: Bgr, face: float) -> Measured:
    """Judge a picture.

    Args:
        frame: its index.
        picture: uint8 BGR [height, width, 3], about 320 pixels on the longer side.
        face: how well the known faces stand in it, 0..1; 0 without faces.
    """
    colours = _without_bars(picture).astype(np.float64) / 255
    luma = colours @ np.array([0.0722, 0.7152, 0.2126])
    parts = {
        "sharp": _sharpness(luma),
        "exposed": _exposure(luma),
        "colourful": _colourfulness(colours),
        "detailed": _detail(luma),
        "face": face,
    }
    score = sum(_WEIGHTS[name] * value for name, value in parts.items())
    return Measured(frame, 0.0 if _blank(luma) else score, _signature(colours))


def _without_bars(picture: Bgr) -> Bgr:
    """Return the picture without black bars at its edges; a black picture stays as it is."""
    lit = picture.max(axis=2) > _BAR_LEVEL
    rows, columns = np.flatnonzero(lit.any(axis=1)), np.flatnonzero(lit.any(axis=0))
    if len(rows) == 0:
        return picture
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _blank(luma: Array) -> bool:
    mean, deviation = luma.mean(), luma.std()
    return bool(mean < _BLACK_LUMA or mean > _WHITE_LUMA or deviation < _FLAT_DEVIATION)


def _sharpness(luma: Array) -> float:
    """Return edge energy over contrast, 0..1: contrast alone is not focus."""
    if min(luma.shape) < 3:
        return 0.0
    middle = luma[1:-1, 1:-1]
    around = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
    edges = np.abs(4 * middle - around).mean() / 4
    return float(min(1.0, edges / (luma.std() + 0.02) / _SHARP))


def _exposure(luma: Array) -> float:
    """Return how well light is spread, 0..1: mean near the middle, little clipped, contrast."""
    mean = 1.0 - abs(float(luma.mean()) - 0.45) / 0.55
    clipped = float((luma < 0.02).mean() + (luma > 0.98).mean())
    contrast = min(1.0, float(luma.std()) / 0.2)
    return max(0.0, mean * (1.0 - clipped) * (0.4 + 0.6 * contrast))


def _colourfulness(colours: Array) -> float:
    """Return Hasler & Süsstrunk's measure over "highly colourful", at most 1."""
    blue, green, red = (colours[:, :, channel] * 255 for channel in range(3))
    red_green, yellow_blue = red - green, (red + green) / 2 - blue
    deviation = np.hypot(red_green.std(), yellow_blue.std())
    mean = np.hypot(red_green.mean(), yellow_blue.mean())
    return float(min(1.0, (deviation + 0.3 * mean) / _HIGHLY_COLOURFUL))


def _detail(luma: Array) -> float:
    """Return the entropy of the luma histogram over its maximum: title cards have little."""
    counts = np.histogram(luma, bins=64, range=(0, 1))[0]
    shares = counts[counts > 0] / luma.size
    return float(-(shares * np.log2(shares)).sum() / 6)


def _signature(colours: Array) -> Array:
    rows = np.array_split(colours, 8, axis=0)
    cells = [cell for row in rows for cell in np.array_split(row, 8, axis=1)]
    return np.array([cell.mean(axis=(0, 1)) if cell.size else np.zeros(3) for cell in cells])


def likeness(a: Measured, b: Measured) -> float:
    """Return how alike two pictures look, 0..1; mean brightness and small shifts count little."""
    first, second = a.signature - a.signature.mean(), b.signature - b.signature.mean()
    distance = float(np.abs(first - second).mean())
    return max(0.0, 1.0 - distance / (2 * _ALIKE))


def choose(candidates: list[Measured], count: int) -> list[Measured]:
    """Return up to `count` candidates, best first: good ones that do not look alike.

    Blank ones are taken only when there is nothing else, and then one.
    """
    left = [one for one in candidates if one.score > 0]
    if not left:
        return sorted(candidates, key=lambda one: (-one.signature.mean(), one.frame))[:1]
    chosen: list[Measured] = []
    while left and len(chosen) < count:
        best = max(left, key=lambda one: (one.score - _cost(one, chosen), -one.frame))
        chosen.append(best)
        left.remove(best)
    return chosen


def _cost(one: Measured, chosen: list[Measured]) -> float:
    return _LIKENESS_COST * max((likeness(one, other) for other in chosen), default=0.0)
