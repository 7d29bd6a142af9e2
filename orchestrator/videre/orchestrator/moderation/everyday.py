"""Whether a stretch of text reads as everyday language, and so was meant as it stands. Pure.

冰毒 (crystal meth) sounds like 病毒 (virus), and boob is bob with a letter twice: what was matched
only loosely does not count where it is made of words of the dictionary. 特色情怀 holds 色情 between
two other words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from videre.orchestrator.lexicon import english
from videre.orchestrator.moderation.folds import Folded, plain

_WORD: Final = re.compile(r"[a-z]+")


def reads_as_chinese(folded: Folded, start: int, end: int, changed: Iterable[int]) -> bool:
    """Tell whether characters [start, end) of a plain text are words, or pieces of words.

    Args:
        folded: the plain text; no word goes across what was left out of it.
        start: where the stretch begins.
        end: where it ends.
        changed: the places in it that are not as the listed word has them.
    """
    places = set(changed)
    return any(
        right - left > 1
        and (left < start or right > end or not places.isdisjoint(range(left, right)))
        for left, right in _words(folded, start, end)
    )


def is_pieces_of_others(folded: Folded, start: int, end: int) -> bool:
    """Tell whether characters [start, end) of a plain text are the pieces of other Chinese words.

    At least one word goes across an edge, and nothing of the stretch stands as a word by itself
    that is no word elsewhere: 裸聊天室 is 裸 and 聊天室, of which 裸 is left over.
    """
    words = list(_words(folded, start, end))
    if any(left <= start and end <= right for left, right in words):
        return False
    crossed = any(left < start or end < right for left, right in words)
    return crossed and all(right - left > 1 for left, right in words)


def forms(text: str) -> tuple[str, ...]:
    """Return the plain forms of a listed phrase: as it is, and written as one word (pipe-bomb).

    Not where that is another word: a therapist is not meant.
    """
    phrase = plain(text).text
    joined = phrase.replace(" ", "")
    return (phrase,) if joined == phrase or reads_as_english(joined) else (phrase, joined)


def reads_as_english(words: str) -> bool:
    """Tell whether every word of a stretch is an English one as it stands."""
    found = _WORD.findall(words)
    return bool(found) and all(english.frequency(word) is not None for word in found)


def _words(folded: Folded, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the words begin and end that have a character in a stretch."""
    ends = _word_ends(folded.original)
    at = bisect_right(ends, start)
    left = ends[at - 1] if at else 0
    while left < end:
        yield left, ends[at]
        left, at = ends[at], at + 1


@lru_cache(maxsize=64)
def _word_ends(text: str) -> Sequence[int]:
    """Return where the words of a plain text end; unknown ones are cut to characters."""
    import rjieba

    folded = plain(text)
    first, after = folded.first, folded.after
    gaps = (i for i in range(1, len(first)) if first[i] > after[i - 1])
    ends, at = [], 0
    for left, right in pairwise((0, *gaps, len(first))):
        for word in rjieba.cut(folded.text[left:right], False):
            at += len(word)
            ends.append(at)
    return ends
