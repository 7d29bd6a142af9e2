"""One picture as a file. Child process only."""

from __future__ import annotations

from pathlib import Path

from videre.production.encoding import FORMATS, Encoder
from videre.production.painting.base import Picture
from videre.production.rendering.job import MadeFacts


def draw(picture: Picture, path: Path) -> MadeFacts:
    """Write a picture, its format by the file's ending, and return what is in the file.

    Raises:
        VidereError: ENGINE_FAILED, the encoder refuses it.
        OSError: the file cannot be written.
    """
    form = next(one for one in FORMATS.values() if path.suffix == f".{one.suffix}")
    path.write_bytes(Encoder().encode(picture, form))
    return MadeFacts(path.name, 0, picture.shape[1], picture.shape[0], frames=1)
