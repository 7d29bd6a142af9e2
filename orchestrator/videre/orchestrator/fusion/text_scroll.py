"""Text of which each frame shows a part: crawls, and letters that come one by one. Pure.

Readings of such a line share a stretch of characters. Left of it stands what has gone since, right
of it what has come. A character that the picture's border cuts is misread: up to a few characters
at the far end of the earlier reading and at the near end of the later one belong to neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

from rapidfuzz.distance import LCSseq

from videre.orchestrator.fusion.text_reading import alike

#: Most characters that a cut one is read as.
_CLIPPED: Final = 2
#: Least characters that two parts of one text share; less only where one holds all of the other.
_SHARED: Final = 3
_ALL_SHARED: Final = 2
#: A reading that stands alone may be a slip; a text that unrolls shows this many different parts.
_FEWEST_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The longest stretch that two readings share: where it begins in each, and its length."""

    before: int
    after: int
    length: int


def _stretch(before: str, after: str) -> _Stretch:
    found = SequenceMatcher(None, before, after, autojunk=False).find_longest_match()
    return _Stretch(found.a, found.b, found.size)


def continues(before: str, after: str) -> bool:
    """Tell whether a reading may show the next part of the text that an earlier one shows.

    Args:
        before: skeleton of the earlier reading.
        after: skeleton of the later one.
    """
    shorter = min(len(before), len(after))
    if not _is_enough(LCSseq.similarity(before, after), shorter):
        return False  # what they share in order is no less than any stretch of it
    shared = _stretch(before, after)
    gone = before[shared.before + shared.length :]
    come = after[shared.after + shared.length :]
    if max(len(gone), shared.after) > _CLIPPED:
        return False
    if not _is_enough(shared.length, shorter):
        return False
    if shared.before != shared.after:
        return shared.before > shared.after
    return len(come) > len(gone) and not _counts(gone or before[-1:], come)


def _is_enough(shared: int, shorter: int) -> bool:
    """Tell whether so many characters in common may be parts of one text."""
    return (shared >= _SHARED and 2 * shared >= shorter) or shared == shorter >= _ALL_SHARED


def _counts(gone: str, come: str) -> bool:
    """Tell whether a number became another: "Frame 9", "Frame 10"."""
    return gone[-1:].isdigit() and come[:1].isdigit()


def parts(skeletons: Sequence[str]) -> list[str]:
    """Return the readings that show different parts of a longer text; none when they do not.

    Args:
        skeletons: the readings of one line in order of time.
    """
    found = [skeletons[0]]
    for text in skeletons[1:]:
        if alike(found[-1], text):
            continue
        if not continues(found[-1], text):
            return []
        found.append(text)
    return found if len(found) >= _FEWEST_PARTS else []


def runs(shown: Sequence[str]) -> bool:
    """Tell whether the beginning of a text leaves while its end comes: it crawls."""
    stretches = [_stretch(before, after) for before, after in pairwise(shown)]
    return any(shared.before > shared.after + _CLIPPED for shared in stretches)


def joined(texts: Sequence[str]) -> str:
    """Return the whole text of parts in order of time; parts without a place in it are left out."""
    whole, last = texts[0], texts[0]
    for text in texts[1:]:
        shared = _stretch(last, text)
        if 2 * shared.length < min(len(last), len(text)) or shared.before < shared.after:
            continue
        beyond = len(last) - shared.before - shared.length
        whole = whole[: len(whole) - beyond] + text[shared.after + shared.length :]
        last = text
    return whole
