"""How fast the suite is and what it costs, on a film whose mix is known, beside naive scripts.

Ratios within one run count: on a machine that others use, seconds on the clock say little and
CPU-seconds are roughly right.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import imageio_ffmpeg

from bench.constructed.speed_film import Film, captions_of, speed_film
from bench.harness import Outcome, Running, analyse, suite_on
from bench.long_film import LongFilm, read_long_film
from bench.measures.speed import Observation, figures
from bench.options import Options
from bench.processes import Used, cpu_used, difference, watched
from bench.references.reference import Reference, run_naive
from bench.submits import Submits, submit_many
from bench.truth import load_set
from videre.cli.evaluation.figures import Measured
from videre.cli.evaluation.truth import Truth
from videre.orchestrator.features import BY_NAME, SPEECH, requested_features
from videre.orchestrator.media.sampling import sample_unit
from videre.orchestrator.media.unitfile import UnitSpool
from videre.v1 import job_pb2

_CACHE: Final = Path("build/bench/media")
_PATIENCE_S: Final = 3_600.0
_FFMPEG_S: Final = 300.0
#: Short media that make every engine load before the clock starts.
_WARM_UP: Final = ("video/flower.mp4", "speech_en/cards_005.wav")
#: Features that ask for speech, if only along with themselves.
_SPOKEN: Final = frozenset(name for name in BY_NAME if SPEECH.name in requested_features([name]))
_NOT_FEATURES: Final = frozenset({"ingest", "probe", "fuse", "moderate"})
#: Parts of the film, half of each in the next, that keep all slots busy while jobs are submitted.
_BUSY_PARTS: Final = 7
_LONG_FEATURES: Final = ("shots", "loudness")
_FUSED_S: Final = 7_200.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much a run measures.

    Args:
        film_s: length of the film.
        naive_s: its first seconds, given to the naive scripts.
        submits: jobs submitted at 20 a second.
        long_s: length of the film whose index is held in memory.
    """

    film_s: float
    naive_s: float
    submits: int
    long_s: float


FULL: Final = Sizes(film_s=600.0, naive_s=120.0, submits=2_000, long_s=21_600.0)
QUICK: Final = Sizes(film_s=60.0, naive_s=12.0, submits=100, long_s=600.0)


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Measure on a film made from the set of `options.media`.

    Raises:
        FileNotFoundError: there is no set, or it lacks what the film is made of.
    """
    sizes = QUICK if options.quick else FULL
    known = load_set(options.media_folder())
    film = speed_film(known, _CACHE, sizes.film_s, tell)
    return asyncio.run(_Bench(options.media_folder(), known, film, sizes, tell).run())


@dataclass(frozen=True, slots=True)
class _Whole:
    """What a run of the whole suite over the film gave."""

    start_s: float
    outcome: Outcome
    wall_s: float
    used: dict[str, Used]


class _Bench:
    """One run: the suite with everything, without speech, busy; then the scripts."""

    def __init__(
        self,
        media: Path,
        known: Sequence[Truth],
        film: Film,
        sizes: Sizes,
        tell: Callable[[str], None],
    ) -> None:
        self._media, self._known, self._film = media, known, film
        self._sizes, self._tell = sizes, tell

    async def run(self) -> tuple[list[Measured], list[Outcome]]:
        """Return the figures and the jobs they were taken from."""
        with tempfile.TemporaryDirectory(prefix="videre-bench-") as temporary:
            folder = Path(temporary)
            observed, outcomes = await self._observe(folder)
        return figures(observed), outcomes

    async def _observe(self, folder: Path) -> tuple[Observation, list[Outcome]]:
        first, second = folder / "everything", folder / "without-speech"
        with watched(os.getpid()) as peaks:
            async with suite_on(first) as suite:
                whole = await self._whole(suite, ())
                again, again_s = await self._again(suite)
                text_frames = await asyncio.to_thread(_text_frames, suite.data)
        fused = await asyncio.to_thread(self._fuse, first, whole.outcome)
        features = [s.name for s in whole.outcome.job.stages if s.name not in _NOT_FEATURES]
        async with suite_on(second) as suite:
            mute = await self._whole(suite, [name for name in features if name not in _SPOKEN])
        async with suite_on(second) as suite:
            warm_start_s = suite.start_s
            submits = await self._submits(suite, folder, mute.outcome.job.media_id)
        with watched(os.getpid()) as long_peaks:
            async with suite_on(folder / "long") as suite:
                long = await self._long(suite, folder)
        naive, tuned = await self._references()
        decode_s = await asyncio.to_thread(_decode_alone, self._film.path)
        observed = Observation(
            film=self._film, captions=tuple(captions_of(self._known, self._film)),
            whole=whole.outcome, wall_s=whole.wall_s, used=whole.used, peaks=peaks,
            mute=mute.outcome, mute_wall_s=mute.wall_s, again=again, again_s=again_s,
            text_frames=text_frames, fused=fused, start_s=warm_start_s, submits=submits,
            long_s=self._sizes.long_s, long_peaks=long_peaks, naive=naive, tuned=tuned,
            decode_alone_s=decode_s,
        )  # fmt: skip
        return observed, [whole.outcome, mute.outcome, long]

    async def _whole(self, suite: Running, features: Sequence[str]) -> _Whole:
        """Send the film through a suite whose engines are loaded."""
        await self._send(suite, [self._media / name for name in _WARM_UP], features)
        before = cpu_used(os.getpid())
        started = time.monotonic()
        (outcome,) = await self._send(suite, [self._film.path], features)
        wall_s = time.monotonic() - started
        return _Whole(suite.start_s, outcome, wall_s, difference(before, cpu_used(os.getpid())))

    async def _send(
        self, suite: Running, paths: Sequence[Path], features: Sequence[str]
    ) -> list[Outcome]:
        return await analyse(
            suite.client, paths, patience_s=_PATIENCE_S, tell=self._tell, features=features
        )

    async def _again(self, suite: Running) -> tuple[Outcome, float]:
        """Submit the same bytes once more; the time counts from the end of their upload."""
        uploaded: list[float] = []

        def progress(done: int, size: int) -> None:
            if done >= size:
                uploaded.append(time.monotonic())

        started = time.monotonic()
        job = await suite.client.submit(self._film.path, progress=progress)
        job = await suite.client.wait(job.job_id, timeout_s=_PATIENCE_S)
        took = time.monotonic() - (uploaded[-1] if uploaded else started)
        self._tell(f"again: {took:.2f} s, {job.model_calls} model calls")
        analysis = await suite.client.get_analysis(job.media_id)
        return Outcome(self._film.path, job, analysis), took

    async def _submits(self, suite: Running, folder: Path, media_id: str) -> Submits | None:
        """Submit while parts of the film keep the slots busy; None when these ended too early."""
        step = self._film.seconds / (_BUSY_PARTS + 1)
        parts = [
            _part_of(self._film.path, folder / f"part-{n}.mp4", n * step, 2 * step)
            for n in range(_BUSY_PARTS)
        ]
        jobs = [await suite.client.submit(part, priority=0) for part in parts]
        submits = await submit_many(suite.client, media_id, folder, self._sizes.submits)
        states = [(await suite.client.query(job.job_id)).job.state for job in jobs]
        busy = job_pb2.JOB_STATE_RUNNING in states
        self._tell(f"{len(submits.submits_s)} submits, slots {'busy' if busy else 'idle'}")
        return submits if busy else None

    async def _long(self, suite: Running, folder: Path) -> Outcome:
        """Hold the index and the signals of a film of hours."""
        path = await asyncio.to_thread(_long_file, folder / "long.mp4", self._sizes.long_s)
        (outcome,) = await self._send(suite, [path], _LONG_FEATURES)
        return outcome

    def _fuse(self, folder: Path, outcome: Outcome) -> LongFilm:
        times = round(_FUSED_S / self._film.seconds)
        return read_long_film(folder / "data", outcome.job.job_id, times)

    async def _references(self) -> tuple[Reference, Reference]:
        seconds, path = self._sizes.naive_s, self._film.path
        naive = await run_naive(path, seconds, tuned=False)
        self._tell(f"naive script: {naive.cpu_s:.0f} CPU-seconds for {seconds:.0f} s")
        tuned = await run_naive(path, seconds, tuned=True)
        self._tell(f"tuned script: {tuned.cpu_s:.0f} CPU-seconds for {seconds:.0f} s")
        return naive, tuned


def _text_frames(data: Path) -> int:
    """Return how many frames of the largest media in the cache were given to be read."""
    counts: dict[Path, int] = {}
    for frames in (data / "spool").glob("*/unit-*/frames"):
        spool = UnitSpool(frames.parent)
        sampled = len(sample_unit(spool.candidates, (), spool.unit).text)
        media = frames.parent.parent
        counts[media] = counts.get(media, 0) + sampled
    return max(counts.values(), default=0)


def _decode_alone(film: Path) -> float:
    """Return the CPU-seconds of nothing but decoding every frame."""
    started = time.thread_time()
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        for _ in container.decode(stream):
            pass
    return time.thread_time() - started


def _part_of(film: Path, target: Path, start_s: float, length_s: float) -> Path:
    _ffmpeg("-ss", f"{start_s}", "-t", f"{length_s}", "-i", str(film), "-c", "copy", str(target))
    return target


def _long_file(target: Path, seconds: float) -> Path:
    """Write a film of many small frames: what counts is their number."""
    minute = target.with_name("minute.mp4")
    _ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=size=128x72:rate=25:duration=60",
        "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=16000:duration=60",
        "-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-c:a", "aac", "-b:a", "24k",
        str(minute),
    )  # fmt: skip
    times = round(seconds / 60) - 1
    _ffmpeg("-stream_loop", f"{times}", "-i", str(minute), "-c", "copy", str(target))
    return target


def _ffmpeg(*words: str) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error", *words]
    subprocess.run(command, check=True, timeout=_FFMPEG_S, stdin=subprocess.DEVNULL)
