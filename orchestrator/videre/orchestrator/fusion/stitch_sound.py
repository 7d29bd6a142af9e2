"""Windows of sound → kinds of sound; loudness as it was measured. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Final

from videre.common.values import NS, SCORE_ONE
from videre.orchestrator.document import (
    AudioKind,
    AudioSegment,
    Loudness,
)
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import SOUND
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.timeline import Timeline

#: Level below which a window is silence, dB of full scale × 10,000.
_SILENCE: Final = -60 * SCORE_ONE
_MUSIC_SCORE: Final = 3_000
_MUSIC_ROOT: Final = ("music",)
#: Shorter stretches between two of the same kind are filled.
_SHORT_NS: Final = 3 * NS // 10


def audio_segments(
    activity: Iterable[Evidence],
    sound: Iterable[Evidence],
    judge: Judge,
    taxonomy: Taxonomy,
    timeline: Timeline,
) -> tuple[AudioSegment, ...]:
    """Return stretches of speech, music, noise and silence in order of time.

    Where somebody speaks it is speech, whatever else is heard. Elsewhere a window is silence by its
    level, music by its classes, noise otherwise. Windows overlap: each speaks from its own start to
    the start of the next.
    """
    speech = [
        (record.span.start_ns, record.span.end_ns, AudioKind.SPEECH, judge.score(record))
        for record in sorted(activity, key=lambda r: (r.span, r.id))
        if judge.detects(record)
    ]
    pieces = [*speech, *_outside(_windows(list(sound), judge, taxonomy), speech)]
    merged = _fill(_merge(sorted(pieces)))
    return tuple(
        AudioSegment(kind, timeline.with_frames(start, end), score)
        for start, end, kind, score in merged
    )


_Piece = tuple[int, int, AudioKind, int]


def _windows(records: Sequence[Evidence], judge: Judge, taxonomy: Taxonomy) -> list[_Piece]:
    musical = {
        name
        for name in {record.class_name for record in records}
        if taxonomy.is_within(taxonomy.node_of(SOUND.name, name), _MUSIC_ROOT)
    }
    # Tens of thousands of records, of which few have a level or are musical.
    levels = {
        _window(record): record.attributes.get("level_dbfs", 0)
        for record in records
        if not record.class_name
    }
    heard = [record for record in records if record.class_name in musical]
    music: dict[tuple[int, int], int] = {}
    for record, score in zip(heard, judge.scores(heard), strict=True):
        window = _window(record)
        if music.get(window, 0) < score:
            music[window] = score
    windows = sorted(levels)
    pieces: list[_Piece] = []
    for window, following in zip_longest(windows, windows[1:]):
        start, end = window
        if following is not None and following[0] < end:
            end = following[0]
        score = music.get(window, 0)
        if levels[window] < _SILENCE:
            pieces.append((start, end, AudioKind.SILENCE, SCORE_ONE))
        elif score >= _MUSIC_SCORE:
            pieces.append((start, end, AudioKind.MUSIC, score))
        else:
            pieces.append((start, end, AudioKind.NOISE, SCORE_ONE - score))
    return pieces


def _window(record: Evidence) -> tuple[int, int]:
    return record.span.start_ns, record.span.end_ns


def _outside(pieces: Iterable[_Piece], holes: Sequence[_Piece]) -> list[_Piece]:
    """Return the parts of `pieces` that no hole covers; holes are in order and do not overlap."""
    kept: list[_Piece] = []
    ends = [hole[1] for hole in holes]
    for start, end, kind, score in pieces:
        index = bisect_left(ends, start + 1)
        while index < len(holes) and holes[index][0] < end:
            if start < holes[index][0]:
                kept.append((start, holes[index][0], kind, score))
            start = holes[index][1]
            index += 1
        if start < end:
            kept.append((start, end, kind, score))
    return kept


def _merge(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Join neighbours of one kind; the score is the highest."""
    merged: list[_Piece] = []
    for start, end, kind, score in pieces:
        if merged and merged[-1][2] is kind and start - merged[-1][1] <= 0:
            first, last, _, best = merged[-1]
            merged[-1] = (first, max(last, end), kind, max(best, score))
        elif start < end:
            merged.append((start, end, kind, score))
    return merged


def _fill(pieces: list[_Piece]) -> list[_Piece]:
    """Give slivers between two stretches of one kind to them."""
    filled: list[_Piece] = []
    for index, (start, end, kind, score) in enumerate(pieces):
        around = filled and index + 1 < len(pieces) and filled[-1][2] is pieces[index + 1][2]
        if around and end - start < _SHORT_NS and kind is not AudioKind.SPEECH:
            kind, score = filled[-1][2], 0
        filled.append((start, end, kind, score))
    return _merge(filled)


def loudness(records: Iterable[Evidence]) -> Loudness | None:
    """Return the loudness of the track; None where it was not measured."""
    record = next(iter(sorted(records, key=lambda r: r.id)), None)
    if record is None:
        return None
    values = (
        record.attributes.get(name) for name in ("integrated_lufs", "range_lu", "true_peak_dbtp")
    )
    return Loudness(*(None if value is None else thousandths(value) for value in values))


def mostly_music(sound: Iterable[Evidence], judge: Judge, taxonomy: Taxonomy) -> bool:
    """Tell whether the sound classes hear music most of the time."""
    lengths: dict[AudioKind, int] = defaultdict(int)
    for start, end, kind, _ in _windows(list(sound), judge, taxonomy):
        lengths[kind] += end - start
    return 2 * lengths[AudioKind.MUSIC] > sum(lengths.values())


def thousandths(value: int) -> int:
    """Return a ten-thousandth measure in thousandths, rounded half up."""
    return (value + 5) // 10
