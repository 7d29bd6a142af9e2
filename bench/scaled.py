"""A real suite with one replica of its bottleneck, and with two, beside the simulation.

Jobs look for text only, in films of pages full of it, so that the service of text is the
bottleneck. What a minute of media costs is measured with one replica; from that the simulation says
how fast both are. It knows no processors, which on a small machine are fewer than slots: they bound
what it says.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from bench.constructed.media import FRAME_RATE, Rgb, write_film
from bench.faults.rollout import forget
from bench.harness import Outcome
from bench.measures.scaling import Costs, Load, Site, play
from bench.processes import Used, cpu_used, decoding_s, difference
from tests.running import Processes
from videre.cli.evaluation.figures import Measured
from videre.v1 import job_pb2

_BOTTLENECK: Final = "ocr"
_FEATURES: Final = ("text",)
_ORCHESTRATOR: Final = "lead"
#: Of the orchestrator: more than both replicas have, so that neither waits for a caller.
_SLOTS: Final = 4
_JOBS: Final = 8
_QUICK_JOBS: Final = 4
_FILM_S: Final = 30
_SIZE: Final = (640, 360)
_LINES: Final = 6
_WORDS: Final = ("harbour", "seven", "window", "garden", "letter", "orange", "silver", "planet")
_END_S: Final = 1_800.0


@dataclass(frozen=True, slots=True)
class Trial:
    """What some jobs took.

    Args:
        minutes: of media.
        seconds: from the first job's coming to the last one's end.
        cpu_s: CPU-seconds of a minute of media, by station.
    """

    minutes: float
    seconds: float
    cpu_s: dict[str, float]

    @property
    def pace(self) -> float:
        """Minutes of media per minute."""
        return self.minutes * 60 / self.seconds


def scaled(quick: bool, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Run the same jobs on one replica and on two; compare with what was to be expected.

    Raises:
        RuntimeError: a job did not succeed.
    """
    jobs = _QUICK_JOBS if quick else _JOBS
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="videre-bench-scaled-") as place:
        (Path(place) / "films").mkdir()
        films = [_pages(number, Path(place) / "films") for number in range(jobs + 1)]
        trials = []
        for replicas in (1, 2):
            trials.append(_tried(Path(place) / f"with-{replicas}", films, replicas, outcomes))
            tell(f"{replicas} replicas of {_BOTTLENECK}: {trials[-1]}")
    processors = len(os.sched_getaffinity(0))
    return compared(trials[0], trials[1], jobs, processors), outcomes


def _pages(number: int, folder: Path) -> Path:
    """Write a film that shows another page of words each second."""
    chance, path = np.random.default_rng(number), folder / f"pages-{number}.mp4"
    face = cv2.FontFace("sans")

    def frames() -> Iterator[Rgb]:
        for _ in range(_FILM_S):
            page = np.full((_SIZE[1], _SIZE[0], 3), 245, np.uint8)
            for line in range(_LINES):
                words = " ".join(str(word) for word in chance.choice(_WORDS, 4))
                cv2.putText(page, words, (30, 60 + 48 * line), (20, 20, 20), face, 26)
            yield from repeat(page, FRAME_RATE)

    write_film(path, frames())
    return path


def compared(one: Trial, two: Trial, jobs: int, processors: int) -> list[Measured]:
    """Return the figures; both predictions stand on the costs with one replica."""
    figures = []
    expected = [expected_pace(one, jobs, replicas, processors) for replicas in (1, 2)]
    for trial, pace, replicas in ((one, expected[0], "one replica"), (two, expected[1], "two")):
        figures += [
            Measured(f"{replicas}: pace", trial.pace, "× real time", f"predicted {pace:.3g}"),
            Measured(f"{replicas}: beside the prediction", trial.pace / pace, "", ""),
        ]
    gain = expected[1] / expected[0]
    costs = ", ".join(f"{name} {cpu_s:.3g}" for name, cpu_s in one.cpu_s.items())
    return [
        *figures,
        Measured("second replica: gain", two.pace / one.pace, "×",
                 f"predicted {gain:.3g}; CPU-s of a minute: {costs}; {processors} processors"),
    ]  # fmt: skip


def expected_pace(costs: Trial, jobs: int, replicas: int, processors: int) -> float:
    """Return what the simulation says, at most what the processors can do."""
    others = dict.fromkeys(("visual", "asr", "audio"), 0.0)
    course = play(
        Costs({**others, **costs.cpu_s}, 0.0, 0.0),
        Site(
            {**dict.fromkeys(others, 1), "decode": _SLOTS, _BOTTLENECK: replicas}, jobs, _SLOTS + 1
        ),
        Load(0, costs.minutes / jobs, at_once=jobs, alike=True),
    )
    return min(course.pace, processors * 60 / sum(costs.cpu_s.values()))


def _tried(folder: Path, films: Sequence[Path], replicas: int, outcomes: list[Outcome]) -> Trial:
    """Run all films but the first, which loads what has to be loaded."""
    folder.mkdir()
    # Services that nobody asks do not run: the plan waits for them, once.
    with closing(Processes(folder, VIDERE_SLOTS="1", VIDERE_STAGE_PATIENCE="5")) as suite:
        suite.start(_BOTTLENECK)
        places = [suite.ports.target(_BOTTLENECK)]
        for number in range(2, replicas + 1):
            places.append(suite.replica(f"{_BOTTLENECK}-{number}", of=_BOTTLENECK))
            suite.start(f"{_BOTTLENECK}-{number}")
        endpoints = {f"VIDERE_{_BOTTLENECK.upper()}_ENDPOINTS": ",".join(places)}
        suite.replica(_ORCHESTRATOR, VIDERE_SLOTS=str(_SLOTS), VIDERE_JOBS_AT_ONCE=str(len(films)),
                      **endpoints)  # fmt: skip
        suite.start(_ORCHESTRATOR)
        with suite.client(_ORCHESTRATOR) as client:
            first = client.wait(
                client.submit(films[0], features=_FEATURES).job_id, timeout_s=_END_S
            )
            forget(client, first)
            media = [client.upload(path).media.media_id for path in films[1:]]
            before, begun = cpu_used(os.getpid()), time.monotonic()
            sent = [client.submit(media_id=one, features=_FEATURES).job_id for one in media]
            ended = [client.wait(job_id, timeout_s=_END_S) for job_id in sent]
            seconds = time.monotonic() - begun
            used = difference(before, cpu_used(os.getpid()))
            for path, job in zip(films[1:], ended, strict=True):
                if job.state != job_pb2.JOB_STATE_SUCCEEDED:
                    raise RuntimeError(f"{path.name}: {job}")
                outcomes.append(Outcome(path, job, client.get_analysis(job.media_id)))
    minutes = len(media) * _FILM_S / 60
    return Trial(minutes, seconds, _costs(used, minutes))


def _costs(used: dict[str, Used], minutes: float) -> dict[str, float]:
    decoding = decoding_s(used) + used["orchestrator"].own_s
    looking = used[_BOTTLENECK].own_s + used[_BOTTLENECK].ended_s
    return {"decode": decoding / minutes, _BOTTLENECK: looking / minutes}
