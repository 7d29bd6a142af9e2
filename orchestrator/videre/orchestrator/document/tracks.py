"""Objects followed through their shots. Part of the document. Pure."""

from __future__ import annotations

import msgspec

from videre.common.values import TimeSpan
from videre.orchestrator.document.refs import BoxAt, EvidenceRef


class ObjectTrack(msgspec.Struct, frozen=True, gc=False):
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
