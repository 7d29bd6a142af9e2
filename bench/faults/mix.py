"""The soak's jobs: no two of the same bytes, of kinds that end in different ways."""

from __future__ import annotations

import random
from enum import StrEnum
from pathlib import Path
from typing import Final

from PIL import Image

from tests import synth
from tests.fault.films import film, recording

_SIDE: Final = (640, 360)
_BYTES: Final = 200_000


class Kind(StrEnum):
    """What a job is about, and how it ends where it does not succeed."""

    FILM = "film"
    SOUND = "sound"
    PICTURE = "picture"
    CANCELLED = "cancelled film"
    REFUSED = "refused bytes"

    @property
    def understood(self) -> bool:
        """Whether the job succeeds."""
        return self not in (Kind.CANCELLED, Kind.REFUSED)


_TURN: Final = (
    Kind.FILM, Kind.SOUND, Kind.CANCELLED, Kind.FILM, Kind.PICTURE,
    Kind.FILM, Kind.FILM, Kind.REFUSED, Kind.SOUND, Kind.FILM,
)  # fmt: skip


def kind_of(number: int) -> Kind:
    """Return what job `number` is; every ten jobs are alike, and every five have films."""
    return _TURN[number % len(_TURN)]


def made(number: int, folder: Path, seconds: int) -> Path:
    """Make the file of job `number`; films and sounds have a length of so many seconds."""
    kind = kind_of(number)
    if kind is Kind.SOUND:
        return recording(number, folder, seconds)
    if kind is Kind.PICTURE:
        path = folder / f"picture-{number}.png"
        Image.fromarray(synth.burn(synth.scene(number, *_SIDE), number)).save(path)
        return path
    if kind is Kind.REFUSED:
        path = folder / f"noise-{number}.mp4"
        path.write_bytes(random.Random(number).randbytes(_BYTES))
        return path
    return film(number, folder, seconds)
