"""Subtitles: the words of SRT, WebVTT and ASS files and their times. Pure.

Every reader takes the lines of a file and yields (text, start, end) in nanoseconds from its start.
What tells how a word looks (tags, positions, drawings) is left out.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from videre.common.errors import Reason, VidereError
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
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")
#: First bytes of the common part of GB 18030: punctuation, full-width forms, and the 3,755
#: characters of GB 2312's first level, which make up nearly all of any Chinese text.
_COMMON_CHINESE: Final = frozenset({0xA1, 0xA3, *range(0xB0, 0xD8)})
#: Share, in tenths, of a text's characters beyond ASCII that must be common ones. Other encodings
#: decode as GB 18030 too, to characters that nobody writes: Windows-1252 and 1251 to less than 1 in
#: 10 common ones, Big5 and Shift JIS to less than 5.
_COMMON_TENTHS: Final = 8


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


def text_of(data: bytes) -> str:
    """Decode UTF-8, UTF-16 with a mark, or GB 18030 (older Chinese subtitles).

    Nothing else is guessed: words of a wrong guess would be moderated as if they stood there.

    Raises:
        VidereError: MEDIA_UNREADABLE, the bytes are no text.
    """
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text) and (encoding != "gb18030" or _reads_chinese(text)):
            return text
    raise VidereError(
        Reason.MEDIA_UNREADABLE, "the bytes are no text in UTF-8, UTF-16 with a mark, or GB 18030"
    )


def _reads_chinese(text: str) -> bool:
    """Tell whether a text that decodes as GB 18030 is written in characters that are written."""
    beyond = [character for character in text if character > "\x7f"]
    common = sum(
        len(code) == 2 and code[0] in _COMMON_CHINESE and code[1] >= 0xA1
        for code in (character.encode("gb18030") for character in beyond)
    )
    return 10 * common >= _COMMON_TENTHS * len(beyond)
