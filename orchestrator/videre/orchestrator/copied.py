"""Evidence of one media as that of a copy of it: its records with the frames and times there. Pure.

Both have the same coded pictures or the same samples in a stretch; where the stretch begins, and
how finely a container counts time, may differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from msgspec import structs

from videre.common.values import TimeSpan
from videre.orchestrator.evidence import LOOKED_BEFORE, Evidence, EvidenceBlob
from videre.orchestrator.timeline import Timeline


def in_frames(blob: EvidenceBlob, span: TimeSpan, timeline: Timeline) -> tuple[Evidence, ...]:
    """Return what was found in a unit as what is found in the same unit of a copy.

    Args:
        blob: of the unit.
        span: of the copy's unit.
        timeline: the copy's.

    Raises:
        ValueError: the units have not the same number of frames, or a record is of none.
    """
    shift = _start(span) - _start(blob.span)
    if _end(blob.span) + shift != _end(span):
        raise ValueError("units of different lengths")
    return tuple(
        structs.replace(
            record,
            span=timeline.frame_span(_start(record.span) + shift, _end(record.span) + shift),
            attributes=_shifted(record.attributes, shift),
            id="",
        )
        for record in blob.records
    )


def in_time(blob: EvidenceBlob, span: TimeSpan) -> tuple[Evidence, ...]:
    """Return what was found in a stretch of sound as what is found in the same one of a copy.

    Args:
        blob: of the stretch.
        span: of the copy's stretch.

    Raises:
        ValueError: a record is of frames.
    """
    shift = span.start_ns - blob.span.start_ns

    def moved(own: TimeSpan) -> TimeSpan:
        if own.start_frame is not None:
            raise ValueError("sound has no frames")
        start = own.start_ns + shift
        # What goes to the end of a track ends with the other track, by its container's clock.
        end = span.end_ns if own.end_ns == blob.span.end_ns else own.end_ns + shift
        return TimeSpan(start, max(start, end))

    return tuple(
        structs.replace(
            record,
            span=moved(record.span),
            words=tuple(
                replace(word, start_ns=word.start_ns + shift, end_ns=word.end_ns + shift)
                for word in record.words
            ),
            id="",
        )
        for record in blob.records
    )


def cited(records: tuple[Evidence, ...]) -> frozenset[str]:
    """Return the artifacts that records cite."""
    found = {record.picture for record in records}
    found |= {record.embedding.partition("/")[0] for record in records}
    return frozenset(found - {""})


def _shifted(attributes: Mapping[str, int], shift: int) -> Mapping[str, int]:
    if not shift or LOOKED_BEFORE not in attributes:
        return attributes
    return {**attributes, LOOKED_BEFORE: attributes[LOOKED_BEFORE] + shift}


def _start(span: TimeSpan) -> int:
    return _frame(span.start_frame)


def _end(span: TimeSpan) -> int:
    return _frame(span.end_frame)


def _frame(number: int | None) -> int:
    if number is None:
        raise ValueError("not evidence of frames")
    return number
