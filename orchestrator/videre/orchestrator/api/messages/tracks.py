"""Objects followed through their shots → public messages."""

from __future__ import annotations

from videre.orchestrator.api.messages.statements import Messages
from videre.orchestrator.api.messages.values import box_at, confidence
from videre.orchestrator.document import ObjectTrack
from videre.v1 import analysis_pb2 as pb


def track(messages: Messages, item: ObjectTrack) -> pb.ObjectTrack:
    """Return an object that was followed through a shot."""
    return pb.ObjectTrack(
        track_id=item.id,
        class_name=item.class_name,
        node_id=item.node_id,
        shot_index=item.shot_index,
        span=messages.span(item.span),
        confidence=confidence(item.score),
        continuity=confidence(item.continuity),
        appearance_ratio=confidence(item.appearance),
        seen_count=item.seen_count,
        boxes=[box_at(box) for box in item.boxes],
        evidence=messages.evidence(item.evidence),
    )
