"""What of a text document is prose, and where its words stand. Pure.

Addresses, code and marks are no words: `prose` blanks them and moves nothing. A line's text is
normalised (full width to half width, runs of blanks to one), which does move characters: `places`
tells where each of them stands in the document.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from videre.common.values import TimeSpan
from videre.orchestrator.document import TextKind, TextLine
from videre.orchestrator.fusion.text_reading import normalise

#: The class of evidence of code blocks and front matter.
CODE: Final = "code"
#: Web addresses, paths of files, mail addresses. The first end where ASCII does: Chinese text goes
#: on without a blank.
_ADDRESSES: Final = (
    re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]{1,20}://|\bwww\.)[!#-;=?-~]+"),
    re.compile(r"(?<![\w./-])(?:[\w.-]{1,64}/){1,16}[\w-]{1,64}\.[a-z0-9]{1,5}\b", re.ASCII | re.I),
    re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"),
)
_MARKS: Final = (
    re.compile(r"(`{2,3}).{1,1000}?\1|`[^`]{1,1000}`"),
    re.compile(r"^\[[^\[\]]{1,200}\]:.*$"),
    re.compile(r"(?<=\])\((?:[^()]|\([^()]{0,200}\)){0,1000}\)"),
    re.compile(r"(?<=\])\[[^\[\]]{0,200}\]"),
    re.compile(r"\[\^[^\[\]]{1,50}\]"),
    re.compile(r"<!--[^<>]{0,1500}-->"),
    re.compile(r"</?[A-Za-z][^<>]{0,500}>"),
    re.compile(r"&[A-Za-z]{2,10};"),
)
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def prose(text: str, *, markdown: bool) -> str:
    """Return a text with blanks for what is no word in it, of the same length."""
    for pattern in (*_MARKS, *_ADDRESSES) if markdown else _ADDRESSES:
        text = pattern.sub(_blank, text)
    return text


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def places(raw: str) -> Sequence[int]:
    """Return where each character of `normalise(raw)` stands in `raw`, and last where it ends.

    A character that combines with the one before it stands with it. () where a text's normal form
    is not that of its parts (Hangul in single letters).
    """
    text = normalise(raw)
    if text == raw.replace("\n", " "):
        return range(len(raw) + 1)
    found: list[int] = []
    made: list[str] = []
    at = 0
    while at < len(raw):
        end = at + 1
        while end < len(raw) and unicodedata.combining(raw[end]):
            end += 1
        form = normalise(raw[at:end])
        if not form and made and made[-1] != " ":
            form = " "
        found += [at] * len(form)
        made += form
        at = end
    if "".join(made).rstrip() != text:
        return ()
    return (*found[: len(text)], len(raw.rstrip()))


@dataclass(frozen=True, slots=True)
class Written:
    """The text document that lines come from, if they come from one.

    Args:
        is_document: whether the media is one.
        markdown: whether it is Markdown.
        raw: its paragraphs as they stand, by evidence id, where places are characters.
    """

    is_document: bool = False
    markdown: bool = False
    raw: Mapping[str, str] = field(default_factory=lambda: _NOTHING)

    def words(self, line: TextLine) -> str:
        """Return what of a line is prose, every word in its place."""
        if not self.is_document:
            return line.text
        return "" if line.kind is TextKind.CODE else prose(line.text, markdown=self.markdown)

    def places(self, line: TextLine) -> Sequence[int]:
        """Return where the characters of a line stand in its paragraph, () where unknown."""
        raw = self.raw.get(line.evidence[0].id) if line.evidence else None
        return () if raw is None else places(raw)


NOT_WRITTEN: Final = Written()


def place_of(places: Sequence[int], paragraph: TimeSpan, start: int, end: int) -> TimeSpan:
    """Return where the characters [start, end) of a line stand in the document."""
    first = paragraph.start_ns + places[start]
    return TimeSpan(first, max(first + 1, paragraph.start_ns + places[end]))
