"""Plain text and Markdown → paragraphs with the characters that they are made of. Pure.

A paragraph is a stretch of the text as it stands. Lines that a text broke only to fit a page belong
together, so that "United\\nStates" stays one name. Markdown is read block by block: its paragraphs,
headings, items and rows; code blocks and the front matter are marked. Nesting has no depth here:
a quote in a list in a quote is its lines. Every character is looked at a bounded number of times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

#: Longest paragraph, characters; a longer one is cut, where it can be at the end of a sentence.
MAX_PARAGRAPH: Final = 2_000
#: A cut is looked for this far back.
_BACK: Final = 500
#: A line of plain text goes on in the next one when it is at least this long, counting characters
#: of Chinese, Japanese and Korean twice, and does not end a sentence.
_WRAPPED: Final = 50
_SENTENCE_END: Final = re.compile(r"[.!?:;。！？：；…][\"'”’）)\]」』]*$")
_WIDE: Final = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]")
_ITEM: Final = re.compile(r"\s*(?:[-*+•·]|\d{1,9}[.)、])\s+")
_FENCE: Final = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_HEADING: Final = re.compile(r" {0,3}#{1,6}\s+")
_QUOTE: Final = re.compile(r"(?: {0,3}>){1,20} ?")
#: YAML before a Markdown document, as its tools write it.
_FRONT_MATTER: Final = re.compile(r"---[ \t]*\r?\n(?:.*\r?\n){0,200}?---[ \t]*(?:\r?\n|$)")
_DEFINITION: Final = re.compile(r" {0,3}\[[^\[\]]{1,200}\]:\s")
_INDENT: Final = re.compile(r"(?: {4}|\t)")
_WORD: Final = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Characters [start, end) of a text."""

    start: int
    end: int
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    """A line: where it begins, its text without the line break."""

    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def paragraphs(text: str, *, markdown: bool) -> Iterator[Paragraph]:
    """Yield the paragraphs of a text, in order; none without a letter or digit."""
    found = _markdown(text) if markdown else _plain(text)
    for block in found:
        yield from _pieces(text, block)


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield _Line(start, line.rstrip("\r\n\v\f\x85\u2028\u2029"))
        start += len(line)


def _plain(text: str) -> Iterator[Paragraph]:
    start: int | None = None
    last: _Line | None = None
    for line in _lines(text):
        if (
            start is not None
            and last is not None
            and not (line.text.strip() and _wraps(last, line))
        ):
            yield Paragraph(start, last.end)
            start = None
        if line.text.strip() and start is None:
            start = line.start
        last = line
    if start is not None and last is not None:
        yield Paragraph(start, last.end)


def _wraps(line: _Line, following: _Line) -> bool:
    """Tell whether a line goes on in the next one."""
    shown = line.text.rstrip()
    width = len(shown) + len(_WIDE.findall(shown))
    return (
        width >= _WRAPPED
        and not _SENTENCE_END.search(shown[-8:])
        and not _ITEM.match(following.text)
    )


class _Blocks:
    """The block that is being read, and whether it is inside a list."""

    def __init__(self) -> None:
        self.start: int | None = None
        self.end = 0
        self.in_list = False

    def close(self) -> Iterator[Paragraph]:
        """Yield the block that has been read so far."""
        if self.start is not None:
            yield Paragraph(self.start, self.end)
            self.start = None

    def add(self, line: _Line, skip: int = 0) -> None:
        """Take a line, without its first `skip` characters where it begins a block."""
        if self.start is None:
            self.start = line.start + skip
        self.end = line.end


def _markdown(text: str) -> Iterator[Paragraph]:
    blocks = _Blocks()
    fence = "---" if _FRONT_MATTER.match(text) else ""
    for line in _lines(text):
        if fence:
            if line.start and _closes(line.text, fence):
                fence = ""
            else:
                yield Paragraph(line.start, line.end, is_code=True)
            continue
        opened = _FENCE.match(line.text)
        if opened:
            yield from blocks.close()
            fence = opened[1]
        elif _is_code(line.text, blocks):
            yield Paragraph(line.start, line.end, is_code=True)
        else:
            yield from _prose_line(line, blocks)
    yield from blocks.close()


def _closes(line: str, fence: str) -> bool:
    mark = line.strip()
    return len(mark) >= len(fence) and not mark.strip(fence[0])


def _is_code(line: str, blocks: _Blocks) -> bool:
    return blocks.start is None and not blocks.in_list and bool(_INDENT.match(line))


def _prose_line(line: _Line, blocks: _Blocks) -> Iterator[Paragraph]:
    """Take one line of Markdown outside of code."""
    quote = _QUOTE.match(line.text)
    skip = quote.end() if quote else 0
    rest = line.text[skip:]
    if not _WORD.search(rest):  # a blank, or a rule, or the line under a heading
        yield from blocks.close()
        return
    item, heading = _ITEM.match(rest), _HEADING.match(rest)
    alone = heading or _DEFINITION.match(rest) or rest.lstrip().startswith("|")
    if item or alone:
        yield from blocks.close()
    if item or not rest[0].isspace():
        blocks.in_list = bool(item) or (blocks.in_list and blocks.start is not None)
    mark = item or heading
    blocks.add(line, skip + (mark.end() if mark else 0))
    if alone:
        yield from blocks.close()


def _pieces(text: str, block: Paragraph) -> Iterator[Paragraph]:
    """Yield a block without blanks at its ends, cut where it is too long."""
    start, end = block.start, block.end
    while start < end:
        stop = end if end - start <= MAX_PARAGRAPH else _cut(text, start)
        piece = text[start:stop]
        if _WORD.search(piece):
            left = start + len(piece) - len(piece.lstrip())
            yield Paragraph(left, start + len(piece.rstrip()), block.is_code)
        start = stop


def _cut(text: str, start: int) -> int:
    """Return where a piece that begins at `start` ends: after a sentence, a word, or anywhere."""
    stop = start + MAX_PARAGRAPH
    tail = text[stop - _BACK : stop]
    for marks in (".!?。！？…\n", " \t\u3000，,"):
        at = max(tail.rfind(mark) for mark in marks)
        if at >= 0:
            return stop - _BACK + at + 1
    return stop
