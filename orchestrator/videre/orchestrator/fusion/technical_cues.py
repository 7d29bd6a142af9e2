"""What is special about stretches of picture, all kinds together. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from videre.orchestrator.document import MAX_REFS, EvidenceRef, FrameCondition, Shot, TextLine
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.color_bars import color_bars
from videre.orchestrator.fusion.credits import written_cues
from videre.orchestrator.fusion.inputs import FusionInput
from videre.orchestrator.fusion.refs import reference
from videre.orchestrator.fusion.stills import stills


def technical_cues(
    seen: Sequence[FrameCondition],
    shots: Sequence[Shot],
    lines: Iterable[TextLine],
    key_frames: Iterable[Evidence],
    given: FusionInput,
) -> tuple[FrameCondition, ...]:
    """Return what engines saw, colour bars, stretches without change, credits, in order of time.

    Args:
        seen: black, solid and blurred stretches.
        shots: the shots.
        lines: lines of text in the picture.
        key_frames: the sampler's evidence: kept pictures, the proof of what has no other.
        given: clock and signals.
    """
    found = list(seen)
    if given.signals is not None:
        found += color_bars(given.signals, given.timeline)
        known = [(c.span.start_frame or 0, c.span.end_frame or 0) for c in found]
        found += stills(given.signals, shots, known, given.timeline)
    found += written_cues(lines, given.luma, given.timeline)
    pictures = sorted((r for r in key_frames if r.picture), key=lambda r: (r.span, r.id))
    starts = [record.span.start_ns for record in pictures]
    return tuple(
        cue if cue.evidence else replace(cue, evidence=tuple(_shown(cue, pictures, starts)))
        for cue in sorted(found, key=lambda item: (item.span, item.kind))
    )


def _shown(
    cue: FrameCondition, pictures: Sequence[Evidence], starts: Sequence[int]
) -> list[EvidenceRef]:
    """Return the kept pictures of a stretch, in order of time."""
    first = bisect_left(starts, cue.span.start_ns)
    last = min(bisect_left(starts, cue.span.end_ns), first + MAX_REFS)
    return [reference(record) for record in pictures[first:last]]
