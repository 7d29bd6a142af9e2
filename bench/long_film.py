"""Fusing and moderating a long film from the stored evidence of a shorter one, shown many times.

`python -m bench.long_film DATA_FOLDER JOB TIMES` prints one JSON line; no suite may be running on
the folder. A process of its own, so that its memory can be told.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from msgspec import structs

from bench.processes import memory
from bench.stored import fusion_of, opened
from videre.common.allocator import share_arenas
from videre.common.values import NS, TimeSpan
from videre.orchestrator.collector import collect_seldom
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.inputs import EdgeReader, FusionInput, Grids, PictureSignals
from videre.orchestrator.moderation.evaluate import moderate
from videre.orchestrator.moderation.inputs import ModerationInput
from videre.orchestrator.steps import conclusion
from videre.orchestrator.steps.work import load_work
from videre.orchestrator.timeline import Timeline

_TIMEOUT_S: Final = 600.0
#: The common Chinese characters, first and count.
_HAN: Final = (0x4E00, 20_902)


@dataclass(frozen=True, slots=True)
class LongFilm:
    """What a long film cost.

    Args:
        records: pieces of evidence.
        seconds: its length.
        read_s: seconds of reading the evidence.
        fuse_s: seconds of fusing it.
        fuse_cpu_s: CPU-seconds of fusing it.
        moderate_s: seconds of judging it.
        before_bytes: peak memory of the process before the long film is fused: the orchestrator's
            libraries, word lists, the film's evidence and signals.
        peak_bytes: the same once it is fused.
    """

    records: int
    seconds: float
    read_s: float
    fuse_s: float
    fuse_cpu_s: float
    moderate_s: float
    before_bytes: int
    peak_bytes: int


def read_long_film(data: Path, job_id: str, times: int) -> LongFilm:
    """Measure in a process of its own.

    Raises:
        subprocess.SubprocessError: it failed or took longer than ten minutes.
    """
    command = [sys.executable, "-m", "bench.long_film", str(data), job_id, str(times)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=_TIMEOUT_S)
    return LongFilm(**json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("job")
    parser.add_argument("times", type=int)
    options = parser.parse_args()
    share_arenas()  # this and the next as the orchestrator does
    collect_seldom()
    print(json.dumps(asdict(asyncio.run(measure(options.data, options.job, options.times)))))


async def measure(data: Path, job_id: str, times: int) -> LongFilm:
    """Fuse and judge the film of a job, shown so many times in a row."""
    async with opened(data) as run:
        # What a process does once (building statements) must not count for every showing.
        given = await fusion_of(run, job_id)
        work = await load_work(run, job_id)
        started = time.monotonic()
        await conclusion.gather(run, work)
        read_s = time.monotonic() - started
        # Reads word lists and places, once in a process: before a long film, there were others.
        await conclusion.fused(given)
        longer = repeated(given, times)
        before_bytes = _peak_bytes()
        started, cpu_started = time.monotonic(), time.process_time()
        analysis = (await conclusion.fused(longer)).analysis
        fused, cpu_fused = time.monotonic(), time.process_time()
        peak_bytes = _peak_bytes()
        judged = ModerationInput(
            analysis=analysis,
            evidence=longer.evidence,
            engines=longer.engines,
            context=longer.context,
            word_lists=run.templates.word_lists,
        )
        moderate(run.templates.moderation(work.plan.project_id, ""), judged)
        ended = time.monotonic()
    return LongFilm(
        records=len(longer.evidence),
        seconds=longer.timeline.duration_ns / NS,
        read_s=read_s * times,
        fuse_s=fused - started,
        fuse_cpu_s=cpu_fused - cpu_started,
        moderate_s=ended - fused,
        before_bytes=before_bytes,
        peak_bytes=peak_bytes,
    )


def _peak_bytes() -> int:
    """Return the peak memory of this process.

    `ru_maxrss` would not do: a program takes over that of the process it was forked from.
    """
    return memory(os.getpid())[1]


def repeated(given: FusionInput, times: int) -> FusionInput:
    """Return what fusion would be given of the film shown so many times in a row."""
    clock = given.timeline
    frames, length_ns = clock.frame_count, max(clock.duration_ns, clock.video_end_ns)
    starts = np.asarray(clock.frame_starts_ns, np.int64)
    shown = np.concatenate([starts + number * length_ns for number in range(times)])
    evidence = [
        record
        for number in range(times)
        for record in showing(given.evidence, number * length_ns, number * frames, number)
    ]
    edges = given.edges
    return replace(
        given,
        timeline=Timeline(
            duration_ns=length_ns * times,
            frame_starts_ns=shown.data,
            video_end_ns=length_ns * (times - 1) + clock.video_end_ns,
            average_rate=clock.average_rate,
            variable_rate=clock.variable_rate,
        ),
        evidence=evidence,
        luma=np.tile(np.asarray(given.luma), times),
        edges=None if edges is None else _repeated_edges(edges, frames),
        signals=given.signals and _repeated_signals(given.signals, times),
    )


def _repeated_signals(signals: PictureSignals, times: int) -> PictureSignals:
    return PictureSignals(
        change=np.tile(signals.change, times),
        chroma_deviation=np.tile(signals.chroma_deviation, times),
        cells=_Shown(signals.cells, times),
    )


class _Shown:
    """The grids of a film that is shown again and again: read on demand, as those of a film."""

    def __init__(self, once: Grids, times: int) -> None:
        self._once, self._times = once, times

    def __len__(self) -> int:
        return len(self._once) * self._times

    def __getitem__(self, place: Any) -> npt.NDArray[np.uint8]:
        if isinstance(place, slice):
            place = np.arange(*place.indices(len(self)))
        return self._once[np.asarray(place) % len(self._once)]


def _repeated_edges(edges: EdgeReader, frames: int) -> EdgeReader:
    """Return a reader of the edges of a film of so many frames, shown again and again."""

    def read(start: int, end: int) -> npt.NDArray[np.uint8]:
        first = start % frames
        if first + end - start <= frames:  # as one film's reader: no copy
            return edges(first, first + end - start)
        middle = start + frames - first
        return np.concatenate([edges(first, frames), read(middle, end)])

    return read


def showing(
    records: Iterable[Evidence], by_ns: int, by_frames: int, number: int
) -> Iterator[Evidence]:
    """Yield records as the film's next showing would give them, under ids of their own.

    Those that share a span still share one, as the records of a blob do.
    """
    known: dict[int, TimeSpan] = {}
    for record in records:
        span = known.get(id(record.span))
        if span is None:
            span = known[id(record.span)] = _later(record.span, by_ns, by_frames)
        words = tuple(
            replace(
                word,
                text=_other(word.text, number),
                start_ns=word.start_ns + by_ns,
                end_ns=word.end_ns + by_ns,
            )
            for word in record.words
        )
        yield structs.replace(
            record,
            span=span,
            text=_other(record.text, number),
            words=words,
            id=f"{number:04x}{record.id[4:]}" if record.id else "",
        )


def _later(span: TimeSpan, by_ns: int, by_frames: int) -> TimeSpan:
    start_ns, end_ns = span.start_ns + by_ns, span.end_ns + by_ns
    if span.start_frame is None or span.end_frame is None:
        return TimeSpan(start_ns, end_ns)
    return TimeSpan(start_ns, end_ns, span.start_frame + by_frames, span.end_frame + by_frames)


def _other(text: str, number: int) -> str:
    """Return a text as long as another, of other words: no long film says everything again.

    Letters become other letters of their alphabet, the same ones throughout a showing, so that
    words stay words; no two showings do it alike, and the first one is the film's own.
    """
    if not number:
        return text
    first, count = _HAN
    return "".join(
        chr(first + (ord(letter) - first + number) % count)
        if first <= ord(letter) < first + count
        else letter
        for letter in text.translate(_latin(number))
    )


@cache
def _latin(number: int) -> dict[int, int]:
    shuffled = "".join(random.Random(number).sample(ascii_lowercase, len(ascii_lowercase)))
    return str.maketrans(ascii_lowercase + ascii_uppercase, shuffled + shuffled.upper())


if __name__ == "__main__":
    main()
