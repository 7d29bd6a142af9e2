"""Gradual changes between one-shot clips of the set: through black, through white, dissolves.

Every change differs: another pair of scenes, another length, and fades also in what they hold of
the colour and on which sides they have a ramp. A film without such a mix measures one number of
its making, not the detector.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count, cycle, islice
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

from bench.constructed.media import Rgb, pictures, write_film
from videre.cli.evaluation.truth import Fade, FadeKind, Truth

CHANGES: Final = 24
_SIZE: Final = (480, 270)
#: Frames of plain picture between two changes, in turn.
_STEADY: Final = (25, 32, 28, 40, 30)
#: Frames from the last plain picture to the next, in turn; 5, 7 and 12 share no divisor.
_LENGTHS: Final = (13, 19, 25, 37, 8, 16, 50, 10, 30, 22, 12, 43)
#: Share of a fade's frames that hold the colour, in turn; at least one frame does.
_HELD: Final = (0.2, 0.0, 0.1, 0.4, 0.2, 0.3, 0.1)
#: Share of a fade's other frames that lie before the colour; 0 and 1 have a hard edge on one side.
_BEFORE: Final = (0.5, 0.5, 0.35, 1.0, 0.5, 0.0, 0.65)
#: Frames by which a clip begins later each time.
_LATER: Final = 23
#: Frames that are shown of a clip, and clips that are taken: what is kept in memory, 250 MB.
_MOST_SHOWN: Final = 80
_MOST_CLIPS: Final = 8
_LEVEL: Final = {FadeKind.BLACK: np.float32(0), FadeKind.WHITE: np.float32(255)}

Clip: TypeAlias = Sequence[Rgb]


@dataclass(frozen=True, slots=True)
class Change:
    """How one scene becomes the next.

    Args:
        length: frames that belong to neither scene alone.
        held: how many of them show the colour alone; of dissolves 0.
        before: how many come before those.
        steady: frames of plain picture before the change.
    """

    length: int
    held: int
    before: int
    steady: int

    @property
    def middle(self) -> int:
        """The change's middle, counted from its first frame."""
        return self.before + self.held // 2 if self.held else self.length // 2

    def share(self, step: int) -> float:
        """Return how much of the next scene, or of the colour, is seen at a frame, 0..1."""
        if not self.held:
            return (step + 1) / (self.length + 1)
        if step < self.before:
            return (step + 1) / (self.before + 1)
        after = self.length - self.before - self.held
        return min(1.0, (self.length - step) / (after + 1))


def changes(kind: FadeKind, most: int = CHANGES) -> list[Change]:
    """Return the changes of a film, in order."""
    out = []
    for number in range(most):
        length = _LENGTHS[number % len(_LENGTHS)]
        steady = _STEADY[number % len(_STEADY)]
        if kind is FadeKind.DISSOLVE:
            out.append(Change(length, 0, 0, steady))
            continue
        held = max(1, round(length * _HELD[number % len(_HELD)]))
        before = round((length - held) * _BEFORE[number // 2 % len(_BEFORE)])
        out.append(Change(length, held, before, steady))
    return out


def fade_films(truths: Sequence[Truth], folder: Path, most: int = CHANGES) -> list[Truth]:
    """Write one film per kind of change; empty when the set has fewer than two one-shot clips."""
    clips = [truth.path for truth in truths if truth.shots == 1 and (truth.seconds or 0) >= 1.5]
    if len(clips) < 2:
        return []
    shown = [list(islice(pictures(clip, _SIZE), _MOST_SHOWN)) for clip in clips[:_MOST_CLIPS]]
    return [_film(kind, shown, folder, most) for kind in FadeKind]


def _film(kind: FadeKind, clips: Sequence[Clip], folder: Path, most: int) -> Truth:
    path = folder / f"fades_{kind}.mp4"
    plan = changes(kind, most)
    write_film(path, _frames(kind, plan, clips))
    middles = []
    position = 0
    for change in plan:
        position += change.steady
        middles.append(Fade(position + change.middle, kind))
        position += change.length
    return Truth(
        name=f"constructed/{path.name}",
        path=path,
        group="constructed",
        cuts=(),
        fades=tuple(middles),
    )


def _frames(kind: FadeKind, plan: Sequence[Change], clips: Sequence[Clip]) -> Iterator[Rgb]:
    """Yield the film; a scene runs on while the next one comes."""
    scenes = _scenes(clips)
    here = next(scenes)
    for change in plan:
        following = next(scenes)
        yield from islice(here, change.steady)
        for step in range(change.length):
            yield _mixed(kind, change, step, next(here), next(following))
        here = following
    yield from islice(here, _STEADY[0])


def _scenes(clips: Sequence[Clip]) -> Iterator[Iterator[Rgb]]:
    """Yield scenes without end; neighbours differ, and their pairs change from round to round."""
    current = 0
    for number in count():
        yield _scene(clips[current], number)
        stride = 1 + number // len(clips) % (len(clips) - 1)
        current = (current + stride) % len(clips)


def _scene(clip: Clip, number: int) -> Iterator[Rgb]:
    """Yield the pictures of a clip forwards and backwards without end: it has no seam."""
    order = chain(range(len(clip)), range(len(clip) - 2, 0, -1))
    return (clip[index] for index in islice(cycle(order), number * _LATER % len(clip), None))


def _mixed(kind: FadeKind, change: Change, step: int, here: Rgb, following: Rgb) -> Rgb:
    share = np.float32(change.share(step))
    if kind is FadeKind.DISSOLVE:
        return np.asarray(here * (1 - share) + following * share, np.uint8)
    picture = here if step < change.before else following
    return np.asarray(picture * (1 - share) + _LEVEL[kind] * share, np.uint8)
