"""Harmless phrases out of texts in which a listed word was overturned. Pure."""

from __future__ import annotations

import re
from typing import Final

#: Words on either side of the listed one: fewer would allow the word itself nearly everywhere, more
#: would be found nowhere else.
_WORDS: Final = 2
#: Characters on either side where words are not set apart.
_CHARACTERS: Final = 4
#: Longest phrase, bytes.
MAX_PHRASE: Final = 256
_TOKEN: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_END: Final = re.compile(r"[.!?;。！？；\n]")
#: Scripts without spaces between words.
_UNSPACED: Final = re.compile(r"[぀-ヿ㐀-鿿豈-﫿]")


def phrase_around(text: str, start: int, end: int) -> str:
    """Return a listed word with its neighbours in the same sentence; "" where it stands alone.

    Args:
        text: in which it stands.
        start: its first character.
        end: the character after its last one.
    """
    low = max((found.end() for found in _END.finditer(text, 0, start)), default=0)
    after = _END.search(text, end)
    high = after.start() if after else len(text)
    if _UNSPACED.search(text[start:end]):
        low, high = max(low, start - _CHARACTERS), min(high, end + _CHARACTERS)
    else:
        low, high = _words_around(text, start, end, low, high)
    phrase = " ".join(text[low:high].split())
    alone = _TOKEN.findall(phrase) == _TOKEN.findall(text[start:end])
    return "" if alone or len(phrase.encode()) > MAX_PHRASE else phrase


def _words_around(text: str, start: int, end: int, low: int, high: int) -> tuple[int, int]:
    before = [found.start() for found in _TOKEN.finditer(text, low, start)]
    behind = [found.end() for found in _TOKEN.finditer(text, end, high)]
    first = before[-_WORDS:][0] if before else start
    last = behind[:_WORDS][-1] if behind else end
    return first, last
