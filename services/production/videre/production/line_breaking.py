"""Breaking text into lines of captions, for scripts with and without blanks. Pure."""

from __future__ import annotations

import unicodedata
from typing import Final

#: Characters that may not begin a line (kinsoku), and those that may not end one.
_CLOSING: Final = frozenset("、。，．・：；？！％」』）】》〉”’…—,.:;?!%)]}»")
_OPENING: Final = frozenset("「『（【《〈“‘([{«")


def width(text: str) -> int:
    """Return the columns a text takes: two for a wide character (Chinese, Japanese, Korean)."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def is_wide(char: str) -> bool:
    """Tell whether a character is written without blanks around it."""
    return unicodedata.east_asian_width(char) in "WF"


def pieces(text: str) -> list[str]:
    """Return the parts of a text between which a line may end.

    Words keep the blank behind them; wide characters stand alone, with closing marks behind and
    opening marks before them.
    """
    found: list[str] = []
    for char in " ".join(text.split()):
        if found and not _may_break(found[-1][-1], char):
            found[-1] += char
        else:
            found.append(char)
    return found


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in _CLOSING or before in _OPENING:
        return False
    return before == " " or is_wide(before) or is_wide(after)


def joined(parts: list[str]) -> str:
    """Return words as one text: blanks between words, none between wide characters."""
    text = ""
    for part in filter(None, (part.strip() for part in parts)):
        bare = not text or is_wide(text[-1]) or is_wide(part[0])
        text += part if bare else f" {part}"
    return text


def lines(text: str, limit: int) -> tuple[str, ...] | None:
    """Return a text on one line or two of like length; None when it takes more.

    Args:
        text: without line breaks.
        limit: columns of a line.
    """
    whole = " ".join(text.split())
    if width(whole) <= limit:
        return (whole,)
    parts = pieces(whole)
    best: tuple[int, tuple[str, str]] | None = None
    for place in range(1, len(parts)):
        upper, lower = "".join(parts[:place]).strip(), "".join(parts[place:]).strip()
        longer = max(width(upper), width(lower))
        if longer <= limit and (best is None or longer < best[0]):
            best = (longer, (upper, lower))
    return best[1] if best else None


def hard_cut(word: str, limit: int) -> list[str]:
    """Cut a word that is longer than a line into parts that fit."""
    parts = [""]
    for char in word:
        if width(parts[-1] + char) > limit:
            parts.append("")
        parts[-1] += char
    return parts
