"""Faults of picture and sound, all kinds together. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from videre.orchestrator.document import MAX_REFS, Condition, EvidenceRef, FrameCondition, Shot
from videre.orchestrator.document.quality import QualityFinding, QualityKind
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.inputs import FusionInput
from videre.orchestrator.fusion.quality_bars import black_bars
from videre.orchestrator.fusion.quality_cells import Cells
from videre.orchestrator.fusion.quality_motion import flashing, flicker, shake
from videre.orchestrator.fusion.quality_picture import picture_faults
from videre.orchestrator.fusion.quality_sound import sound_faults
from videre.orchestrator.fusion.refs import reference

#: Class of the records that hold the measures of a unit's pictures, and of the track.
PICTURE: Final = "picture"
SOUND: Final = "sound"

#: What is no picture of anything has no faults.
_NO_PICTURE: Final = (Condition.BLACK, Condition.SOLID, Condition.COLOR_BARS)


def quality(
    given: FusionInput,
    conditions: Sequence[FrameCondition],
    shots: Sequence[Shot],
    records: Iterable[Evidence],
    key_frames: Iterable[Evidence],
) -> tuple[QualityFinding, ...]:
    """Return the faults of a media in order of time.

    Args:
        given: clock, signals and measures.
        conditions: special stretches of picture; the frozen ones are faults.
        shots: the shots.
        records: the evidence of the feature, which holds the measures.
        key_frames: kept pictures, shown beside the faults of the picture.
    """
    found = _of_picture(given, conditions, shots)
    if given.quality.sound is not None:
        found += sound_faults(given.quality.sound, given.timeline)
    proof = _Proof(records, key_frames)
    told = (item if item.evidence else replace(item, evidence=proof.of(item)) for item in found)
    return tuple(sorted(told, key=lambda item: (item.span, item.kind, item.channels)))


def _of_picture(
    given: FusionInput, conditions: Sequence[FrameCondition], shots: Sequence[Shot]
) -> list[QualityFinding]:
    measures, signals = given.quality.picture, given.signals
    if measures is None or signals is None or len(measures) != given.timeline.frame_count:
        return []
    known = [
        (item.span.start_frame or 0, item.span.end_frame or 0)
        for item in conditions
        if item.kind in _NO_PICTURE
    ]
    starts = [shot.span.start_frame or 0 for shot in shots]
    cells, luma = Cells(measures, starts, known, given.timeline), np.asarray(given.luma)
    return [
        *picture_faults(cells),
        *black_bars(cells),
        *shake(cells, measures, given.timeline),
        *flicker(cells, signals, luma, given.timeline),
        *flashing(cells, signals, luma, given.timeline),
        *(
            QualityFinding(
                QualityKind.FREEZE,
                item.span,
                item.score,
                item.span.duration_ns // 1_000_000,
                evidence=item.evidence,
            )
            for item in conditions
            if item.kind is Condition.FROZEN
        ),
    ]


#: Kinds that are heard, not seen.
_OF_SOUND: Final = frozenset(
    {
        QualityKind.SILENCE,
        QualityKind.CLIPPING,
        QualityKind.OUT_OF_PHASE,
        QualityKind.DUAL_MONO,
        QualityKind.DC_OFFSET,
        QualityKind.CHANNEL_IMBALANCE,
        QualityKind.CHANNEL_MISSING,
        QualityKind.HUM,
    }
)


class _Proof:
    """Finds the measures that a fault was found in, and the pictures that show it."""

    def __init__(self, records: Iterable[Evidence], key_frames: Iterable[Evidence]) -> None:
        ordered = sorted(records, key=_place)
        self._sound = [record for record in ordered if record.class_name == SOUND]
        self._units = [record for record in ordered if record.class_name == PICTURE]
        self._pictures = sorted((record for record in key_frames if record.picture), key=_place)
        self._unit_ends = [record.span.end_ns for record in self._units]
        self._picture_starts = [record.span.start_ns for record in self._pictures]

    def of(self, found: QualityFinding) -> tuple[EvidenceRef, ...]:
        """Return the evidence of a fault: measures first, then pictures, at most `MAX_REFS`."""
        if found.kind in _OF_SOUND:
            return tuple(reference(record) for record in self._sound)
        span = found.span
        first = bisect_left(self._unit_ends, span.start_ns + 1)
        units = self._units[first : first + MAX_REFS // 2]
        measures = [record for record in units if record.span.start_ns < span.end_ns]
        first = bisect_left(self._picture_starts, span.start_ns)
        last = bisect_left(self._picture_starts, max(span.end_ns, span.start_ns + 1))
        pictures = self._pictures[first : min(last, first + MAX_REFS - len(measures))]
        return tuple(reference(record) for record in (*measures, *pictures))


def _place(record: Evidence) -> tuple[int, int, str]:
    return record.span.start_ns, record.span.end_ns, record.id
