"""Text documents: telling them from media, and reading their lines and cues. Pure.

Formats: txt, md (a line is a cue without times), srt, vtt, ass/ssa (cues with times).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from videre.common.errors import Reason, VidereError
from videre.common.values import NS
from videre.orchestrator.media.limits import limit_error

MAX_BYTES: Final = 1 << 20
#: Most lines or cues: a subtitle every second of a working day, or a book.
MAX_CUES: Final = 30_000
_EXTENSIONS: Final = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".srt": "srt",
    ".vtt": "vtt",
    ".ass": "ass",
    ".ssa": "ass",
}
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")
_TIMING: Final = re.compile(
    r"\s*(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[,.](\d{1,3})"
    r"\s*-->\s*(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[,.](\d{1,3})"
)
_MARKUP: Final = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")
_ASS_TIME: Final = re.compile(r"\s*(\d{1,4}):(\d{1,2}):(\d{1,2})\.(\d{1,3})\s*")


@dataclass(frozen=True, slots=True)
class Cue:
    """A stretch of text; times from the document's start, None where the format has none."""

    text: str
    start_ns: int | None = None
    end_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A text document: its format and its cues in the order of the document."""

    format: str
    cues: tuple[Cue, ...]


def document_format(head: bytes, name: str) -> str | None:
    """Return the format of a document from its first bytes and its name; None for other media.

    Args:
        head: the first bytes, at least 64 where the file has them.
        name: file name; without a document's extension only formats with a signature are known.
    """
    stated = _EXTENSIONS.get(PurePath(name).suffix.lower())
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith(b"WEBVTT"):
        return "vtt"
    if start[:13].lower() == b"[script info]":
        return "ass"
    if stated is None and re.match(rb"\d+\s*\r?\n\d\d:\d\d:\d\d,\d{3} --> ", start):
        return "srt"
    return stated


def read_document(data: bytes, document: str) -> Document:
    """Read a document of a format that `document_format` named.

    Raises:
        VidereError: MEDIA_EMPTY; MEDIA_TOO_LARGE above 1 MiB; MEDIA_LIMIT above 30,000 cues;
            MEDIA_UNREADABLE when the bytes are no text.
    """
    if not data:
        raise VidereError(Reason.MEDIA_EMPTY, "the document has no bytes")
    if len(data) > MAX_BYTES:
        raise limit_error(Reason.MEDIA_TOO_LARGE, "text bytes", MAX_BYTES, len(data))
    lines = _text(data).splitlines()
    cues = tuple(cue for cue in _READERS[document](lines) if cue.text)
    if len(cues) > MAX_CUES:
        raise limit_error(Reason.MEDIA_LIMIT, "cues", MAX_CUES, len(cues))
    return Document(document, cues)


def _text(data: bytes) -> str:
    """Decode UTF-8, UTF-16 with a mark, or GB 18030 (older Chinese subtitles)."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return text
    raise VidereError(Reason.MEDIA_UNREADABLE, "the bytes are not text")


def _plain(lines: list[str]) -> Iterator[Cue]:
    for line in lines:
        yield Cue(line.strip())


def _timed(lines: list[str]) -> Iterator[Cue]:
    """Read SRT or WebVTT: a timing line, then text up to an empty line; all else is skipped."""
    span: tuple[int, int] | None = None
    text: list[str] = []
    for line in [*lines, ""]:
        timing = _TIMING.match(line)
        if timing is not None or not line.strip():
            if span is not None:
                yield Cue("\n".join(text), *span)
            span, text = (_span(timing) if timing else None), []
        elif span is not None:
            text.append(_MARKUP.sub("", line).strip())


def _span(timing: re.Match[str]) -> tuple[int, int]:
    parts = timing.groups()
    start = _instant(parts[0], parts[1], parts[2], parts[3])
    return start, max(start, _instant(parts[4], parts[5], parts[6], parts[7]))


def _instant(hours: str | None, minutes: str, seconds: str, fraction: str) -> int:
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * NS + int(fraction.ljust(3, "0")) * 1_000_000


def _ass(lines: list[str]) -> Iterator[Cue]:
    """Read the Dialogue lines of Advanced SubStation Alpha, in the order their format states."""
    fields = ["layer", "start", "end", "style", "name", "l", "r", "v", "effect", "text"]
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
            text = _MARKUP.sub("", values.get("text", ""))
            text = re.sub(r"\\[Nn]", "\n", text).replace("\\h", " ").strip()
            start_ns = _instant(start[1], start[2], start[3], start[4])
            yield Cue(text, start_ns, max(start_ns, _instant(end[1], end[2], end[3], end[4])))


_READERS: Final[dict[str, Callable[[list[str]], Iterator[Cue]]]] = {
    "txt": _plain,
    "md": _plain,
    "srt": _timed,
    "vtt": _timed,
    "ass": _ass,
}
