"""Boxes of sampled frames → tracks: one object followed through one shot. Pure.

After SORT (Bewley, Ge, Ott, Ramos, Upcroft: Simple Online and Realtime Tracking, ICIP 2016): a box
continues the track whose last box, or the place to which it moves on at an even pace, it overlaps;
boxes of one class only, each once, best overlap first. SORT is made for every frame of a film. Here
frames are sampled, by default one in three seconds, and two cars that pass three seconds apart must
not become one. So the longer the time between two boxes, the more they must have in common:

- up to half a second an overlap (intersection over union) of .3, as in SORT; more with the time, .5
  from one and a half seconds on, which is for what stays where it is;
- what moves its own length between two samples overlaps nothing: in neighbouring samples up to a
  second apart, a box of like size continues a track that is at most `_STRIDE` of its lengths a
  second away, when neither the box nor the track could go with another one;
- beyond six seconds, never: a track ends, and what comes after is another one.

A frame that was looked at and does not show the object speaks against it, too: a track outlives
`MOST_MISSED` such frames in a row within two seconds, as detectors miss one now and then, no more.

When in doubt a track is broken, not mended: two tracks of one object are less wrong than one track
of two. Greedy and not by an exact assignment: that would give up a sure pair where two unsure ones
add up to more. Ties go to the earlier track, then to the box that comes first by place.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Final

import msgspec

from videre.common.values import NS, SCORE_ONE
from videre.orchestrator.document import BoxE4
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.face_tracks import content_key, overlap, track_id

#: Overlap E4 that two boxes need up to `_SOON_NS`, and from `_LATE_NS` on; evenly more in between.
_SOON_OVERLAP, _LATE_OVERLAP = 3_000, 5_000
_SOON_NS, _LATE_NS = NS // 2, 3 * NS // 2
_LONGEST_NS: Final = 6 * NS
_STRIDE_NS: Final = NS
#: Lengths of the box (its width across, its height up and down) a second, in tenths.
_STRIDE: Final = 25
#: Frames in a row that may miss an object which is there.
MOST_MISSED: Final = 2
_MISSED_NS: Final = 2 * NS
#: Widths and heights of boxes of like size differ by at most this factor, in tenths.
_LIKE_SIZE: Final = 16
_FRAME: Final = attrgetter("frame")


class Sighting(msgspec.Struct, frozen=True, gc=False):
    """A box of one object in one sampled frame, and when that is shown."""

    record: Evidence
    box: BoxE4
    frame: int
    time_ns: int


def sighting(record: Evidence, box: BoxE4) -> Sighting:
    """Return the sighting that a record with a box tells of."""
    return Sighting(record, box, record.span.start_frame or 0, record.span.start_ns)


@dataclass(slots=True)
class Chain:
    """One object through one shot: at most one box a frame, in order of time.

    `continuity` E4 is the least that two neighbouring boxes have in common, as intersection over
    union of the second with the first or with where the first moves on to.
    """

    sightings: list[Sighting]
    continuity: int = SCORE_ONE

    @property
    def id(self) -> str:
        """16 hex digits that depend on its first box's evidence alone."""
        return track_id(self.sightings[0].record)


def follow_boxes(records: Iterable[Evidence], sampled: Sequence[int]) -> list[Chain]:
    """Return the tracks of one class in one shot, in the order of their first boxes.

    Every record with a box stands in exactly one of them.

    Args:
        records: of one shot and class, in any order.
        sampled: the frames of the shot that were looked at, rising.
    """
    place = {frame: number for number, frame in enumerate(sampled)}

    def missed(chain: Chain, seen: Sighting) -> int:
        return place[seen.frame] - place[chain.sightings[-1].frame] - 1

    def goes_on(chain: Chain, seen: Sighting) -> bool:
        unseen, gap = missed(chain, seen), _gap(chain, seen)
        return gap <= (_MISSED_NS if unseen else _LONGEST_NS) and unseen <= MOST_MISSED

    seen = [
        sighting(record, record.box)
        for record in sorted(records, key=content_key)
        if record.box is not None
    ]
    chains: list[Chain] = []
    open_: list[Chain] = []
    for _, group in groupby(seen, key=_FRAME):
        boxes = list(group)
        open_ = [chain for chain in open_ if goes_on(chain, boxes[0])]
        left = _overlapping(open_, boxes)
        left = _striding([chain for chain in open_ if not missed(chain, boxes[0])], left)
        begun = [Chain([box]) for box in left]
        chains += begun
        open_ += begun
    return chains


def _gap(chain: Chain, sighting: Sighting) -> int:
    return sighting.time_ns - chain.sightings[-1].time_ns


def _overlapping(chains: Sequence[Chain], boxes: Sequence[Sighting]) -> list[Sighting]:
    """Give boxes of one frame to the tracks that they overlap; return the others."""
    pairs = [
        (-shared, number, index)
        for number, chain in enumerate(chains)
        for index, sighting in enumerate(boxes)
        if (shared := _shared(chain, sighting)) >= _least(_gap(chain, sighting))
    ]
    linked: set[int] = set()
    taken: set[int] = set()
    for less, number, index in sorted(pairs):
        if number not in linked and index not in taken:
            linked.add(number)
            taken.add(index)
            _append(chains[number], boxes[index], -less)
    return [box for index, box in enumerate(boxes) if index not in taken]


def _striding(chains: Sequence[Chain], boxes: Sequence[Sighting]) -> list[Sighting]:
    """Give boxes to the only tracks within a stride of them; return the others.

    Args:
        chains: those that the frame before showed.
        boxes: of one frame; tracks that this frame continues already go on to none of them.
    """
    strides = [
        (number, index)
        for number, chain in enumerate(chains)
        for index, sighting in enumerate(boxes)
        if _within_stride(chain, sighting)
    ]
    taken: set[int] = set()
    for number, index in strides:
        if sum(n == number or i == index for n, i in strides) == 1:
            taken.add(index)
            _append(chains[number], boxes[index], _shared(chains[number], boxes[index]))
    return [box for index, box in enumerate(boxes) if index not in taken]


def _append(chain: Chain, sighting: Sighting, shared: int) -> None:
    chain.sightings.append(sighting)
    chain.continuity = min(chain.continuity, shared)


def _least(gap_ns: int) -> int:
    late = min(max(gap_ns - _SOON_NS, 0), _LATE_NS - _SOON_NS)
    return _SOON_OVERLAP + (_LATE_OVERLAP - _SOON_OVERLAP) * late // (_LATE_NS - _SOON_NS)


def _shared(chain: Chain, sighting: Sighting) -> int:
    """Return what a box has in common with a track's last one, or with where that moves on to."""
    last = chain.sightings[-1]
    shared = overlap(last.box, sighting.box)
    if len(chain.sightings) > 1 and _gap(chain, sighting) <= _LATE_NS:
        shared = max(shared, overlap(_moved_on(chain, sighting.time_ns), sighting.box))
    return shared


def _moved_on(chain: Chain, time_ns: int) -> BoxE4:
    """Return where the last box will be when its centre goes on at the pace of the last step."""
    before, last = chain.sightings[-2:]
    step, ahead = last.time_ns - before.time_ns, time_ns - last.time_ns
    x, y, width, height = last.box
    dx = 2 * x + width - 2 * before.box[0] - before.box[2]
    dy = 2 * y + height - 2 * before.box[1] - before.box[3]
    return x + dx * ahead // (2 * step), y + dy * ahead // (2 * step), width, height


def _within_stride(chain: Chain, sighting: Sighting) -> bool:
    """Tell whether a track may have jumped to a box that it does not overlap."""
    gap = _gap(chain, sighting)
    if not 0 < gap <= _STRIDE_NS:
        return False
    old, new = chain.sightings[-1].box, sighting.box
    if any(10 * max(old[i], new[i]) > _LIKE_SIZE * min(old[i], new[i]) for i in (2, 3)):
        return False
    return all(
        5 * NS * abs(2 * (new[axis] - old[axis]) + new[axis + 2] - old[axis + 2])
        <= _STRIDE * gap * max(old[axis + 2], new[axis + 2])
        for axis in (0, 1)
    )


def between(chain: Sequence[Sighting], frames: Iterable[tuple[int, int]]) -> Iterator[
    tuple[int, int, BoxE4]
]:  # fmt: skip
    """Yield (frame, time, box) of frames inside a track that miss the object.

    Not of more than `MOST_MISSED` of them in a row, which a face's track may have: who knows.

    Between the boxes a at t_a and b at t_b the box at t is a + (b - a) × (t - t_a) / (t_b - t_a),
    each of left, top, width and height by itself, rounded half up.

    Args:
        chain: the boxes.
        frames: sampled frames of the shot with their times, rising.
    """
    looked = list(frames)
    numbers = [frame for frame, _ in looked]
    for a, b in pairwise(chain):
        missed = looked[bisect_right(numbers, a.frame) : bisect_left(numbers, b.frame)]
        for frame, time_ns in missed if len(missed) <= MOST_MISSED else ():
            part, whole = time_ns - a.time_ns, b.time_ns - a.time_ns
            box = [old + (2 * (new - old) * part + whole) // (2 * whole)
                   for old, new in zip(a.box, b.box, strict=True)]  # fmt: skip
            yield frame, time_ns, (box[0], box[1], box[2], box[3])
