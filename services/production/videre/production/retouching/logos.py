"""Finding what stands still over moving pictures, and what of the picture it lets through.

A logo is where the median over time of the gradients is not nothing (Dekel et al. 2017): edges of
the scene come from all sides and cancel, those of the logo stay. How much of the picture it lets
through is told by how much the samples still vary; where that is enough, the picture behind is
computed, and only what is covered has to be filled. Pure numpy and OpenCV.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.production.retouching.holes import Mask, inpainted, spread
from videre.production.retouching.medians import median_of
from videre.production.retouching.planes import Floats

Bgr = NDArray[np.uint8]
#: Left, top, right, bottom in pixels; right and bottom lie outside.
Rect = tuple[int, int, int, int]

#: Pictures below which nothing is said of what varies.
_FEW: Final = 12
#: Least gradient (Sobel) of a logo's edges in a whole picture and inside a given box; and how often
#: it is above what the median leaves of the scene.
_EDGE: Final = 32.0
_EDGE_INSIDE: Final = 24.0
_ABOVE: Final = 5.0
_ABOVE_INSIDE: Final = 3.0
#: Share of a picture's pixels with such edges from which on the scene itself stands still.
_AT_REST: Final = 0.04
#: Largest share of a side that a logo takes, most logos, least share of the strongest one's edges.
_WIDEST: Final = 0.5
_MOST: Final = 4
_WEAKEST: Final = 0.1
_FEWEST: Final = 24
#: Edges of a logo have this share of its strongest ones at least; for its box, and for its strokes.
_OWN: Final = 0.4
_FAINTEST: Final = 0.2
#: Edges so near belong to one logo, share of the picture's longer side.
_NEAR: Final = 0.02
#: Least variation over time beside a logo by which its transparency can be measured, and the least
#: share that it must let through for the picture behind to be computed.
_VARIES: Final = 8.0
_LETS: Final = 0.35
#: Strokes of a box are all of it where they take more or less than these shares.
_STROKES: Final = (0.01, 0.85)
_BAND: Final = 64


@dataclass(frozen=True, slots=True, eq=False)
class Logo:
    """What covers a part of the picture.

    Args:
        hole: what has to be filled.
        veil: what lets the picture through; none where it cannot be measured.
        kept: share of the picture that it lets through.
        seen: mean picture with it, BGR 0..255.
        behind: mean picture without it.
    """

    hole: Mask
    veil: Mask
    kept: Floats
    seen: Floats
    behind: Floats


def find_logos(pictures: Sequence[Bgr]) -> list[Rect]:
    """Return where logos stand in pictures of different moments, strongest first."""
    import cv2

    if len(pictures) < _FEW:
        return []
    strength = _steady(pictures)
    height, width = strength.shape
    strength[:3], strength[-3:], strength[:, :3], strength[:, -3:] = 0, 0, 0, 0
    strong = strength > max(_EDGE, _ABOVE * float(np.median(strength)))
    if strong.mean() > _AT_REST:
        return []
    reach = max(3, round(_NEAR * max(width, height))) | 1
    around = np.ones((reach, reach), np.uint8)
    joined = cv2.dilate(strong.astype(np.uint8), around)
    count, labels = cv2.connectedComponents(joined)
    found: list[tuple[float, Rect]] = []
    for label in range(1, count):
        inside = strong & (labels == label)
        if int(inside.sum()) < _FEWEST:
            continue
        rows, columns = np.nonzero(inside & (strength > _OWN * _strongest(strength[inside])))
        rect = int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1
        wide, high = rect[2] - rect[0], rect[3] - rect[1]
        if wide > _WIDEST * width or high > _WIDEST * height or min(wide, high) < 5:
            continue
        found.append((float(strength[inside].sum()), rect))
    found.sort(reverse=True)
    return [rect for score, rect in found[:_MOST] if score >= _WEAKEST * found[0][0]]


def _strongest(strength: Floats) -> float:
    """Return what nearly the strongest edges have."""
    return float(np.percentile(strength, 95))


def _steady(pictures: Sequence[Bgr]) -> Floats:
    """Return the size of the median over time of the gradients, of the colour where it is most."""
    import cv2

    height, width = pictures[0].shape[:2]
    made = np.zeros((height, width), np.float32)
    for top in range(0, height, _BAND):
        first, last = max(0, top - 1), min(height, top + _BAND + 1)
        sides = []
        for across, down in ((1, 0), (0, 1)):
            edges = [cv2.Sobel(one[first:last], cv2.CV_16S, across, down) for one in pictures]
            sides.append(median_of(np.asarray(edges, np.int16)))
        size = np.hypot(sides[0], sides[1]).max(axis=2)
        made[top : top + _BAND] = size[top - first : top - first + min(_BAND, height - top)]
    return made


def look_at(pictures: Sequence[Bgr], inner: Rect) -> Logo:
    """Return what covers a part of the picture.

    Args:
        pictures: the part and what is around it at different moments.
        inner: where in it something may be covered.
    """
    strokes = _strokes(pictures, inner)
    stack = np.stack(pictures).astype(np.float32)
    seen = stack.mean(axis=0)
    varies = np.asarray(stack @ np.array([0.114, 0.587, 0.299], np.float32)).std(axis=0)
    around = spread(varies.astype(np.float32), ~strokes, 4.0)
    none = np.zeros_like(strokes)
    kept = np.zeros(strokes.shape, np.float32)
    if len(pictures) >= _FEW and float(np.median(around[strokes])) >= _VARIES:
        kept = _settled((varies / np.maximum(around, 1e-3)).clip(0, 1).astype(np.float32), strokes)
        none = strokes & (kept >= _LETS)
    hole = strokes & ~none
    if none.any() and hole.any():
        import cv2

        hole = cv2.dilate(hole.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
        none &= ~hole
    behind = np.stack([inpainted(seen[:, :, n] * 256, strokes, 16) / 256 for n in range(3)], axis=2)
    return Logo(hole, none, kept, np.asarray(seen, np.float32), np.asarray(behind, np.float32))


def _settled(kept: Floats, strokes: Mask) -> Floats:
    """Return shares with less noise: strokes have few different ones."""
    import cv2

    inside = cv2.medianBlur(np.where(strokes, kept, 1).astype(np.float32), 5)
    return np.asarray(inside, np.float32)


def _strokes(pictures: Sequence[Bgr], inner: Rect) -> Mask:
    """Return the pixels of a box that are covered; all of them where strokes cannot be told."""
    import cv2

    left, top, right, bottom = inner
    box = np.zeros(pictures[0].shape[:2], np.bool_)
    box[top:bottom, left:right] = True
    lumas = [np.asarray(cv2.cvtColor(one, cv2.COLOR_BGR2GRAY), np.uint8) for one in pictures]
    if len(pictures) >= _FEW:
        strength = _steady(pictures)
        beside = strength[~box]
        floor = _ABOVE_INSIDE * float(np.median(beside)) if beside.size else 0.0
        own = _FAINTEST * _strongest(strength[box])
        strong = (strength > max(_EDGE_INSIDE, floor, own)) & box
    else:
        strong = _standing_out(lumas[0], box)
    whole = cv2.dilate(strong.astype(np.uint8), np.ones((3, 3), np.uint8))
    whole = cv2.morphologyEx(whole, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    outlines, _ = cv2.findContours(whole, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(whole)
    cv2.drawContours(filled, outlines, -1, 1, cv2.FILLED)
    if len(pictures) >= _FEW:
        # Inside an outline only what varies less than the scene is covered.
        varies = np.stack(lumas).std(axis=0).astype(np.float32)
        usual = spread(varies, filled == 0, 6.0)
        filled = ((whole > 0) | ((filled > 0) & (varies < 0.85 * usual))).astype(np.uint8)
    strokes = cv2.dilate(filled, np.ones((3, 3), np.uint8)).astype(bool) & _grown(box, 3)
    share = float(strokes[box].mean())
    return strokes if _STROKES[0] <= share <= _STROKES[1] else box


def _standing_out(luma: NDArray[np.uint8], box: Mask) -> Mask:
    """Return the pixels of a box of a single picture that its surroundings do not explain."""
    apart = np.abs(luma - inpainted(luma.astype(np.float32), box, 8))
    beside = luma[_grown(box, 12) & ~box]
    usual = 2.5 * float(beside.std()) if beside.size else 0.0
    return np.asarray(box & (apart > max(18.0, usual)))


def _grown(mask: Mask, reach: int) -> Mask:
    import cv2

    around = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    return np.asarray(cv2.dilate(mask.astype(np.uint8), around), np.bool_)
