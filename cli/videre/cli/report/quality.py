"""Faults of picture and sound as rows, and what was measured in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from videre.cli.formatting import clock, length, percent, span_seconds, word
from videre.cli.report.lists import Rows, cut
from videre.v1 import analysis_pb2 as pb


@dataclass(frozen=True, slots=True)
class QualityRow:
    """A fault; `timecode` is that of its first frame, "" without picture."""

    when: str
    timecode: str
    long: str
    kind: str
    severity: str
    measure: str


def quality_rows(analysis: pb.Analysis, limit: int) -> Rows[QualityRow]:
    """Return the first faults, in order of time."""

    def row(found: pb.QualityFinding) -> QualityRow:
        start, end = span_seconds(found.span)
        return QualityRow(
            when=f"{clock(start)} – {clock(end)}",
            timecode=found.span.start_timecode,
            long=length(end - start),
            kind=kind_word(found),
            severity=percent(found.severity),
            measure=measure(found),
        )

    return cut(analysis.quality, limit, row)


def kind_word(found: pb.QualityFinding) -> str:
    """Return "black bars" and the like."""
    return word(pb.QualityKind, found.kind, "QUALITY_KIND")


def measure(found: pb.QualityFinding) -> str:
    """Return what was measured, with its unit and the channels that have it."""
    words = _MEASURES.get(found.kind, "{:g}".format)(found.value)
    if not found.channels:
        return words
    numbers = ", ".join(str(channel + 1) for channel in found.channels)
    return f"{words}, channel {numbers}"


def _share(value: float) -> str:
    return f"{100 * value:.1f} % of the picture"


_MEASURES: Final[Mapping[int, Callable[[float], str]]] = {
    pb.QUALITY_KIND_BLUR: "edges {:.1f} px wide of 512".format,
    pb.QUALITY_KIND_BLOCKINESS: "steps at blocks {:.1f}× more".format,
    pb.QUALITY_KIND_NOISE: "{:.1f} levels".format,
    pb.QUALITY_KIND_INTERLACE: _share,
    pb.QUALITY_KIND_BLACK_BARS: _share,
    pb.QUALITY_KIND_FREEZE: "{:.1f} s".format,
    pb.QUALITY_KIND_SHAKE: lambda value: f"{100 * value:.2f} % of the side",
    pb.QUALITY_KIND_FLICKER: "{:.1f} levels".format,
    pb.QUALITY_KIND_FLASHING: "{:.1f} flashes/s".format,
    pb.QUALITY_KIND_UNDER_EXPOSURE: "brightest {:.0f} of 255".format,
    pb.QUALITY_KIND_OVER_EXPOSURE: _share,
    pb.QUALITY_KIND_SILENCE: "{:.0f} dBFS".format,
    pb.QUALITY_KIND_CLIPPING: "{:.2f} % of the samples".format,
    pb.QUALITY_KIND_OUT_OF_PHASE: "correlation {:.2f}".format,
    pb.QUALITY_KIND_DUAL_MONO: "difference {:.0f} dB".format,
    pb.QUALITY_KIND_DC_OFFSET: "{:.1f} % of full scale".format,
    pb.QUALITY_KIND_CHANNEL_IMBALANCE: "{:.1f} dB lower".format,
    pb.QUALITY_KIND_CHANNEL_MISSING: "{:.0f} dB lower".format,
    pb.QUALITY_KIND_HUM: "{:.0f} dBFS".format,
}
