"""Subtitles: the words of SRT, WebVTT and ASS files and their times. Pure.

Every reader takes the lines of a file and yields (text, start, end) in nanoseconds from its start.
What tells how a word looks (tags, positions, drawings) is left out.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from videre.common.values import NS

Timed = tuple[str, int, int]

_TIMING: Final = re.compile(
    r"\s*(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[,.](\d{1,3})"
    r"\s*-->\s*(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[,.](\d{1,3})"
)
#: Tags (<i>, </font>, <c.yellow>, <v Name>, <00:01.500>) and overrides ({\an8}).
_MARKUP: Final = re.compile(r"</?[A-Za-z0-9][^<>]{0,500}>|</>|\{\\[^{}]{0,500}\}")
#: What a subtitle draws instead of writing: from {\p1} to {\p0}.
_DRAWING: Final = re.compile(r"\{[^{}]{0,500}\\p[1-9][^{}]{0,500}\}[^{}]*")
_ASS_TIME: Final = re.compile(r"\s*(\d{1,4}):(\d{1,2}):(\d{1,2})\.(\d{1,3})\s*")
_ASS_FIELDS: Final = (
    "layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text",
)  # fmt: skip


def _timed(lines: Sequence[str]) -> Iterator[Timed]:
    """Read SRT or WebVTT: a timing line, then text up to an empty line; all else is skipped."""
    span: tuple[int, int] | None = None
    text: list[str] = []
    for line in [*lines, ""]:
        timing = _TIMING.match(line)
        if timing is not None or not line.strip():
            if span is not None:
                yield "\n".join(part for part in text if part), *span
            span, text = (_span(timing) if timing else None), []
        elif span is not None:
            text.append(html.unescape(_MARKUP.sub("", line)).strip())


def _span(timing: re.Match[str]) -> tuple[int, int]:
    parts = timing.groups()
    start = _instant(parts[0], parts[1], parts[2], parts[3])
    return start, max(start, _instant(parts[4], parts[5], parts[6], parts[7]))


def _instant(hours: str | None, minutes: str, seconds: str, fraction: str) -> int:
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * NS + int(fraction.ljust(3, "0")) * 1_000_000


def _ass(lines: Sequence[str]) -> Iterator[Timed]:
    """Read the Dialogue lines of Advanced SubStation Alpha, in the order their format states."""
    fields: Sequence[str] = _ASS_FIELDS
    events = False
    for line in lines:
        if line.startswith("["):
            events = line.strip().lower() == "[events]"
            continue
        label, _, rest = line.partition(":")
        if not events or label not in ("Format", "Dialogue"):
            continue
        if label == "Format":
            fields = [field.strip().lower() for field in rest.split(",")]
            continue
        values = dict(zip(fields, rest.split(",", len(fields) - 1), strict=False))
        start = _ASS_TIME.fullmatch(values.get("start", ""))
        end = _ASS_TIME.fullmatch(values.get("end", ""))
        if start and end:
            text = _MARKUP.sub("", _DRAWING.sub("", values.get("text", "")))
            text = re.sub(r"\\[Nn]", "\n", text).replace("\\h", " ").strip()
            start_ns = _instant(start[1], start[2], start[3], start[4])
            yield text, start_ns, max(start_ns, _instant(end[1], end[2], end[3], end[4]))


#: The reader of each format.
READERS: Final[Mapping[str, Callable[[Sequence[str]], Iterator[Timed]]]] = {
    "srt": _timed,
    "vtt": _timed,
    "ass": _ass,
}
