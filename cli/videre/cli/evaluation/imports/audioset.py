"""AudioSet: `*_segments.csv`, and `class_labels_indices.csv` beside it for the classes' names."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, Final

from videre.cli.evaluation.imports.places import by_stem

_MEDIA: Final = (".flac", ".wav", ".mp3", ".ogg", ".m4a", ".mp4", ".mkv", ".webm")
_NAMES: Final = "class_labels_indices.csv"
_COLUMNS: Final = 4


def from_audioset(source: Path, folder: Path) -> dict[str, dict[str, Any]]:
    """Return the sounds of every clip of the folder that the list names.

    A clip's file is named by its id, alone or followed by "_" and its start in seconds or
    milliseconds: tools that cut the clips do either.

    Raises:
        FileNotFoundError: class_labels_indices.csv does not lie beside the list.
        KeyError, ValueError: a row has no id and labels, or a label has no name.
    """
    with (source.parent / _NAMES).open(encoding="utf-8", newline="") as file:
        names = {row["mid"]: row["display_name"] for row in csv.DictReader(file)}
    media = by_stem(folder, _MEDIA)
    entries: dict[str, dict[str, Any]] = {}
    with source.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(
            (line for line in file if not line.startswith("#")), skipinitialspace=True
        )
        for row in rows:
            if not row:
                continue
            if len(row) != _COLUMNS:
                raise ValueError(f"{source}, line {rows.line_num}: not {_COLUMNS} columns")
            clip, start, _, labels = row
            events = [names[label] for label in labels.split(",")]
            for stem in _stems(clip, float(start)):
                if stem in media:
                    entries[media[stem]] = {"truth": {"events": events}}
    return entries


def _stems(clip: str, start_s: float) -> tuple[str, ...]:
    whole = round(start_s)
    return clip, f"{clip}_{whole}", f"{clip}_{start_s:.3f}", f"{clip}_{whole * 1000}"
