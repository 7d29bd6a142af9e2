"""People cut out of any background. Child process only.

A segmentation model says roughly where people are, in a part of the picture around them; what it
says is made steady over time where nothing moves, brought to the picture's edges by a guided
filter, and refined as the matte of a green screen is, between the colours on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from videre.common.onnx_runtime import shared_session
from videre.production.painting.base import Looks, Picture
from videre.production.painting.faces import Face, Faces
from videre.production.painting.fields import Floats, filled
from videre.production.painting.jobs import MatteJob, Matting
from videre.production.painting.mattes import ROUND, cut_out, laid_on, matte_of, plain

#: Side of the model's input.
_INPUT: Final = 256
#: Longer side of the picture in which masks are made steady and fitted.
_WORK: Final = 512
#: Longer side of the picture in which the background's colours are spread.
_SMALL: Final = 160
#: Space around people that the model sees, share of their size; parts of the frame to which its
#: edges are rounded, so that they move rarely.
_ROOM: Final = 0.3
_STEPS: Final = 16
#: Share of the frame from which all of it is looked at, and which is nobody.
_WHOLE: Final = 0.7
_NOBODY: Final = 0.002
#: A part that is smaller than this share of the last one is taken for it.
_MUCH_SMALLER: Final = 0.6
#: Frames between two looks for faces; a body beside the face's middle, above and below the face,
#: in heights of the face.
_FACES_EVERY: Final = 6
_BODY: Final = (2.0, 0.8, 5.5)
#: Share of a new mask that is taken where nothing moves; change of luma that takes all of it.
_AT_REST: Final = 0.3
_MOVED: Final = 10.0
#: Mean change of luma that is a cut.
_CUT: Final = 30.0
#: Reach and noise of the guided filter, pixels of the small picture and variance of luma.
_GUIDED: Final = 6
_NOISE: Final = 40.0
#: Masks between these are edges.
_SURE: Final = (0.12, 0.88)
#: Pixels around an edge that are looked at again, of a picture 720 rows high.
_REACH: Final = 2

#: Left, top, right, bottom in pixels.
_Box = tuple[int, int, int, int]


class Portrait:
    """See Painter."""

    def __init__(self, job: MatteJob) -> None:
        """Open the model."""
        import onnxruntime

        self._session = shared_session(onnxruntime, Path(job.model))
        self._name = self._session.get_inputs()[0].name
        self._faces = Faces(job.faces) if job.faces else None
        self._faced = False
        self._job = job
        self._box: _Box | None = None
        self._before: tuple[Floats, Floats] | None = None
        self._shares: list[float] = []

    @property
    def clear(self) -> bool:
        """See Painter."""
        return self._job.behind.clear

    def size(self, width: int, height: int) -> tuple[int, int]:
        """See Painter."""
        return width, height

    def look(self, looks: Looks) -> None:
        """Need nothing: people are found frame by frame."""

    def paint(self, picture: Picture, behind: Picture | None) -> Picture:
        """See Painter."""
        work = _scaled(picture, _WORK)
        luma = cv2.cvtColor(work, cv2.COLOR_BGR2GRAY).astype(np.float32)
        mask = steadied(self._mask(work), luma, self._before)
        self._before = mask, luma
        whole = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
        alpha = fitted(mask, luma, whole)
        self._shares.append(float(mask.mean()))
        reach = max(1, round(_REACH * picture.shape[0] / 720))
        matte = matte_of(picture, alpha, _beside(picture, alpha), reach)
        if self._job.behind.clear:
            return cut_out(picture, matte)
        if behind is None:
            assert self._job.behind.colour is not None
            behind = plain(self._job.behind.colour, picture.shape[1::-1])
        return laid_on(picture, matte, behind)

    @property
    def painted(self) -> Matting:
        """See Painter."""
        return Matting(float(np.mean(self._shares)) if self._shares else 0.0)

    def _mask(self, picture: Picture) -> Floats:
        """Return how surely each pixel is a person, looking where their faces are.

        Without a face it is looked where people were last; without those, everywhere.
        """
        rows, columns = picture.shape[:2]
        whole = 0, 0, columns, rows
        if self._faces is not None and len(self._shares) % _FACES_EVERY == 0:
            bodies = [_body(face, columns, rows) for face in self._faces.find(picture)]
            self._faced = bool(bodies)
            if bodies:
                self._look_at(rounded(_around_all(bodies), columns, rows))
        if self._faced and self._box is not None:
            return self._seen(picture, self._box)
        if self._box is None:
            self._box = around(self._seen(picture, whole))
        mask = self._seen(picture, self._box)
        if leaves(mask, self._box):
            mask = self._seen(picture, whole)
        self._look_at(around(mask))
        return mask

    def _look_at(self, wanted: _Box) -> None:
        """Take another part; one that is a little smaller is not worth another look of things."""
        now = self._box
        if now is None or not _holds(now, wanted) or _area(wanted) < _MUCH_SMALLER * _area(now):
            self._box = wanted

    def _seen(self, picture: Picture, box: _Box) -> Floats:
        left, top, right, bottom = box
        part = cv2.resize(
            picture[top:bottom, left:right], (_INPUT, _INPUT), interpolation=cv2.INTER_AREA
        )
        given = cv2.cvtColor(part, cv2.COLOR_BGR2RGB).astype(np.float32)[None] / 255
        found = self._session.run(None, {self._name: given})[0][0, ..., 0]
        mask = np.zeros(picture.shape[:2], np.float32)
        size = right - left, bottom - top
        mask[top:bottom, left:right] = cv2.resize(found, size, interpolation=cv2.INTER_LINEAR)
        return mask


def around(mask: Floats) -> _Box:
    """Return the part of a picture to look at: people with some room; all of it for nobody."""
    rows, columns = mask.shape
    everything = (0, 0, columns, rows)
    seen = (mask > 0.5).astype(np.uint8)
    if seen.mean() < _NOBODY:
        return everything
    left, top, width, height = cv2.boundingRect(seen)
    room_x, room_y = round(width * _ROOM), round(height * _ROOM)
    box = left - room_x, top - room_y, left + width + room_x, top + height + room_y
    return rounded(box, columns, rows)


def rounded(box: _Box, columns: int, rows: int) -> _Box:
    """Return a part of a picture, its edges on a coarse grid; all of it if that is hardly more."""
    left, top, right, bottom = box
    step_x, step_y = max(1, columns // _STEPS), max(1, rows // _STEPS)
    made = (
        max(0, left // step_x * step_x),
        max(0, top // step_y * step_y),
        min(columns, -(-right // step_x) * step_x),
        min(rows, -(-bottom // step_y) * step_y),
    )
    return (0, 0, columns, rows) if _area(made) > _WHOLE * rows * columns else made


def _body(face: Face, columns: int, rows: int) -> _Box:
    """Return where the upper body to a face is."""
    beside, above, below = (share * face.height for share in _BODY)
    middle = face.left + face.width / 2
    return (
        max(0, round(middle - beside)),
        max(0, round(face.top - above)),
        min(columns, round(middle + beside)),
        min(rows, round(face.top + face.height + below)),
    )


def _around_all(boxes: Sequence[_Box]) -> _Box:
    sides = list(zip(*boxes, strict=True))
    return min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])


def leaves(mask: Floats, box: _Box) -> bool:
    """Tell whether people reach the edge of the part that was looked at, inside the picture."""
    rows, columns = mask.shape
    left, top, right, bottom = box
    edges = (
        (left > 0, mask[top:bottom, left]),
        (top > 0, mask[top, left:right]),
        (right < columns, mask[top:bottom, right - 1]),
        (bottom < rows, mask[bottom - 1, left:right]),
    )
    return any(inside and float(edge.max()) > 0.5 for inside, edge in edges)


def _area(box: _Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _holds(outer: _Box, inner: _Box) -> bool:
    before = outer[0] <= inner[0] and outer[1] <= inner[1]
    return before and inner[2] <= outer[2] and inner[3] <= outer[3]


def steadied(mask: Floats, luma: Floats, before: tuple[Floats, Floats] | None) -> Floats:
    """Return a mask that follows the last one where the picture is at rest.

    Args:
        mask: of this frame.
        luma: of this frame.
        before: mask and luma of the last frame; None = there is none.
    """
    if before is None or before[0].shape != mask.shape:
        return mask
    change = cv2.absdiff(luma, before[1])
    if float(change.mean()) > _CUT:
        return mask
    moved = cv2.boxFilter(change, -1, (7, 7))
    share = np.clip(_AT_REST + moved / _MOVED, _AT_REST, 1)
    return np.asarray(before[0] + share * (mask - before[0]), np.float32)


def fitted(mask: Floats, luma: Floats, whole: Picture) -> Floats:
    """Return a mask brought to the edges of a larger picture's luma.

    A fast guided filter (He, Sun 2015): its lines are found in the small picture and drawn in the
    large one.
    """
    size = (2 * _GUIDED + 1, 2 * _GUIDED + 1)

    def mean(values: Floats) -> Floats:
        return np.asarray(cv2.boxFilter(values, -1, size), np.float32)

    of_luma, of_mask = mean(luma), mean(mask)
    spread = mean(np.asarray(luma * luma, np.float32)) - of_luma * of_luma
    together = mean(np.asarray(luma * mask, np.float32)) - of_luma * of_mask
    slope = together / (spread + _NOISE)
    low, high = _SURE
    lines = (
        mean(np.asarray(slope, np.float32)) / (high - low),
        (mean(np.asarray(of_mask - slope * of_luma, np.float32)) - low) / (high - low),
    )
    steep, offset = (
        cv2.resize(one, whole.shape[1::-1], interpolation=cv2.INTER_LINEAR) for one in lines
    )
    drawn = cv2.add(cv2.multiply(steep, whole, dtype=cv2.CV_32F), offset)
    return np.asarray(drawn.clip(0, 1), np.float32)


def _beside(picture: Picture, alpha: Floats) -> Floats:
    """Return the background's colours, spread under the people, in a small picture."""
    small = _scaled(picture, _SMALL)
    share = cv2.resize(alpha, small.shape[1::-1], interpolation=cv2.INTER_AREA)
    known = (share < ROUND).astype(np.float32)
    return filled(small.astype(np.float32), known)


def _scaled(picture: Picture, side: int) -> Picture:
    rows, columns = picture.shape[:2]
    scale = min(1.0, side / max(rows, columns))
    size = max(8, round(columns * scale)), max(8, round(rows * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
