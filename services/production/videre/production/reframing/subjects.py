"""What a shot is about: which of the things in it the window follows. Pure numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.production.known import Followed, SeenAt

F64 = NDArray[np.float64]

#: What a thing of a kind is worth. A face is worth more than the person it belongs to.
_WORTH: Final = {"face": 8.0, "person": 4.0, "moving": 3.0, "object": 1.5, "text": 1.0,
                 "salient": 1.0}  # fmt: skip
#: Larger things count no more than those of this share of the picture.
_LARGE: Final = 0.1
#: Others of the kind that are worth so much of the best one are subjects too.
_ALSO: Final = 0.5
#: Share of a shot below which a thing is no subject of it.
_SEEN: Final = 0.2
#: So long a thing is taken to be where it was seen last, and to have been where it was seen first.
_NEAR_NS: Final = 600_000_000
#: Boxes that have so much in common (intersection over union) are one thing.
_SAME: Final = 0.2
#: Longest time between two sightings of one thing.
_GAP_NS: Final = 900_000_000
#: What has nothing in common with a box may still be it, when it is fast: so far, in widths and
#: heights of it, from where its pace leads, and at most so many times as large or as small.
_REACH: Final = 2.5
_GROWN: Final = 1.6


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What a shot is about.

    Args:
        kind: "face", "person", "moving", "object", "text" or "salient".
        main: left, top, right, bottom of the main thing at each instant, shares of the picture;
            not a number where it is not seen; float64 [instants, 4].
        group: the same of all that count, around the main thing.
    """

    kind: str
    main: F64
    group: F64


def subject_of(things: Sequence[Followed], instants: NDArray[np.int64]) -> Subject | None:
    """Return what is shown at these instants of one shot; None where nothing is."""
    ways = [(one.kind, boxes_at(one, instants)) for one in things]
    valued = [(_value(kind, way), kind, way) for kind, way in ways]
    valued = [one for one in valued if one[0] > 0]
    if not valued:
        return None
    best, kind, main = max(valued, key=lambda one: one[0])
    group = main.copy()
    for value, other, way in valued:
        if other == kind and value >= _ALSO * best:
            group[:, :2] = np.fmin(group[:, :2], way[:, :2])
            group[:, 2:] = np.fmax(group[:, 2:], way[:, 2:])
    return Subject(kind, _joined(kind, main, valued), group)


def _joined(kind: str, main: F64, valued: Sequence[tuple[float, str, F64]]) -> F64:
    """Fill where the main thing is not seen with the next best of its kind."""
    filled = main.copy()
    for _, other, way in sorted(valued, key=lambda one: -one[0]):
        if other == kind:
            missing = np.isnan(filled[:, 0])
            filled[missing] = way[missing]
    return filled


def boxes_at(thing: Followed, instants: NDArray[np.int64]) -> F64:
    """Return a thing's box at instants, float64 [instants, 4]; not a number where not seen."""
    times = np.array([one.ns for one in thing.boxes], np.float64)
    sides = np.array([(b.x, b.y, b.x + b.width, b.y + b.height) for b in thing.boxes])
    made = np.stack([np.interp(instants, times, sides[:, side]) for side in range(4)], axis=1)
    away = (instants < times[0] - _NEAR_NS) | (instants > times[-1] + _NEAR_NS)
    made[away] = np.nan
    return np.asarray(made)


def _value(kind: str, way: F64) -> float:
    seen = ~np.isnan(way[:, 0])
    if seen.mean() < _SEEN:
        return 0.0
    boxes = way[seen].clip(0, 1)
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return _WORTH[kind] * float(np.sqrt(area.clip(0, _LARGE)).mean() * seen.mean())


def followed(kind: str, looks: Sequence[Sequence[SeenAt]]) -> list[Followed]:
    """Put the boxes of successive looks together, greedily: first by overlap, then by nearness.

    Args:
        kind: of the things.
        looks: boxes of each look, in order of time.
    """
    ways: list[list[SeenAt]] = []
    for boxes in looks:
        pairs = sorted(
            ((likeness, number, place) for number, way in enumerate(ways)
             for place, box in enumerate(boxes)
             if (likeness := _likeness(way, box)) is not None),
            reverse=True,
        )  # fmt: skip
        taken: set[int] = set()
        grown: set[int] = set()
        for _, number, place in pairs:
            if number not in grown and place not in taken:
                ways[number].append(boxes[place])
                grown.add(number)
                taken.add(place)
        ways += [[box] for place, box in enumerate(boxes) if place not in taken]
    return [Followed(kind, tuple(way)) for way in ways]


def _likeness(way: Sequence[SeenAt], box: SeenAt) -> float | None:
    """Return how much speaks for a box being the thing that went a way; None where it is not.

    Overlaps are above 0; distances, of what has no overlap to speak of, below.
    """
    last = way[-1]
    if box.ns - last.ns > _GAP_NS:
        return None
    overlap = _overlap(last, box)
    if overlap >= _SAME:
        return overlap
    size = float(np.sqrt((box.width * box.height) / (last.width * last.height)))
    if not 1 / _GROWN <= size <= _GROWN:
        return None
    across, down = _middle(box) - _led(way, box.ns)
    distance = max(abs(across) / last.width, abs(down) / last.height)
    return -float(distance) if distance <= _REACH else None


def _middle(box: SeenAt) -> F64:
    return np.array([box.x + box.width / 2, box.y + box.height / 2])


def _led(way: Sequence[SeenAt], ns: int) -> F64:
    """Return where a thing's middle is at an instant if it goes on as it went last."""
    last = way[-1]
    if len(way) == 1:
        return _middle(last)
    share = (ns - last.ns) / (last.ns - way[-2].ns)
    return _middle(last) + share * (_middle(last) - _middle(way[-2]))


def _overlap(one: SeenAt, other: SeenAt) -> float:
    """Return intersection over union; of boxes that only stand near, as if they were wider."""
    grow = 0.25
    width = min(one.x + one.width * (1 + grow), other.x + other.width * (1 + grow)) - max(
        one.x - one.width * grow, other.x - other.width * grow
    )
    height = min(one.y + one.height * (1 + grow), other.y + other.height * (1 + grow)) - max(
        one.y - one.height * grow, other.y - other.height * grow
    )
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    areas = (one.width * one.height + other.width * other.height) * (1 + 2 * grow) ** 2
    return both / (areas - both)
