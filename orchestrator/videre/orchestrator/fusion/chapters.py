"""Chapters: what the media itself calls its parts. Pure.

A heading – "Chapter 3", "Part two: the sea", "第三章 起源" – that stands in the picture or is said
after a pause begins a chapter. Nothing else does: a chapter is a claim about what its makers meant.
One heading alone, or numbers that do not rise, prove nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from videre.common.values import NS
from videre.orchestrator.document import (
    EvidenceRef,
    TextKind,
    TextLine,
    Understanding,
    Utterance,
)
from videre.orchestrator.fusion.scene_titles import shortened

#: A spoken heading follows this much without speech.
_PAUSE_NS: Final = NS
_FEWEST: Final = 2
_UNITS: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty",
)  # fmt: skip
_WORDS: Final = {word: number for number, word in enumerate(_UNITS)}
_HAN_DIGITS: Final = {digit: number for number, digit in enumerate("零一二三四五六七八九")}
_ENGLISH: Final = re.compile(
    r"(chapter|part|lesson|episode|section|unit|act|step|module|volume|book)\s+"
    rf"(\d{{1,3}}|[ivx]{{1,6}}|{'|'.join(_UNITS[1:])})\b",
    re.IGNORECASE,
)
_CHINESE: Final = re.compile(
    r"第\s*(\d{1,3}|[一二三四五六七八九十零]{1,3})\s*([章节節集课課讲講回部篇幕])"
)
_ROMAN: Final = {"i": 1, "v": 5, "x": 10}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: when it appears, what kind of part it begins, its number, its words."""

    start_ns: int
    unit: str
    number: int
    text: str
    score: int
    evidence: tuple[EvidenceRef, ...]


def headings(lines: Iterable[TextLine], utterances: Sequence[Utterance]) -> list[Heading]:
    """Return the headings of the chapters in order of time; none where there are no chapters.

    Args:
        lines: lines of text in the picture.
        utterances: what was said, in order of time.
    """
    found = [
        heading
        for line in lines
        if line.box is not None
        and line.kind is not TextKind.CRAWL
        and (heading := _heading(line.text, line.span.start_ns, line.score, line.evidence))
    ]
    found += _spoken(utterances)
    by_unit: dict[str, list[Heading]] = defaultdict(list)
    for heading in sorted(found, key=lambda item: (item.start_ns, -item.score, item.text)):
        by_unit[heading.unit].append(heading)
    rising = [_rising(each) for _, each in sorted(by_unit.items())]
    # Parts within parts: the unit of which there are most tells most, the larger one else.
    best = max(rising, key=len, default=[])
    return best if len(best) >= _FEWEST else []


def _spoken(utterances: Sequence[Utterance]) -> list[Heading]:
    found = []
    silent_from = 0
    for said in utterances:
        after_pause = said.span.start_ns - silent_from >= _PAUSE_NS or silent_from == 0
        if after_pause and said.understanding is Understanding.UNDERSTOOD:
            heading = _heading(said.text, said.span.start_ns, said.score, said.evidence)
            found += [heading] if heading else []
        silent_from = max(silent_from, said.span.end_ns)
    return found


def _heading(
    text: str, start_ns: int, score: int, evidence: tuple[EvidenceRef, ...]
) -> Heading | None:
    """Return the heading that a text begins with."""
    text = text.strip()
    if english := _ENGLISH.match(text):
        unit, number = english[1].casefold(), _number(english[2].casefold())
    elif chinese := _CHINESE.match(text):
        unit, number = chinese[2], _han_number(chinese[1])
    else:
        return None
    return Heading(start_ns, unit, number, shortened(text), score, evidence) if number else None


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    if text in _WORDS:
        return _WORDS[text]
    values = [_ROMAN[letter] for letter in text]
    following = [*values[1:], 0]
    return sum(-a if a < b else a for a, b in zip(values, following, strict=True))


def _han_number(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _HAN_DIGITS.get(text, 0)
    return 10 * _HAN_DIGITS.get(tens, 1) + _HAN_DIGITS.get(ones, 0)


def _rising(found: Sequence[Heading]) -> list[Heading]:
    """Return the headings of which each counts on from the one before.

    A running head repeats its number, and a table of contents says several numbers at one time:
    neither begins anything new.
    """
    rising: list[Heading] = []
    for heading in found:
        together = sum(1 for other in found if other.start_ns == heading.start_ns) > 1
        if not together and (not rising or heading.number == rising[-1].number + 1):
            rising.append(heading)
    return rising
