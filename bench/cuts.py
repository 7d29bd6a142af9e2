"""Cuts and encodings against what was asked for: where every joint stands, in picture and sound.

Random cut lists over sources of every kind of time – constant rates, 29.97, B-frames, open groups,
varying rates, tracks that begin at different times. Every frame carries its source and number, the
sound is noise of which any stretch is found again, so both tell from the output alone where in the
source they come from. What is expected follows from the list that was asked for, by no code of the
product.
"""

from __future__ import annotations

import dataclasses
import hashlib
import random
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from bench.constructed.cut_sources import RATE, Source, make_sources
from bench.harness import Outcome
from bench.options import Options
from bench.producing import Maker, renditions_task, stretch, workshop
from tests import synth
from videre.cli.evaluation.figures import Case, Measured
from videre.production.functions.base import Made
from videre.v1 import production_pb2 as pb

_LISTS: Final = 1_000
_QUICK_LISTS: Final = 60
_SEED: Final = 20_260
#: Lengths of cuts, seconds.
_SHORTEST: Final = 0.4
_LONGEST: Final = 1.2
_WINDOW: Final = 6_000
_REACH: Final = 9_600
#: Lists that are rendered a second time.
_TWICE: Final = 6
_FRAME: Final = Fraction(1, 25)
#: Of one version: the picture as it is.
_SHAPES: Final = ("", "9:16", "1:1", "4:5")
_FILM: Final = "demo.mp4"


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A part of a cut list: seconds of a source from its origin."""

    source: Source
    start: Fraction
    end: Fraction


@dataclasses.dataclass(frozen=True, slots=True)
class Errors:
    """What one list shows, in frames: at each joint sound against picture, picture against the
    list; and the output's length against the sum."""

    beside: tuple[float, ...]
    placed: tuple[float, ...]
    drift: float


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Render random lists and measure them; then speed, and versions that share their decode."""
    lists = _QUICK_LISTS if options.quick else _LISTS
    with workshop() as (maker, folder):
        sources = make_sources(folder)
        figures = _cuts(maker, sources, lists, tell)
        figures += _repeated(maker, sources, tell)
        if options.media is not None:
            figures += _speed(maker, options.media / _FILM, tell)
    return figures, []


def _cuts(
    maker: Maker, sources: Sequence[Source], lists: int, tell: Callable[[str], None]
) -> list[Measured]:
    rng = random.Random(_SEED)
    found: list[Errors] = []
    cases: list[Case] = []
    for number in range(lists):
        asked = _list(rng, sources, number)
        errors = measure(maker, asked)
        found.append(errors)
        worst = max((*errors.beside, errors.drift))
        if worst > 1:
            words = ", ".join(f"{one.source.name} {float(one.start):.3f}" for one in asked)
            cases.append(Case(f"list {number}", None, "≤ 1 frame", f"{worst:.2f}: {words}", worst))
        if number % 20 == 19:
            worst = max(max(one.beside) for one in found)
            tell(f"{number + 1}/{lists} lists, worst joint {worst:.3f} frames")
    joints = [value for errors in found for value in errors.beside]
    placed = [value for errors in found for value in errors.placed]
    kinds = ", ".join(source.name for source in sources)
    how = f"{lists} random lists, {len(joints)} cuts over {kinds}"
    return [
        Measured("cut lists", lists, "", how),
        Measured(
            "joints: sound against picture", max(joints), "frames", f"largest; {how}",
            cases=tuple(cases),
        ),
        Measured("joints: sound against picture, mean", float(np.mean(joints)), "frames", how),
        Measured("joints: picture against the list", max(placed), "frames", "largest; a cut "
                 "begins at the nearest frame"),
        Measured("length against the list", max(e.drift for e in found), "frames", "largest"),
    ]  # fmt: skip


def _list(rng: random.Random, sources: Sequence[Source], number: int) -> list[Asked]:
    """Return a random list: of one source, or of several with one rate or varying ones."""
    first = sources[number % len(sources)]
    several = [first, *rng.sample(list(sources), 2)] if number % 3 == 2 else [first]
    asked: list[Asked] = []
    for _ in range(rng.randint(2, 8)):
        source = rng.choice(several) if asked else first
        length = Fraction(rng.randint(int(_SHORTEST * 1000), int(_LONGEST * 1000)), 1000)
        start = source.begin + Fraction(
            rng.randint(0, int((source.end - source.begin - length) * 9_000)), 9_000
        )
        asked.append(Asked(source, start, start + length))
    return asked


def _task(asked: Sequence[Asked]) -> pb.ProductionTask:
    output = pb.Rendition(encoder_options={"speed": "ultrafast", "crf": "18"})
    names = {one.source.name for one in asked}
    if len(names) == 1:
        keep = [stretch(one.start, one.end) for one in asked]
        return pb.ProductionTask(trim=pb.TrimParams(keep=keep, input=names.pop(), output=output))
    parts = [
        pb.ConcatenatePart(input=one.source.name, range=stretch(one.start, one.end))
        for one in asked
    ]
    return pb.ProductionTask(concatenate=pb.ConcatenateParams(parts=parts, output=output))


def _render(maker: Maker, asked: Sequence[Asked]) -> Path:
    files = {one.source.name: one.source.path for one in asked}
    (made,) = maker.make(_task(asked), files)
    assert isinstance(made.data, Path)
    return made.data


def measure(maker: Maker, asked: Sequence[Asked]) -> Errors:
    """Render a list and return where its joints stand."""
    path = _render(maker, asked)
    longest = float(max(one.source.longest for one in asked))
    pictures, sound, length = _read(path)
    beside, placed, begin = [], [], Fraction(0)
    for one in asked:
        end = begin + one.end - one.start
        seen = _picture_shift(pictures, one.source, begin, end)
        heard = _sound_shift(sound, one, begin, end)
        beside.append(abs(seen - heard) / float(_FRAME))
        placed.append(abs(seen - float(one.start - begin)) / longest)
        begin = end
    return Errors(tuple(beside), tuple(placed), abs(length - float(begin)) / float(_FRAME))


def _read(path: Path) -> tuple[list[tuple[float, int]], NDArray[np.float32], float]:
    """Return times and numbers of all frames, the samples, and the picture's length."""
    with av.open(str(path)) as container:
        pictures = []
        for frame in container.decode(video=0):
            assert frame.time is not None
            shown = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
            pictures.append((frame.time, synth.read_number(shown)))
        stream = container.streams.video[0]
        length = float((stream.duration or 0) * (stream.time_base or 0))
    with av.open(str(path)) as container:
        sound = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    return pictures, sound, length


def _picture_shift(
    pictures: Sequence[tuple[float, int]], source: Source, begin: Fraction, end: Fraction
) -> float:
    """Return the time in the source less the time in the output, of the frames inside a cut.

    The first frame of a cut may have begun before it: those after it tell.
    """
    inside = [
        source.time_of(number) - at
        for at, number in pictures
        if begin + _FRAME < at < end - _FRAME and source.has(number)
    ]
    return float(np.median(inside))


def _sound_shift(sound: NDArray[np.float32], one: Asked, begin: Fraction, end: Fraction) -> float:
    """Return the same of the sound, where the middle of the cut is most alike to the source."""
    first = round((begin + end) / 2 * RATE) - _WINDOW // 2
    heard = sound[first : first + _WINDOW].astype(np.float64)
    expected = round((one.start - begin - one.source.sound_start) * RATE) + first
    low = max(0, expected - _REACH)
    there = one.source.samples[low : expected + _WINDOW + _REACH].astype(np.float64)
    size = len(there) + len(heard)
    alike = np.fft.irfft(np.fft.rfft(there, size) * np.conj(np.fft.rfft(heard, size)), size)
    place = int(np.argmax(alike[: len(there) - len(heard) + 1]))
    return float((low + place - first) / RATE + one.source.sound_start)


def _repeated(
    maker: Maker, sources: Sequence[Source], tell: Callable[[str], None]
) -> list[Measured]:
    rng, other = random.Random(_SEED + 1), 0
    for number in range(_TWICE):
        asked = _list(rng, sources, number)
        digests = {hashlib.sha256(_render(maker, asked).read_bytes()).digest() for _ in range(2)}
        other += len(digests) > 1
    tell(f"{other} of {_TWICE} lists gave other bytes the second time")
    return [Measured("other bytes the second time", other, "", f"{_TWICE} lists, twice each")]


def _speed(maker: Maker, film: Path, tell: Callable[[str], None]) -> list[Measured]:
    """Return how fast functions are at 720p, and what four versions cost beside one."""
    length = float(maker.input(film).media.end)
    half = Fraction(round(length * 500), 1_000)
    parts = [stretch(half, 2 * half), stretch(Fraction(0), half)]
    tasks = {
        "transcode": renditions_task([pb.Rendition()]),
        "trim": pb.ProductionTask(trim=pb.TrimParams(keep=parts)),
        "concatenate": pb.ProductionTask(
            concatenate=pb.ConcatenateParams(parts=[pb.ConcatenatePart(range=one) for one in parts])
        ),
        "four versions": renditions_task(
            [pb.Rendition(name=f"v{n}", aspect=shape) for n, shape in enumerate(_SHAPES)]
        ),
    }
    figures, costs = [], {}
    for name, task in tasks.items():
        spent, began = maker.cpu_seconds, time.monotonic()
        made: list[Made] = maker.make(task, {"main": film})
        wall, costs[name] = time.monotonic() - began, maker.cpu_seconds - spent
        cost = f"{costs[name] / length:.2f} CPU-seconds a second"
        how = f"{film.name}, {length:.1f} s, {len(made)} files, {cost}"
        figures.append(Measured(f"{name}: × real time at 720p", length / wall, "", how))
        tell(f"{name}: {length / wall:.2f} × real time")
    ratio = costs["four versions"] / costs["transcode"]
    how = "16:9, 9:16, 1:1 and 4:5 of one decode, without enlarging; CPU of one is 1"
    return [*figures, Measured("four versions: CPU beside one", ratio, "", how)]
