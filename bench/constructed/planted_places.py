"""Places in captions and in speech, and sentences of every day whose words are places elsewhere."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any, Final

from bench.constructed.caption_looks import Look
from bench.constructed.captions import drawn
from bench.constructed.media import FRAME_RATE, Rgb, pictures, write_film

_SENTENCES: Final = Path(__file__).with_name("place_sentences.toml")
_SIZE: Final = (1280, 720)
_LOOK: Final = Look("places", height=40, outline=3)
#: Frames that a caption stands, and frames before it.
_STANDS, _PAUSE = 38, 12


@dataclass(frozen=True, slots=True)
class Planted:
    """A sentence and the place it names, by its English name, and another one beside it or ""."""

    place: str
    text: str
    beside: str = ""


def shown() -> tuple[Planted, ...]:
    """Return what is planted in captions."""
    return tuple(Planted(**item) for item in _document()["shown"])


def spoken() -> tuple[Planted, ...]:
    """Return what is planted in speech."""
    return tuple(Planted(**item) for item in _document()["spoken"])


def everyday_shown() -> tuple[str, ...]:
    """Return lines that name no place, as they are written."""
    return tuple(_document()["everyday"]["shown"].strip().splitlines())


def everyday_spoken() -> tuple[str, ...]:
    """Return sentences that name no place, as a recogniser writes them."""
    return tuple(_document()["everyday"]["spoken"].strip().splitlines())


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(_SENTENCES.read_text(encoding="utf-8"))


def place_film(clip: Path, folder: Path) -> Path:
    """Write a film whose captions name places, over a clip without text."""
    path = folder / "places.mp4"
    write_film(path, _frames(clip, [item.text for item in shown()]))
    return path


def everyday_document(folder: Path) -> Path:
    """Write the lines that name no place as a text document."""
    path = folder / "everyday.txt"
    path.write_text("\n".join(everyday_shown()) + "\n", encoding="utf-8")
    return path


def _frames(clip: Path, texts: Sequence[str]) -> Iterator[Rgb]:
    background = cycle(list(pictures(clip, _SIZE))[: 2 * FRAME_RATE])
    for text in texts:
        for _ in range(_PAUSE):
            yield next(background)
        for step in range(_STANDS):
            yield drawn(next(background), _LOOK, (text,), step)
    for _ in range(_PAUSE):
        yield next(background)
