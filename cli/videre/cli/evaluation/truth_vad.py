"""Speech annotations of the SpeechBrain kind: pieces of one recording, each with its speech."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

_RATE: Final = 16_000


def read_annotation(path: Path) -> tuple[float, list[tuple[float, float]]]:
    """Return up to which second the recording is annotated, and where somebody speaks.

    A piece gives its first and last sample at 16 kHz ("wav": "start", "stop") and "speech":
    seconds from the piece's beginning, start and end in turn. Pieces lie one after the other.

    Raises:
        KeyError, ValueError: it is not of that form.
    """
    spans: list[tuple[float, float]] = []
    until = 0
    for piece in json.loads(path.read_text(encoding="utf-8")).values():
        first_s = piece["wav"]["start"] / _RATE
        times = [first_s + float(number) for number in piece["speech"].split()]
        spans += zip(times[::2], times[1::2], strict=True)
        until = max(until, piece["wav"]["stop"])
    return until / _RATE, sorted(spans)
