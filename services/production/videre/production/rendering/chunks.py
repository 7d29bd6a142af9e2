"""Where long outputs are divided into chunks, which are encoded one by one. Pure.

Borders follow from the times of the output alone, so that they are the same whether a run was
interrupted or not, and whatever is edited; only where holes are filled, which looks at the frames
before, does a border wait for a frame without one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.exports.production_params.renditions import RenditionOptions
from videre.production.media_index import Media
from videre.production.painting.jobs import CartoonJob, EnlargeJob, PaintJob
from videre.production.rendering.job import RenderJob
from videre.production.rendering.timeline import FINE, Cut, places_of
from videre.production.retouching.edits import Edits, Times

#: Length of a chunk: a kill costs half of it on average, a border a key frame and a start.
CHUNK_S: Final = 60
#: A whole rate is meant by one this near to it: 30,000/1,001 frames a second have chunks of 1,800.
_NEAR: Final = Fraction(1, 20)
#: The last chunk takes up what is left if that is shorter than this share of one.
_REST: Final = Fraction(1, 2)
#: Options by which an encoder spends bits over the whole length.
_SPREAD: Final = ("bitrate", "max_bitrate", "buffer")
#: Frames beside a chunk whose holes count: what filling looks at, and some more.
REACH: Final = 24


@dataclass(frozen=True, slots=True)
class Laid:
    """All frames of an output, in order.

    Args:
        ticks: when each is shown.
        cuts: number of the cut that each is of.
        frames: its number in the cut's source; negative = black.
    """

    ticks: NDArray[np.int64]
    cuts: NDArray[np.int32]
    frames: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Frames of an output by their places in it: first, and behind the last."""

    first: int
    end: int


def divides(job: RenderJob, rate: Fraction | None) -> bool:
    """Tell whether parts of a job's pictures can be encoded by themselves.

    They cannot where a frame depends on how those before it were changed, where frames are dropped
    or repeated behind the decoder, and where an encoder spends a number of bits over the whole.
    """
    shown = [one for one in job.renditions if one.preset.video]
    return _by_itself(job.paint) and all(
        one.frame_rate in (None, rate) and not any(word in one.options for word in _SPREAD)
        for one in shown
    )


def _by_itself(paint: PaintJob | None) -> bool:
    """Tell whether every frame is changed by itself, behind nothing that moves."""
    return paint is None or isinstance(paint, CartoonJob | EnlargeJob)


def laid_out(cuts: Sequence[Cut], sources: Sequence[Media], rate: Fraction | None) -> Laid:
    """Return the frames of an output."""
    ticks: list[NDArray[np.int64]] = []
    numbers: list[NDArray[np.int32]] = []
    frames: list[NDArray[np.int64]] = []
    for number, cut in enumerate(cuts):
        places = [
            (one.tick, one.frame) for one in places_of(cut, sources[cut.source].pictures, rate)
        ]
        pairs = np.array(places, np.int64).reshape(-1, 2)
        ticks.append(pairs[:, 0])
        frames.append(pairs[:, 1])
        numbers.append(np.full(len(pairs), number, np.int32))
    return Laid(np.concatenate(ticks), np.concatenate(numbers), np.concatenate(frames))


def step_of(rate: Fraction | None) -> int:
    """Return the length of a chunk in ticks."""
    if rate is None:
        return CHUNK_S * FINE
    whole = round(rate)
    meant = whole if whole and abs(rate - whole) <= _NEAR else rate
    return max(1, round(CHUNK_S * meant))


def plan_chunks(
    ticks: NDArray[np.int64], step: int, free: Callable[[int], bool] = lambda _: True
) -> list[Chunk]:
    """Return the chunks of an output: they follow each other and cover all of it.

    Args:
        ticks: when each frame is shown, rising.
        step: length of a chunk in ticks.
        free: tells of a frame's place whether a chunk may begin there.
    """
    count = len(ticks)
    last = int(ticks[-1]) + 1 if count else 0
    borders = [0]
    for tick in range(step, last, step):
        if last - tick < step * _REST:
            break
        place = int(np.searchsorted(ticks, tick))
        if place <= borders[-1]:
            continue  # nothing begins in this step, or the chunk before it is longer
        while place < count and not free(place):
            place += 1
        if place < count and last - int(ticks[place]) >= step * _REST:
            borders.append(place)
    return [Chunk(first, end) for first, end in zip(borders, [*borders[1:], count], strict=True)]


def edits_within(edits: Edits, start_ns: int, end_ns: int, near: tuple[int, int]) -> Edits:
    """Return what of the edits is to be seen in a stretch.

    Args:
        edits: of the whole.
        start_ns: instant of the first frame.
        end_ns: instant of the last frame.
        near: the same for what filling looks at.
    """

    def seen(start: int, end: int) -> bool:
        return start <= end_ns and end > start_ns

    def looked_at(start: int, end: int) -> bool:
        return start <= near[1] and end > near[0]

    def shown(times: Times) -> Times:
        return tuple((start, end) for start, end in times if seen(start, end))

    captions = edits.captions
    if captions is not None:
        cues = tuple(one for one in captions.cues if seen(one.start_ns, one.end_ns))
        captions = replace(captions, cues=cues) if cues else None
    return Edits(
        veils=tuple(one for one in edits.veils if looked_at(one.start_ns, one.end_ns)),
        holes=tuple(one for one in edits.holes if looked_at(one.start_ns, one.end_ns)),
        hidden=tuple(one for one in edits.hidden if seen(one.start_ns, one.end_ns)),
        marks=tuple(
            replace(one, times=shown(one.times))
            for one in edits.marks
            if not one.times or shown(one.times)
        ),
        captions=captions,
    )


def chunk_file(number: int, place: int, one: RenditionOptions) -> str:
    """Return the name of a chunk's file; letters that a list of files may hold without signs."""
    return f"chunk-{number:05}-{place}.{one.preset.suffix}"


def list_file(place: int) -> str:
    """Return the name of the list of a rendition's chunks."""
    return f"chunks-{place}.txt"


def chunk_list(ticks: Sequence[int], base: Fraction, files: Sequence[str]) -> str:
    """Return the list of a rendition's chunks: files, and how long each is shown.

    Args:
        ticks: when each chunk begins.
        base: seconds a tick.
        files: one a chunk.
    """
    # Lengths are differences of rounded instants: what is rounded off never adds up.
    us = [round((tick - ticks[0]) * base * 1_000_000) for tick in ticks]
    lines = ["ffconcat version 1.0"]
    for number, file in enumerate(files):
        lines.append(f"file {file}")
        if number + 1 < len(files):
            length = us[number + 1] - us[number]
            lines.append(f"duration {length // 1_000_000}.{length % 1_000_000:06}")
    return "\n".join(lines) + "\n"
