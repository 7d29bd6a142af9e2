"""Films in other shapes: whether their subject is in the window, and how the camera moves.

People cut out of real pictures walk, stop, turn and sway before real films, resting and moving
ones. Where the window stood is found from the pixels that came out, by matching each frame with the
one it was cut out of; what the product says of its window is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from bench.constructed.media import FRAME_RATE, write_film
from bench.harness import Outcome
from bench.options import Options
from bench.producing import Maker, workshop
from tests import reframed
from videre.cli.evaluation.figures import Case, Measured
from videre.v1 import production_pb2 as pb

Gray = NDArray[np.uint8]
Side = tuple[float, float]

_SIZE: Final = (640, 360)
_FRAMES: Final = 200
_QUICK_FRAMES: Final = 75
_SHAPES: Final = ("9:16", "1:1")
_PERSON: Final = "portrait/greenscreen_astronaut.mp4"
_TALL: Final = 150
#: Her head and shoulders: left and right, shares of the cut-out's width; four times her face's.
_HEAD: Final = (0.06, 0.79)
#: A sleeve of hers has no face: it is known by its movement alone.
_SLEEVE: Final = (slice(75, None), slice(0, 90))
#: How alike a frame must be to the part of its source that it is taken for; a padded one is not.
_ALIKE: Final = 0.9
#: Whole pixels and the search for them may each be one off, at either side of a box.
_SLACK: Final = 2
#: Change of the pace from frame to frame, pixels: two of rounding and one of the highest
#: acceleration, a picture's side a second squared.
_JUMP: Final = 3


def _stops(seconds: float) -> tuple[float, float]:
    """Walk, stand, walk back."""
    return (float(np.interp(seconds, (0, 2, 4.5, 8), (0.25, 0.7, 0.7, 0.3))), 0.6)


_WAYS: Final[Mapping[str, reframed.Way]] = {
    "stands": lambda _: (0.72, 0.6),
    "walks": lambda t: (0.15 + 0.08 * t, 0.6),
    "stops and turns": _stops,
    "sways": lambda t: (0.5 + 0.3 * float(np.sin(t * 1.2)), 0.55),
}


@dataclass(frozen=True, slots=True)
class _Clip:
    """A film: who is seen, before what, and how they move; `cuts`: with the same, mirrored, behind
    a cut at its middle."""

    name: str
    background: str
    way: str
    sleeve: bool = False
    cuts: bool = False


_CLIPS: Final = (
    _Clip("stands before a flower", "flower.mp4", "stands"),
    _Clip("walks before a flower", "flower.mp4", "walks"),
    _Clip("stops before a table", "bottle-detection.mp4", "stops and turns"),
    _Clip("sways before cars", "car-detection.mp4", "sways"),
    _Clip("walks before a frog", "mdn_frog.mp4", "walks"),
    _Clip("stops before a bird", "cockatoo.mp4", "stops and turns"),
    _Clip("sways before a crystal", "mdn_crystal.mp4", "sways"),
    _Clip("stands on both sides of a cut", "mdn_frog.mp4", "stands", cuts=True),
    _Clip("walks on both sides of a cut", "car-detection.mp4", "walks", cuts=True),
    _Clip("sleeve, walks", "flower.mp4", "walks", sleeve=True),
    _Clip("sleeve, stops", "bottle-detection.mp4", "stops and turns", sleeve=True),
    _Clip("sleeve, sways", "flower.mp4", "sways", sleeve=True),
)


@dataclass(frozen=True, slots=True)
class _Film:
    """A written clip, and the frame behind its cut.

    Args:
        subjects: left and right of what must be seen, in each frame, pixels.
        wholes: the same of all of the person.
    """

    path: Path
    subjects: Sequence[Side]
    wholes: Sequence[Side]
    cut: int | None


@dataclass(frozen=True, slots=True)
class _Score:
    """Shares of frames with the subject and with all of the person inside, how often the window
    jumped, its acceleration."""

    inside: float
    whole: float
    jumps: int
    acceleration: float


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Reframe films whose subject is known, and look where it is."""
    media, frames = options.media_folder(), _QUICK_FRAMES if options.quick else _FRAMES
    found: dict[str, _Score] = {}
    with workshop() as (maker, folder):
        for clip in _CLIPS:
            film = _written(clip, media, folder, frames)
            for shape, score in _scores(maker, film).items():
                found[f"{clip.name}, {shape}"] = score
                seen = f"{score.inside:.1%} inside, all {score.whole:.1%}"
                moves = f"{score.jumps} jumps, {score.acceleration:.2f} sides/s²"
                tell(f"{clip.name}, {shape}: {seen}, {moves}")
    cases = tuple(
        Case(name, None, "≥ 97 % inside", f"{score.inside:.1%}", 1 - score.inside)
        for name, score in found.items()
    )
    shares = [score.inside for score in found.values()]
    how = f"{len(_CLIPS)} films of {frames} frames in {' and '.join(_SHAPES)}"
    return [
        Measured("reframing: subject inside, mean", float(np.mean(shares)), "share", how,
                 cases=cases),
        Measured("reframing: subject inside, worst", min(shares), "share", how),
        Measured("reframing: all of the person inside, mean",
                 float(np.mean([score.whole for score in found.values()])), "share",
                 "arms and all, wider than the narrower window's middle"),
        Measured("reframing: jumps inside shots", sum(s.jumps for s in found.values()), "",
                 f"pace changes by more than {_JUMP} pixels from frame to frame; {how}"),
        Measured("reframing: acceleration", max(s.acceleration for s in found.values()),
                 "sides/s²", "over fifths of a second, of rounded places; the limit is 1"),
    ], []  # fmt: skip


def _scores(maker: Maker, film: _Film) -> dict[str, _Score]:
    output = {"crf": "10", "speed": "ultrafast"}
    renditions = [
        pb.Rendition(name=shape.replace(":", "x"), aspect=shape, encoder_options=output)
        for shape in _SHAPES
    ]
    task = pb.ProductionTask(reframe=pb.ReframeParams(renditions=renditions))
    made = maker.make(task, {"main": film.path})
    scores = {}
    for shape, one in zip(_SHAPES, made, strict=True):
        assert isinstance(one.data, Path)
        scores[shape] = _score(film, _windows(film.path, one.data))
    return scores


def _windows(source: Path, made: Path) -> list[tuple[int, int] | None]:
    """Return left and right of what each frame shows; None where it shows something else."""
    windows: list[tuple[int, int] | None] = []
    for whole, part in zip(_gray(source), _gray(made), strict=True):
        if part.shape[0] != whole.shape[0]:
            raise ValueError(f"{made.name} has {part.shape[0]} rows of {whole.shape[0]}")
        alike = cv2.matchTemplate(whole, part, cv2.TM_CCOEFF_NORMED)[0]
        left = int(alike.argmax())
        windows.append((left, left + part.shape[1]) if alike[left] >= _ALIKE else None)
    return windows


def _score(film: _Film, windows: Sequence[tuple[int, int] | None]) -> _Score:
    shots = [windows[: film.cut], windows[film.cut :] if film.cut else []]
    jumps, highest = 0, 0.0
    for shot in shots:
        lefts = np.array([window[0] for window in shot if window is not None], np.float64)
        jumps += int((np.abs(np.diff(lefts, 2)) > _JUMP).sum())
        paces = [float(late - early) for early, late in pairwise(lefts[:: FRAME_RATE // 5])]
        highest = max([highest, *(abs(b - a) * 25 / _SIZE[0] for a, b in pairwise(paces))])
    return _Score(_inside(windows, film.subjects), _inside(windows, film.wholes), jumps, highest)


def _inside(windows: Sequence[tuple[int, int] | None], sides: Sequence[Side]) -> float:
    """Return the share of frames that show all between two sides that is in the picture."""
    held = [
        window is not None
        and window[0] - _SLACK <= max(0, left)
        and min(_SIZE[0], right) <= window[1] + _SLACK
        for window, (left, right) in zip(windows, sides, strict=True)
    ]
    return float(np.mean(held))


# --- the films ---------------------------------------------------------------------------------


def _written(clip: _Clip, media: Path, folder: Path, frames: int) -> _Film:
    colours, alpha = reframed.person(media / _PERSON, _TALL)
    subject = (colours[_SLEEVE], alpha[_SLEEVE]) if clip.sleeve else (colours, alpha)
    way = _WAYS[clip.way]
    ways: list[reframed.Way] = [way]
    if clip.cuts:
        ways.append(lambda t: (1 - way(t)[0], way(t)[1]))
    # A background at rest is what a movement is told from.
    still = clip.sleeve
    head = (0.0, 1.0) if clip.sleeve else _HEAD
    parts, subjects, wholes = [], list[Side](), list[Side]()
    for number, one in enumerate(ways):
        path = folder / f"part-{number}.mp4"
        background = media / "video" / (clip.background if number == 0 else "flower.mp4")
        truth = reframed.composed(
            background, subject, one, path, count=frames // len(ways), still=still, size=_SIZE,
            rate=FRAME_RATE,
        )  # fmt: skip
        parts.append(path)
        for left, _, right, _ in truth:
            wholes.append((left * _SIZE[0], right * _SIZE[0]))
            first, width = wholes[-1][0], wholes[-1][1] - wholes[-1][0]
            subjects.append((first + head[0] * width, first + head[1] * width))
    if len(parts) == 1:
        return _Film(parts[0], subjects, wholes, None)
    film = folder / "film.mp4"
    write_film(film, chain.from_iterable(reframed.frames_of(part) for part in parts))
    return _Film(film, subjects, wholes, frames // 2)


def _gray(path: Path) -> Iterator[Gray]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="gray"), np.uint8)
