"""Regular expressions in texts, in time linear in the text whatever they are (RE2). Pure.

They see a text in one width, case and script, with its punctuation: of 微信：ＡＢＣ they see
微信:abc.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import re2

from videre.orchestrator.moderation.folds import readable

_MAX_MEMORY: Final = 8 << 20


def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_MEMORY
    return options


def check_pattern(pattern: str) -> None:
    """Check a regular expression.

    Raises:
        ValueError: it is none, or matches the empty text.
    """
    try:
        compiled = re2.compile(pattern, _options())
    except re2.error as error:
        raise ValueError(_words(error)) from None
    if compiled.search("") is not None:
        raise ValueError("it matches the empty text")


def _words(error: Exception) -> str:
    cause = error.args[0] if error.args else b""
    return cause.decode("utf-8", "replace") if isinstance(cause, bytes) else str(cause)


class Patterns:
    """Regular expressions, each with an entry's place."""

    def __init__(self, patterns: Iterable[tuple[int, str]]) -> None:
        """Take places and expressions that `check_pattern` accepts."""
        self._compiled = [(place, re2.compile(text, _options())) for place, text in patterns]
        self._any = re2.Set.SearchSet(_options())
        for _, pattern in self._compiled:
            self._any.Add(pattern.pattern)
        if self._compiled:
            self._any.Compile()

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Yield place, first and last + 1 character in the original of every match."""
        if not self._compiled:
            return
        folded = readable(text)
        for index in sorted(self._any.Match(folded.text) or ()):
            place, pattern = self._compiled[index]
            for match in pattern.finditer(folded.text):
                if match.end() > match.start():
                    yield place, *folded.span(match.start(), match.end())
