"""What moments look like, which look alike, and which media show or sound the same. Pure.

A moment's look is the direction of the sum of the embeddings of its sampled frames, in whole
numbers as those of faces are, so that every processor finds the same likeness. Whole media are
compared by hashes: films by one of every quarter of a second, made of the coarse picture that is
measured of every frame, pictures by their perceptual hash, sound by that of `sound_hashes`. Hashes
that are at most 8 of 64 bits apart, of sound 14, are pairs, and pairs whose distance in time agrees
tell that one media is the other, or a part of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from videre.orchestrator.fusion.face_vectors import (
    Embeddings,
    Vectors,
    likeness,
    mean_vectors,
    to_bytes,
    vectors_of,
)
from videre.orchestrator.library.entries import DEFAULT_DISTANCE
from videre.orchestrator.search.packing import U32
from videre.orchestrator.search.sound_hashes import EVERY_MS, WINDOW_MS, cosines
from videre.orchestrator.search.stretches import Places

U64: Final = np.dtype("<u8")
_I16: Final = np.dtype("<i2")
_MS: Final = 1_000_000
#: How often a film has a hash, as a sound has; those of the same in two are at most half as far
#: apart.
_EVERY_MS: Final = EVERY_MS
#: Coarse pictures whose light deviates less are of one colour: they tell nothing.
_PLAIN: Final = 4.0
#: Coefficients of a hash in each direction.
_LOW: Final = 8
#: Fewer pairs tell nothing, unless one of the two has no more frames.
_FEWEST_PAIRS: Final = 3
#: Hashes of sound overlap: fewer say little more than one alone. Of copies in three codings 98 % of
#: the hashes are at most so far apart, of other sound none in 10,000 pairs.
_FEWEST_SOUNDS: Final = 12
_SOUND_DISTANCE: Final = 14
#: Most hashes of the shorter of two media that are looked for in the other: beyond, evenly chosen
#: ones.
_MOST: Final = 600
#: Hashes that are compared at once, 8 MB: a day has a third of a million.
_COMPARED: Final = 1_000_000
#: The usual constant of reciprocal rank fusion (Cormack, Clarke & Büttcher 2009).
_RRF: Final = 60

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Looks:
    """What a media looks like; nothing where nobody looked.

    Args:
        engine: "name@version" of what made the vectors; "" = none.
        numbers: the moments that have a vector, ascending.
        vectors: one each.
        times: milliseconds of the frames of a film that have a hash.
        hashes: theirs.
        still: the perceptual hash of a picture.
        sound_times: milliseconds of the stretches of sound that have a hash.
        sound_hashes: theirs.
    """

    engine: str = ""
    numbers: bytes = b""
    vectors: bytes = b""
    times: bytes = b""
    hashes: bytes = b""
    still: bytes = b""
    sound_times: bytes = b""
    sound_hashes: bytes = b""


NO_LOOKS: Final = Looks()


@dataclass(frozen=True, slots=True)
class Near:
    """A moment that looks like an example; likeness E4."""

    key: int
    number: int
    likeness: int


@dataclass(frozen=True, slots=True)
class Same:
    """Two media that show the same pictures, or sound the same.

    Args:
        pairs: hashes of the first that the second has at the same distance in time.
        share: of the hashes of the one with fewer, E4.
        first, second: from the first of those to the last, milliseconds.
    """

    pairs: int
    share: int
    first: tuple[int, int]
    second: tuple[int, int]


def vectors_by_moment(
    seen: Sequence[tuple[int, str]], embeddings: Embeddings, places: Places
) -> tuple[bytes, bytes]:
    """Return the moments that frames were seen in, and a vector of each.

    Args:
        seen: time and embedding of frames.
        places: the moments after the whole; none of a picture, which is one moment.
    """
    by_moment: dict[int, list[int]] = defaultdict(list)
    for row, (time_ns, _) in enumerate(seen):
        at = places.at(time_ns) if places.of else -1
        if at is not None:
            by_moment[at + 1].append(row)
    if not by_moment:
        return b"", b""
    numbers = sorted(by_moment)
    vectors = mean_vectors(
        vectors_of([reference for _, reference in seen], embeddings),
        [by_moment[number] for number in numbers],
    )
    return np.array(numbers, U32).tobytes(), b"".join(to_bytes(vectors))


def grid_hashes(grids: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    """Return the hashes of coarse pictures; 0 of those of one colour.

    As a perceptual hash: the signs of the lowest coefficients of their cosine transform against
    their median (Zauner 2010), of a picture that is small already.
    """
    count, rows, columns = grids.shape
    light = grids.astype(np.float64)
    low = np.einsum("ir,nrc,jc->nij", cosines(rows, _LOW), light, cosines(columns, _LOW))
    flat = low.reshape(count, -1)
    flat[:, 0] = 0.0  # how light the picture is as a whole
    bits = flat > np.median(flat, axis=1, keepdims=True)
    hashes = np.packbits(bits, axis=1).view(">u8")[:, 0].astype(np.uint64)
    hashes[light.reshape(count, -1).std(axis=1) < _PLAIN] = 0
    return hashes


def every_so_often(times_ns: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return which frames have a hash: the first one in each quarter of a second."""
    _, first = np.unique(times_ns // (_EVERY_MS * _MS), return_index=True)
    return first.astype(np.int64)


def packed_hashes(hashed: Sequence[tuple[int, int]]) -> tuple[bytes, bytes]:
    """Return times and hashes of frames, given in nanoseconds."""
    kept = sorted({(time_ns // _MS, value) for time_ns, value in hashed if value})
    times = np.array([time_ms for time_ms, _ in kept], U32)
    return times.tobytes(), np.array([value for _, value in kept], U64).tobytes()


def packed_still(value: int | None) -> bytes:
    """Return the hash of a picture; nothing where it has none."""
    return b"" if value is None else np.array([value], U64).tobytes()


def unpacked(numbers: bytes, vectors: bytes) -> tuple[npt.NDArray[np.uint32], Vectors]:
    """Return moments and their vectors, one a row."""
    of = np.frombuffer(numbers, U32)
    rows = np.frombuffer(vectors, _I16).reshape(len(of), -1 if len(of) else 0)
    return of, rows.astype(np.float32)


def nearest(example: Vectors, blocks: Iterable[tuple[int, bytes, bytes]], limit: int) -> list[Near]:
    """Return the moments most like an example, at equal likeness in the order of the index.

    Args:
        example: one row.
        blocks: key, moments and vectors of media.
    """
    found: list[Near] = []
    for key, numbers, vectors in blocks:
        of, rows = unpacked(numbers, vectors)
        if rows.shape[1:] != example.shape[1:]:
            continue
        alike = likeness(example, rows)[0]
        best = np.argsort(-alike, kind="stable")[:limit]
        found += [Near(key, int(of[i]), int(alike[i])) for i in best]
        if len(found) > 8 * limit:
            found = _first(found, limit)
    return _first(found, limit)


def _first(found: list[Near], limit: int) -> list[Near]:
    found.sort(key=lambda one: (-one.likeness, one.key, one.number))
    return found[:limit]


def fused(rankings: Sequence[Sequence[T]]) -> list[tuple[T, float]]:
    """Return what stands in rankings by reciprocal rank fusion, the best first."""
    scores: dict[T, float] = defaultdict(float)
    for ranking in rankings:
        for rank, one in enumerate(ranking, 1):
            scores[one] += 1 / (_RRF + rank)
    # Sorting is stable: at equal scores the order of the first ranking.
    return sorted(scores.items(), key=lambda item: -item[1])


def same_pictures(first: Looks, second: Looks) -> Same | None:
    """Return where two media show the same pictures; None where they do not."""
    if first.still and second.still:
        left, right = np.frombuffer(first.still, U64), np.frombuffer(second.still, U64)
        if int(np.bitwise_count(left ^ right)[0]) > DEFAULT_DISTANCE:
            return None
        return Same(1, 10_000, (0, 0), (0, 0))
    return _same(
        (first.times, first.hashes), (second.times, second.hashes), DEFAULT_DISTANCE, _FEWEST_PAIRS
    )


def same_sound(first: Looks, second: Looks) -> Same | None:
    """Return where two media have the same sound; None where they do not.

    What is shorter than the fewest pairs tells nothing.
    """
    own, its = (first.sound_times, first.sound_hashes), (second.sound_times, second.sound_hashes)
    if min(len(own[0]), len(its[0])) < _FEWEST_SOUNDS * U32.itemsize:
        return None
    same = _same(own, its, _SOUND_DISTANCE, _FEWEST_SOUNDS)
    if same is None:
        return None
    heard = [(start, end + WINDOW_MS) for start, end in (same.first, same.second)]
    return Same(same.pairs, same.share, heard[0], heard[1])


def _same(
    first: tuple[bytes, bytes], second: tuple[bytes, bytes], distance: int, fewest: int
) -> Same | None:
    """Return where two media have the same hashes; None where they do not.

    Args:
        first, second: times and hashes.
        distance: most bits between two that are a pair.
        fewest: fewer pairs tell nothing, unless one of the two has no more hashes.
    """
    # Those of the shorter are looked for in the longer: of the longer, some would miss the shorter.
    swapped = len(first[0]) > len(second[0])
    fewer, more = (second, first) if swapped else (first, second)
    times, others = (np.frombuffer(one[0], U32).astype(np.int64) for one in (fewer, more))
    hashes, right = (np.frombuffer(one[1], U64) for one in (fewer, more))
    if len(hashes) > _MOST:
        chosen = np.linspace(0, len(hashes) - 1, _MOST).astype(np.int64)
        times, hashes = times[chosen], hashes[chosen]
    mine, its = _pairs(hashes, right, distance)
    if not len(mine):
        return None
    shift = times[mine] - others[its] if not swapped else others[its] - times[mine]
    order = np.argsort(shift, kind="stable")
    ends = np.searchsorted(shift[order], shift[order] + _EVERY_MS, side="right")
    most = int(np.argmax(ends - np.arange(len(order))))
    agreed = order[most : ends[most]]
    one, other = np.unique(mine[agreed]), np.unique(its[agreed])
    pairs = min(len(one), len(other))
    if pairs < min(fewest, len(hashes)):
        return None
    spans = (
        (int(times[one[0]]), int(times[one[-1]])),
        (int(others[other[0]]), int(others[other[-1]])),
    )
    here, there = spans[::-1] if swapped else spans
    return Same(pairs, 10_000 * pairs // len(hashes), here, there)


def _pairs(
    few: npt.NDArray[np.uint64], many: npt.NDArray[np.uint64], distance: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the places of hashes that are at most so many bits apart, in both."""
    at_once = max(1, _COMPARED // max(1, len(many)))
    found = [np.zeros((2, 0), np.intp)]
    for start in range(0, len(few), at_once):
        apart = np.bitwise_count(few[start : start + at_once, None] ^ many)
        mine, its = np.nonzero(apart <= distance)
        found.append(np.stack((mine + start, its)))
    mine, its = np.concatenate(found, axis=1)
    return mine, its
