"""LibriSpeech: `<speaker>-<chapter>.trans.txt` beside the recordings."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from videre.cli.evaluation.imports.places import by_stem

_SOUNDS: Final = (".flac", ".wav", ".mp3", ".ogg", ".opus")


def from_librispeech(source: Path, folder: Path) -> dict[str, dict[str, Any]]:
    """Return what is said in every recording of the folder that a transcript below `source` names.

    Raises:
        ValueError: a line has no text.
    """
    sounds = by_stem(folder, _SOUNDS)
    entries: dict[str, dict[str, Any]] = {}
    for path in sorted([source] if source.is_file() else source.rglob("*.trans.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            name, _, words = line.strip().partition(" ")
            if not name:
                continue
            if not words.strip():
                raise ValueError(f"{path}, line {number}: no text")
            if name in sounds:
                facts = {"lang": "en", "transcript": words.strip().lower()}
                entries[sounds[name]] = {"truth": facts}
    return entries
