"""Words made by chance, as long lists of them have: half in letters, half in Chinese characters."""

from __future__ import annotations

import random
from typing import Final

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_HAN: Final = [chr(code) for code in range(0x4E00, 0x4E00 + 4_000)]


def chance_word(rng: random.Random) -> str:
    """Return a word of 5 to 12 letters or of 2 to 5 Chinese characters."""
    if rng.random() < 0.5:
        return "".join(rng.choices(_LETTERS, k=rng.randint(5, 12)))
    return "".join(rng.choices(_HAN, k=rng.randint(2, 5)))
