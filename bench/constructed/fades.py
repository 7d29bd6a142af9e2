"""Gradual changes between one-shot clips of the set: through black, through white, dissolves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Final

import numpy as np

from bench.constructed.media import Rgb, pictures, write_film
from bench.truth import Fade, FadeKind, Truth

_SIZE: Final = (640, 360)
#: Frames of plain picture between two changes.
_STEADY: Final = 50
#: Frames from the last plain picture to the next; of fades, the middle fifth is held.
_LENGTHS: Final = (13, 19, 25, 37)
_LEVEL: Final = {FadeKind.BLACK: 0.0, FadeKind.WHITE: 255.0}


def fade_films(truths: Sequence[Truth], folder: Path) -> list[Truth]:
    """Write one film per kind of change; empty when the set has fewer than two one-shot clips."""
    clips = [truth.path for truth in truths if truth.shots == 1 and (truth.seconds or 0) >= 2]
    if len(clips) < 2:
        return []
    return [_film(kind, clips, folder) for kind in FadeKind]


def _film(kind: FadeKind, clips: Sequence[Path], folder: Path) -> Truth:
    path = folder / f"fades_{kind}.mp4"
    plain = _STEADY + max(_LENGTHS)
    scenes = [
        list(islice(cycle(pictures(clip, _SIZE)), plain + max(_LENGTHS)))
        for clip in islice(cycle(clips), len(_LENGTHS) + 1)
    ]
    write_film(path, _frames(kind, scenes))
    middles = []
    position = 0
    for length in _LENGTHS:
        position += _STEADY
        middles.append(Fade(position + length // 2, kind))
        position += length
    return Truth(
        name=f"constructed/{path.name}",
        path=path,
        group="constructed",
        cuts=(),
        fades=tuple(middles),
    )


def _frames(kind: FadeKind, scenes: Sequence[Sequence[Rgb]]) -> Iterator[Rgb]:
    """Yield the film; a scene runs on while the next one comes."""
    position = 0
    for number, length in enumerate(_LENGTHS):
        here, following = scenes[number], scenes[number + 1]
        yield from here[position : position + _STEADY]
        position += _STEADY
        for step in range(length):
            share = (step + 1) / (length + 1)
            yield _mixed(kind, here[position + step], following[step], share)
        position = length
    yield from scenes[-1][position : position + _STEADY]


def _mixed(kind: FadeKind, here: Rgb, following: Rgb, share: float) -> Rgb:
    if kind is FadeKind.DISSOLVE:
        return np.asarray(here * (1 - share) + following * share, np.uint8)
    level = _LEVEL[kind]
    picture, rest = (here, 1 - share / 0.4) if share < 0.5 else (following, 1 - (1 - share) / 0.4)
    rest = max(0.0, rest)
    return np.asarray(picture * rest + level * (1 - rest), np.uint8)
