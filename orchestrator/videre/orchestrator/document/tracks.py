"""Objects followed through their shots. Part of the document. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from videre.common.values import TimeSpan
from videre.orchestrator.document.refs import BoxAt, EvidenceRef


@dataclass(frozen=True, slots=True)
class ObjectTrack:
    """One object or face through one shot; scores and shares are E4.

    `continuity` is the least that two neighbouring boxes have in common.
    """

    id: str
    class_name: str
    node_id: str
    shot_index: int
    span: TimeSpan
    score: int
    continuity: int
    appearance: int
    seen_count: int
    boxes: tuple[BoxAt, ...]
    evidence: tuple[EvidenceRef, ...]
