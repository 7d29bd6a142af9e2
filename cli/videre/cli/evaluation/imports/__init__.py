"""Truth from public formats: entries of `truth.json` from what the makers of a set publish."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from videre.cli.evaluation.imports.audioset import from_audioset
from videre.cli.evaluation.imports.coco import from_coco
from videre.cli.evaluation.imports.cvat import from_cvat
from videre.cli.evaluation.imports.icdar import from_icdar
from videre.cli.evaluation.imports.label_studio import from_label_studio
from videre.cli.evaluation.imports.librispeech import from_librispeech

#: Entries of `files` by the media's path inside the folder.
Entries = dict[str, dict[str, Any]]
#: Reads an annotation (a file or a folder) for media in a folder.
Reader = Callable[[Path, Path], Entries]

READERS: Final[Mapping[str, Reader]] = {
    "coco": from_coco,
    "icdar": from_icdar,
    "librispeech": from_librispeech,
    "audioset": from_audioset,
    "label-studio": from_label_studio,
    "cvat": from_cvat,
}
