"""The slots of a film, read from its latest analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.ads.breaks import READ, MotionOf, breaks
from videre.orchestrator.ads.choice import slots
from videre.orchestrator.ads.model import WEIGHTS, Break, Roll, Slot
from videre.orchestrator.api.ads.checks import rules_of
from videre.orchestrator.api.present import duration
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.document import Analysis, Suggestion, Verdict
from videre.orchestrator.document.canonical import StoredDocument
from videre.orchestrator.steps.kept_signals import kept_signals
from videre.orchestrator.store.records import AnalysisRecord
from videre.v1 import ad_pb2 as pb

ROLLS: Final = {
    Roll.PRE: pb.AD_ROLL_PRE, Roll.MID: pb.AD_ROLL_MID, Roll.POST: pb.AD_ROLL_POST,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FoundSlots:
    """The slots of a film, and what they were chosen from."""

    record: AnalysisRecord
    duration_ns: int
    slots: Sequence[Slot]
    breaks: int


class SlotFinder:
    """Finds slots. Blocking: call through threads."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app

    def find(self, project: str, request: pb.FindAdSlotsRequest) -> FoundSlots:
        """Return the slots of a film.

        Raises:
            VidereError: MEDIA_NOT_FOUND, ANALYSIS_NOT_FOUND.
        """
        record = self._app.media.analysis(project, request.media_id, 0)
        stored = StoredDocument(self._app.artifacts.read(project, record.document_digest))
        analysis = Analysis(**dict(zip(READ, stored.read(*READ), strict=True)))
        length = analysis.media.duration_ns
        if not length or record.suggestion == Suggestion.BLOCK:
            return FoundSlots(record, length, (), 0)
        motion, usual = self._motion(project, analysis.media.digest)
        found: list[Break] = breaks(analysis, motion, usual)
        sensitive = _sensitive(analysis.verdict)
        chosen = slots(found, length, sensitive, rules_of(request, length))
        return FoundSlots(record, length, chosen, len(found))

    def _motion(self, project: str, digest: str) -> tuple[MotionOf, float | None]:
        """Return the motion of stretches, and the median of all frames."""
        parts = [
            (signals["time_ns"], signals["delta_y"])
            for signals in kept_signals(self._app.runtime(), project, digest)
        ]
        if not parts:
            return lambda start, end: None, None
        times = np.concatenate([part[0] for part in parts])
        deltas = np.concatenate([part[1] for part in parts]).astype(np.float64)

        def of(start: int, end: int) -> float | None:
            first, last = np.searchsorted(times, (start, end))
            # A cut is no motion: the frame that differs most is left out.
            some = np.sort(deltas[first:last])[:-1]
            return float(some.mean()) if len(some) else None

        return of, float(np.median(deltas))


def _sensitive(verdict: Verdict | None) -> list[TimeSpan]:
    """Return where a verdict wants something blocked or looked at."""
    groups = verdict.groups if verdict is not None else ()
    return [
        segment.span
        for group in groups
        for segment in group.segments
        if segment.suggestion is not Suggestion.PASS
    ]


def slot_message(slot: Slot) -> pb.AdSlot:
    """Return a slot."""
    message = pb.AdSlot(
        roll=ROLLS[slot.roll], offset=duration(slot.time_ns), score=slot.score / SCORE_ONE
    )
    if slot.found is not None:
        total = sum(WEIGHTS[one.signal] for one in slot.found.reasons)
        message.border = pb.BreakBorder.Value(f"BREAK_BORDER_{slot.found.border.upper()}")
        if slot.found.shot is not None:
            message.shot_index = slot.found.shot
        for one in slot.found.reasons:
            message.reasons.add(
                signal=pb.BreakSignal.Value(f"BREAK_SIGNAL_{one.signal.upper()}"),
                value=one.value / SCORE_ONE,
                weight=WEIGHTS[one.signal] / total,
            )
    return message
