"""Text of strangers, so that it shows everything that is in it and does nothing. Pure.

A code in the picture may say what moves a terminal's cursor, turns the direction of writing or
hides a part of an address. What it says is kept as it is; wherever people read it, it goes through
here.
"""

from __future__ import annotations

import unicodedata
from typing import Final

#: Categories of Unicode that do not show: control, format, surrogate, private use, unassigned,
#: and the separators of lines and paragraphs.
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def visible(text: str) -> str:
    r"""Return the text with every character that does not show as its escape: \n, \x1b, \u202e."""
    return "".join(
        repr(character)[1:-1] if unicodedata.category(character) in _HIDDEN else character
        for character in text
    )
