"""Tracks of faces → persons of one film: average linkage with a threshold. Pure.

Clear tracks found persons: all start alone, and the two groups that are most alike on average
become one as long as that average reaches the threshold (UPGMA, found by chains of nearest
neighbours, which takes time and memory by the square of the number of tracks). Two tracks with a
face in the same frame are two people, and so are all groups that hold two such tracks. What is not
clear enough to found a person joins the one it is most like on average, or stays unknown.

Likeness starts in whole numbers; averages are made element by element. So the answer depends
neither on the processor nor on the order of the tracks, as long as no two pairs are equally alike;
between equals the earlier tracks go first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.orchestrator.fusion.face_vectors import Vectors, likeness, mean_likeness

#: Most tracks that found persons (64 MiB of likenesses); further ones can join.
MAX_FOUNDERS: Final = 4_096

_Likeness = npt.NDArray[np.float32]


def cluster(
    vectors: Vectors,
    frames: Sequence[Sequence[int]],
    founding: Sequence[bool],
    same: int,
) -> list[list[int]]:
    """Return the persons as lists of tracks, rising, in the order of their first founders.

    Args:
        vectors: one row per track, in the order of time.
        frames: the frames in which each track has a face.
        founding: which tracks may found a person. Beyond `MAX_FOUNDERS` those seen most often do.
        same: mean likeness E4 from which two groups are one person.
    """
    founders = [track for track, clear in enumerate(founding) if clear]
    if len(founders) > MAX_FOUNDERS:
        often = sorted(founders, key=lambda track: (-len(frames[track]), track))
        founders = sorted(often[:MAX_FOUNDERS])
    if not founders:
        return []
    alike = likeness(vectors[founders], vectors[founders])
    for one, other in _together([frames[track] for track in founders]):
        alike[one, other] = alike[other, one] = -np.inf
    persons = [
        [founders[part[index]] for index in group]
        for part in _parts(alike >= same)
        for group in average_linkage(alike[np.ix_(part, part)], same)
    ]
    persons.sort()
    _join(persons, vectors, frames, set(range(len(frames))) - set(founders), same)
    return [sorted(person) for person in persons]


def _parts(near: npt.NDArray[np.bool_]) -> Iterable[list[int]]:
    """Yield the parts that no pair connects: a mean cannot reach what no pair of it reaches."""
    unseen = np.ones(len(near), np.bool_)
    for first in range(len(near)):
        if not unseen[first]:
            continue
        unseen[first] = False
        members, newest = [first], np.array([first])
        while len(newest):
            reached = near[newest].any(axis=0) & unseen
            unseen &= ~reached
            newest = np.flatnonzero(reached)
            members += newest.tolist()
        yield sorted(members)


def average_linkage(alike: _Likeness, same: int) -> list[list[int]]:
    """Return groups of indices, rising, in the order of their first one.

    Args:
        alike: likeness of each to each, symmetric; -inf where two must not meet. Is overwritten.
        same: mean likeness from which two groups are one.
    """
    groups: dict[int, list[int]] = {index: [index] for index in range(len(alike))}
    np.fill_diagonal(alike, -np.inf)
    waiting = [index for index, best in enumerate(alike.max(axis=1)) if best >= same]
    waiting.reverse()
    chain: list[int] = []
    while chain or waiting:
        if not chain:
            first = waiting.pop()
            if first not in groups:
                continue
            chain.append(first)
        last = chain[-1]
        nearest = int(alike[last].argmax())
        if len(chain) > 1 and alike[last, chain[-2]] == alike[last, nearest]:
            nearest = chain[-2]
        if alike[last, nearest] < same:
            chain.pop()  # nothing will ever come nearer: an average is at most its best part
        elif len(chain) > 1 and nearest == chain[-2]:
            del chain[-2:]
            kept = _merge(alike, groups, last, nearest)
            if not chain:
                waiting.append(kept)
        else:
            chain.append(nearest)
    return [sorted(groups[index]) for index in sorted(groups)]


def _merge(alike: _Likeness, groups: dict[int, list[int]], one: int, other: int) -> int:
    """Make two groups one, under the lower index; return it."""
    kept, gone = min(one, other), max(one, other)
    left, right = np.float32(len(groups[kept])), np.float32(len(groups[gone]))
    mean = (alike[kept] * left + alike[gone] * right) / (left + right)
    # Rounding must not lift an average above its best part: the chain counts on it.
    np.minimum(mean, np.maximum(alike[kept], alike[gone]), out=mean)
    mean[[kept, gone]] = -np.inf
    alike[kept, :] = alike[:, kept] = mean
    alike[gone, :] = alike[:, gone] = -np.inf
    groups[kept] += groups.pop(gone)
    return kept


def _together(frames: Sequence[Sequence[int]]) -> Iterable[tuple[int, int]]:
    """Yield the pairs of tracks that have a face in the same frame."""
    present: dict[int, list[int]] = defaultdict(list)
    for track, own in enumerate(frames):
        for frame in own:
            present[frame].append(track)
    for tracks in present.values():
        yield from combinations(tracks, 2)


def _join(
    persons: list[list[int]],
    vectors: Vectors,
    frames: Sequence[Sequence[int]],
    others: Iterable[int],
    same: int,
) -> None:
    """Add each other track to the person it is most like, if alike enough; surest ones first."""
    joining = sorted(others)
    if not joining:
        return
    wide = vectors.astype(np.float64)
    sums = np.stack([wide[person].sum(axis=0) for person in persons])
    counts = np.array([len(person) for person in persons], np.int64)
    alike = mean_likeness(vectors[joining], sums, counts)
    seen = [{frame for track in person for frame in frames[track]} for person in persons]
    placed: set[int] = set()
    pairs = [(-alike[row, person], row, person) for row, person in np.argwhere(alike >= same)]
    for _, row, person in sorted(pairs):
        track = joining[row]
        if track not in placed and seen[person].isdisjoint(frames[track]):
            placed.add(track)
            persons[person].append(track)
            seen[person].update(frames[track])
