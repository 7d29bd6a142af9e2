"""Codes of an analysis → public messages."""

from __future__ import annotations

from videre.orchestrator import document as d
from videre.orchestrator.api.messages.statements import Messages
from videre.orchestrator.api.messages.values import confidence, quad
from videre.orchestrator.api.present import duration
from videre.v1 import analysis_pb2 as pb


def code(make: Messages, item: d.Code) -> pb.Code:
    """Return a code; what it says is handed on as it is."""
    named = "UNSPECIFIED" if item.symbology is d.Symbology.UNKNOWN else item.symbology.upper()
    return pb.Code(
        symbology=pb.Symbology.Value(f"SYMBOLOGY_{named}"),
        text=item.text,
        value=bytes.fromhex(item.value) or item.text.encode(),
        spans=[make.span(span) for span in item.spans],
        confidence=confidence(item.score),
        sightings=[
            pb.CodeSighting(frame=s.frame, offset=duration(s.time_ns), quad=quad(s.quad))
            for s in item.sightings
        ],
        sighting_count=item.sighting_count,
        node_id=item.node_id,
        evidence=make.evidence(item.evidence),
    )
