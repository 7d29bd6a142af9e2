"""The colour of a screen, and how it looks without its subject. Pure; child process only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from videre.production.painting.base import Picture
from videre.production.painting.fields import Floats, filled

#: Side of a bin of red and blue difference, of 256.
_BIN: Final = 8
#: A screen is even: most that neighbours in a small picture differ.
_EVEN: Final = 12.0
#: A screen reaches the picture's edges; the lower one is left to the subject. Share of the side.
_EDGE: Final = 0.12
_EDGE_WEIGHT: Final = 4.0
#: Share of the edges that is screen.
_LEAST: Final = 0.3
#: Distance from the middle of the colours that belong to the screen.
_NEAR: Final = 26.0
#: Colours nearer to grey than this have no hue to tell them by.
GREY: Final = 18.0
#: Screens without a hue are white.
_WHITE: Final = 150.0
#: Share of the weight that grey colours keep beside those with a hue.
_GREY_WEIGHT: Final = 0.2
#: Pixels that are worked on at once, so that what is in between stays in the processor's cache.
_STRIP: Final = 1 << 16
#: Pixels between what is surely screen and its subject, in the small picture.
_MARGIN: Final = 3


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen's colour, blue, green, red, 0..255, and whether it has a hue."""

    colour: tuple[float, float, float]
    hued: bool


def screen_of(colour: tuple[float, float, float]) -> Screen:
    """Return the screen of a colour, blue first."""
    _, difference = _parts(np.array(colour, np.float32).reshape(1, 1, 3))
    return Screen(colour, float(np.hypot(*difference[0, 0])) >= GREY)


def find_screen(pictures: Sequence[Picture]) -> Screen | None:
    """Return the screen that is seen in small pictures of one size; None where there is none.

    It is the colour, even from pixel to pixel, that fills most of the upper, left and right edges;
    colours with a hue count more than greys.
    """
    seen = np.stack([np.asarray(one, np.float32) for one in pictures])
    bright, difference = zip(*(_parts(one) for one in seen), strict=True)
    luma, chroma = np.stack(bright), np.stack(difference)
    weight = np.where(_edges(luma.shape[1:]), _EDGE_WEIGHT, 1.0) * _even(seen)
    best = _commonest(chroma, weight)
    if best is None:
        return None
    hued = float(np.hypot(*best)) >= GREY
    near = np.hypot(chroma[..., 0] - best[0], chroma[..., 1] - best[1]) < _NEAR
    if not hued:
        near &= luma >= _WHITE
    own = near & (weight > 0)
    edges = np.broadcast_to(_edges(luma.shape[1:]), near.shape)
    if not own.any() or float(near[edges].mean()) < _LEAST:
        return None
    blue, green, red = np.median(seen[own], axis=0).tolist()
    return Screen((blue, green, red), hued)


def _parts(picture: Floats) -> tuple[Floats, Floats]:
    """Return luma, and blue and red difference around 0, of BT.601."""
    blue, green, red = picture[..., 0], picture[..., 1], picture[..., 2]
    luma = 0.114 * blue + 0.587 * green + 0.299 * red
    return luma, np.stack([0.564 * (blue - luma), 0.713 * (red - luma)], axis=-1)


def _edges(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    rows, columns = shape
    high, wide = max(1, round(rows * _EDGE)), max(1, round(columns * _EDGE))
    edges = np.zeros((rows, columns), np.bool_)
    edges[:high] = True
    edges[: rows - high, :wide] = True
    edges[: rows - high, -wide:] = True
    return edges


def _even(seen: Floats) -> NDArray[np.bool_]:
    apart = np.zeros_like(seen)
    np.abs(seen[:, :, 1:] - seen[:, :, :-1], out=apart[:, :, 1:])
    np.maximum(apart[:, 1:], np.abs(seen[:, 1:] - seen[:, :-1]), out=apart[:, 1:])
    return np.asarray(np.maximum(np.maximum(apart[..., 0], apart[..., 1]), apart[..., 2]) < _EVEN)


def _commonest(chroma: Floats, weight: NDArray[np.float64]) -> tuple[float, float] | None:
    bins = np.clip((chroma + 128) // _BIN, 0, 255 // _BIN).astype(np.int64)
    side = 256 // _BIN
    counts = np.bincount((bins[..., 0] * side + bins[..., 1]).ravel(), weight.ravel(), side * side)
    smooth = cv2.GaussianBlur(counts.reshape(side, side), (0, 0), 1.0)
    middle = (np.arange(side) + 0.5) * _BIN - 128
    distance = np.hypot(middle[:, None], middle[None])
    smooth *= np.where(distance < GREY, _GREY_WEIGHT, 1.0)
    if smooth.max() <= 0:
        return None
    first, second = np.unravel_index(int(smooth.argmax()), smooth.shape)
    return float(middle[first]), float(middle[second])


def axes(screen: Screen) -> Floats:
    """Return the vectors along and across a hue, so long that a fully saturated green has 255."""
    colour = np.array(screen.colour)
    along = colour - colour.mean()
    along /= np.linalg.norm(along)
    across = np.cross(np.ones(3) / np.sqrt(3), along)
    length = np.sqrt(1.5)
    return np.array([along * length, across * np.sqrt(0.5)], np.float32)


def hue_part(picture: Picture | Floats, vectors: Floats) -> Floats:
    """Return how much of a hue is in pixels: along it less across it.

    For green that is green less the larger of red and blue (Vlahos).
    """
    found = np.empty(picture.shape[:2], np.float32)
    step = max(1, _STRIP // picture.shape[1])
    for top in range(0, len(found), step):
        blue, green, red = cv2.split(picture[top : top + step])
        last = red.astype(np.float32)
        along, across = (
            cv2.scaleAdd(last, c, cv2.addWeighted(blue, a, green, b, 0, dtype=cv2.CV_32F))
            for a, b, c in vectors.tolist()
        )
        np.subtract(along, np.abs(across, out=across), out=found[top : top + step])
    return found


def surely(picture: Floats, screen: Screen, plate: Floats | None = None) -> NDArray[np.bool_]:
    """Tell which pixels of a small picture show the screen and nothing else.

    Args:
        picture: float BGR, 0..255.
        screen: what is looked for.
        plate: how the screen looks there, if that is known.
    """
    reference = np.asarray(screen.colour, np.float32) if plate is None else plate
    if screen.hued:
        vectors = axes(screen)
        there = np.asarray(np.broadcast_to(reference, picture.shape), np.float32)
        ratio = hue_part(picture, vectors) / np.maximum(hue_part(there, vectors), 1)
        slack = 0.4 if plate is None else 0.12
        sure = np.abs(ratio - 1) < slack
    else:
        slack = 60.0 if plate is None else 14.0
        sure = np.abs(picture - reference).max(axis=-1) < slack
    even = np.zeros(sure.shape, np.bool_)
    even[:] = _even(picture[None])[0]
    kernel = np.ones((_MARGIN, _MARGIN), np.uint8)
    return np.asarray(cv2.erode((sure & even).astype(np.uint8), kernel) > 0)


def clean_plate(pictures: Sequence[Picture], screen: Screen) -> Floats:
    """Return how the screen looks without its subject, in the size of the small pictures.

    The median of what is surely screen in any of them; what never is, is filled from around it.
    """
    stack = np.stack([np.asarray(one, np.float32) for one in pictures])
    sure = np.stack([surely(one, screen) for one in stack])
    seen = np.where(sure[..., None], stack, np.nan)
    known = sure.any(axis=0)
    plate = np.zeros(stack.shape[1:], np.float32)
    plate[known] = np.nanmedian(seen[:, known], axis=0)
    if not known.any():
        plate[:] = screen.colour
        return plate
    whole = filled(plate, np.asarray(known, np.float32))
    return np.asarray(cv2.GaussianBlur(whole, (0, 0), 1.0), np.float32)


def relit(plate: Floats, picture: Floats, screen: Screen) -> tuple[Floats, float]:
    """Return a clean plate under the light of one small picture, and the screen's share of it."""
    sure = surely(picture, screen, plate)
    if not sure.any():
        return plate, 0.0
    change = np.where(sure[..., None], picture - plate, 0).astype(np.float32)
    offset = filled(change, sure.astype(np.float32))
    smooth = cv2.GaussianBlur(offset, (0, 0), 2.0)
    return np.asarray(plate + smooth, np.float32), float(sure.mean())
