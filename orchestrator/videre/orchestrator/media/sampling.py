"""Choosing frames of one unit for the engines, among the unit's candidates. Pure.

Everything is a function of the unit alone: its candidates, the shot boundaries in it, options.
Ties go to the earliest frame.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import Final

from videre.common.values import NS
from videre.orchestrator.media.index import UnitRange
from videre.orchestrator.media.unitfile import Candidate

#: Frames this near a cut may hold both pictures (interlacing, long exposure, coding).
_CUT_MARGIN: Final = 2
#: A picture darker and flatter than this shows nothing (of 255).
_BLACK_MEAN: Final = 16.0
_BLACK_DEVIATION: Final = 8.0


@dataclass(frozen=True, slots=True)
class SamplingOptions:
    """How densely frames are looked at.

    Args:
        interval_ns: one frame for the visual engines per this much of a shot.
        text_interval_ns: longest time without a frame for reading text.
        text_gap_ns: time between two such frames of which a pair may be nearer, not more on
            average: at most four a second.
    """

    interval_ns: int = 3 * NS
    text_interval_ns: int = 2 * NS
    text_gap_ns: int = NS // 4


@dataclass(frozen=True, slots=True)
class ShotPiece:
    """The part of a shot that lies in the unit: frames [start_frame, end_frame)."""

    start_frame: int
    end_frame: int
    cut_before: bool
    cut_after: bool


@dataclass(frozen=True, slots=True)
class UnitSample:
    """The chosen frames of a unit, rising.

    Args:
        visual: for objects, classes, faces, NSFW, colours.
        text: for reading.
        key_frames: per piece its key frame; None for a piece too short to have a candidate.
    """

    visual: tuple[int, ...]
    text: tuple[int, ...]
    key_frames: tuple[int | None, ...]


def clip_shots(boundaries: Iterable[int], unit: UnitRange) -> list[ShotPiece]:
    """Return the pieces of shots in a unit.

    Args:
        boundaries: first frames of new shots, in any order; those outside the unit do not matter,
            except for one at its very end or start, which marks a cut there.
    """
    known = set(boundaries)
    inside = sorted(frame for frame in known if unit.start_frame < frame < unit.end_frame)
    edges = [unit.start_frame, *inside, unit.end_frame]
    return [
        ShotPiece(start, end, start in known, end in known)
        for start, end in pairwise(edges)
        if end > start
    ]


def sample_unit(
    candidates: Sequence[Candidate],
    boundaries: Iterable[int],
    unit: UnitRange,
    options: SamplingOptions | None = None,
) -> UnitSample:
    """Choose the frames of a unit.

    Args:
        candidates: of the unit, by rising frame.
        boundaries: first frames of new shots.
        unit: whose frames are chosen.
        options: how densely.
    """
    options = options or SamplingOptions()
    frames = [candidate.frame for candidate in candidates]
    visual: list[int] = []
    key_frames: list[int | None] = []
    for piece in clip_shots(boundaries, unit):
        own = candidates[
            bisect_left(frames, piece.start_frame) : bisect_left(frames, piece.end_frame)
        ]
        chosen = _spread(own, piece, options.interval_ns)
        visual.extend(candidate.frame for candidate in chosen)
        key_frames.append(_best(chosen, piece).frame if chosen else None)
    return UnitSample(tuple(visual), _text(candidates, options), tuple(key_frames))


def _spread(own: Sequence[Candidate], piece: ShotPiece, interval_ns: int) -> list[Candidate]:
    """Return the best candidate of each of the piece's equal windows, none longer than wanted."""
    if not own:
        return []
    start, length = own[0].time_ns, own[-1].time_ns - own[0].time_ns + 1
    windows = math.ceil(length / interval_ns)
    times = [candidate.time_ns for candidate in own]
    edges = [start + length * number // windows for number in range(windows + 1)]
    places = [bisect_left(times, edge) for edge in edges]
    return [_best(own[first:end], piece) for first, end in pairwise(places) if end > first]


def _best(own: Sequence[Candidate], piece: ShotPiece) -> Candidate:
    """Return the sharpest; pictures away from cuts and pictures that show something come first."""

    def rank(candidate: Candidate) -> tuple[bool, bool, float, int]:
        black = candidate.luma_mean < _BLACK_MEAN and candidate.luma_deviation < _BLACK_DEVIATION
        near = (piece.cut_before and candidate.frame < piece.start_frame + _CUT_MARGIN) or (
            piece.cut_after and candidate.frame >= piece.end_frame - _CUT_MARGIN
        )
        return (not black, not near, candidate.sharpness, -candidate.frame)

    return max(own, key=rank)


def _text(candidates: Sequence[Candidate], options: SamplingOptions) -> tuple[int, ...]:
    """Return the candidates that may show new text, and one after each quiet stretch.

    A change too soon after the last choice is looked at by the next candidate; when that is far, a
    short caption might have come and gone by then, and the change is looked at itself. Over time
    there are four choices a second at most.
    """
    chosen: list[int] = []
    last_ns = -options.text_interval_ns
    pending = False
    for candidate, following in zip_longest(candidates, candidates[1:]):
        pending |= candidate.changed
        since = candidate.time_ns - last_ns
        due = since >= (options.text_gap_ns if pending else options.text_interval_ns)
        ahead_ns = following.time_ns - candidate.time_ns if following else None
        last_chance = ahead_ns is None or ahead_ns >= 2 * options.text_gap_ns
        if due or (pending and last_chance):
            chosen.append(candidate.frame)
            last_ns, pending = candidate.time_ns, False
    return tuple(chosen)
