"""Where given words are said: phrases in a transcript with the times of its words. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from videre.production.known import Stretch, Utterance

_ANY_ENDING: Final = "*"


@dataclass(frozen=True, slots=True)
class Found:
    """Where a phrase is said; `phrase` as it was given."""

    stretch: Stretch
    phrase: str


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, or a sign of a script without spaces, and when it is said."""

    text: str
    stretch: Stretch


def find_words(utterances: Sequence[Utterance], phrases: Sequence[str]) -> list[Found]:
    """Return where phrases are said, in order of time.

    An utterance without times of words counts as a whole: more is covered rather than less.
    """
    wanted = [(phrase, *_pattern(phrase)) for phrase in phrases]
    found: list[Found] = []
    for utterance in utterances:
        tokens = list(_tokens(utterance))
        for phrase, parts, any_ending in wanted:
            for first in range(len(tokens) - len(parts) + 1):
                said = [token.text for token in tokens[first : first + len(parts)]]
                last = said[-1].startswith(parts[-1]) if any_ending else said[-1] == parts[-1]
                if last and said[:-1] == parts[:-1]:
                    start = tokens[first].stretch.start_ns
                    end = tokens[first + len(parts) - 1].stretch.end_ns
                    found.append(Found(Stretch(start, end), phrase))
    return sorted(set(found), key=lambda one: (one.stretch.start_ns, one.phrase))


def joined(spans: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Return spans in order, those that touch or overlap as one."""
    made: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((start, end))
    return tuple(made)


def _pattern(phrase: str) -> tuple[list[str], bool]:
    """Return the tokens of a phrase, and whether the last may end anyhow."""
    stripped = phrase.strip()
    return list(_split(stripped)), stripped.endswith(_ANY_ENDING)


def _tokens(utterance: Utterance) -> Iterator[_Token]:
    if not utterance.words:
        yield from (_Token(part, utterance.stretch) for part in _split(utterance.text))
    for word in utterance.words:
        yield from (_Token(part, word.stretch) for part in _split(word.text))


def _split(text: str) -> Iterator[str]:
    """Yield words in small letters, without punctuation; signs of Chinese and Japanese alone."""
    word = ""
    for sign in unicodedata.normalize("NFKC", text).casefold():
        if _stands_alone(sign):
            if word:
                yield word
            yield sign
            word = ""
        elif sign.isalnum():
            word += sign
        elif sign not in "'’" and word:
            yield word
            word = ""
    if word:
        yield word


def _stands_alone(sign: str) -> bool:
    """Tell whether words of a sign's script are not parted by spaces."""
    name = unicodedata.name(sign, "")
    return name.startswith(("CJK ", "HIRAGANA ", "KATAKANA "))
