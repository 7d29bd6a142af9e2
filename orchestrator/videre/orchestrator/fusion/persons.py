"""People whom a text names, in English and Chinese. Pure.

Only what a text founds by itself is told: a title with a name, a common given name with a family
name, a Chinese family name with a title, a transliterated name with its dot (艾琳·柯林斯). Speech
recognisers write small letters: there, a title or both names must be known. A lone family name,
and a name of no common parts, is not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from videre.orchestrator.document import EntityKind
from videre.orchestrator.features import Modality
from videre.orchestrator.fusion.mentions import Mention, touches
from videre.orchestrator.fusion.passages import Passage, Token
from videre.orchestrator.lexicon import chinese, english

TITLED, DOTTED, NAMED, SPOKEN = 8_500, 8_500, 7_500, 6_000
_LONGEST: Final = 4
#: Words rarer than this (log10 per thousand million) pass for family names behind a title.
_RARE: Final = 3.7
_DOTTED: Final = re.compile(r"[一-鿿]{1,8}(?:[·•・][一-鿿]{1,6})+")
_CHINESE_NAME: Final = range(2, 5)


def persons(passage: Passage) -> list[Mention]:
    """Return the people whom a passage names."""
    return [*_english(passage), *_dotted(passage), *_chinese(passage)]


def _english(passage: Passage) -> Iterator[Mention]:
    parts = english.name_parts()
    folded = passage.folded
    if parts.given_names.isdisjoint(folded) and parts.honorifics.isdisjoint(folded):
        return
    tokens, at = passage.tokens, 0
    while at < len(tokens):
        found = None if tokens[at].is_han else _english_at(passage, tokens, at)
        if found is None:
            at += 1
            continue
        start, end, score = found
        name = passage.text[tokens[start].start : tokens[end - 1].end]
        yield Mention(
            EntityKind.PERSON, name.casefold(), name if passage.cased else _titled(name), score,
            passage, tokens[start], tokens[end - 1],
        )  # fmt: skip
        at = end


def _english_at(passage: Passage, tokens: Sequence[Token], at: int) -> tuple[int, int, int] | None:
    """Return the name that begins at a word: words [start, end) without title, score; or None."""
    parts = english.name_parts()
    first = tokens[at]
    honorifics = parts.honorifics if passage.cased else parts.spoken_honorifics
    if first.folded in honorifics and (not passage.cased or first.is_capital):
        end = _end(passage, tokens, at + 1)
        if end > at + 1:
            return at + 1, end, TITLED if passage.cased else NAMED
        return None
    if first.folded not in parts.given_names or (passage.cased and not first.is_capital):
        return None
    if (
        not passage.cased
        and (at or not first.is_capital)
        and passage.modality != Modality.SPEECH.value
    ):
        # A caption that is nothing but a name; in other titles every word has a capital.
        return None
    end = _end(passage, tokens, at + 1, family_only=True)
    if end == at + 1 or (
        not passage.cased and passage.modality != Modality.SPEECH.value and end < len(tokens)
    ):
        return None
    return at, end, NAMED if passage.cased or passage.modality != Modality.SPEECH.value else SPOKEN


def _end(passage: Passage, tokens: Sequence[Token], at: int, *, family_only: bool = False) -> int:
    """Return the end of a name whose words go on at `at`; `at` itself where none does."""
    parts, end = english.name_parts(), at
    while end < len(tokens) and end - at < _LONGEST and touches(passage, tokens, end):
        token = tokens[end]
        if token.is_han or token.folded in parts.not_names:
            break
        known = token.folded in parts.family_names or token.folded in parts.given_names
        initial = len(token.text) == 1 and token.is_capital
        if passage.cased and not token.is_capital:
            break
        common = english.frequency(token.folded)
        rare = common is None or (common < _RARE and passage.modality != Modality.SPEECH.value)
        if not (known or initial or rare or (passage.cased and not family_only)):
            break
        end += 1
    while end > at and len(tokens[end - 1].text) == 1:
        end -= 1
    return end


def _titled(name: str) -> str:
    """Return a name that came in small or in capital letters with capitals at its words."""
    return name if not (name.islower() or name.isupper()) else name.title()


def _dotted(passage: Passage) -> Iterator[Mention]:
    parts = chinese.name_parts() if "·" in passage.text or "・" in passage.text else None
    if parts is None:
        return
    for found in _DOTTED.finditer(passage.text):
        start, name = found.start(), found.group()
        inside = [t for t in passage.tokens if t.start < found.end() and t.end > start]
        if not inside:
            continue
        head = re.split("[·•・]", name)[0]
        title = next((t for t in sorted(parts.titles_before, key=len) if head.startswith(t)), "")
        if title and len(title) < len(head):
            name = name[len(title) :]
        elif len(inside) > 1 and len(head) > 2:
            # What stands before the name in one run: only its last word belongs to it.
            heads = [t for t in inside if t.end <= start + len(head)]
            name = name[len(head) - len(heads[-1].text) :] if heads else name
        yield Mention(EntityKind.PERSON, name, name, DOTTED, passage, inside[0], inside[-1])


def _chinese(passage: Passage) -> Iterator[Mention]:
    tokens = passage.tokens
    if passage.text.isascii() or not any([token.tag == "nr" for token in tokens]):
        return
    parts = chinese.name_parts()
    for at, token in enumerate(tokens):
        if token.tag != "nr" or len(token.text) not in _CHINESE_NAME:
            continue
        family = token.text[0] in parts.family_names or token.text[:2] in (
            parts.compound_family_names
        )
        before = tokens[at - 1].text if at and tokens[at - 1].end == token.start else ""
        spaced = tokens[at - 1].text if at and tokens[at - 1].end == token.start - 1 else ""
        after = (
            tokens[at + 1].text
            if at + 1 < len(tokens) and tokens[at + 1].start == token.end
            else ""
        )
        titled = after in parts.titles_after or {before, spaced} & parts.titles_before
        if family and titled and not chinese.is_stopword(token.text):
            yield Mention(EntityKind.PERSON, token.text, token.text, TITLED, passage, token, token)
