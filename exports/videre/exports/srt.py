"""Cues → SubRip (.srt): UTF-8 without mark, lines end in LF, numbers from 1. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from videre.exports.cues import Cue, clock, one_line


def to_srt(cues: Iterable[Cue], prefix: str = "") -> bytes:
    """Return the file; no cues give no bytes.

    Args:
        cues: in order of time.
        prefix: what stands before every text, such as "{\\an8}", which many players know.
    """
    blocks = (_block(number, cue, prefix) for number, cue in enumerate(cues, start=1))
    return "\n".join(blocks).encode()


def _block(number: int, cue: Cue, prefix: str) -> str:
    # An arrow inside a text would be read as the line of times.
    lines = (one_line(line).replace("-->", "→") for line in cue.lines)
    text = prefix + "\n".join(line for line in lines if line)
    return f"{number}\n{clock(cue.start_ns, ',')} --> {clock(cue.end_ns, ',')}\n{text}\n"
