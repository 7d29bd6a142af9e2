"""Organisations, brands and products that a text names. Pure.

By lists (`lexicon.names`: packaged and operators' own), and by how organisations are called: words
with capitals that end in Foundation, University, Inc. …; "University of" with a name; Chinese words
that end in 公司, 协会, 大学 … and begin with a place or name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from videre.orchestrator.document import EntityKind
from videre.orchestrator.features import Modality
from videre.orchestrator.fusion.mentions import Mention, begins_sentence, touches
from videre.orchestrator.fusion.passages import Passage, Token
from videre.orchestrator.lexicon import chinese, english
from videre.orchestrator.lexicon.names import KnownName, KnownNames

LISTED, LISTED_COMMON, CALLED, LOOSELY = 8_500, 6_500, 8_000, 6_500
_SPEECH: Final = Modality.SPEECH.value
_LONGEST: Final = 6
_CONNECTING: Final = frozenset({"of", "and", "for", "the", "&"})
#: Tags of words that stand inside a Chinese organisation's name; ns, nr, nz, nt may begin it.
_INSIDE: Final = ("n", "j", "vn", "b", "a", "f", "eng")
_BEGINS: Final = frozenset({"ns", "nz", "nt", "nrt"})


def organisations(passage: Passage, known: KnownNames) -> list[Mention]:
    """Return the organisations, brands and products that a passage names."""
    return [
        *_listed(passage, known),
        *_listed_chinese(passage, known),
        *_called(passage),
        *_called_chinese(passage),
    ]


def _listed(passage: Passage, known: KnownNames) -> Iterator[Mention]:
    tokens, at = passage.tokens, 0
    if known.longest.keys().isdisjoint(passage.folded):
        return
    while at < len(tokens):
        longest = min(known.longest.get(tokens[at].folded, 0), len(tokens) - at)
        for end in range(at + longest, at, -1):
            run = tokens[at:end]
            name = known.english.get(tuple(token.folded for token in run))
            if name is None or any(token.is_han for token in run):
                continue
            told = passage.cased and not begins_sentence(passage, tokens, at)
            if passage.cased and run[0].text.islower() and name.name[0].isupper():
                continue
            if name.common and not (told and run[0].is_capital):
                continue
            yield _of_list(name, passage, run)
            at = end - 1
            break
        at += 1


def _listed_chinese(passage: Passage, known: KnownNames) -> Iterator[Mention]:
    """Yield listed Chinese names, cut at the borders of words."""
    tokens, at = passage.tokens, 0
    if known.beginnings.isdisjoint(passage.text):
        return
    while at < len(tokens):
        if tokens[at].text[0] not in known.beginnings:
            at += 1
            continue
        text, best = "", 0
        for end in range(at, len(tokens)):
            glued = end == at or tokens[end].start == tokens[end - 1].end
            if not tokens[end].is_han or not glued or len(text) >= known.longest_chinese:
                break
            text += tokens[end].text
            best = end + 1 if text in known.chinese else best
        if best:
            run = tokens[at:best]
            yield _of_list(known.chinese["".join(t.text for t in run)], passage, run)
        at = max(best, at + 1)


def _of_list(name: KnownName, passage: Passage, run: Sequence[Token]) -> Mention:
    score = LISTED_COMMON if name.common else LISTED
    return Mention(name.kind, name.name, name.name, score, passage, run[0], run[-1])


def _called(passage: Passage) -> Iterator[Mention]:
    parts, tokens = english.name_parts(), passage.tokens
    folded = passage.folded
    if passage.modality == _SPEECH or (
        parts.organisation_ends.isdisjoint(folded)
        and parts.loose_organisation_ends.isdisjoint(folded)
        and parts.organisation_starts.isdisjoint(folded)
    ):
        return
    if passage.text.isupper():
        return
    for at, token in enumerate(tokens):
        if token.is_han or not token.is_capital:
            continue
        if token.folded in parts.organisation_starts and _next_is(passage, at + 1, "of"):
            end = _capitals_from(passage, at + 2)
            if end > at + 2:
                yield _named(passage, tokens[at:end], CALLED)
        firm = token.folded in parts.organisation_ends
        if firm or (token.folded in parts.loose_organisation_ends and passage.cased):
            start = _capitals_before(passage, at)
            if start < at and (firm or not begins_sentence(passage, tokens, start)):
                yield _named(passage, tokens[start : at + 1], CALLED if firm else LOOSELY)


def _next_is(passage: Passage, at: int, word: str) -> bool:
    return touches(passage, passage.tokens, at) and passage.tokens[at].folded == word


def _capitals_from(passage: Passage, at: int) -> int:
    end = at
    while (
        touches(passage, passage.tokens, end)
        and passage.tokens[end].is_capital
        and not passage.tokens[end].is_han
        and end - at < _LONGEST
    ):
        end += 1
    return end


def _capitals_before(passage: Passage, at: int) -> int:
    """Return where the words with capitals that lead to a word begin."""
    tokens, not_names = passage.tokens, english.name_parts().not_names
    start = at
    while start and at - start < _LONGEST and touches(passage, tokens, start):
        before = tokens[start - 1]
        inner = before.folded in _CONNECTING and start > 1 and tokens[start - 2].is_capital
        if before.is_han or not (before.is_capital or inner):
            break
        if before.folded in not_names and not inner:
            break
        start -= 1
    return start


def _named(passage: Passage, run: Sequence[Token], score: int) -> Mention:
    name = passage.text[run[0].start : run[-1].end]
    return Mention(EntityKind.ORGANISATION, name.casefold(), name, score, passage, run[0], run[-1])


def _called_chinese(passage: Passage) -> Iterator[Mention]:
    if passage.text.isascii():
        return
    tokens, ends = passage.tokens, _chinese_ends()
    for at, token in enumerate(tokens):
        if not token.is_han:
            continue
        whole = token.tag == "nt" and len(token.text) > 3
        called = token.text[-1] in ends and token.text.endswith(ends[token.text[-1]])
        if not (whole or called):
            continue
        start = _beginning(tokens, at)
        if whole or start < at:
            name = passage.text[tokens[start].start : token.end]
            yield Mention(
                EntityKind.ORGANISATION, name, name, CALLED, passage, tokens[start], token
            )


def _beginning(tokens: Sequence[Token], at: int) -> int:
    """Return where a Chinese organisation's name begins: with a place or a name, or at its end."""
    start = at
    while (
        start
        and at - start < _LONGEST
        and tokens[start - 1].end == tokens[start].start
        and (tokens[start - 1].tag in _INSIDE or tokens[start - 1].tag in _BEGINS)
    ):
        start -= 1
    return next((i for i in range(start, at + 1) if tokens[i].tag in _BEGINS), at)


@cache
def _chinese_ends() -> Mapping[str, tuple[str, ...]]:
    """Return how Chinese organisations' names end, by the last character."""
    ends: dict[str, tuple[str, ...]] = {}
    for end in sorted(chinese.name_parts().organisation_ends):
        ends[end[-1]] = (*ends.get(end[-1], ()), end)
    return ends
