"""From why a cover was chosen to its public message."""

from __future__ import annotations

from typing import Final

from videre.production.stills import Measured
from videre.v1 import production_pb2 as pb

_FAULTS: Final = {
    "": pb.COVER_FAULT_UNSPECIFIED,
    "blank": pb.COVER_FAULT_BLANK,
    "blurred": pb.COVER_FAULT_BLURRED,
    "writing": pb.COVER_FAULT_WRITING,
    "transition": pb.COVER_FAULT_TRANSITION,
    "eyes": pb.COVER_FAULT_EYES_SHUT,
}


def cover_message(one: Measured) -> pb.CoverReasons:
    """Return what a cover's score is made of as message."""
    reasons = one.reasons
    return pb.CoverReasons(
        sharpness=reasons.sharpness,
        exposure=reasons.exposure,
        color=reasons.colour,
        detail=reasons.detail,
        composition=reasons.composition,
        steadiness=reasons.steadiness,
        faces=reasons.faces,
        eyes_open=reasons.eyes_open,
        smile=reasons.smile,
        writing=reasons.writing,
        distinctness=one.distinctness,
        fault=_FAULTS[reasons.unfit],
    )
