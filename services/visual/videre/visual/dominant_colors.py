"""The few colours a picture consists of, and their everyday names. Pure.

Pixels are clustered in CIE Lab, where distance is close to how different colours look. The start
centres are the fullest cells of a coarse grid, so there is no chance in it: the same picture gives
the same colours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

NAMES: Final = (
    "black", "white", "grey", "red", "orange", "yellow", "green", "cyan", "blue", "purple",
    "pink", "brown",
)  # fmt: skip
_MOST: Final = 5
_START: Final = 8
_ROUNDS: Final = 6
_CELL: Final = 20.0  # Lab units
_REACH: Final = 16  # no value of sRGB is so many cells away from 0
_SAME: Final = 18.0  # clusters nearer than this are one colour, Lab units
_LEAST_SHARE: Final = 0.03
_WHITE_D65: Final = np.array([0.95047, 1.0, 1.08883])
_RGB_TO_XYZ: Final = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
     [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip
_BLACK_BELOW: Final = 8.0  # lightness
# Hues (degrees of Lab) at which one name gives way to the next, for colours neither dark nor pale.
_HUES: Final = (
    (15.0, "pink"), (46.0, "red"), (76.0, "orange"), (108.0, "yellow"), (170.0, "green"),
    (228.0, "cyan"), (308.0, "blue"), (330.0, "purple"), (360.0, "pink"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Color:
    """A colour of the picture: name, share of the pixels 0..1, mean sRGB 0..255 each."""

    name: str
    share: float
    rgb: tuple[float, float, float]


def dominant(rgb: NDArray[np.uint8]) -> list[Color]:
    """Return up to five colours of a small picture [height, width, 3], largest share first."""
    pixels = rgb.reshape(-1, 3).astype(np.float64)
    lab = to_lab(pixels)
    centres = _start(lab)
    for _ in range(_ROUNDS):
        centres = _means(lab, _nearest(lab, centres), len(centres))
    centres = _merged(centres, np.bincount(_nearest(lab, centres), minlength=len(centres)))
    nearest = _nearest(lab, centres)
    shares = np.bincount(nearest, minlength=len(centres)) / len(pixels)
    order = [int(i) for i in np.argsort(-shares, kind="stable") if shares[i] >= _LEAST_SHARE]
    out = []
    for index in order[:_MOST]:
        red, green, blue = (float(x) for x in pixels[nearest == index].mean(axis=0))
        out.append(Color(name_of(centres[index]), float(shares[index]), (red, green, blue)))
    return out


def to_lab(rgb: F64) -> F64:
    """Return CIE Lab (D65) of sRGB values [n, 3], 0..255."""
    value = rgb / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    ratio = linear @ _RGB_TO_XYZ.T / _WHITE_D65
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = f.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def name_of(lab: F64) -> str:
    """Return the everyday name (one of `NAMES`) of one Lab colour."""
    lightness, a, b = (float(x) for x in lab)
    chroma = float(np.hypot(a, b))
    hue = float(np.degrees(np.arctan2(b, a))) % 360
    if lightness < _BLACK_BELOW or (lightness < 2 * _BLACK_BELOW and chroma < 15):
        return "black"
    if chroma < (20 if 85 <= hue < 130 else 11):  # dull yellow is seen as grey
        return "white" if lightness > 86 else "grey"
    name = next(name for limit, name in _HUES if hue < limit or limit == 360.0)
    if name in ("orange", "yellow") and chroma < 45:
        if hue >= 95:
            return "green" if lightness < 70 else "yellow"  # olive
        return "brown" if lightness < 78 else "yellow"
    if name == "yellow" and lightness < 58:
        return "green"
    if name in ("red", "orange") and lightness < 50 and chroma < 52 and hue > 30:
        return "brown"
    if name == "red" and lightness > 62 and chroma < 55:
        return "pink"
    return name


def _start(lab: F64) -> F64:
    cells = np.floor(lab / _CELL).astype(np.int64) + _REACH
    numbers = (cells[:, 0] * 2 * _REACH + cells[:, 1]) * 2 * _REACH + cells[:, 2]
    found, index, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    fullest = np.argsort(-counts, kind="stable")[:_START]
    return _means(lab, index, len(found))[fullest]


def _nearest(lab: F64, centres: F64) -> NDArray[np.intp]:
    # |p − c|² without |p|², which is the same for every centre
    distance = (centres**2).sum(axis=1) - 2 * (lab @ centres.T)
    nearest: NDArray[np.intp] = distance.argmin(axis=1)
    return nearest


def _means(lab: F64, index: NDArray[np.intp], count: int) -> F64:
    """Return the mean of each non-empty cluster."""
    sizes = np.bincount(index, minlength=count)
    sums = np.stack([np.bincount(index, lab[:, c], minlength=count) for c in range(3)], axis=1)
    return sums[sizes > 0] / sizes[sizes > 0][:, None]


def _merged(centres: F64, sizes: NDArray[np.intp]) -> F64:
    """Return the centres after joining the nearest pair again and again, while one is near."""
    points, weights = list(centres), [float(size) for size in sizes]
    while len(points) > 1:
        table = np.array(points)
        apart = np.sqrt(((table[:, None] - table[None]) ** 2).sum(axis=2))
        np.fill_diagonal(apart, np.inf)
        i, j = (int(x) for x in np.unravel_index(apart.argmin(), apart.shape))
        if apart[i, j] >= _SAME:
            break
        total = max(weights[i] + weights[j], 1.0)
        points[i] = (points[i] * weights[i] + points[j] * weights[j]) / total
        weights[i] = total
        del points[j], weights[j]
    return np.array(points)
