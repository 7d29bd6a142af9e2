"""Moderation: ordinary media are not blocked, an illegal advert is caught, replay calls no model.

Every ordinary media of the set is analysed for real, with the features that moderation asks for.
What was published is then stored a thousand times, as that of other media with other jobs, and one
film as a film of two hours. A template is previewed over all of it, and the film judged anew, while
the services run and count their calls.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.accuracy import quick_choice
from bench.archive import Archive, archive_in, job_of, store_copy
from bench.harness import Outcome, analyse
from bench.long_archive import store_long_film
from bench.meanwhile import Meanwhile, meanwhile, until_idle
from bench.options import Options
from bench.truth import load_set
from tests.running import Processes, processes
from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.pairs import Pairs
from videre.cli.evaluation.measures.verdicts import verdicts
from videre.cli.evaluation.observed import observe
from videre.cli.evaluation.truth import FILM_GROUP, Truth
from videre.client import AsyncVidere
from videre.orchestrator.document.canonical import from_json
from videre.v1 import template_pb2

_JOBS: Final = 1_000
_FILM_S: Final = 7_200.0
_ARCHIVE_HOURS: Final = 10_000
_PATIENCE_S: Final = 1_800.0
_SERVICES: Final = ("visual", "ocr", "asr", "audio", "production")
#: A busy machine answers late: its services are not away.
_SETTINGS: Final = {"VIDERE_STAGE_PATIENCE": "180"}
#: What the rules of the presets ask for, beside the metadata.
FEATURES: Final = (
    "shots", "objects", "classes", "faces", "nsfw", "colors", "codes", "text", "speech", "sound",
)  # fmt: skip
#: The templates by which the film is judged in turn: each changes its verdict.
_TEMPLATES: Final = ("strict", "lenient", "children")
_TRIED: Final = "strict"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What replaying the archive took.

    Args:
        preview: over all stored jobs.
        previewed: how many media it told of.
        film: judging the long film anew, once per template.
        film_s: its seconds.
        archive_s: seconds of all media of the archive.
    """

    preview: Meanwhile
    previewed: int
    film: tuple[Meanwhile, ...]
    film_s: float
    archive_s: float


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Analyse, judge, store, replay.

    Raises:
        FileNotFoundError: there is no set, or it has no truth.json.
    """
    known = load_set(options.media_folder())
    ordinary = [truth for truth in known if truth.ordinary]
    adverts = [truth for truth in known if not truth.ordinary and truth.lines]
    chosen = [*(quick_choice(ordinary) if options.quick else ordinary), *adverts]
    film = next(truth for truth in known if truth.group == FILM_GROUP)
    if film not in chosen:
        chosen.append(film)
    with tempfile.TemporaryDirectory(prefix="videre-bench-") as temporary:
        folder = Path(temporary)
        with processes(folder, *_SERVICES, "orchestrator", **_SETTINGS) as suite:
            outcomes = asyncio.run(_analysed(suite, chosen, tell))
            suite.stop("orchestrator")
            stored = asyncio.run(_stored(folder / "data", outcomes, film))
            tell(f"stored {_JOBS:,} jobs and a film of {stored.film_s / 3_600:.1f} h")
            suite.start("orchestrator")
            replayed = _replayed(suite, stored)
    pairs = [
        (truth, observe(outcome.job, outcome.analysis))
        for truth, outcome in zip(chosen, outcomes, strict=True)
    ]
    figures = [
        *(one for one in verdicts(pairs) if one.name.startswith("verdict: ")),
        caught(pairs),
        *of_replay(replayed),
    ]
    return figures, outcomes


async def _analysed(
    suite: Processes, chosen: Sequence[Truth], tell: Callable[[str], None]
) -> list[Outcome]:
    paths = [truth.path for truth in chosen]
    async with AsyncVidere(suite.ports.target("orchestrator")) as client:
        return await analyse(client, paths, patience_s=_PATIENCE_S, tell=tell, features=FEATURES)


@dataclass(frozen=True, slots=True)
class _Stored:
    """The archive: its long film, and the seconds of everything else."""

    film_id: str
    film_s: float
    archive_s: float


async def _stored(data: Path, outcomes: Sequence[Outcome], film: Truth) -> _Stored:
    """Fill an archive up to its number of jobs, and store the long film."""
    analysed = [outcome for outcome in outcomes if outcome.job.analysis_revision]
    lengths = [one.analysis.media_info.duration.ToNanoseconds() / 1e9 for one in analysed]
    (shown,) = [outcome for outcome in analysed if outcome.path == film.path]
    seconds = sum(lengths)
    async with archive_in(data) as archive:
        for number in range(_JOBS - len(analysed)):
            seconds += lengths[number % len(analysed)]
            _copy(archive, analysed[number % len(analysed)], number)
        times = round(_FILM_S / (film.seconds or _FILM_S))
        film_id, film_s = await store_long_film(archive, shown.job.job_id, times)
    return _Stored(film_id, film_s, seconds)


def _copy(archive: Archive, outcome: Outcome, number: int) -> None:
    app = archive.app
    job = job_of(app, outcome.job.job_id)
    published = app.media.analysis(job.project_id, job.media_id or "", 0)
    document = from_json(app.artifacts.read(job.project_id, published.document_digest))
    judged = published.judged_digest
    store_copy(app, job, document, f"{number:064x}", judged_digest=judged, artifacts=[judged])


def _replayed(suite: Processes, stored: _Stored) -> Replayed:
    until_idle(suite)
    with suite.client() as client:
        with meanwhile(suite) as preview:
            answer = client.templates.preview(
                template_pb2.PreviewTemplateRequest(template=_TRIED, page_size=_JOBS)
            )
        judged = []
        for template in _TEMPLATES:
            request = template_pb2.RemoderateRequest(template=template, media_ids=[stored.film_id])
            with meanwhile(suite) as spent:
                (change,) = client.templates.remoderate(request).changes
            assert change.media_id == stored.film_id
            judged.append(spent)
    counted = sum(one.count for one in answer.counts)
    return Replayed(preview, counted, tuple(judged), stored.film_s, stored.archive_s)


def caught(pairs: Pairs) -> Measured:
    """Return the share of illegal adverts that the lists of prohibited things catch."""
    adverts = [pair for pair in pairs if not pair[0].ordinary]
    missed = [
        Case(truth.name, None, "prohibited text", answer.suggestion)
        for truth, answer in adverts
        if not any(
            (one.category, one.medium, one.reason) == ("prohibited", "text", "")
            for one in answer.findings
        )
    ]
    value = 1 - len(missed) / len(adverts) if adverts else None
    how = f"{len(adverts) - len(missed)} of {len(adverts)} media with text that are not ordinary"
    return Measured("adverts caught by the lists", value, "share", how, cases=tuple(missed))


def of_replay(told: Replayed) -> list[Measured]:
    slowest = max(told.film, key=lambda one: one.seconds)
    hours = told.archive_s / 3_600
    films = _ARCHIVE_HOURS * 3_600 / told.film_s
    calls = told.preview.calls + sum(one.calls for one in told.film)
    usual = sorted(one.seconds for one in told.film)[len(told.film) // 2]
    how = f"{told.previewed:,} media, {hours:.1f} h, by the template {_TRIED}"
    each = f"{told.film_s / 3_600:.2f} h, by {', '.join(_TEMPLATES)}: the slowest"
    projected = (
        f"PROJECTED, not measured: {films:,.0f} films of {told.film_s / 3_600:.2f} h one after the"
        f" other, each as the median of {len(told.film)}"
    )
    return [
        Measured("preview: media told of", told.previewed, "media", how),
        Measured("preview of 1,000 jobs", told.preview.seconds, "s", how),
        Measured("preview of 1,000 jobs: CPU", told.preview.cpu_s, "CPU-s", "the orchestrator"),
        Measured("judging a film of 2 h anew", slowest.seconds, "s", each),
        Measured("judging a film of 2 h anew: CPU", slowest.cpu_s, "CPU-s", "the orchestrator"),
        Measured("calls of models", calls, "", "by the metrics of the services, while replaying"),
        Measured("judging 10,000 h anew", films * usual / 60, "min", projected),
    ]
