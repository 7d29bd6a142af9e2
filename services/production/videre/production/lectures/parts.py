"""A lecture's parts: its pictures are looked at four times a second, at changes one by one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from videre.production.decode import FrameSource
from videre.production.known import Stretch, Written
from videre.production.lectures.grids import COLUMNS, ROWS, SIDE, grid
from videre.production.lectures.slides import (
    STEP_NS,
    Change,
    Grids,
    changes,
    crossing,
    free,
    mask_at,
    masks,
    nearer_new,
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
    places = [crossing(one, grids, masked) for one in slides]
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
        places: per slide the last frame known to be before its change is half done, and the first
            one known to be behind; one frame twice where it is known.
    """
    near = [range(before + 1, behind + 1) for before, behind in places]
    wanted = sorted(set(itertools.chain.from_iterable(near)))
    size = source.size(max_side=SIDE)
    seen = {
        one.frame: grid(one.picture) for one in source.read(wanted, size) if one.picture is not None
    }
    made = []
    for slide, (_, behind), frames in zip(slides, places, near, strict=True):
        there = [frame for frame in frames if frame in seen]
        if not there:
            made.append(behind)
            continue
        done = nearer_new(slide, np.stack([seen[frame] for frame in there]))
        late = np.flatnonzero(~done)
        after = int(late[-1]) + 1 if len(late) else 0
        made.append(there[after] if after < len(there) else behind)
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
    for border in sorted(set(borders)):
        if frames.start < border < frames.stop:
            length = pictures.start_ns(border) - pictures.start_ns(kept[-1])
            if length >= shortest_ns:
                kept.append(border)
    rest = _end_ns(pictures, frames) - pictures.start_ns(kept[-1])
    if len(kept) > 1 and rest < shortest_ns:
        kept.pop()
    return [*kept, frames.stop]
