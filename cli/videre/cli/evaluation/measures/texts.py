"""Comparing texts: what two readings differ in that matters, and how far they are apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein


def folded(text: str) -> str:
    """Return the text without differences of width, case and blanks."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    return "".join(wide.split())


def letters(text: str) -> str:
    """Return the folded text without punctuation and signs."""
    return "".join(character for character in folded(text) if character.isalnum())


def distance(expected: Sequence[str], found: Sequence[str], *, inside: bool = False) -> int:
    """Return the number of insertions, deletions and replacements between two sequences.

    With `inside`, what stands before and after the best place in `found` costs nothing.
    """
    if not inside:
        return Levenshtein.distance(expected, found)
    row = [0] * (len(found) + 1)  # Sellers 1980, which the library does not have
    for number, wanted in enumerate(expected, 1):
        previous, row = row, [number]
        for column, there in enumerate(found, 1):
            row.append(
                min(
                    previous[column] + 1,
                    row[column - 1] + 1,
                    previous[column - 1] + (wanted != there),
                )
            )
    return min(row)
