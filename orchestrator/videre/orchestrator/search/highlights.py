"""Why a moment was found: its statements that a query asks for, and the words in them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from videre.orchestrator.search.model import WEIGHTS, Passage
from videre.orchestrator.search.syntax import Match, Node, matches
from videre.orchestrator.search.words import Term, index_terms

#: Most statements of a moment that are told.
MOST: Final = 20
#: Characters of a statement that are shown, and those before the first word that was looked for.
_SHOWN: Final = 300
_BEFORE: Final = 80

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Told:
    """A statement that a moment was found for; `ranges` are characters of `text`."""

    passage: Passage
    text: str
    ranges: tuple[Range, ...]


def told(tree: Node, passages: Iterable[Passage]) -> list[Told]:
    """Return the statements of a moment that a query asks for, the weightiest first.

    A phrase that goes on in the next moment is told by its words.
    """
    asked = list(dict.fromkeys(matches(tree)))
    found: list[Told] = []
    for passage in passages:
        terms = index_terms(passage.text)
        ranges = _ranges(asked, passage, terms, _phrase)
        if ranges is None:
            ranges = _ranges(asked, passage, terms, _words)
        if ranges is not None:
            found.append(_cut(passage, ranges))
    found.sort(key=lambda one: -WEIGHTS[one.passage.field])
    return found[:MOST]


def _ranges(
    asked: Sequence[Match],
    passage: Passage,
    terms: Sequence[Term],
    look: Callable[[Match, dict[str, list[Term]]], list[Range]],
) -> list[Range] | None:
    """Return where a passage has what is asked for; None where it has nothing of it."""
    by_text: dict[str, list[Term]] = defaultdict(list)
    for term in terms:
        by_text[term.text].append(term)
    ranges: list[Range] = []
    has = False
    for match in asked:
        has |= (passage.field, passage.value) in match.ids
        if match.field in (None, passage.field):
            ranges += look(match, by_text)
            has |= bool(ranges)
    return _joined(ranges) if has else None


def _phrase(match: Match, by_text: dict[str, list[Term]]) -> list[Range]:
    first, *others = match.terms
    stands = [{term.place: term for term in by_text.get(text, ())} for text, _ in others]
    ranges = []
    for term in by_text.get(first[0], ()):
        rest = [
            places.get(term.place + offset)
            for places, (_, offset) in zip(stands, others, strict=True)
        ]
        if all(rest):
            ranges.append((term.start, max(one.end for one in (term, *rest) if one is not None)))
    return ranges


def _words(match: Match, by_text: dict[str, list[Term]]) -> list[Range]:
    return [(term.start, term.end) for text, _ in match.terms for term in by_text.get(text, ())]


def _joined(ranges: Iterable[Range]) -> list[Range]:
    joined: list[Range] = []
    for start, end in sorted(set(ranges)):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _cut(passage: Passage, ranges: Sequence[Range]) -> Told:
    """Return a passage cut to what is shown of it."""
    first = ranges[0][0] if ranges else 0
    start = max(0, min(first - _BEFORE, len(passage.text) - _SHOWN))
    text = passage.text[start : start + _SHOWN]
    kept = [(begin - start, end - start) for begin, end in ranges if end - start <= len(text)]
    return Told(passage, text, tuple(kept))
