"""Cues → SubRip (.srt): UTF-8 without mark, lines end in LF, numbers from 1. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from videre.exports.cues import Cue, clock, one_line


def to_srt(cues: Iterable[Cue]) -> bytes:
    """Return the file; no cues give no bytes."""
    return "\n".join(_block(number, cue) for number, cue in enumerate(cues, start=1)).encode()


def _block(number: int, cue: Cue) -> str:
    # An arrow inside a text would be read as the line of times.
    lines = (one_line(line).replace("-->", "→") for line in cue.lines)
    text = "\n".join(line for line in lines if line)
    return f"{number}\n{clock(cue.start_ns, ',')} --> {clock(cue.end_ns, ',')}\n{text}\n"
