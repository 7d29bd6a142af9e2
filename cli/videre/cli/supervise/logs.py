"""Where the children's lines go: to the terminal under their names, or into files."""

from __future__ import annotations

import sys
from collections import deque
from pathlib import Path
from typing import Final

_COLORS: Final = {
    "orchestrator": "36", "visual": "32", "ocr": "33", "asr": "35", "audio": "34",
    "production": "31",
}  # fmt: skip
_WIDTH: Final = max(map(len, _COLORS))
#: Lines of each process that are kept to be shown when something goes wrong.
_TAIL: Final = 20


def print_line(name: str, line: str) -> None:
    """Print one line behind the name of its process; in colour on a terminal."""
    prefix = f"{name:<{_WIDTH}} |"
    if sys.stdout.isatty():
        prefix = f"\x1b[{_COLORS.get(name, '0')}m{prefix}\x1b[0m"
    sys.stdout.write(f"{prefix} {line}\n")
    sys.stdout.flush()


class LogFiles:
    """One log file per process in a folder, and the last lines of each in memory."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._tails: dict[str, deque[str]] = {}

    def __call__(self, name: str, line: str) -> None:
        self._tails.setdefault(name, deque(maxlen=_TAIL)).append(line)
        with (self.folder / f"{name}.log").open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def tail(self, name: str) -> list[str]:
        """Return the last lines of a process."""
        return list(self._tails.get(name, ()))
