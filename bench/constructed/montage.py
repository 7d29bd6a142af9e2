"""Films made of real ones: pieces of several in a row, with read sentences over them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.ffmpeg import convert

_PIECES: Final = 4
_PIECE_S: Final = 5
_SIZE: Final = (640, 360)
_RATE: Final = 25


def montages(
    folder: Path, clips: Sequence[Path], sentences: Sequence[Path], count: int
) -> list[Path]:
    """Make films of 20 s at most; no two are of the same pieces.

    Args:
        folder: where they are written.
        clips: films to take pieces of, from their beginnings.
        sentences: recordings, of which each film has two.
        count: how many films.

    Returns:
        The files, by number.
    """
    numbers = random.Random("montage")
    made: list[Path] = []
    for number in range(count):
        target = folder / f"montage-{number:02}.mp4"
        _join(numbers.sample(list(clips), _PIECES), numbers.sample(list(sentences), 2), target)
        made.append(target)
    return made


def _join(clips: Sequence[Path], sentences: Sequence[Path], target: Path) -> None:
    width, height = _SIZE
    fitted = (
        f"scale={width}:{height}:force_original_aspect_ratio=decrease,"
        f"pad={width}:{height}:-1:-1,setsar=1,fps={_RATE},format=yuv420p"
    )
    sounds = range(len(clips), len(clips) + len(sentences))
    parts = [f"[{n}:v]{fitted}[v{n}]" for n in range(len(clips))]
    parts += [f"[{n}:a]aresample=16000,aformat=channel_layouts=mono[a{n}]" for n in sounds]
    pictures = "".join(f"[v{n}]" for n in range(len(clips)))
    said = "".join(f"[a{n}]" for n in sounds)
    parts.append(f"{pictures}concat=n={len(clips)}:v=1:a=0[v]")
    parts.append(f"{said}concat=n={len(sentences)}:v=0:a=1,apad[a]")
    inputs = [word for path in clips for word in ("-t", str(_PIECE_S), "-i", str(path))]
    inputs += [word for path in sentences for word in ("-i", str(path))]
    convert(
        *inputs, "-filter_complex", ";".join(parts), "-map", "[v]", "-map", "[a]", "-shortest",
        "-c:v", "libx264", "-preset", "veryfast", "-c:a", "aac", target,
    )  # fmt: skip
