"""How open the eyes of a face are, told by how much is dark in them. Pure numpy.

An open eye shows iris and pupil, dark against the skin below it; of a closed one only the lashes
are left, a thin line. What counts as open differs from face to face: it is compared with what the
same face shows at other times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Bgr = NDArray[np.uint8]
F64 = NDArray[np.float64]

#: Eyes nearer to each other than so many pixels show nothing.
_LEAST_APART: Final = 20.0
#: The window on an eye, in shares of the distance between the eyes: half its width, half its
#: height. Brows stand higher.
_HALF_WIDTH: Final = 0.13
_HALF_HEIGHT: Final = 0.12
#: Where the skin below the eye begins, and how far it goes, in the same shares.
_SKIN: Final = (0.22, 0.10)
#: Sightings of a face that say what it is like with open eyes; where among them that is.
_ENOUGH: Final = 3
_USUAL: Final = 0.6
#: Boxes that have so much in common (intersection over union) are one face.
_SAME: Final = 0.3


@dataclass(frozen=True, slots=True)
class Face:
    """A face in a picture, shares of its sides; `openness` of its eyes, None = too small.

    Args:
        x: left edge.
        y: upper edge.
        width: share of the picture's.
        height: share of the picture's.
        openness: how much is dark in its eyes, 0..1; of open ones about .2.
    """

    x: float
    y: float
    width: float
    height: float
    openness: float | None


def openness(picture: Bgr, eyes: Sequence[tuple[float, float]]) -> float | None:
    """Return how much is dark in the eyes of a face, 0..1; None where they are too small.

    Args:
        picture: uint8 BGR.
        eyes: the middles of both, pixels.
    """
    (ax, ay), (bx, by) = eyes
    apart = float(np.hypot(bx - ax, by - ay))
    if apart < _LEAST_APART:
        return None
    found = [_darkness(picture, x, y, apart) for x, y in eyes]
    return max((one for one in found if one is not None), default=None)


def _darkness(picture: Bgr, x: float, y: float, apart: float) -> float | None:
    left, right = round(x - _HALF_WIDTH * apart), round(x + _HALF_WIDTH * apart) + 1
    top, bottom = round(y - _HALF_HEIGHT * apart), round(y + _HALF_HEIGHT * apart) + 1
    below = round(y + _SKIN[0] * apart)
    end = below + max(2, round(_SKIN[1] * apart))
    if left < 0 or top < 0 or right > picture.shape[1] or end > picture.shape[0]:
        return None
    luma = picture[top:end, left:right].astype(np.float64) @ np.array([0.114, 0.587, 0.299])
    skin = float(np.median(luma[below - top :]))
    if skin <= 0:
        return None
    return float((skin - luma[: bottom - top]).clip(0).mean() / skin)


def relative(face: Face, others: Sequence[Face]) -> float | None:
    """Return how open a face's eyes are beside what is usual for it, 0..1; None = cannot be told.

    Args:
        face: the face.
        others: all faces of all pictures; those in the same place are the same one.
    """
    if face.openness is None:
        return None
    same = [
        one.openness for one in others if one.openness is not None and _overlap(face, one) >= _SAME
    ]
    if len(same) < _ENOUGH:
        return None
    usual = float(np.quantile(np.array(same), _USUAL))
    return min(1.0, face.openness / usual) if usual > 0 else 0.0


def _overlap(one: Face, other: Face) -> float:
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / (one.width * one.height + other.width * other.height - both)
