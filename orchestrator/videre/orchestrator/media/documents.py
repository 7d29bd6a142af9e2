"""Text documents: telling them from media, and reading them. Pure.

Formats: txt and md, whose places are characters (see `paragraphs`); srt, vtt and ass/ssa, whose
places are times (see `videre.exports.subtitles`).
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
from videre.exports.subtitles import READERS, text_of
from videre.orchestrator.media.limits import limit_error
from videre.orchestrator.media.paragraphs import Paragraph, paragraphs

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
    text = text_of(data)
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
