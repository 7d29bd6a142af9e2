"""Faults of picture and sound. Part of the document. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from videre.common.values import TimeSpan
from videre.orchestrator.document.refs import BoxE4, EvidenceRef


class QualityKind(StrEnum):
    """What is wrong with a stretch of picture or sound."""

    BLUR = "blur"
    BLOCKINESS = "blockiness"
    NOISE = "noise"
    INTERLACE = "interlace"
    BLACK_BARS = "black_bars"
    FREEZE = "freeze"
    SHAKE = "shake"
    FLICKER = "flicker"
    FLASHING = "flashing"
    UNDER_EXPOSURE = "under_exposure"
    OVER_EXPOSURE = "over_exposure"
    SILENCE = "silence"
    CLIPPING = "clipping"
    OUT_OF_PHASE = "out_of_phase"
    DUAL_MONO = "dual_mono"
    DC_OFFSET = "dc_offset"
    CHANNEL_IMBALANCE = "channel_imbalance"
    CHANNEL_MISSING = "channel_missing"
    HUM = "hum"


@dataclass(frozen=True, slots=True)
class QualityFinding:
    """A stretch with a fault; severity is E4.

    Args:
        value: what was measured, thousandths of the kind's unit, mean over the stretch.
        channels: 0-based numbers of the channels of sound that have it; () = all, or picture.
        picture_box: where the picture is between black bars; None for other kinds.
    """

    kind: QualityKind
    span: TimeSpan
    severity: int
    value: int
    channels: tuple[int, ...] = ()
    picture_box: BoxE4 | None = None
    evidence: tuple[EvidenceRef, ...] = ()
