"""Lectures cut at their slides: borders, what is built up, titles; with titles read and without."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from google.protobuf.json_format import ParseDict

from bench.constructed.lectures import LECTURES, Lecture, Told, frames
from bench.constructed.media import FRAME_RATE, Rgb, pictures, write_film
from bench.harness import Outcome
from bench.options import Options
from bench.producing import Maker, workshop
from bench.read_films import make_read
from videre.cli.evaluation.figures import Case, Measured
from videre.v1 import production_pb2 as pb

_SIZE: Final = (1280, 720)
#: People who move their hands and heads before a camera.
_SPEAKER: Final = "asl_yes.mkv"
_SPEAKER_SIZE: Final = (320, 240)
_QUICK_LECTURES: Final = 2
_QUICK_SLIDES: Final = 4
#: How far from a slide's first frame a border may stand to be that slide's, frames: cuts, fades.
_REACH: Final = (5, 25)
_TASK: Final = pb.ProductionTask(split_lecture=pb.SplitLectureParams(without_files=True))


@dataclass(frozen=True, slots=True)
class _Scored:
    """What a list of parts shows: errors of borders found, frames; borders that are none."""

    cuts: tuple[float, ...]
    fades: tuple[float, ...]
    missed: int
    false: int
    titles: tuple[int, int]
    cases: tuple[Case, ...]


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Cut lectures at their slides and compare with the truth."""
    with workshop() as (maker, folder):
        return lectures(maker, options.media_folder(), folder, tell, quick=options.quick), []


def lectures(
    maker: Maker, media: Path, folder: Path, tell: Callable[[str], None], *, quick: bool
) -> list[Measured]:
    """Cut constructed lectures and compare with the truth."""
    moving = list(itertools.islice(pictures(media / "video" / _SPEAKER, _SPEAKER_SIZE), 150))
    chosen = LECTURES[:: len(LECTURES) // _QUICK_LECTURES] if quick else LECTURES
    films = []
    for number, one in enumerate(chosen):
        if quick:
            one = replace(one, slides=one.slides[:_QUICK_SLIDES])
        films.append((one, *_written(one, folder / f"lecture-{number}.mp4", moving)))
    read = make_read([(path, _TASK) for _, path, _ in films], tell)
    with_titles = [
        _score(one, told, made.files["lecture.json"])
        for (one, _, told), made in zip(films, read, strict=True)
    ]
    unread, speed = [], []
    for one, path, told in films:
        length = float(maker.input(path).media.end)
        spent, began = maker.cpu_seconds, time.monotonic()
        (listed,) = maker.make(_TASK, {"main": path})
        assert isinstance(listed.data, bytes)
        cost = (maker.cpu_seconds - spent) / length
        speed.append(length / (time.monotonic() - began))
        unread.append(_score(one, told, listed.data))
        tell(f"{one.name}: {speed[-1]:.1f} × real time, {cost:.3f} CPU-seconds a second")
    return [
        *_figures("lectures", with_titles),
        _titles(with_titles),
        *_figures("lectures, not read", unread),
        Measured("split_lecture: × real time at 720p", min(speed), "",
                 f"slowest of {len(speed)}; no files, nothing read"),
    ]  # fmt: skip


def _written(lecture: Lecture, path: Path, moving: Sequence[Rgb]) -> tuple[Path, Told]:
    told = Told()
    write_film(path, frames(lecture, _SIZE, moving, told))
    return path, told


def _score(lecture: Lecture, told: Told, data: bytes) -> _Scored:
    parts = ParseDict(json.loads(data), pb.Lecture()).parts
    found = [part.start_frame for part in parts][1:]
    errors: dict[bool, list[float]] = {False: [], True: []}
    cases, missed, used = [], 0, set()
    for frame, gradual in zip(told.borders, told.gradual, strict=True):
        near = min(found, key=lambda one: abs(one - frame), default=None)
        if near is None or abs(near - frame) > _REACH[gradual]:
            missed += 1
            cases.append(_case(lecture, frame, "a new slide", "none"))
            continue
        used.add(near)
        errors[gradual].append(abs(near - frame))
    for one in sorted(set(found) - used):
        cases.append(_case(lecture, one, "no new slide", "one"))
    right = 0
    ends = [0, *told.borders, parts[-1].end_frame]
    for title, first, end in zip(told.titles, ends, ends[1:], strict=False):
        middle = (first + end) // 2
        got = next(one.title for one in parts if one.start_frame <= middle < one.end_frame)
        right += _plain(got) == _plain(title)
        if _plain(got) != _plain(title):
            cases.append(_case(lecture, first, title, got or "no title"))
    false = len(set(found) - used)
    return _Scored(
        tuple(errors[False]), tuple(errors[True]), missed, false,
        (right, len(told.titles)), tuple(cases),
    )  # fmt: skip


def _plain(text: str) -> str:
    """Return a title without blanks: a reader places them as it sees them."""
    return "".join(text.split())


def _case(lecture: Lecture, frame: int, expected: str, got: str) -> Case:
    return Case(lecture.name, frame / FRAME_RATE, expected, got)


def _figures(name: str, scored: Sequence[_Scored]) -> list[Measured]:
    cuts = [error for one in scored for error in one.cuts]
    fades = [error / FRAME_RATE for one in scored for error in one.fades]
    missed = sum(one.missed for one in scored)
    count = len(cuts) + len(fades) + missed
    cases = tuple(
        case for one in scored for case in one.cases if case.expected.endswith("new slide")
    )
    how = f"{len(scored)} lectures, {count} new slides"
    return [
        Measured(f"{name}: new slides found", (count - missed) / count, "share", how, cases=cases),
        Measured(f"{name}: cuts, error", max(cuts, default=None), "frames", f"largest; {how}"),
        Measured(f"{name}: fades, error", max(fades, default=None), "s",
                 f"largest beside the middle of the fade, mean {np.mean(fades or [0]):.3f} s"),
        Measured(f"{name}: false borders", sum(one.false for one in scored), "", how),
    ]  # fmt: skip


def _titles(scored: Sequence[_Scored]) -> Measured:
    right, count = (sum(one.titles[place] for one in scored) for place in (0, 1))
    cases = tuple(
        case for one in scored for case in one.cases if not case.expected.endswith("new slide")
    )
    how = f"{right} of {count} titles, blanks aside"
    return Measured("lectures: titles exact", right / count, "share", how, cases=cases, shown=20)
