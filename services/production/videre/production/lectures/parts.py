"""A lecture's parts: its pictures are looked at four times a second, at changes one by one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from videre.production.decode import FrameSource
from videre.production.known import Stretch, Written
from videre.production.lectures.borders import around, border, done, rests, settled
from videre.production.lectures.grids import COLUMNS, ROWS, SIDE, grid
from videre.production.lectures.slides import (
    STEP_NS,
    Change,
    Grids,
    changes,
    free,
    mask_at,
    masks,
    new_slides,
    states,
    template,
)
from videre.production.lectures.titles import Readings
from videre.production.media_index import Pictures

#: Share of the work when all has been looked at; the rest are the pictures around changes.
_SEEN: Final = 0.9


@dataclass(frozen=True, slots=True)
class SlidePart:
    """The time of a slide: frames [first, end), and its title; "" where none was read."""

    first: int
    end: int
    title: str


def find_parts(
    source: FrameSource,
    frames: range,
    lines: Sequence[Written],
    shortest_ns: int,
    progress: Callable[[float], None],
) -> list[SlidePart]:
    """Return the parts of a lecture in order, without gaps.

    Args:
        source: the pictures.
        frames: which of them; at least one.
        lines: that were read in the pictures.
        shortest_ns: length of a part at least.
        progress: called with the share that is done.

    Raises:
        VidereError: DECODE_FAILED, DECODE_LIMIT.
    """
    pictures = source.pictures
    start_ns = pictures.start_ns(frames[0])
    count = max(1, -(-(_end_ns(pictures, frames) - start_ns) // STEP_NS))
    shown = [min(pictures.frame_at(start_ns + n * STEP_NS), frames[-1]) for n in range(count)]
    grids = _grids(source, shown, lambda share: progress(share * _SEEN))
    masked = masks(grids)
    found = changes(grids, masked, states(grids, masked))
    fixed = template(found)
    readings = Readings(lines, start_ns)
    slides = new_slides(found, fixed, readings)
    places = [around(one, grids) for one in slides]
    borders = _borders(source, slides, [(shown[a], shown[b]) for a, b in places])
    progress(1.0)
    made = []
    for first, end in itertools.pairwise(joined(borders, frames, pictures, shortest_ns)):
        stretch = Stretch(pictures.start_ns(first), _end_ns(pictures, range(first, end)))
        middle = ((stretch.start_ns + stretch.end_ns) // 2 - start_ns) // STEP_NS
        outside = free(~mask_at(masked, min(middle, count - 1)), fixed)
        made.append(SlidePart(first, end, readings.text(stretch, outside)))
    return made


def _end_ns(pictures: Pictures, frames: range) -> int:
    """Return when the last of some frames ends."""
    whole = frames.stop == len(pictures.pts)
    return pictures.end_ns if whole else pictures.start_ns(frames.stop)


def _grids(source: FrameSource, shown: Sequence[int], progress: Callable[[float], None]) -> Grids:
    """Return the grids of frames, which may repeat; what cannot be decoded is as before it."""
    grids = np.zeros((len(shown), 2, ROWS, COLUMNS), np.uint8)
    place, last = 0, grids[0]
    for item in source.read(sorted(set(shown)), source.size(max_side=SIDE)):
        last = last if item.picture is None else grid(item.picture)
        while place < len(shown) and shown[place] == item.frame:
            grids[place] = last
            place += 1
        progress(place / len(shown))
    return grids


def _borders(
    source: FrameSource, slides: Sequence[Change], places: Sequence[tuple[int, int]]
) -> list[int]:
    """Return the first frame of each new slide.

    Args:
        places: per slide a frame before its change and one behind it.
    """
    wanted = sorted({frame for first, end in places for frame in range(first, end + 1)})
    size = source.size(max_side=SIDE)
    seen = {
        one.frame: grid(one.picture) for one in source.read(wanted, size) if one.picture is not None
    }
    made = []
    for slide, (first, end) in zip(slides, places, strict=True):
        there = [frame for frame in range(first, end + 1) if frame in seen]
        if there:
            grids = np.stack([seen[one] for one in there])
            place = border(done(slide, grids), rests(slide, grids), settled(slide, grids))
            made.append(there[place])
        else:
            made.append(end)
    return made


def joined(
    borders: Sequence[int], frames: range, pictures: Pictures, shortest_ns: int
) -> list[int]:
    """Return first frames of parts and the end of the last one; none is shorter than allowed.

    What is too short joins the part behind it, the last one the part before it.

    Args:
        borders: first frames of new slides, rising.
        frames: of the lecture.
        pictures: what the index says of it.
        shortest_ns: length of a part.
    """
    kept = [frames.start]
    for one in sorted(set(borders)):
        if frames.start < one < frames.stop:
            length = pictures.start_ns(one) - pictures.start_ns(kept[-1])
            if length >= shortest_ns:
                kept.append(one)
    rest = _end_ns(pictures, frames) - pictures.start_ns(kept[-1])
    if len(kept) > 1 and rest < shortest_ns:
        kept.pop()
    return [*kept, frames.stop]
