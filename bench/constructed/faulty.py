"""Films of the set's clips with faults of the picture planted at known times.

A clip is shown forth and back, so that nothing but the fault changes. After some seconds as it is,
the fault stands for four in its mildest strength; then in the next, with clean ones between. No
fault begins where the suite looks anyway: the times are those of no half second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from bench.constructed.media import FRAME_RATE, Rgb, pictures, write_film
from videre.cli.evaluation.truth import Span

_SIZE: Final = (640, 360)
#: Frames of a fault, of the clean stretch before it, and of that before the first.
_FAULT: Final = 4 * FRAME_RATE
_CLEAN: Final = 4 * FRAME_RATE + 5
_FIRST: Final = 4 * FRAME_RATE + 7
#: Frames of a clip that are shown forth and back.
_MOST_FRAMES: Final = 150


class Half(StrEnum):
    """Which part of the sources: measures may be tuned on the first, never on the second."""

    DEVELOPMENT = "development"
    HELD_OUT = "held out"


@dataclass(frozen=True, slots=True)
class Source:
    """A clip or a sound that faults are planted in; `speech` = all that is heard is a voice."""

    name: str
    path: Path
    half: Half
    speech: bool = False


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault that is there from `span.start_s` to `span.end_s`; strength 0 is the mildest."""

    kind: str
    span: Span
    strength: int


@dataclass(frozen=True, slots=True)
class Faulty:
    """A file with faults of one kind."""

    path: Path
    kind: str
    source: Source
    planted: tuple[Planted, ...]


#: Given the frames, the number of a frame, the number within the fault and the strength, returns
#: the frame as the fault shows it.
_Fault = Callable[[Sequence[Rgb], int, int, float], Rgb]


def _blur(frames: Sequence[Rgb], at: int, _number: int, strength: float) -> Rgb:
    return np.asarray(cv2.GaussianBlur(frames[at], (0, 0), strength), np.uint8)


def _blocks(frames: Sequence[Rgb], at: int, _number: int, strength: float) -> Rgb:
    options = [cv2.IMWRITE_JPEG_QUALITY, round(strength)]
    coded = cv2.imencode(".jpg", frames[at], options)[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def _noise(frames: Sequence[Rgb], at: int, number: int, strength: float) -> Rgb:
    shape = frames[at].shape
    noise = np.random.default_rng(number).standard_normal(shape, np.float32) * strength
    return np.asarray(np.clip(frames[at] + noise, 0, 255), np.uint8)


def _weave(frames: Sequence[Rgb], at: int, _number: int, strength: float) -> Rgb:
    """Show two fields between which the camera has panned by so many pixels."""
    woven = frames[at].copy()
    woven[1::2] = np.roll(frames[at], round(strength), axis=1)[1::2]
    return woven


def _bars(down: bool) -> _Fault:
    def barred(frames: Sequence[Rgb], at: int, _number: int, strength: float) -> Rgb:
        height, width = frames[at].shape[:2]
        top, left = (round(height * strength), 0) if down else (0, round(width * strength))
        inner = cv2.resize(frames[at], (width - 2 * left, height - 2 * top))
        picture = np.zeros_like(frames[at])
        picture[top : height - top, left : width - left] = inner
        return picture

    return barred


def _freeze(frames: Sequence[Rgb], at: int, number: int, strength: float) -> Rgb:
    return frames[at - number] if number < strength * FRAME_RATE else frames[at]


def _shake(frames: Sequence[Rgb], at: int, number: int, strength: float) -> Rgb:
    """Tremble at 3 to 7 Hz, as a hand does, of an amplitude of so many per cent of the width."""
    height, width = frames[at].shape[:2]
    second = number / FRAME_RATE
    reach = strength / 100 * width
    x = reach * (np.sin(2 * np.pi * 4.1 * second) + 0.5 * np.sin(2 * np.pi * 6.7 * second + 1))
    y = reach * (np.sin(2 * np.pi * 3.3 * second + 2) + 0.5 * np.sin(2 * np.pi * 5.9 * second))
    moved = np.array([[1, 0, x], [0, 1, y]], np.float32)
    return np.asarray(
        cv2.warpAffine(frames[at], moved, (width, height), borderMode=cv2.BORDER_REPLICATE),
        np.uint8,
    )


def _flicker(hertz: float) -> _Fault:
    def flickering(frames: Sequence[Rgb], at: int, number: int, strength: float) -> Rgb:
        gain = 1 + strength * np.sign(np.sin(2 * np.pi * hertz * (number + 0.5) / FRAME_RATE))
        return np.asarray(np.clip(frames[at] * gain, 0, 255), np.uint8)

    return flickering


def _flashes(frames: Sequence[Rgb], at: int, number: int, strength: float) -> Rgb:
    lit = number * strength / FRAME_RATE % 1 < 0.5
    return np.asarray(np.clip(frames[at] * 0.5 + (127 if lit else 0), 0, 255), np.uint8)


def _dark(frames: Sequence[Rgb], at: int, _number: int, strength: float) -> Rgb:
    return np.asarray(frames[at] * strength, np.uint8)


def _bright(frames: Sequence[Rgb], at: int, _number: int, strength: float) -> Rgb:
    return np.asarray(np.clip(frames[at] * strength + 40 * strength, 0, 255), np.uint8)


#: Kind, name, fault, its strengths.
PLANTS: Final[tuple[tuple[str, str, _Fault, tuple[float, ...]], ...]] = (
    ("blur", "blur", _blur, (4.0, 6.0, 10.0)),
    ("blockiness", "blocks", _blocks, (10.0, 6.0, 3.0)),
    ("noise", "noise", _noise, (10.0, 18.0, 30.0)),
    ("interlace", "weave", _weave, (2.0, 4.0, 8.0)),
    ("black_bars", "letterbox", _bars(down=True), (0.05, 0.12, 0.2)),
    ("black_bars", "pillarbox", _bars(down=False), (0.05, 0.125, 0.2)),
    ("freeze", "freeze", _freeze, (2.2, 3.0, 4.0)),
    ("shake", "shake", _shake, (1.0, 1.5, 2.5)),
    ("flicker", "flicker_12", _flicker(12.5), (0.03, 0.06, 0.12)),
    ("flicker", "flicker_6", _flicker(6.25), (0.03, 0.06, 0.12)),
    ("flashing", "flashes", _flashes, (5.0, 8.0, 12.5)),
    ("under_exposure", "dark", _dark, (0.3, 0.2, 0.12)),
    ("over_exposure", "bright", _bright, (1.8, 2.3, 3.0)),
)


def faulty_films(clips: Iterable[Source], folder: Path) -> Iterator[Faulty]:
    """Write a film per clip and fault into a folder."""
    for clip in clips:
        frames = list(islice(pictures(clip.path, _SIZE), _MOST_FRAMES))
        turned = [*frames, *frames[-2:0:-1]]
        for kind, plant, fault, strengths in PLANTS:
            length = _start(len(strengths))
            shown = [turned[at % len(turned)] for at in range(length)]
            path = folder / f"{plant}-{clip.name}.mp4"
            write_film(path, _film(shown, fault, strengths))
            planted = tuple(
                Planted(kind, _span(place, strength if kind == "freeze" else None), place)
                for place, strength in enumerate(strengths)
            )
            yield Faulty(path, kind, clip, planted)


def _start(place: int) -> int:
    """Return the first frame of the fault of a place."""
    return _FIRST + place * (_FAULT + _CLEAN)


def _film(shown: Sequence[Rgb], fault: _Fault, strengths: Sequence[float]) -> Iterator[Rgb]:
    for at, frame in enumerate(shown):
        place, number = divmod(at - _FIRST, _FAULT + _CLEAN)
        faulty = at >= _FIRST and number < _FAULT
        yield fault(shown, at, number, strengths[place]) if faulty else frame


def _span(place: int, seconds: float | None) -> Span:
    start = _start(place) / FRAME_RATE
    return Span(start, start + (_FAULT / FRAME_RATE if seconds is None else seconds))
