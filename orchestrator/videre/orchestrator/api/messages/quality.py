"""Faults of picture and sound as public messages."""

from __future__ import annotations

from videre.orchestrator import document as d
from videre.orchestrator.api.messages.statements import Messages
from videre.orchestrator.api.messages.values import box, confidence
from videre.v1 import analysis_pb2 as pb


def quality_finding(messages: Messages, item: d.QualityFinding) -> pb.QualityFinding:
    """Return one fault."""
    return pb.QualityFinding(
        kind=pb.QualityKind.Value(f"QUALITY_KIND_{item.kind.upper()}"),
        span=messages.span(item.span),
        severity=confidence(item.severity),
        value=item.value / 1_000,
        channels=item.channels,
        picture_box=box(item.picture_box),
        evidence=messages.evidence(item.evidence),
    )
