"""Films with a subject whose way is known, for tests of reframing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

Way = Callable[[float], tuple[float, float]]


def frames_of(path: Path) -> Iterator[np.ndarray]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="rgb24")


def person(path: Path, height: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a person filmed before green and how much of each pixel is the person."""
    picture = next(frames_of(path))
    colours = picture.astype(np.float64)
    alpha = 1 - ((colours[..., 1] - colours[..., [0, 2]].max(axis=2)) / 60).clip(0, 1)
    rows, columns = (
        np.flatnonzero(alpha.mean(axis=1) > 0.05),
        np.flatnonzero(alpha.mean(axis=0) > 0.05),
    )
    part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    picture, alpha = picture[part], alpha[part]
    step = picture.shape[0] / height
    width = round(picture.shape[1] / step)
    at = np.ix_((np.arange(height) * step).astype(int), (np.arange(width) * step).astype(int))
    return picture[at], alpha[at][..., None]


def composed(
    film: Path, subject: tuple[np.ndarray, np.ndarray], way: Way, target: Path, *, count: int,
    still: bool = False, size: tuple[int, int] = (640, 360), rate: int = 25,
) -> list[tuple[float, float, float, float]]:  # fmt: skip
    """Write a film with a subject in it; return its box in each frame, shares of the picture.

    Args:
        film: the background.
        subject: colours and shares of the pixels.
        way: seconds → middle of the subject, shares of the picture.
        target: the file.
        count: frames.
        still: the background is the film's first frame throughout.
        size: of the film.
        rate: frames a second.
    """
    colours, alpha = subject
    height, width = alpha.shape[:2]
    truth, backgrounds = [], _scaled(film, size, repeat=still)
    with av.open(str(target), "w") as out:
        stream: Any = out.add_stream("libx264", rate=rate, options={"crf": "20"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(count):
            across, down = way(number / rate)
            left = round(across * size[0] - width / 2)
            top = round(down * size[1] - height / 2)
            picture = next(backgrounds).copy()
            inside = picture[max(0, top) : top + height, max(0, left) : left + width]
            used = alpha[max(0, -top) :, max(0, -left) :][: inside.shape[0], : inside.shape[1]]
            seen = colours[max(0, -top) :, max(0, -left) :][: inside.shape[0], : inside.shape[1]]
            inside[:] = (inside * (1 - used) + seen * used).astype(np.uint8)
            truth.append((left / size[0], top / size[1],
                          (left + width) / size[0], (top + height) / size[1]))  # fmt: skip
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, rate)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return truth


def _scaled(film: Path, size: tuple[int, int], *, repeat: bool) -> Iterator[np.ndarray]:
    """Yield the frames of a film in a size, forward and backward and on."""
    frames = []
    with av.open(str(film)) as container:
        for frame in container.decode(video=0):
            frames.append(frame.reformat(*size, format="rgb24").to_ndarray())
            if repeat or len(frames) == 100:
                break
    while True:
        yield from frames
        yield from frames[-2:0:-1]
