"""A caption on the screen, before it becomes SubRip or WebVTT. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

_MS: Final = 1_000_000
_BREAKING: Final = frozenset({"Cc", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Cue:
    """Lines of text from `start_ns` to `end_ns`, counted from the media's origin.

    Raises:
        ValueError: the cue ends before it begins, or has no text.
    """

    start_ns: int
    end_ns: int
    lines: tuple[str, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.start_ns < self.end_ns:
            raise ValueError(f"not a cue: {self.start_ns}..{self.end_ns} ns")
        if not any(line.strip() for line in self.lines):
            raise ValueError("a cue without text")


def one_line(text: str) -> str:
    """Return text without line breaks and control characters, which would end the cue."""
    shown = (" " if unicodedata.category(char) in _BREAKING else char for char in text)
    return " ".join("".join(shown).split())


def clock(ns: int, mark: str) -> str:
    """Return HH:MM:SS<mark>mmm, rounded to the millisecond; hours have two or more digits."""
    seconds, milliseconds = divmod((ns + _MS // 2) // _MS, 1_000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}{mark}{milliseconds:03}"
