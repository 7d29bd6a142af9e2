"""Choosing the shots of the speed film so that no two of them show recognisably the same.

A shot is taken only when its pictures differ from those of every shot before it, by a perceptual
hash. Clips take turns: the one shown least so far comes first. Whatever the set holds, the same
set gives the same shots, and a shorter film is the beginning of a longer one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from bench.constructed.media import FRAME_RATE
from bench.constructed.speed_faces import FaceBox
from bench.constructed.speed_views import (
    SIZE,
    Bgr,
    Grade,
    Inset,
    Stretch,
    View,
    cut_out,
    forward,
    perceptual_hash,
)

#: Hashes that differ in no more of their 64 bits belong to pictures that look alike.
ALIKE_BITS: Final = 10
#: A shot's frames apart from each other by this many are compared.
EVERY: Final = FRAME_RATE
_LENGTHS_S: Final = (2.6, 5.8)
_WINDOWS: Final = ((0.5, 0.5), (0.25, 0.3), (0.75, 0.3), (0.3, 0.7), (0.72, 0.68))
_WIDTHS: Final = (1.0, 0.66, 0.45)
#: The view moves by this share of its width, so that no shot stands still.
_MOVES: Final = 0.12
#: Rows of a clip that a view must keep, or the film would be mush.
_LEAST_ROWS: Final = 110
_FACE_SHARE: Final = 0.36
_SMALL: Final = (320, 180)
#: An inset is so many faces wide and high.
_INSET_FACES: Final = (3.6, 4.05)
INSET_SIZE: Final = (320, 360)
INSET_PLACE: Final = (SIZE[0] - INSET_SIZE[0] - 32, 32)

Bits = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Face:
    """A face in a clip: when, and its box in pixels (left, top, width, height)."""

    at_s: float
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Clip:
    """Material for shots.

    Args:
        path: film or still picture.
        seconds: its length; 0 for a still picture.
        size: width, height in pixels.
        small: its pictures, two a second, at a height of 180 pixels.
        faces: what faces it shows, looked for once a second.
        sign: it shows writing.
    """

    path: Path
    seconds: float
    size: tuple[int, int]
    small: tuple[Bgr, ...]
    faces: tuple[Face, ...]
    sign: bool


SMALL_RATE: Final = 2


def read_clip(path: Path, *, sign: bool, find_faces: Callable[[Bgr], list[FaceBox]]) -> Clip | None:
    """Look through a clip; None when it is too short to show anything."""
    small, faces, number, size = [], [], 0, (0, 0)
    for number, picture in enumerate(forward(path, 0.0)):
        if number % FRAME_RATE == 0:
            found = find_faces(picture)
            faces += [Face(number / FRAME_RATE, box) for box in found]
        if number % (FRAME_RATE // SMALL_RATE) == 0:
            height, width = picture.shape[:2]
            size = (width, height)
            wide = round(_SMALL[1] * width / height)
            reduced = cv2.resize(picture, (wide, _SMALL[1]), interpolation=cv2.INTER_AREA)
            small.append(np.asarray(reduced, np.uint8))
    if number + 1 < _LENGTHS_S[0] * FRAME_RATE / 2 and not sign:
        return None
    return Clip(path, number / FRAME_RATE, size, tuple(small), tuple(faces), sign)


class Chooser:
    """Yields shots, each unlike all before it."""

    def __init__(self, clips: Sequence[Clip], seed: int) -> None:
        self._clips = clips
        self._chance = np.random.default_rng(seed)
        self._shown = dict.fromkeys((clip.path for clip in clips), 0.0)
        self._open = {clip.path: self._shuffled(clip) for clip in clips}
        self._insets = [inset for clip in clips if (inset := _inset(clip)) is not None]
        self._known = np.zeros((0, 64), np.bool_)
        self._faces_s = self._total_s = 0.0

    def shots(self, seconds: float) -> list[Stretch]:
        """Return shots of a total length.

        Raises:
            ValueError: the set's clips do not give so many different ones.
        """
        chosen: list[Stretch] = []
        frames = round(seconds * FRAME_RATE)
        while (left := frames - sum(shot.frames for shot in chosen)) > 0:
            shot = self._next()
            chosen.append(shot if shot.frames < left else _cut(shot, left))
        return chosen

    def _next(self) -> Stretch:
        length_s = float(self._chance.uniform(*_LENGTHS_S))
        wants_face = self._faces_s < _FACE_SHARE * self._total_s
        order = sorted(self._clips, key=lambda clip: self._shown[clip.path])
        if wants_face and self._chance.random() < 0.5:
            order = [clip for clip in order if clip.faces] + [c for c in order if not c.faces]
        for clip in order:
            rows = self._open[clip.path]
            for place, (start_s, view, mirrored) in enumerate(rows):
                shot = self._shot(clip, start_s, view, mirrored, length_s, wants_face)
                bits = _hashes(clip, shot)
                if self._is_new(bits):
                    del rows[: place + 1]
                    self._take(clip, shot, bits)
                    return shot
            rows.clear()
        raise ValueError(f"the clips are used up after {self._total_s:.0f} s")

    def _shot(
        self, clip: Clip, start_s: float, view: View, mirrored: bool, length_s: float, face: bool
    ) -> Stretch:
        moves = self._chance.uniform(-_MOVES, _MOVES, 3)
        end = View(
            view.x + moves[0] * view.width, view.y + moves[1] * view.width,
            view.width * (1 - abs(moves[2])),
        )  # fmt: skip
        gamma, *gains = self._chance.uniform(0.82, 1.2, 4)
        shows_face = _shows_face(clip, start_s, view)
        wanted = face and not shows_face and self._insets
        inset = self._insets[int(self._chance.integers(len(self._insets)))] if wanted else None
        return Stretch(
            clip.path, start_s, round(length_s * FRAME_RATE), view, end, mirrored,
            Grade(gamma, (gains[0], gains[1], gains[2])), inset, clip.sign,
        )  # fmt: skip

    def _is_new(self, bits: Bits) -> bool:
        if not len(self._known):
            return True
        apart = (bits[:, None] != self._known[None]).sum(axis=2)
        return bool(apart.min() > ALIKE_BITS)

    def _take(self, clip: Clip, shot: Stretch, bits: Bits) -> None:
        seconds = shot.frames / FRAME_RATE
        self._known = np.concatenate([self._known, bits])
        self._shown[clip.path] += seconds
        self._total_s += seconds
        if shot.inset is not None or _shows_face(clip, shot.start_s, shot.begin):
            self._faces_s += seconds

    def _shuffled(self, clip: Clip) -> list[tuple[float, View, bool]]:
        """Return every way to show a clip, in a random order."""
        starts = np.arange(0.0, max(clip.seconds - _LENGTHS_S[0], 0.1), _LENGTHS_S[0])
        views = [
            View(x, y, width)
            for width in _WIDTHS
            for x, y in (_WINDOWS if width < 1 else _WINDOWS[:1])
            if width == 1 or width * clip.size[1] >= _LEAST_ROWS
        ]
        ways = [
            (float(start), view, mirrored)
            for start in starts
            for view in views
            for mirrored in ((False,) if clip.sign else (False, True))
        ]
        return [ways[place] for place in self._chance.permutation(len(ways))]


def _cut(shot: Stretch, frames: int) -> Stretch:
    values = {name: getattr(shot, name) for name in Stretch.__slots__}
    return Stretch(**{**values, "frames": frames})


def _hashes(clip: Clip, shot: Stretch) -> Bits:
    """Return the hashes of a shot's pictures, one a second, told from the small copies."""
    hashes = []
    for frame in range(0, shot.frames, EVERY):
        place = round((shot.start_s + frame / FRAME_RATE) * SMALL_RATE)
        last = len(clip.small) - 1
        place = place if place <= last else max(0, 2 * last - place)
        view = shot.begin.towards(shot.end, frame / shot.frames)
        shown = cut_out(clip.small[place], view, _SMALL, mirrored=shot.mirrored)
        hashes.append(perceptual_hash(shown))
    return np.stack(hashes)


def _shows_face(clip: Clip, start_s: float, view: View) -> bool:
    """Tell whether the clip's faces from a time on lie within a view."""
    faces = [face for face in clip.faces if start_s - 0.5 <= face.at_s <= start_s + _LENGTHS_S[1]]
    return bool(faces) and all(_within(face, clip, view) for face in faces)


def _within(face: Face, clip: Clip, view: View) -> bool:
    width, height = clip.size
    wide = min(width, height * SIZE[0] / SIZE[1]) * view.width
    high = wide * SIZE[1] / SIZE[0]
    x, y = face.box[0] + face.box[2] / 2, face.box[1] + face.box[3] / 2
    inside = abs(x - view.x * width) < 0.35 * wide and abs(y - view.y * height) < 0.35 * high
    return inside and face.box[2] * SIZE[0] / wide > 60


def _inset(clip: Clip) -> Inset | None:
    """Return the part of a clip around its face; None without one that stays in its place."""
    if clip.sign or len(clip.faces) < max(2, clip.seconds * 0.7):
        return None
    boxes = np.array([face.box for face in clip.faces])
    if boxes[:, :2].std(axis=0).max() > boxes[:, 2].mean() / 2:
        return None
    left, top, width, _ = np.median(boxes, axis=0)
    wide = min(width * _INSET_FACES[0], clip.size[0])
    high = min(width * _INSET_FACES[1], clip.size[1], wide * INSET_SIZE[1] / INSET_SIZE[0])
    x = int(np.clip(left + width / 2 - wide / 2, 0, clip.size[0] - wide))
    y = int(np.clip(top - width, 0, clip.size[1] - high))
    return Inset(clip.path, x, y, int(x + wide), int(y + high))
