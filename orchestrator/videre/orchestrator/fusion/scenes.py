"""Shots → scenes: shots that belong together. Pure.

**Method.** Every two shots that are near in time are linked by how alike they look
(`shot_likeness`). A boundary between two shots is as *coherent* as the strongest link that crosses
it: Kender and Yeo's coherence with a memory (CVPR 1998) in the form of overlapping links (Hanjalic,
Lagendijk and Biemond 1999). In a dialogue A-B-A-B every inner boundary is crossed by a link from
one A to the next or one B to the next, however unlike A and B are. Where nothing crosses, a scene
begins. Sound that goes on over a cut speaks against a boundary there, a fade or black for it.

The cost grows with shots × the length of `_MEMORY`; a boundary depends on its neighbourhood only.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.common.values import NS, SCORE_ONE, TimeSpan
from videre.orchestrator.document import (
    AudioKind,
    AudioSegment,
    Condition,
    FrameCondition,
    Shot,
    Transition,
)
from videre.orchestrator.fusion.shot_likeness import Looks, e4, likeness

Scores = npt.NDArray[np.int64]

#: A shot is remembered for so long after its end, and for some shots: hundredths of a link by how
#: many shots later the other one comes. What returns after more is a return, no conversation.
_MEMORY_NS: Final = 30 * NS
_MEMORY: Final = (100, 100, 100, 90, 75, 60)
#: Likeness E4 of two shots of one scene at a boundary's even chance.
_LINK: Final = 5_500
#: What else moves the score of a boundary, E4.
_SPEECH_GOES_ON, _MUSIC_GOES_ON, _FADES, _BLACK = -2_000, -1_000, 1_500, 1_500
#: Sound goes on over a cut when it is there for this long on both sides: editors let the sound of
#: a scene begin before or end after its picture.
_GOES_ON_NS: Final = 3 * NS // 2
#: From this score on a scene begins.
THRESHOLD: Final = 5_000
#: Shorter scenes join their neighbour unless both their boundaries are this sure; those shorter
#: than the second limit (a leader, a flash) always do.
_SHORT_NS, _FLASH_NS = 4 * NS, 3 * NS // 2
_SURE: Final = 7_500


def scene_starts(
    shots: Sequence[Shot],
    known: Looks,
    sound: Iterable[AudioSegment],
    conditions: Iterable[FrameCondition],
) -> list[tuple[int, int]]:
    """Return the first shot of every scene with the score E4 of its beginning, in order.

    Args:
        shots: all shots.
        known: what they look like.
        sound: what fills the sound track.
        conditions: special stretches of the picture, of which black parts scenes.
    """
    if not shots:
        return []
    scores = SCORE_ONE - SCORE_ONE * _coherence(shots, known) // (2 * _LINK)
    scores += _heard(shots, list(sound)) + _darkened(shots, conditions)
    scores = np.clip(scores, 0, SCORE_ONE)
    starts = [index for index in range(1, len(shots)) if scores[index] >= THRESHOLD]
    kept = _without_short(starts, scores.tolist(), shots)
    return [(0, SCORE_ONE), *((index, int(scores[index])) for index in kept)]


def _coherence(shots: Sequence[Shot], known: Looks) -> Scores:
    """Return the strongest link over the boundary before each shot, E4; 0 before the first."""
    count = len(shots)
    starts = np.array([shot.span.start_ns for shot in shots], np.int64)
    ends = np.array([shot.span.end_ns for shot in shots], np.int64)
    strongest = np.zeros(count, np.int64)
    for lag, kept in enumerate(_MEMORY[: count - 1], 1):
        links = e4(likeness(known, lag)) * kept // 100
        links[starts[lag:] - ends[:-lag] > _MEMORY_NS] = 0
        for step in range(1, lag + 1):  # the link from shot i crosses the boundaries i+1 … i+lag
            crossed = strongest[step : step + len(links)]
            np.maximum(crossed, links, out=crossed)
    return strongest


def _heard(shots: Sequence[Shot], sound: Sequence[AudioSegment]) -> Scores:
    """Return what the sound says of the boundary before each shot, E4."""
    said = np.zeros(len(shots), np.int64)
    cuts = [shot.span.start_ns for shot in shots]
    for segment in sound:
        weight = {AudioKind.SPEECH: _SPEECH_GOES_ON, AudioKind.MUSIC: _MUSIC_GOES_ON}.get(
            segment.kind, 0
        )
        if weight:
            first = bisect_left(cuts, segment.span.start_ns + _GOES_ON_NS)
            last = bisect_right(cuts, segment.span.end_ns - _GOES_ON_NS)
            said[first:last] = np.minimum(said[first:last], weight)
    return said


def _darkened(shots: Sequence[Shot], conditions: Iterable[FrameCondition]) -> Scores:
    """Return what fades and black say of the boundary before each shot, E4."""
    said = np.array(
        [_FADES if shot.transition is Transition.FADE else 0 for shot in shots], np.int64
    )
    cuts = [shot.span.start_ns for shot in shots]
    for condition in conditions:
        if condition.kind is Condition.BLACK:
            first = bisect_left(cuts, condition.span.start_ns)
            last = bisect_right(cuts, condition.span.end_ns)
            said[first:last] = _BLACK
    return said


def _without_short(starts: Sequence[int], scores: list[int], shots: Sequence[Shot]) -> list[int]:
    """Return the beginnings without the less sure one of each scene that is too short."""
    kept: list[int] = []
    for start in starts:
        begin_ns = shots[kept[-1] if kept else 0].span.start_ns
        surest = min(scores[start], scores[kept[-1]]) if kept else scores[start]
        if not _too_short(shots[start].span.start_ns - begin_ns, surest):
            kept.append(start)
        elif kept and scores[kept[-1]] < scores[start]:
            kept[-1] = start
    last_ns = shots[-1].span.end_ns
    if kept and _too_short(last_ns - shots[kept[-1]].span.start_ns, scores[kept[-1]]):
        kept.pop()
    return kept


def _too_short(length_ns: int, score: int) -> bool:
    """Tell whether a scene is no scene: its length, and the score of its less sure boundary."""
    return length_ns < _FLASH_NS or (length_ns < _SHORT_NS and score < _SURE)


def span_of(shots: Sequence[Shot], first: int, end: int) -> TimeSpan:
    """Return the stretch of shots [first, end)."""
    begins, ends = shots[first].span, shots[end - 1].span
    return TimeSpan(begins.start_ns, ends.end_ns, begins.start_frame, ends.end_frame)
