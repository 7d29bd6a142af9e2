"""How long a text takes to be said. Pure.

Letters are counted, for words of a language differ more in length than letters do in time. The
figures are the slowest of fifteen sentences in English and Chinese, as `synthesize_speech` says
them by eSpeak NG 1.51 at its usual speed, so that most texts take less.
"""

from __future__ import annotations

from typing import Final

from videre.exports.speech_script import is_chinese, read_script

_LETTER_MS: Final = 95
_CHINESE_MS: Final = 430
#: A digit is a word, or a part of one.
_DIGIT_MS: Final = 400


def speaking_ms(text: str) -> int:
    """Return how long a text takes at most, with the pauses inside but not the one behind it."""
    clauses = [clause for clause in read_script(text) if clause.words]
    said = sum(_sign_ms(sign) for clause in clauses for word in clause.words for sign in word)
    return said + sum(clause.pause_ms for clause in clauses[:-1])


def _sign_ms(sign: str) -> int:
    if sign.isdigit():
        return _DIGIT_MS
    return _CHINESE_MS if is_chinese(sign) else _LETTER_MS
