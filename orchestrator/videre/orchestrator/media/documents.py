"""Text documents: telling them from media, and reading them. Pure.

Formats: txt and md, whose places are characters (see `paragraphs`); srt, vtt and ass/ssa, whose
places are times (see `subtitles`).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import Final

from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.limits import limit_error
from videre.orchestrator.media.paragraphs import Paragraph, paragraphs
from videre.orchestrator.media.subtitles import READERS

MAX_BYTES: Final = 1 << 20
#: Most paragraphs or subtitles: a subtitle every second of a working day, or a book.
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
#: First bytes of the common part of GB 18030: punctuation, full-width forms, and the 3,755
#: characters of GB 2312's first level, which make up nearly all of any Chinese text.
_COMMON_CHINESE: Final = frozenset({0xA1, 0xA3, *range(0xB0, 0xD8)})
#: Share, in tenths, of a text's characters beyond ASCII that must be common ones. Other encodings
#: decode as GB 18030 too, to characters that nobody writes: Windows-1252 and 1251 to less than 1 in
#: 10 common ones, Big5 and Shift JIS to less than 5.
_COMMON_TENTHS: Final = 8


@dataclass(frozen=True, slots=True)
class Cue:
    """A stretch of text.

    Args:
        text: its characters; of txt and md those from `start` to `end`, as they stand.
        start: nanoseconds from the document's start; of txt and md, characters.
        end: likewise, after the last one.
        is_code: part of a code block, or of the front matter.
    """

    text: str
    start: int
    end: int
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A text document.

    Args:
        format: "txt", "md", "srt", "vtt" or "ass".
        cues: its paragraphs or subtitles, in the order of the document.
        end_ns: end of the last subtitle; 0 without times.
        characters: length in code points where places are characters; else 0.
    """

    format: str
    cues: tuple[Cue, ...]
    end_ns: int = 0
    characters: int = 0


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
    if stated in (None, "txt") and re.match(rb"\d+\s*\r?\n\d\d:\d\d:\d\d,\d{3} --> ", start):
        return "srt"
    return stated


def read_document(data: bytes, document: str) -> Document:
    """Read a document of a format that `document_format` named.

    Raises:
        VidereError: MEDIA_EMPTY; MEDIA_TOO_LARGE above 1 MiB; MEDIA_LIMIT above 30,000 paragraphs
            or subtitles; MEDIA_UNREADABLE when the bytes are no text.
    """
    if not data:
        raise VidereError(Reason.MEDIA_EMPTY, "the document has no bytes")
    if len(data) > MAX_BYTES:
        raise limit_error(Reason.MEDIA_TOO_LARGE, "text bytes", MAX_BYTES, len(data))
    text = _text(data)
    if document in READERS:
        timed = READERS[document](text.splitlines())
        cues = _bounded(Cue(words, start, end) for words, start, end in timed if words)
        return Document(document, cues, end_ns=max((cue.end for cue in cues), default=0))
    found: Iterator[Paragraph] = paragraphs(text, markdown=document == "md")
    cues = _bounded(Cue(text[p.start : p.end], p.start, p.end, p.is_code) for p in found)
    return Document(document, cues, characters=len(text))


def _bounded(cues: Iterator[Cue]) -> tuple[Cue, ...]:
    kept = tuple(islice(cues, MAX_CUES + 1))
    if len(kept) > MAX_CUES:
        raise limit_error(Reason.MEDIA_LIMIT, "cues", MAX_CUES, f"> {MAX_CUES}")
    return kept


def _text(data: bytes) -> str:
    """Decode UTF-8, UTF-16 with a mark, or GB 18030 (older Chinese subtitles).

    Nothing else is guessed: words of a wrong guess would be moderated as if they stood there.
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
