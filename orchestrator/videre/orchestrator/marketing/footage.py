"""Which stretches of a film its script shows. Pure.

Shots without what must not be shown are pieces of at most `_LONGEST_MS`. Those in which most is to
be told are taken, what was told already counting little, until they fill the length; then each gets
the same length as far as it is long enough, and they stand in the order of the film.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.common.values import TimeSpan
from videre.orchestrator.document import Analysis, Condition, Transition
from videre.orchestrator.marketing.model import Clip, Fact
from videre.orchestrator.marketing.safety import Objections, merged, without

#: Fields of an analysis that are read here.
READ: Final = ("media", "shots", "frame_conditions", "verdict")
#: Most clips of a script. An assembly has up to 1,000, but a promotion of a minute has no more.
MOST_CLIPS: Final = 60
_MS: Final = 1_000_000
#: A shorter piece is over before anybody has seen what it shows.
_SHORTEST_MS: Final = 1_200
_LONGEST_MS: Final = 8_000
#: Pieces are taken until so much of each fills the length: room for a sentence.
_WANTED_MS: Final = 5_000
#: A fade is over after so long.
_FADE_NS: Final = 400 * _MS
#: What a fact counts that is told already.
_AGAIN: Final = 0.15
#: What is not shown.
_DULL: Final = frozenset(Condition) - {Condition.STILL}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one shot that may be shown, milliseconds."""

    shot: int
    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        """Length, milliseconds."""
        return self.end_ms - self.start_ms

    def shares(self, span: TimeSpan) -> bool:
        """Tell whether a stretch of the film overlaps it."""
        return span.start_ns < self.end_ms * _MS and span.end_ns > self.start_ms * _MS


def pieces(analysis: Analysis, objections: Objections) -> list[Piece]:
    """Return all that may be shown, in order of time."""
    end_ms = analysis.media.duration_ns // _MS
    dull = [one.span for one in analysis.frame_conditions if one.kind in _DULL]
    holes = merged((*objections.spans, *dull))
    made: list[Piece] = []
    for shot in analysis.shots:
        begin = shot.span.start_ns + (_FADE_NS if shot.transition is Transition.FADE else 0)
        if begin >= shot.span.end_ns:
            continue
        for left in without(TimeSpan(begin, shot.span.end_ns), holes):
            # Rounded inwards: no instant of a neighbour.
            first, last = -(-left.start_ns // _MS), min(left.end_ns // _MS, end_ms)
            if last - first >= _SHORTEST_MS:
                made += _parts(shot.index, first, last)
    return made


def _parts(shot: int, first: int, last: int) -> list[Piece]:
    """Cut a stretch into equal pieces that are not too long."""
    count = -(-(last - first) // _LONGEST_MS)
    borders = [first + (last - first) * number // count for number in range(count + 1)]
    return [Piece(shot, a, b) for a, b in pairwise(borders)]


def longest_script_ms(found: Sequence[Piece]) -> int:
    """Return the longest length that a script of these pieces can have."""
    return sum(sorted((one.length_ms for one in found), reverse=True)[:MOST_CLIPS])


def clips(found: Sequence[Piece], facts: Sequence[Fact], length_ms: int) -> tuple[Clip, ...]:
    """Return the clips of a script of a length.

    Args:
        found: what may be shown; together long enough, see `longest_script_ms`.
        facts: what is to be told, weightiest first.
        length_ms: of the script.
    """
    chosen = _chosen(found, facts, length_ms)
    lengths = _filled([one.length_ms for one in chosen], length_ms)
    made: list[Clip] = []
    begin = 0
    for piece, length in zip(chosen, lengths, strict=True):
        start = _start(piece, facts, length)
        part = Piece(piece.shot, start, start + length)
        told = tuple(fact.id for fact in facts if any(part.shares(one) for one in fact.spans))
        made.append(Clip(piece.shot, part.start_ms, part.end_ms, begin, told))
        begin += length
    return tuple(made)


def _chosen(found: Sequence[Piece], facts: Sequence[Fact], length_ms: int) -> list[Piece]:
    """Return the pieces that tell most, in order of time."""
    holds = np.array(
        [[any(one.shares(span) for span in fact.spans) for fact in facts] for one in found],
        np.float64,
    ).reshape(len(found), len(facts))
    lengths = np.array([one.length_ms for one in found], np.float64)
    # Equal pieces: the longer one, as far as that is of use.
    room: NDArray[np.float64] = np.minimum(lengths, _WANTED_MS) / _WANTED_MS / 100
    weights = np.array([fact.weight for fact in facts], np.float64)
    left = np.ones(len(found), np.bool_)
    taken: list[int] = []
    filled = 0
    while left.any() and filled < length_ms and len(taken) < MOST_CLIPS:
        gain = np.where(left, holds @ weights + room, -1.0)
        best = int(gain.argmax())
        left[best] = False
        taken.append(best)
        filled += min(found[best].length_ms, _WANTED_MS)
        weights = np.where(holds[best] > 0, weights * _AGAIN, weights)
    taken = _long_enough(found, taken, length_ms)
    return [found[number] for number in sorted(taken)]


def _long_enough(found: Sequence[Piece], taken: list[int], length_ms: int) -> list[int]:
    """Put longer pieces in the place of the shortest ones until they can fill the length."""
    rest = sorted(set(range(len(found))) - set(taken), key=lambda one: -found[one].length_ms)
    kept = sorted(taken, key=lambda one: -found[one].length_ms)
    total = sum(found[one].length_ms for one in kept)
    for longer in rest:
        if total >= length_ms:
            break
        if len(kept) == MOST_CLIPS:
            total -= found[kept.pop()].length_ms
        kept.append(longer)
        kept.sort(key=lambda one: -found[one].length_ms)
        total += found[longer].length_ms
    return kept


def _filled(capacities: Sequence[int], length_ms: int) -> list[int]:
    """Return a length for each, all alike as far as each has room; their sum is the length."""
    lengths = [0] * len(capacities)
    left = min(length_ms, sum(capacities))
    order = sorted(range(len(capacities)), key=lambda one: capacities[one])
    for rank, number in enumerate(order):
        lengths[number] = min(capacities[number], left // (len(order) - rank))
        left -= lengths[number]
    return lengths


def _start(piece: Piece, facts: Sequence[Fact], length: int) -> int:
    """Return where in a piece a clip begins: where its weightiest fact does, as far as it fits."""
    latest = piece.end_ms - length
    for fact in facts:
        for span in fact.spans:
            if piece.shares(span):
                return max(piece.start_ms, min(-(-span.start_ns // _MS), latest))
    return piece.start_ms
