"""Faces smoothed, whitened and sharpened. Child process only.

Skin is what has the colours of the face's own middle, inside an ellipse around it; eyes and mouth
are kept by the marks that come with the face. What is smoothed is the picture below the finest
detail, by a bilateral filter, so that edges stay.
"""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from videre.production.painting.base import Looks, Picture
from videre.production.painting.faces import Face, Faces
from videre.production.painting.fields import Floats
from videre.production.painting.jobs import Beautified, BeautyJob

#: A face with what is around it, in widths and heights of its box.
_AROUND: Final = (0.35, 0.45)
#: Width of a face in the picture that is filtered, pixels.
_WORK: Final = 140.0
_FILTER: Final = (9, 28.0, 6.0)
#: Half axes of the ellipse, in widths and heights of the box, and how soft its edge is.
_ELLIPSE: Final = (0.62, 0.70)
_SOFT: Final = 0.25
#: Half axes of an eye with its brow, and of a mouth beyond its corners, in widths of the face.
_EYE: Final = (0.19, 0.15)
_MOUTH: Final = (0.34, 0.15)
#: Least spread of the skin's red and blue difference, and spreads that are still skin.
_SPREAD: Final = 4.0
_SKIN: Final = 2.5
#: Share of the fine detail that full smoothing takes.
_FINE: Final = 0.6
#: What full whitening adds at half brightness, and full sharpening of the detail.
_WHITE: Final = 0.5
_SHARP: Final = 1.2
#: Share of a face's new place that is taken from one frame to the next.
_FOLLOW: Final = 0.5


class Beauty:
    """See Painter."""

    clear = False

    def __init__(self, job: BeautyJob) -> None:
        """Open the model."""
        self._job = job
        self._faces = Faces(job.faces)
        self._before: list[Face] = []
        self._counts: list[int] = []

    def size(self, width: int, height: int) -> tuple[int, int]:
        """See Painter."""
        return width, height

    def look(self, looks: Looks) -> None:
        """Need nothing: faces are found frame by frame."""

    def paint(self, picture: Picture, behind: Picture | None) -> Picture:
        """See Painter."""
        self._before = [followed(face, self._before) for face in self._faces.find(picture)]
        self._counts.append(len(self._before))
        made = picture.copy()
        for face in self._before:
            beautify(made, face, self._job)
        return made

    @property
    def painted(self) -> Beautified:
        """See Painter."""
        counts = np.array(self._counts or [0])
        return Beautified(int(counts.max()), float((counts > 0).mean()))


def followed(face: Face, before: list[Face]) -> Face:
    """Return a face on its way from where it was in the frame before, if it was there."""
    near = [
        one for one in before
        if max(abs(one.left - face.left), abs(one.top - face.top)) < 0.25 * face.width
    ]  # fmt: skip
    if not near:
        return face
    last = near[0]

    def between(old: float, new: float) -> float:
        return old + _FOLLOW * (new - old)

    return Face(
        between(last.left, face.left),
        between(last.top, face.top),
        between(last.width, face.width),
        between(last.height, face.height),
        marks=np.asarray(last.marks + _FOLLOW * (face.marks - last.marks), np.float32),
    )


def beautify(picture: Picture, face: Face, job: BeautyJob) -> None:
    """Change one face of a picture."""
    rows, columns = picture.shape[:2]
    beside, above = _AROUND[0] * face.width, _AROUND[1] * face.height
    left, right = (
        max(0, int(face.left - beside)),
        min(columns, int(face.left + face.width + beside)),
    )
    top, bottom = max(0, int(face.top - above)), min(rows, int(face.top + face.height + above))
    if right - left < 8 or bottom - top < 8:
        return
    part = picture[top:bottom, left:right]
    own = part.astype(np.float32)
    oval, features = masks(face, (left, top), own.shape[:2])
    skin = oval * _skin(part, face, (left, top)) * (1 - features)
    skin = np.asarray(cv2.GaussianBlur(skin, (0, 0), max(0.5, 0.012 * face.width)), np.float32)
    made: NDArray[Any] = own
    if job.smooth:
        made = made + (job.smooth * skin)[..., None] * (_smoothed(part, face.width) - own)
    if job.whiten:
        lift = _WHITE * job.whiten * skin[..., None] * made * (255 - made) / 255
        made = made + lift
    if job.sharpen:
        detail = own - cv2.GaussianBlur(own, (0, 0), max(0.6, 0.012 * face.width))
        made = made + (_SHARP * job.sharpen * oval * (1 - skin))[..., None] * detail
    picture[top:bottom, left:right] = np.rint(made.clip(0, 255)).astype(np.uint8)


def masks(face: Face, origin: tuple[int, int], shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Return where the face is and where its eyes and mouth are, 0..1, in a part of a picture."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    x, y = x + origin[0], y + origin[1]

    def ellipse(middle: tuple[float, float], half: tuple[float, float]) -> Floats:
        away = np.hypot((x - middle[0]) / half[0], (y - middle[1]) / half[1])
        return np.asarray(((1 + _SOFT - away) / _SOFT).clip(0, 1), np.float32)

    middle = face.left + face.width / 2, face.top + face.height / 2
    oval = ellipse(middle, (_ELLIPSE[0] * face.width, _ELLIPSE[1] * face.height))
    marks = [(float(one[0]), float(one[1])) for one in face.marks]
    mouth = (marks[3][0] + marks[4][0]) / 2, (marks[3][1] + marks[4][1]) / 2
    places = [(marks[0], _EYE), (marks[1], _EYE), (mouth, _MOUTH)]
    kept = [ellipse(at, (half[0] * face.width, half[1] * face.width)) for at, half in places]
    return oval, np.max(kept, axis=0)


def _skin(part: Picture, face: Face, origin: tuple[int, int]) -> Floats:
    """Return how much each pixel has the colours of the face's middle, 0..1."""
    hues = cv2.cvtColor(part, cv2.COLOR_BGR2YCrCb)[..., 1:].astype(np.float32)
    x, y = (face.marks[2] - np.array(origin)).tolist()
    reach = max(2, int(0.18 * face.width))
    rows, columns = part.shape[:2]
    across = slice(max(0, int(x) - reach), min(columns, int(x) + reach))
    down = slice(max(0, int(y) - reach), min(rows, int(y) + reach))
    middle = hues[down, across].reshape(-1, 2)
    if not len(middle):
        return np.zeros(part.shape[:2], np.float32)
    centre = np.median(middle, axis=0)
    spread = np.maximum(np.median(np.abs(middle - centre), axis=0) * 1.5, _SPREAD)
    away = np.hypot(*np.moveaxis((hues - centre) / (spread * _SKIN), -1, 0))
    return np.asarray(np.exp(-(away**4)), np.float32)


def _smoothed(part: Picture, width: float) -> Floats:
    """Return a part of a picture without what is small on skin."""
    rows, columns = part.shape[:2]
    scale = min(1.0, _WORK / width)
    size = max(4, round(columns * scale)), max(4, round(rows * scale))
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    even = cv2.bilateralFilter(cv2.bilateralFilter(small, *_FILTER), *_FILTER)
    large = (columns, rows)
    below = cv2.resize(small, large, interpolation=cv2.INTER_CUBIC).astype(np.float32)
    base = cv2.resize(even, large, interpolation=cv2.INTER_CUBIC).astype(np.float32)
    return np.asarray(base + (1 - _FINE) * (part - below), np.float32)
