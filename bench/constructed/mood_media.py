"""Media whose mood is known: texts, films with their sentences as captions, recorded sounds."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Final

from bench.constructed.caption_looks import Look
from bench.constructed.captions import drawn
from bench.constructed.media import FRAME_RATE, Rgb, pictures, write_film

_TEXTS: Final = Path(__file__).with_name("mood_texts.toml")
_SIZE: Final = (1280, 720)
_LOOK: Final = Look("moods", height=40, outline=3)
#: Frames that a caption stands, and frames before it.
_STANDS, _PAUSE = 50, 12
#: Side of 0 that a feeling lies on.
SIDES: Final = {"glad": 1, "neutral": 0, "sad": -1}
#: What files of recorded sounds begin with.
SOUNDS: Final = {"laughter": 1, "applause": 1, "cheering": 1, "crying": -1, "screaming": -1}


@dataclass(frozen=True, slots=True)
class MoodText:
    """Sentences and the side of 0 that their valence lies on; 0 = they express no feeling."""

    name: str
    language: str
    side: int
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MoodMedia:
    """A media and the side of 0 that its valence lies on.

    Args:
        route: by what it tells: "documents", "captions", "sounds".
    """

    path: Path
    route: str
    language: str
    side: int


def mood_texts() -> list[MoodText]:
    """Return the texts, two a language and feeling."""
    listed = tomllib.loads(_TEXTS.read_text(encoding="utf-8"))["text"]
    return [
        MoodText(
            f"mood_{number:02}_{item['feeling']}_{item['language']}",
            item["language"], SIDES[item["feeling"]], tuple(item["sentences"]),
        )
        for number, item in enumerate(listed)
    ]  # fmt: skip


def mood_documents(texts: Sequence[MoodText], folder: Path) -> list[MoodMedia]:
    """Write every text as a text document, a sentence a paragraph."""
    made = []
    for text in texts:
        path = folder / f"{text.name}.txt"
        path.write_text("\n\n".join(text.sentences) + "\n", encoding="utf-8")
        made.append(MoodMedia(path, "documents", text.language, text.side))
    return made


def mood_films(texts: Sequence[MoodText], clip: Path, folder: Path) -> list[MoodMedia]:
    """Write a film for every text, its sentences as captions over a clip without text."""
    made = []
    for text in texts:
        path = folder / f"{text.name}.mp4"
        write_film(path, _frames(clip, text.sentences))
        made.append(MoodMedia(path, "captions", text.language, text.side))
    return made


def mood_sounds(folder: Path) -> list[MoodMedia]:
    """Return the recordings of a folder that are named after what is heard: laughter_1.wav."""
    return [
        MoodMedia(path, "sounds", "", SOUNDS[kind])
        for path in sorted(folder.iterdir())
        if (kind := path.stem.partition("_")[0]) in SOUNDS
    ]


def _frames(clip: Path, texts: Sequence[str]) -> Iterator[Rgb]:
    background = cycle(list(pictures(clip, _SIZE))[: 2 * FRAME_RATE])
    for text in texts:
        for _ in range(_PAUSE):
            yield next(background)
        for step in range(_STANDS):
            yield drawn(next(background), _LOOK, (text,), step)
    for _ in range(_PAUSE):
        yield next(background)
