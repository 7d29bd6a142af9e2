"""What a seed asks for and what goes wrong meanwhile, drawn once before anything runs."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tests.simulation.channels import Spell
from tests.simulation.faults import Fault
from tests.simulation.films import FILMS, Film
from videre.orchestrator.steps.services import SERVICES
from videre.v1 import job_pb2

#: Feature lists that jobs ask for; none = all.
ASKED: Final[Mapping[str, tuple[str, ...]]] = {
    "all": (),
    "judged": ("nsfw", "classes", "text", "speech", "sound"),
    "look": ("objects", "nsfw"),
    "read": ("text",),
    "hear": ("speech", "sound", "loudness"),
    "mixed": ("objects", "text", "speech"),
    "music": ("music", "shots"),
}

_ASKED_OFTEN: Final = (1, 3, 3, 2, 3, 3, 1)
_FILMS_OFTEN: Final = (5, 2, 2, 2, 1)


@dataclass(frozen=True, slots=True)
class JobPlan:
    """One job and what its caller does with it.

    Args:
        film: None = a text that comes with the request.
        asked: key of ASKED.
        tasks: with a production task and files written to a folder.
        at_s: when it is submitted.
        twice: the same request is sent again.
        cancel_s: when it is cancelled, counted from its submission; None = never.
        then: what follows the cancel at once: "", "job", "media" (both are deleted).
        wall_s: its wall-time deadline.
        early_delete: a delete is tried while it runs.
    """

    request_id: str
    film: Film | None
    asked: str
    tasks: bool
    units_per_chunk: int
    at_s: float = 0.0
    twice: bool = False
    cancel_s: float | None = None
    then: str = ""
    wall_s: int | None = None
    early_delete: bool = False

    @property
    def damaged(self) -> bool:
        """Whether a part of the film cannot be decoded."""
        return self.film is not None and self.film.damaged

    @property
    def kind(self) -> tuple[str, str, bool]:
        """Return what an undisturbed result depends on."""
        return (self.film.name if self.film else "text", self.asked, self.tasks)

    def request(self, folder: str, out: str) -> job_pb2.SubmitJobRequest:
        """Return what is submitted."""
        request = job_pb2.SubmitJobRequest(request_id=self.request_id)
        if self.film is None:
            request.inputs.add(inline_text="Quiet water.\nGreen boats.\n")
        else:
            request.inputs.add(uri=f"file://{folder}/{self.film.name}.mp4")
        request.features.extend(ASKED[self.asked])
        request.options.units_per_chunk = self.units_per_chunk
        if self.tasks:
            request.production_tasks.add().cover.count = 1
            request.output.uri_prefix = f"file://{out}"
        if self.wall_s is not None:
            request.budget.wall_time.seconds = self.wall_s
        return request


@dataclass(frozen=True, slots=True)
class SeedPlan:
    """Everything that a seed decides.

    Args:
        kill_at: operations, by number, at which the process is killed.
        kill_on: operations, by name, with how often the process is killed at them.
        poison: method whose requests kill the service each time, until `poison_ends_s`.
        again: the first job is asked for once more when all is over.
        second_start_s: when a second orchestrator is started on the same folder.
    """

    jobs: tuple[JobPlan, ...]
    spells: dict[str, list[Spell]]
    chance: float = 0.0
    kinds: tuple[Fault, ...] = ()
    kill_at: tuple[int, ...] = ()
    kill_on: tuple[tuple[str, int], ...] = ()
    poison: str = ""
    poison_ends_s: float = 1e9
    decode_fails: float = 0.0
    second_start_s: float | None = None
    again: bool = False


def undisturbed(kind: tuple[str, str, bool]) -> SeedPlan:
    """Return the plan of one job in a quiet world."""
    film = next((film for film in FILMS if film.name == kind[0]), None)
    return SeedPlan((JobPlan("calm", film, kind[1], kind[2], 3),), {})


#: Steps that are killed between their effect and its record.
IN_STEP: Final = (
    "record visual.shots", "record visual.frames", "record ocr.read", "record audio.listen",
    "record asr.transcribe", "record plan", "record conclude", "record publish",
    "record production.render", "record deliver", "record audio.sound",
)  # fmt: skip
_OF_TASKS: Final = ("record production.render", "record deliver")


def draw(seed: int) -> SeedPlan:
    """Return the plan of a seed."""
    rng = random.Random(seed)
    job = _job(rng, 0)
    jobs = [job]
    spells: dict[str, list[Spell]] = {}
    kinds: tuple[Fault, ...] = ()
    chance, decode_fails, poison = 0.0, 0.0, ""
    kill_at: list[int] = []
    kill_on: list[tuple[str, int]] = []
    second = rng.uniform(0.1, 6.0) if rng.random() < 0.05 else None
    if rng.random() < 0.2:
        jobs.append(_job(rng, 1, film=job.film if rng.random() < 0.7 else None))
    if rng.random() < 0.35:
        for service in rng.sample(SERVICES, rng.choice((1, 1, 2))):
            start = rng.uniform(0.0, 6.0)
            length = rng.choice((0.5, 3.0, 15.0, 60.0, 600.0))
            fault = rng.choice(tuple(Fault))
            if fault is Fault.OVERLOADED:  # waits as long as it lasts
                length = min(length, 60.0)
            spells[service] = [Spell(start, start + length, fault)]
    if rng.random() < 0.35:
        chance = rng.choice((0.05, 0.2, 0.4))
        kinds = tuple(rng.sample(tuple(Fault), rng.randint(1, 3)))
    match rng.random():
        case roll if roll < 0.25:
            kill_at = sorted(rng.randrange(1, 500) for _ in range(rng.randint(1, 4)))
        case roll if roll < 0.35:
            step = rng.choice(IN_STEP)
            kill_on = [(step, rng.randint(1, 2))]
            if step in _OF_TASKS and job.film is not None:
                jobs[0] = dataclasses.replace(job, tasks=True)
        case roll if roll < 0.38:
            kill_on = [(f"begin {rng.choice(('visual.frames', 'asr.transcribe'))}", 40)]
    if rng.random() < 0.04:
        poison = rng.choice(("Transcribe", "ReadFrames", "AnalyzeSound", "DetectShots"))
    if rng.random() < 0.05:
        decode_fails = 0.3
    return SeedPlan(
        jobs=tuple(jobs),
        spells=spells,
        chance=chance,
        kinds=kinds,
        kill_at=tuple(kill_at),
        kill_on=tuple(kill_on),
        poison=poison,
        decode_fails=decode_fails,
        second_start_s=second,
        again=rng.random() < 0.2,
    )


def _job(rng: random.Random, number: int, film: Film | None = None) -> JobPlan:
    if film is None and rng.random() < 0.93:
        film = rng.choices(FILMS, _FILMS_OFTEN)[0]
    cancel = rng.expovariate(1 / 3.0) if rng.random() < 0.22 else None
    return JobPlan(
        request_id=f"job-{number}",
        film=film,
        asked=rng.choices(tuple(ASKED), _ASKED_OFTEN)[0] if film else "all",
        tasks=film is not None and rng.random() < 0.25,
        units_per_chunk=rng.choice((1, 2, 3)),
        at_s=rng.choice((0.0, rng.uniform(0.0, 5.0), rng.uniform(20.0, 60.0))) if number else 0.0,
        twice=rng.random() < 0.1,
        cancel_s=cancel,
        then=rng.choice(("", "job", "media")) if cancel is not None else "",
        wall_s=rng.choice((1, 5, 40)) if rng.random() < 0.06 else None,
        early_delete=rng.random() < 0.08,
    )
