"""A film that cuts between known faces, which come back in other light, size and sharpness."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Final, TypeAlias

import av
import cv2
import numpy as np

from bench.constructed.media import FRAME_RATE, Rgb, write_film
from bench.constructed.speed_faces import FaceBox, FaceFinder
from videre.cli.evaluation.truth import Span

_SIZE: Final = (640, 360)
#: Frames of one shot.
_FRAMES: Final = 22
#: A shot is so many faces wide, and a face at least this many pixels in its source.
_FACES_WIDE: Final = 5.0
LEAST_FACE_PX: Final = 40.0
_SEED: Final = 8
PICTURE_SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png"})

#: Changes a picture of the film's size.
Change: TypeAlias = Callable[[Rgb], Rgb]


@dataclass(frozen=True, slots=True)
class Portrait:
    """Somebody's pictures, of one size, the face in the middle."""

    person: str
    frames: tuple[Rgb, ...]


@dataclass(frozen=True, slots=True)
class PersonShot:
    """Who is shown in a stretch of the film, and how."""

    person: str
    change: str
    span: Span


def _graded(gamma: float, *gains: float) -> Change:
    ramp = (np.arange(256) / 255) ** gamma * 255
    table = np.clip(np.outer(ramp, gains or (1.0, 1.0, 1.0)), 0, 255).round().astype(np.uint8)

    def change(picture: Rgb) -> Rgb:
        return np.asarray(cv2.LUT(picture, table[None]), np.uint8)

    return change


def _zoomed(scale: float) -> Change:
    """Larger, cut at the borders, or smaller, before grey."""

    def change(picture: Rgb) -> Rgb:
        rows, columns = picture.shape[:2]
        matrix = np.array(
            [[scale, 0, (1 - scale) * columns / 2], [0, scale, (1 - scale) * rows / 2]]
        )
        flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        size = (columns, rows)
        whole = cv2.warpAffine(picture, matrix, size, flags=flags, borderValue=(90, 95, 100))
        return np.asarray(whole, np.uint8)

    return change


def _mirrored(picture: Rgb) -> Rgb:
    return np.ascontiguousarray(picture[:, ::-1])


def _blurred(picture: Rgb) -> Rgb:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.8), np.uint8)


def _noisy(picture: Rgb) -> Rgb:
    noise = np.random.default_rng(_SEED).normal(0, 12, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def _plain(picture: Rgb) -> Rgb:
    return picture


CHANGES: Final[dict[str, Change]] = {
    "plain": _plain,
    "mirrored": _mirrored,
    "smaller": _zoomed(0.6),
    "dark": _graded(1.9),
    "bright": _graded(0.6),
    "blurred": _blurred,
    "warm": _graded(1.0, 1.15, 1.0, 0.75),
    "closer": _zoomed(1.5),
    "noisy": _noisy,
}


def clip_portrait(
    path: Path, span_s: tuple[float, float], find: Callable[[Rgb], list[FaceBox]]
) -> Portrait | None:
    """Return the pictures of the one person that a clip shows; None when no face is found."""
    start, end = (round(second * FRAME_RATE) for second in span_s)
    shown = list(islice(_own_size(path), start, max(start + 1, end)))
    box = next(
        (found[0] for one in shown[:: max(1, len(shown) // 5)] if (found := find(one))), None
    )
    if box is None:
        return None
    return Portrait(path.stem, tuple(_around(box, one) for one in shown[: 2 * _FRAMES]))


def _own_size(path: Path) -> Iterator[Rgb]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


def picture_portraits(folder: Path, find: Callable[[Rgb], list[FaceBox]]) -> list[Portrait]:
    """Return a portrait per face in the pictures of a folder: each is taken for another person."""
    found = []
    for path in sorted(folder.iterdir()):
        picture = cv2.imread(str(path)) if path.suffix.lower() in PICTURE_SUFFIXES else None
        if picture is None:
            continue
        whole: Rgb = np.ascontiguousarray(picture[..., ::-1]).astype(np.uint8)
        boxes = sorted(find(whole))
        found += [
            Portrait(f"{path.stem}#{number}", (_around(box, _without(whole, boxes, box)),))
            for number, box in enumerate(boxes)
            if box[2] >= LEAST_FACE_PX
        ]
    return found


def _without(picture: Rgb, boxes: Sequence[FaceBox], kept: FaceBox) -> Rgb:
    """Return a picture whose other faces are painted over."""
    alone = picture.copy()
    for left, top, width, height in (box for box in boxes if box != kept):
        corner = (int(left - width / 6), int(top - height / 6))
        end = (int(left + width * 7 / 6), int(top + height * 7 / 6))
        cv2.rectangle(alone, corner, end, (110, 110, 110), -1)
    return alone


def _around(box: FaceBox, picture: Rgb) -> Rgb:
    """Return what is around a face, the face in the middle; beyond the picture it is grey."""
    left, top, width, height = box
    scale = _SIZE[0] / (_FACES_WIDE * width)
    middle = left + width / 2, top + height / 2
    matrix = np.array(
        [[scale, 0, _SIZE[0] / 2 - scale * middle[0]], [0, scale, _SIZE[1] / 2 - scale * middle[1]]]
    )
    cut = cv2.warpAffine(
        picture, matrix, _SIZE, flags=cv2.INTER_LINEAR, borderValue=(110, 110, 110)
    )
    return np.asarray(cut, np.uint8)


def people_film(portraits: Sequence[Portrait], path: Path) -> list[PersonShot]:
    """Write the film: everybody in turn, each time changed in another way; return its shots."""
    order = [
        (portrait, name)
        for turn in range(len(CHANGES))
        for number, portrait in enumerate(portraits)
        for name in [list(CHANGES)[(turn + number) % len(CHANGES)]]
    ]
    write_film(path, _frames(order))
    length = _FRAMES / FRAME_RATE
    return [
        PersonShot(portrait.person, name, Span(number * length, (number + 1) * length))
        for number, (portrait, name) in enumerate(order)
    ]


def _frames(order: Sequence[tuple[Portrait, str]]) -> Iterator[Rgb]:
    for portrait, name in order:
        for one in islice(cycle(portrait.frames), _FRAMES):
            yield CHANGES[name](one)


def finder() -> Callable[[Rgb], list[FaceBox]]:
    """Return what finds faces in pictures of red, green, blue: the suite's own detector."""
    find = FaceFinder()
    return lambda picture: find(np.ascontiguousarray(picture[..., ::-1]))
