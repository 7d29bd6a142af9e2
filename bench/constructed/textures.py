"""A film of stretches without text: patterns that tempt a reader of text, and views of clips.

Rows of windows look like eights, branches like letters, a barcode like a line of print.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from bench.constructed.media import FRAME_RATE, Rgb, backgrounds, pictures, write_film
from videre.cli.evaluation.truth import Span, Truth

_SIZE: Final = (1280, 720)
#: Frames of one stretch, and pixels that the view wanders to the right meanwhile.
_FRAMES: Final = 30
_SEED: Final = 20

Chance: TypeAlias = np.random.Generator
#: Paints one pattern on a picture.
Painter: TypeAlias = Callable[[npt.NDArray[np.uint8], Chance], None]


def _colour(chance: Chance, low: int = 20, high: int = 235) -> tuple[int, int, int]:
    red, green, blue = (int(value) for value in chance.integers(low, high, 3))
    return red, green, blue


def bricks(picture: Rgb, chance: Chance) -> None:
    """A wall."""
    height = int(chance.integers(16, 44))
    width = int(height * chance.uniform(1.8, 3.0))
    for row, top in enumerate(range(0, picture.shape[0], height)):
        for left in range(-(row % 2) * width // 2, picture.shape[1], width):
            corner = (left + width - 4, top + height - 4)
            cv2.rectangle(picture, (left, top), corner, _colour(chance, 90, 160), -1)


def windows(picture: Rgb, chance: Chance) -> None:
    """The front of a house."""
    width, height = int(chance.integers(14, 40)), int(chance.integers(18, 50))
    for top in range(8, picture.shape[0], int(height * 1.7)):
        for left in range(8, picture.shape[1], int(width * 1.6)):
            corner = (left + width, top + height)
            cv2.rectangle(picture, (left, top), corner, _colour(chance, 10, 90), -1)
            middle = left + width // 2
            cv2.line(picture, (middle, top), (middle, top + height), (210, 210, 210))


def leaves(picture: Rgb, chance: Chance) -> None:
    """Foliage."""
    for _ in range(900):
        place = (int(chance.integers(picture.shape[1])), int(chance.integers(picture.shape[0])))
        axes = (int(chance.integers(6, 28)), int(chance.integers(3, 9)))
        turn = float(chance.uniform(0, 180))
        colour = (int(chance.integers(20, 80)), int(chance.integers(70, 220)), 40)
        cv2.ellipse(picture, place, axes, turn, 0, 360, colour, -1, cv2.LINE_AA)


def grass(picture: Rgb, chance: Chance) -> None:
    """Blades of grass."""
    for _ in range(2_500):
        left, top = int(chance.integers(picture.shape[1])), int(chance.integers(picture.shape[0]))
        tip = (left + int(chance.integers(-12, 12)), top - int(chance.integers(10, 60)))
        colour = (30, int(chance.integers(80, 230)), 50)
        cv2.line(picture, (left, top), tip, colour, int(chance.integers(1, 3)), cv2.LINE_AA)


def branches(picture: Rgb, chance: Chance) -> None:
    """Bare trees before the sky."""
    picture[:] = (210, 220, 230)
    rows, columns = picture.shape[:2]
    tips = [(float(chance.integers(columns)), float(rows), -1.57, rows / 5) for _ in range(5)]
    while tips:
        x, y, angle, length = tips.pop()
        end = (x + length * np.cos(angle), y + length * np.sin(angle))
        corners = (int(x), int(y)), (int(end[0]), int(end[1]))
        cv2.line(picture, *corners, (45, 35, 30), max(1, int(length / 12)), cv2.LINE_AA)
        if length > 9:
            turns = chance.uniform(-0.7, 0.7, 2)
            tips += [(*end, angle + turn, length * chance.uniform(0.6, 0.85)) for turn in turns]


def bars(picture: Rgb, chance: Chance) -> None:
    """Upright slats of many widths: a barcode without digits."""
    rows, columns = picture.shape[:2]
    left = columns // 3
    while left < columns * 2 // 3:
        width = int(chance.integers(2, 7))
        cv2.rectangle(picture, (left, rows // 3), (left + width, rows // 2), (20, 20, 20), -1)
        left += width + int(chance.integers(2, 7))


def slashes(picture: Rgb, chance: Chance) -> None:
    """Strokes to the left and to the right, in rows."""
    size = int(chance.integers(14, 26))
    for top in range(picture.shape[0] // 4, picture.shape[0] * 3 // 4, size):
        for left in range(picture.shape[1] // 6, picture.shape[1] * 5 // 6, size):
            ends = (left, top), (left + size, top + size)
            if chance.random() < 0.5:
                ends = (left + size, top), (left, top + size)
            cv2.line(picture, *ends, (40, 40, 40), 3, cv2.LINE_AA)


def books(picture: Rgb, chance: Chance) -> None:
    """Shelves of books without titles."""
    rows, columns = picture.shape[:2]
    for shelf in range(1, 4):
        left, floor = 0, shelf * rows // 3 - 8
        while left < columns:
            width = int(chance.integers(10, 30))
            top = floor - int(chance.integers(rows // 5, rows // 3 - 14))
            cv2.rectangle(picture, (left, top), (left + width - 1, floor), _colour(chance), -1)
            left += width


def pebbles(picture: Rgb, chance: Chance) -> None:
    """Round stones."""
    for _ in range(700):
        place = (int(chance.integers(picture.shape[1])), int(chance.integers(picture.shape[0])))
        radius = int(chance.integers(5, 22))
        cv2.circle(picture, place, radius, _colour(chance, 110, 200), -1, cv2.LINE_AA)


def lamps(picture: Rgb, chance: Chance) -> None:
    """Lit windows at night."""
    picture[:] = (15, 18, 25)
    for _ in range(60):
        left, top = int(chance.integers(picture.shape[1])), int(chance.integers(picture.shape[0]))
        corner = (left + int(chance.integers(3, 18)), top + int(chance.integers(4, 20)))
        cv2.rectangle(picture, (left, top), corner, (255, int(chance.integers(180, 255)), 160), -1)


def cloth(picture: Rgb, chance: Chance) -> None:
    """A checked cloth."""
    size = int(chance.integers(10, 40))
    rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]] // size % 2
    picture[:] = (90 + 60 * (rows + columns))[..., None]


def scales(picture: Rgb, chance: Chance) -> None:
    """Roof tiles."""
    size = int(chance.integers(12, 30))
    for row, top in enumerate(range(0, picture.shape[0] + size, size // 2)):
        for left in range(-(row % 2) * size // 2, picture.shape[1] + size, size):
            axes = (size // 2, size // 2)
            cv2.ellipse(picture, (left, top), axes, 0, 0, 180, (90, 80, 60), 2, cv2.LINE_AA)


PAINTERS: Final[tuple[Painter, ...]] = (
    bricks, windows, leaves, grass, branches, bars, slashes, books, pebbles, lamps, cloth, scales,
)  # fmt: skip
#: Each pattern is painted in this many sizes.
_VERSIONS: Final = 2


def texture_film(truths: Sequence[Truth], folder: Path, *, quick: int = 0) -> Truth:
    """Write a film of stretches without text.

    Args:
        truths: the set; a mirrored, closer view of each of its clips of one shot without text.
        folder: where the film is written.
        quick: number of stretches; 0 = all.
    """
    chance = np.random.default_rng(_SEED)
    stretches = [_wander(painter, chance) for _ in range(_VERSIONS) for painter in PAINTERS]
    stretches += [_closer(clip) for clip in backgrounds(truths)]
    path = folder / "textures.mp4"
    lengths: list[int] = []
    write_film(path, _counted(stretches[: quick or None], lengths))
    ends = np.cumsum(lengths) / FRAME_RATE
    starts = ends - np.array(lengths) / FRAME_RATE
    return Truth(
        name=f"constructed/{path.name}",
        path=path,
        group="constructed",
        text_free=tuple(
            Span(float(start), float(end)) for start, end in zip(starts, ends, strict=True)
        ),
    )


def _counted(stretches: Sequence[Iterator[Rgb]], lengths: list[int]) -> Iterator[Rgb]:
    """Yield all frames; note the length of each stretch."""
    for stretch in stretches:
        count = 0
        for picture in stretch:
            yield picture
            count += 1
        lengths.append(count)


def _wander(painter: Painter, chance: Chance) -> Iterator[Rgb]:
    columns, rows = _SIZE
    picture = np.full((rows, columns + _FRAMES, 3), 150, np.uint8)
    painter(picture, chance)
    for step in range(_FRAMES):
        yield np.ascontiguousarray(picture[:, step : step + columns])


def _closer(clip: Path) -> Iterator[Rgb]:
    """Yield the middle half of a clip's pictures, mirrored: letters would not be ones, either."""
    columns, rows = _SIZE
    for picture in islice(pictures(clip, _SIZE), _FRAMES):
        middle = picture[rows // 4 : rows * 3 // 4, columns // 4 : columns * 3 // 4]
        yield np.asarray(cv2.resize(np.ascontiguousarray(middle[:, ::-1]), _SIZE), np.uint8)
