"""What is seen, heard and said in a media, as signals over time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.production.candidates import face_value, face_worth
from videre.production.decode import FrameSource
from videre.production.eyes import Face
from videre.production.interest import STEP_NS, relative
from videre.production.known import Known, Stretch
from videre.production.reframing.face_finder import FaceFinder
from videre.production.reframing.looks import Small, cuts, difference, small
from videre.v1.analysis_pb2 import MusicStructure

F64 = NDArray[np.float64]

#: Longer side of the pictures that are looked at.
_SIDE: Final = 384
#: Steps of loudness in a step of signals: 20 ms in 200.
_LEVELS: Final = 10
#: Speech, and speech with keywords in it; music, and a chorus.
_SPEECH, _MUSIC = 0.4, 0.5
_STAGES: Final = {"faces": "faces", "speech": "speech", "music": "music"}
_BLANK: Final = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What was seen of a media.

    Args:
        shots: in order of time, without gaps.
        motion: at every step, 0..1.
        faces: at every step, 0..1; None where nobody looked for them.
        blank: steps that show one colour.
    """

    shots: tuple[Stretch, ...]
    motion: F64
    faces: F64 | None
    blank: NDArray[np.bool_]


def see(
    source: FrameSource,
    known: Known,
    finder: FaceFinder | None,
    steps: int,
    progress: Callable[[float], None],
) -> Seen:
    """Look at a media: at every step where the shots are known, else at every frame.

    Args:
        source: the pictures.
        known: what the analysis knows of them.
        finder: of faces; None where its model is not installed.
        steps: number.
        progress: called with the share that is done.

    Raises:
        VidereError: DECODE_FAILED, DECODE_LIMIT.
    """
    pictures = source.pictures
    grid = [min(number * STEP_NS, pictures.end_ns - 1) for number in range(steps)]
    at_steps = {pictures.frame_at(ns) for ns in grid}
    frames = sorted(at_steps) if known.shots else range(len(pictures.pts))
    analysed = dict(known.stages).get(_STAGES["faces"]) == ""
    finder = None if analysed else finder
    starts: list[int] = []
    differences: list[float] = []
    faces: dict[int, float] = {}
    blank: dict[int, bool] = {}
    before: Small | None = None
    for done, item in enumerate(source.read(frames, source.size(max_side=_SIDE)), 1):
        progress(done / len(frames))
        if item.picture is None:
            continue
        tiny = small(item.picture)
        differences.append(0.0 if before is None else difference(before, tiny))
        starts.append(pictures.start_ns(item.frame))
        before = tiny
        if item.frame in at_steps:
            blank[item.frame] = bool(tiny.std() < _BLANK * 255)
            if finder is not None:
                found = finder.faces(item.picture)
                faces[item.frame] = max((_worth(one) for one in found), default=0.0)
    borders = [one.start_ns for one in known.shots] or [
        starts[place] for place in cuts(differences)
    ]
    shown = [pictures.frame_at(ns) for ns in grid]
    seen_faces = finder is not None or analysed
    return Seen(
        shots=_shots(borders, pictures.end_ns),
        motion=_motion(starts, differences, borders, grid),
        faces=(
            np.array([max(faces.get(f, 0.0), face_value(known, ns))
                      for f, ns in zip(shown, grid, strict=True)]) if seen_faces else None
        ),
        blank=np.array([blank.get(frame, False) for frame in shown], np.bool_),
    )  # fmt: skip


def _worth(face: Face) -> float:
    across, down = face.x + face.width / 2 - 0.5, face.y + face.height / 2 - 0.5
    return face_worth(face.width * face.height, float(np.hypot(across, down)))


def _shots(borders: Iterable[int], end_ns: int) -> tuple[Stretch, ...]:
    inside = sorted({0, end_ns, *(ns for ns in borders if 0 < ns < end_ns)})
    return tuple(Stretch(a, b) for a, b in itertools.pairwise(inside))


def _motion(
    starts: Sequence[int], differences: Sequence[float], borders: Iterable[int], grid: Sequence[int]
) -> F64:
    """Return movement at every step; a cut is none."""
    cut = set(borders)
    kept = [(ns, value) for ns, value in zip(starts, differences, strict=True) if ns not in cut]
    if len(kept) < 2:
        return np.zeros(len(grid))
    times, values = np.array(kept, np.float64).T
    # Frames stand nearer to each other than steps: what moves between two steps is their mean.
    place = np.searchsorted(np.asarray(grid), times, side="right") - 1
    counts = np.bincount(place.clip(0), minlength=len(grid))
    sums = np.bincount(place.clip(0), weights=values, minlength=len(grid))
    mean = np.divide(sums, counts, out=np.zeros(len(grid)), where=counts > 0)
    return relative(mean)


def loudness(levels: F64, steps: int) -> F64:
    """Return how much louder than usual every step is, 0..1.

    Args:
        levels: dB, ten a step.
        steps: number.
    """
    wanted = np.full(steps * _LEVELS, -100.0)
    wanted[: min(len(levels), len(wanted))] = levels[: len(wanted)]
    return relative(wanted.reshape(steps, _LEVELS).max(axis=1).clip(-70, 0))


def speech(known: Known, keywords: Sequence[str], steps: int) -> F64 | None:
    """Return how much is said at every step, 0..1; None where nobody listened to speech."""
    if dict(known.stages).get(_STAGES["speech"]) != "":
        return None
    made = np.zeros(steps)
    for one in known.utterances:
        _raise(made, one.stretch, _SPEECH)
        said = [word for word in one.words if any(key in word.text.casefold() for key in keywords)]
        for word in said:
            _raise(made, word.stretch, 1.0)
        if not one.words and any(key in one.text.casefold() for key in keywords):
            _raise(made, one.stretch, 1.0)
    for stretch, sure in known.keywords:
        _raise(made, stretch, _SPEECH + (1 - _SPEECH) * sure)
    return made


def music(found: MusicStructure | None, known: Known, steps: int) -> F64 | None:
    """Return how much music there is at every step, 0..1; None where nobody listened to it."""
    if dict(known.stages).get(_STAGES["music"]) != "":
        return None
    made = np.zeros(steps)
    if found is None:
        return made
    beats = [one.ToNanoseconds() for one in found.beat_offsets]
    for before, behind in itertools.pairwise(beats):
        _raise(made, Stretch(before, behind), _MUSIC)
    for part in found.sections:
        if part.chorus:
            span = part.span
            stretch = Stretch(
                span.start_offset.ToNanoseconds(), span.end_offset.ToNanoseconds()
            )  # fmt: skip
            _raise(made, stretch, 1.0)
    return made


def _raise(made: F64, stretch: Stretch, value: float) -> None:
    first, end = stretch.start_ns // STEP_NS, -(-stretch.end_ns // STEP_NS)
    made[first:end] = np.maximum(made[first:end], value)
