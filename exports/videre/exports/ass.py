"""Cues → Advanced SubStation Alpha (.ass), version 4.00+: one style, UTF-8, lines end in LF. Pure.

Sizes count in a frame of 1280 × 720, which players scale to their picture.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from videre.exports.cues import Cue, one_line

_CENTISECOND: Final = 10_000_000
_HEAD: Final = """\
[Script Info]
ScriptType: v4.00+
PlayResX: 1280
PlayResY: 720
WrapStyle: 2
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, \
Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, \
Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,44,&H00FFFFFF,&H00FFFFFF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,2,0,2,\
40,40,36,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def to_ass(cues: Iterable[Cue], prefix: str = "") -> bytes:
    """Return the file; no cues give its head alone.

    Args:
        cues: in order of time.
        prefix: overrides that stand before every text, such as "{\\an8}".
    """
    return (_HEAD + "".join(_event(cue, prefix) for cue in cues)).encode()


def _event(cue: Cue, prefix: str) -> str:
    # Braces of a text would be read as overrides, a backslash as the beginning of one.
    lines = (
        one_line(line).replace("\\", "＼").replace("{", "｛").replace("}", "｝")
        for line in cue.lines
    )
    text = "\\N".join(line for line in lines if line)
    # Times are hundredths: a cue that is shorter still has one.
    start = (cue.start_ns + _CENTISECOND // 2) // _CENTISECOND
    end = max(start + 1, (cue.end_ns + _CENTISECOND // 2) // _CENTISECOND)
    return f"Dialogue: 0,{_clock(start)},{_clock(end)},Default,,0,0,0,,{prefix}{text}\n"


def _clock(hundredths: int) -> str:
    """Return H:MM:SS.cc."""
    seconds, rest = divmod(hundredths, 100)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}.{rest:02}"
