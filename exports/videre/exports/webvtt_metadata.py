"""An analysis → a WebVTT metadata track: a cue per statement, its payload a JSON object. Pure.

For `<track kind="metadata">`; https://www.w3.org/TR/webvtt1/#introduction-metadata. WebVTT counts
milliseconds: the payload has nanoseconds, frames and timecodes beside them.
"""

from __future__ import annotations

import json
from typing import Any, Final

from videre.exports.cues import clock, one_line
from videre.exports.segments import Segment, segments_of
from videre.exports.subject import Subject, span_ns, stage_words, unlooked

_MS: Final = 1_000_000
#: An arrow or a line's end would end the cue, and some readers drop what looks like a tag: JSON has
#: another way to write these, and none of them stands outside of its strings.
_ESCAPES: Final = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u0085\u2028\u2029"})


def to_webvtt_metadata(subject: Subject) -> bytes:
    """Return the file, in order of time; its header's note names what nobody looked at."""
    notes = [one_line(stage_words(stage)) for stage in unlooked(subject.analysis)]
    blocks = ["WEBVTT\n"]
    if notes:
        blocks.append("\n".join(["NOTE not looked at", *notes, ""]))
    found = sorted(segments_of(subject.analysis), key=lambda segment: span_ns(segment.span))
    blocks += [_cue(segment) for segment in found]
    return "\n".join(blocks).encode()


def _cue(segment: Segment) -> str:
    start, end = span_ns(segment.span)
    # A cue without length is no cue: the shortest is a millisecond.
    end_shown = max(end, (start + _MS // 2) // _MS * _MS + _MS)
    payload = json.dumps(_payload(segment, start, end), ensure_ascii=False, separators=(",", ":"))
    return f"{clock(start, '.')} --> {clock(end_shown, '.')}\n{payload.translate(_ESCAPES)}\n"


def _payload(segment: Segment, start: int, end: int) -> dict[str, Any]:
    span = segment.span
    payload: dict[str, Any] = {
        "kind": segment.kind,
        "name": segment.name,
        "confidence": segment.confidence,
        "start_ns": start,
        "end_ns": end,
    }
    if span.HasField("start_frame"):
        payload |= {"start_frame": span.start_frame, "end_frame": span.end_frame}
    if span.HasField("start_char"):
        payload |= {"start_char": span.start_char, "end_char": span.end_char}
    if span.start_timecode:
        payload |= {"start_timecode": span.start_timecode, "end_timecode": span.end_timecode}
    if segment.node_id:
        payload["node_id"] = segment.node_id
    if segment.language:
        payload["language"] = segment.language
    if segment.box is not None:
        box = segment.box
        payload["box"] = [round(side, 4) for side in (box.x, box.y, box.width, box.height)]
    return payload | {name: fact for name, fact in segment.facts.items() if fact != ""}
