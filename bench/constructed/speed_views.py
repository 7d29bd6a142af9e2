"""What a stretch of the speed film shows: a clip, from when, which part of it, mirrored, graded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
import numpy.typing as npt

from bench.constructed.media import FRAME_RATE

#: uint8 BGR, height×width×3.
Bgr = npt.NDArray[np.uint8]

SIZE: Final = (1280, 720)
#: Frames a second of old files that do not say it.
_UNKNOWN_RATE: Final = 15
#: The perceptual hash takes the lowest waves of a picture of so many rows and columns.
_LOW: Final = 32
_KEPT: Final = 8


@dataclass(frozen=True, slots=True)
class View:
    """A part of a picture as wide for its height as the film: its middle and width, 0..1."""

    x: float
    y: float
    width: float

    def towards(self, other: View, share: float) -> View:
        """Return the view a share of the way to another."""
        return View(
            self.x + (other.x - self.x) * share,
            self.y + (other.y - self.y) * share,
            self.width + (other.width - self.width) * share,
        )


@dataclass(frozen=True, slots=True)
class Grade:
    """A colour grade: gamma, and a gain per channel (blue, green, red)."""

    gamma: float
    gains: tuple[float, float, float]

    def table(self) -> Bgr:
        """Return the look-up table, uint8 [256, 1, 3]."""
        ramp = (np.arange(256) / 255.0) ** self.gamma * 255.0
        steps = np.clip(np.outer(ramp, self.gains), 0, 255).round()
        return np.asarray(steps[:, None], np.uint8)


@dataclass(frozen=True, slots=True)
class Inset:
    """Somebody in a corner, as interpreters of sign language are shown.

    Args:
        clip: where they come from.
        left, top, right, bottom: the part of the clip, pixels.
    """

    clip: Path
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """One shot of the film.

    Args:
        clip: film or still picture.
        start_s: where in the clip it begins.
        frames: its length in frames of the film.
        begin: the view at its first frame.
        end: the view at its last frame.
        mirrored: left and right are swapped.
        grade: its colours.
        inset: who is shown in the corner, or None.
        sign: the picture itself shows writing.
    """

    clip: Path
    start_s: float
    frames: int
    begin: View
    end: View
    mirrored: bool
    grade: Grade
    inset: Inset | None = None
    sign: bool = False


def forward(clip: Path, start_s: float) -> Iterator[Bgr]:
    """Yield a clip's frames at the film's rate from a time to its end."""
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        step = float(stream.average_rate or _UNKNOWN_RATE) / FRAME_RATE
        due = start_s * FRAME_RATE * step
        for number, frame in enumerate(container.decode(stream)):
            picture: Bgr | None = None
            while number >= round(due):
                if picture is None:
                    picture = _reduced(frame)
                yield picture
                due += step


def to_and_fro(clip: Path, start_s: float, count: int) -> Iterator[Bgr]:
    """Yield so many frames of a clip; where it ends it turns back.

    Raises:
        ValueError: the clip has no picture at the time.
    """
    seen: list[Bgr] = []
    for picture in islice(forward(clip, start_s), count):
        seen.append(picture)
        yield picture
    if not seen:
        raise ValueError(f"{clip} has nothing at {start_s} s")
    there_and_back = [*reversed(seen), *seen]
    yield from islice(cycle(there_and_back), count - len(seen))


def _reduced(frame: av.VideoFrame) -> Bgr:
    """Return a frame at most as wide as the film."""
    width, height = frame.width, frame.height
    if width > SIZE[0]:
        width, height = SIZE[0], round(SIZE[0] * height / width)
    return np.asarray(frame.reformat(width, height, format="bgr24").to_ndarray(), np.uint8)


def cut_out(picture: Bgr, view: View, size: tuple[int, int], *, mirrored: bool) -> Bgr:
    """Return a view of a picture, scaled to (width, height)."""
    height, width = picture.shape[:2]
    wide = min(width, height * size[0] / size[1]) * view.width
    high = wide * size[1] / size[0]
    left = np.clip(view.x * width - wide / 2, 0, width - wide)
    top = np.clip(view.y * height - high / 2, 0, height - high)
    scale = wide / size[0]
    matrix = np.array([[scale, 0, left], [0, scale, top]])
    if mirrored:
        matrix = np.array([[-scale, 0, left + wide - scale], [0, scale, top]])
    shown = cv2.warpAffine(
        picture, matrix, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return np.asarray(shown, np.uint8)


def perceptual_hash(picture: Bgr) -> npt.NDArray[np.bool_]:
    """Return 64 bits that stay nearly the same under small changes of a picture (DCT, median)."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, (_LOW, _LOW), interpolation=cv2.INTER_AREA).astype(np.float32)
    waves = cv2.dct(small)[:_KEPT, :_KEPT].ravel()
    return np.asarray(waves > np.median(waves[1:]), np.bool_)
