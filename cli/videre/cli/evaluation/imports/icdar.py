"""ICDAR (2015 Incidental Scene Text and its kin): one `gt_<picture>.txt` per picture."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from videre.cli.evaluation.imports.places import by_stem

_PICTURES: Final = (".jpg", ".jpeg", ".png")
#: What stands for a text that is there and cannot be read.
_ILLEGIBLE: Final = "###"
#: Four corners (8 numbers) or a box (4 numbers), separated by commas or blanks.
_LINE: Final = re.compile(r"\s*((?:-?\d+[,\s]+){8}|(?:-?\d+[,\s]+){4})(.*)")


def from_icdar(source: Path, folder: Path) -> dict[str, dict[str, Any]]:
    """Return the texts of every picture of the folder that has its file in `source`.

    A picture of which a text is marked as illegible keeps its other texts: recall counts those.

    Raises:
        ValueError: a line has neither four corners nor a box.
    """
    pictures = by_stem(folder, _PICTURES)
    entries: dict[str, dict[str, Any]] = {}
    for path in sorted(source.glob("gt_*.txt")):
        inside = pictures.get(path.stem.removeprefix("gt_"))
        if inside is not None:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
            texts = [_text(path, number, line) for number, line in enumerate(lines, 1) if line]
            boxes = [{"text": text} for text in texts if text != _ILLEGIBLE]
            entries[inside] = {"truth": {"boxes": boxes}}
    return entries


def _text(path: Path, number: int, line: str) -> str:
    parts = _LINE.fullmatch(line)
    if parts is None:
        raise ValueError(f"{path}, line {number}: neither four corners nor a box")
    text = parts[2].strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
