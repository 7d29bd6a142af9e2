"""Which parts of a song come back, and which of them is its chorus.

Bars are compared with bars: a part comes back where bars one after the other are like those of an
earlier part one by one (the diagonals of the self-similarity matrix; Goto, "A chorus section
detection method …", IEEE TASLP 14(5), 2006; Müller, Jiang, Grosche, "A robust fitness measure …",
IEEE TASLP 21(3), 2013). The tempo is known, so that no warping is needed. The chorus is the part
that comes back most alike and more than once, louder and fuller than what is around it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.audio.harmony import Harmony, beat_means

Array = NDArray[np.float64]

#: Bars of a song that is looked at: fewer have no form, and more are no song.
BARS: Final = (16, 600)
#: Lengths of a part, bars.
_LENGTHS: Final = (4, 6, 8, 12, 16, 20, 24)
#: Likeness is that of the least alike stretch of so many bars.
_WEAKEST: Final = 4
#: Likeness from which bars come back: this, and this share of the song's highest.
_ALIKE: Final = 0.4
_ALIKE_SHARE: Final = 0.5
#: How much more an exact repeat is worth than a similar one: a verse has other words every time.
_EXACT: Final = 4
#: Groups of one song at most.
_MOST_PARTS: Final = 6
#: How far loudness speaks for a chorus, of likenesses.
_LOUD_WEIGHT: Final = 0.3


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a song.

    Args:
        start, end: numbers of bars, half-open.
        group: sections of one group are alike; numbered from 0 in order of their first one.
        chorus: whether it is the chorus.
        score: how alike it is to the others of its group, 0..1.
    """

    start: int
    end: int
    group: int
    chorus: bool
    score: float


@dataclass(frozen=True, slots=True)
class _Part:
    """Sections that are alike: their first bars in order, all of one length."""

    starts: tuple[int, ...]
    length: int
    score: float


def bar_likeness(bars: Array, harmony: Harmony) -> tuple[Array, Array]:
    """Return how alike any two bars are [bars, bars], 0 = as any two, and how loud each is [bars].

    Args:
        bars: seconds at which bars begin, and at which the last one ends, rising.
        harmony: of the whole track.
    """
    quarters = np.concatenate(
        [np.linspace(a, b, 4, endpoint=False) for a, b in pairwise(bars)] + [bars[-1:]]
    )
    count = len(bars) - 1
    likeness = np.zeros((count, count))
    for weight, values in ((0.6, harmony.chroma), (0.2, harmony.bass), (0.2, harmony.bands)):
        means = beat_means(values, quarters)
        means = means - means.mean(axis=0)
        whole = means.reshape(count, -1)
        norm = np.linalg.norm(whole, axis=1, keepdims=True)
        whole = whole / np.where(norm > 0, norm, 1.0)
        likeness += weight * (whole @ whole.T)
    loud = beat_means(harmony.bands, bars).mean(axis=1)
    return likeness, loud


def find_sections(likeness: Array, loud: Array) -> list[Section]:
    """Return the parts of a song in order of time; none where nothing comes back."""
    count = len(likeness)
    if not BARS[0] <= count <= BARS[1]:
        return []
    diagonals = {length: _diagonals(likeness, length) for length in _LENGTHS if 2 * length <= count}
    apart = diagonals[_LENGTHS[0]][_far(count - _LENGTHS[0] + 1, _LENGTHS[0])]
    alike = max(_ALIKE, _ALIKE_SHARE * float(apart.max()))
    free = np.ones(count, dtype=bool)
    parts: list[_Part] = []
    while len(parts) < _MOST_PARTS:
        part = _best_part(diagonals, alike, free)
        if part is None:
            break
        parts.append(part)
        for start in part.starts:
            free[start : start + part.length] = False
    return _sections(parts, loud)


def _far(starts: int, length: int) -> NDArray[np.bool_]:
    """Return which pairs of starts do not overlap, [starts, starts]."""
    at = np.arange(starts)
    return np.asarray(np.abs(at[:, None] - at) >= length)


def _diagonals(likeness: Array, length: int) -> Array:
    """Return how alike `length` bars from each bar on are to those from each other bar on.

    [starts, starts]: the mean over the least alike stretch of `_WEAKEST` bars.
    """
    count = len(likeness)
    windows = sum(
        likeness[i : count - _WEAKEST + 1 + i, i : count - _WEAKEST + 1 + i]
        for i in range(_WEAKEST)
    )
    means = np.asarray(windows) / _WEAKEST
    starts = count - length + 1
    least = means[:starts, :starts].copy()
    for i in range(1, length - _WEAKEST + 1):
        np.minimum(least, means[i : starts + i, i : starts + i], out=least)
    return least


def _best_part(diagonals: dict[int, Array], alike: float, free: NDArray[np.bool_]) -> _Part | None:
    """Return the part of free bars whose coming back explains most; None where none comes back."""
    best, found = 0.0, None
    for length, table in diagonals.items():
        taken = np.concatenate([[0], np.cumsum(~free)])
        starts = np.flatnonzero(taken[length:] == taken[:-length])
        for start in starts:
            row = table[start]
            near = starts[(row[starts] >= alike) & (np.abs(starts - start) >= length)]
            chosen = [int(start)]
            for other in near[np.argsort(-row[near], kind="stable")]:
                if all(abs(int(other) - one) >= length for one in chosen):
                    chosen.append(int(other))
            if len(chosen) < 2:
                continue
            score = float(np.mean([row[other] for other in chosen[1:]]))
            worth = math.log2(_times(chosen, length)) * length * score**_EXACT
            if worth > best + 1e-9:
                best, found = worth, _Part(tuple(sorted(chosen)), length, score)
    return found


def _times(starts: list[int], length: int) -> float:
    """Return how often a part comes: one that touches the one before it counts half, for a loop
    inside a section is no part that comes back. Parts count by its logarithm for the same reason.
    """
    ordered = sorted(starts)
    touching = sum(b - a == length for a, b in pairwise(ordered))
    return len(ordered) - touching / 2


def _sections(parts: list[_Part], loud: Array) -> list[Section]:
    """Return parts and what is between them in order of time, groups numbered as they come."""
    chorus = _chorus(parts, loud)
    placed = sorted(
        (start, start + part.length, number) for number, part in enumerate(parts)
        for start in part.starts
    )  # fmt: skip
    if not placed:
        return []
    spans: list[tuple[int, int, int]] = []
    at = 0
    for start, end, number in [*placed, (len(loud), len(loud), -1)]:
        if at < start:
            spans.append((at, start, -1 - len(spans)))  # comes once: a group of its own
        if start < end:
            spans.append((start, end, number))
        at = end
    groups: dict[int, int] = {}
    return [
        Section(
            start=start,
            end=end,
            group=groups.setdefault(number, len(groups)),
            chorus=number == chorus,
            score=min(1.0, parts[number].score) if number >= 0 else 0.0,
        )
        for start, end, number in spans
    ]


def _chorus(parts: list[_Part], loud: Array) -> int | None:
    """Return the number of the part that is the chorus; None where none is."""
    deviation = float(loud.std()) or 1.0
    best, chosen = 0.0, None
    for number, part in enumerate(parts):
        bars = np.zeros(len(loud), dtype=bool)
        for start in part.starts:
            bars[start : start + part.length] = True
        if bars.all():
            continue
        louder = float(loud[bars].mean() - loud[~bars].mean()) / deviation
        value = part.score + _LOUD_WEIGHT * min(1.0, max(-1.0, louder))
        if value > best:
            best, chosen = value, number
    return chosen
