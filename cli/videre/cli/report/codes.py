"""Codes of an analysis as rows. What they say is shown, never made a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.cli.formatting import clock, percent, span_seconds, word
from videre.cli.report.lists import Rows, cut
from videre.exports.visible import visible
from videre.v1 import analysis_pb2

#: Longest text that a row shows, characters.
_MAX_TEXT: Final = 200
_MAX_TIMES: Final = 4


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code; `text` has its characters that do not show escaped, and is cut."""

    when: str
    symbology: str
    text: str
    size: int
    confidence: str
    sightings: int


def code_rows(analysis: analysis_pb2.Analysis, limit: int) -> Rows[CodeRow]:
    """Return the first codes, in order of time."""

    def row(item: analysis_pb2.Code) -> CodeRow:
        text = visible(item.text)
        return CodeRow(
            when=_times(item),
            symbology=word(analysis_pb2.Symbology, item.symbology, "SYMBOLOGY"),
            text=f"{text[:_MAX_TEXT]}…" if len(text) > _MAX_TEXT else text,
            size=len(item.value),
            confidence=percent(item.confidence),
            sightings=item.sighting_count,
        )

    return cut(analysis.codes, limit, row)


def _times(item: analysis_pb2.Code) -> str:
    """Return when a code is seen: "0:08.0 – 0:12.4, 0:31.0 – 0:34.0"."""
    spans = [span_seconds(span) for span in item.spans]
    more = f" +{len(spans) - _MAX_TIMES}" if len(spans) > _MAX_TIMES else ""
    shown = [f"{clock(start)} – {clock(end)}" for start, end in spans[:_MAX_TIMES]]
    return ", ".join(shown) + more
