"""Finding the shots of a stretch and what each is about, looking only where nothing is known."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.production.decode import FrameSource
from videre.production.known import Followed, Known, SeenAt, Stretch
from videre.production.reframing.album import Album
from videre.production.reframing.camera import STEP_S
from videre.production.reframing.face_finder import FaceFinder
from videre.production.reframing.looks import Small, cuts, difference, moving, salient, small
from videre.production.reframing.plan import instants_of
from videre.production.reframing.subjects import Subject, followed, subject_of

_NS: Final = 1_000_000_000
_STEP_NS: Final = round(STEP_S * _NS)
#: Longer side of the pictures that are looked at.
_SIDE: Final = 384


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A shot.

    Args:
        stretch: when it runs.
        subject: what it is about, at `instants_of(stretch)`; None = nothing is known.
        source: "analysis", "faces", "motion", "saliency"; empty without a subject.
    """

    stretch: Stretch
    subject: Subject | None
    source: str


@dataclass(slots=True)
class _Looked:
    """What was seen of a stretch: a small picture and the faces of each look."""

    instants: list[int]
    album: Album
    faces: list[list[SeenAt]]


def survey(
    source: FrameSource,
    known: Known,
    stretch: Stretch,
    finder: FaceFinder | None,
    progress: Callable[[float], None],
    folder: Path,
) -> list[Shot]:
    """Return the shots of a stretch in order.

    Args:
        source: the pictures.
        known: what the analysis knows of them.
        stretch: what is made.
        finder: of faces; None where its model is not installed.
        progress: called with the share that is done.
        folder: for what is kept meanwhile.

    Raises:
        VidereError: DECODE_FAILED, DECODE_LIMIT.
    """
    with tempfile.TemporaryFile(dir=folder) as file:
        album = Album(file)
        if known.shots:
            shots = _clipped(known.shots, stretch)
            asked = [Shot(one, _known(known.followed, one), "analysis") for one in shots]
            blind = [one.stretch for one in asked if one.subject is None]
            looked, _ = _look(source, _samples(source, blind), finder, progress, album)
            return [
                one if one.subject is not None else _judged(one.stretch, looked) for one in asked
            ]
        first, last = source.pictures.frame_at(stretch.start_ns), _last(source, stretch)
        looked, borders = _look(source, range(first, last + 1), finder, progress, album, whole=True)
        starts = [stretch.start_ns, *borders, stretch.end_ns]
        shots = [Stretch(a, b) for a, b in itertools.pairwise(starts) if b > a]
        return [_judged(one, looked) for one in shots]


def _last(source: FrameSource, stretch: Stretch) -> int:
    return source.pictures.frame_at(max(stretch.start_ns, stretch.end_ns - 1))


def _clipped(shots: Sequence[Stretch], stretch: Stretch) -> list[Stretch]:
    """Return the shots inside a stretch, without gaps: it begins and ends with the outer ones."""
    starts = [one.start_ns for one in shots if stretch.start_ns < one.start_ns < stretch.end_ns]
    borders = [stretch.start_ns, *sorted(starts), stretch.end_ns]
    return [Stretch(a, b) for a, b in itertools.pairwise(borders) if b > a]


def _known(things: Sequence[Followed], shot: Stretch) -> Subject | None:
    inside = [
        one for one in things
        if one.boxes[-1].ns >= shot.start_ns and one.boxes[0].ns < shot.end_ns
    ]  # fmt: skip
    return subject_of(inside, instants_of(shot))


def _samples(source: FrameSource, stretches: Sequence[Stretch]) -> list[int]:
    frames = {
        source.pictures.frame_at(min(int(ns), one.end_ns - 1))
        for one in stretches
        for ns in instants_of(one)
    }
    return sorted(frames)


def _look(
    source: FrameSource,
    frames: Sequence[int],
    finder: FaceFinder | None,
    progress: Callable[[float], None],
    album: Album,
    *,
    whole: bool = False,
) -> tuple[_Looked, list[int]]:
    """Look at frames; where they are the whole of a stretch, return where shots begin, too."""
    looked = _Looked([], album, [])
    differences: list[float] = []
    starts: list[int] = []
    before: Small | None = None
    for done, item in enumerate(source.read(frames, source.size(max_side=_SIDE)), 1):
        progress(done / len(frames))
        if item.picture is None:
            continue
        ns = source.pictures.start_ns(item.frame)
        tiny = small(item.picture)
        if whole:
            differences.append(0.0 if before is None else difference(before, tiny))
            starts.append(ns)
            before = tiny
        if not whole or not looked.instants or ns - looked.instants[-1] >= _STEP_NS * 0.9:
            looked.instants.append(ns)
            album.add(tiny)
            looked.faces.append(finder.find(item.picture, ns) if finder else [])
    return looked, [starts[place] for place in cuts(differences)]


def _judged(stretch: Stretch, looked: _Looked) -> Shot:
    """Return a shot with the best of what was seen in it: faces, movement, saliency."""
    places = [n for n, ns in enumerate(looked.instants) if stretch.holds(ns)]
    if not places:
        return Shot(stretch, None, "")
    instants = [looked.instants[n] for n in places]
    pictures = looked.album.pages(places)
    grid = instants_of(stretch)
    faces = subject_of(followed("face", [looked.faces[n] for n in places]), grid)
    if faces is not None:
        return Shot(stretch, faces, "faces")
    for source, kind, find in (("motion", "moving", moving), ("saliency", "salient", salient)):
        boxes = find(pictures, instants)
        if boxes:
            found = subject_of([Followed(kind, _stretched(boxes, grid))], grid)
            return Shot(stretch, found, source if found is not None else "")
    return Shot(stretch, None, "")


def _stretched(boxes: Sequence[SeenAt], grid: NDArray[np.int64]) -> tuple[SeenAt, ...]:
    """Return boxes that reach to the ends of a shot: what is seen in most of it is in all of it."""
    first, last = boxes[0], boxes[-1]
    ends = [SeenAt(int(grid[0]), first.x, first.y, first.width, first.height)] * (
        first.ns > int(grid[0])
    )
    after = [SeenAt(int(grid[-1]), last.x, last.y, last.width, last.height)] * (
        last.ns < int(grid[-1])
    )
    return (*ends, *boxes, *after)
