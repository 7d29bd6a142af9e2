"""A name given later, over a thousand stored jobs: how long it takes, and that no model is called.

One film is analysed for real. Its published analysis is then stored a thousand times, as that of
other media with other jobs: every document differs in its digest, and so do the faces, a little.
Then somebody of the film gets a name, and the clock runs until the last job says so.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import sqlalchemy as sa

from bench.archive import archive_in, job_of, store_copy
from bench.harness import Outcome
from bench.meanwhile import meanwhile
from bench.options import Options
from tests.running import Processes, processes
from videre.cli.evaluation.figures import Measured
from videre.client import Videre
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.document import Analysis
from videre.orchestrator.document.canonical import from_json
from videre.orchestrator.fusion.face_vectors import SCALE, from_bytes, to_bytes
from videre.orchestrator.fusion.people import Faces
from videre.orchestrator.library.assign import frames_of
from videre.orchestrator.store.face_index import FaceIndex, FaceRow
from videre.orchestrator.store.records import JobRecord
from videre.v1 import job_pb2, library_pb2

_JOBS: Final = 1_000
_FACES: Final = 100_000
_WIDTH: Final = 256
_SEARCHES: Final = 21
_ENGINE: Final = "yunet-mobileface@1"
_FEATURES: Final = ("shots", "faces", "objects", "classes")
_PATIENCE_S: Final = 600.0
_LOOK_S: Final = 0.2
_LIBRARY: Final = "known"
#: Of a vector's length, how far the copies' faces are moved.
_MOVED: Final = 0.02


@dataclass(frozen=True, slots=True)
class Bound:
    """What naming somebody took.

    Args:
        seconds: from the call that names somebody until every job says so.
        jobs: jobs whose analysis names somebody now.
        cpu_s: processor time of the orchestrator meanwhile.
        calls: calls of engines meanwhile, as the services count them.
        document_bytes: of one analysis.
    """

    seconds: float
    jobs: int
    cpu_s: float
    calls: int
    document_bytes: int


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Analyse, store, name, measure."""
    film = options.media_folder() / "demo.mp4"
    with tempfile.TemporaryDirectory(prefix="videre-bench-") as temporary:
        folder = Path(temporary)
        settings = {"VIDERE_FILE_ROOTS": str(film.parent)}
        with processes(folder, "visual", "orchestrator", **settings) as suite:
            outcome = _analysed(suite, film)
            tell(f"{film.name}: {len(outcome.analysis.people)} people")
            suite.stop("orchestrator")
            asyncio.run(_copies(folder / "data", outcome.job.job_id, _JOBS - 1))
            tell(f"stored {_JOBS} jobs")
            suite.start("orchestrator")
            bound = _name(suite, outcome, tell)
    search_ms = _search_ms()
    how = f"{_JOBS} jobs of {film.name}, {bound.document_bytes / 1024:.0f} KiB a document"
    return [
        Measured("jobs that name somebody", bound.jobs, "", how),
        Measured("naming somebody", bound.seconds, "s", how),
        Measured("naming somebody: CPU", bound.cpu_s, "CPU-s", "the orchestrator, its callers too"),
        Measured("calls of models", bound.calls, "", "by the metrics of the visual service"),
        Measured(
            "search of 100,000 faces", search_ms, "ms",
            f"one sample with all, exact, {_WIDTH} values each; median of {_SEARCHES}",
        ),
    ], [outcome]  # fmt: skip


def _analysed(suite: Processes, film: Path) -> Outcome:
    with suite.client() as client:
        job = client.submit(f"file://{film}", features=_FEATURES)
        ended = client.wait(job.job_id, timeout_s=_PATIENCE_S)
        return Outcome(film, ended, client.get_analysis(ended.media_id))


async def _copies(data: Path, job_id: str, count: int) -> None:
    """Store a published analysis again and again, as that of other media."""
    async with archive_in(data) as archive:
        app = archive.app
        job = job_of(app, job_id)
        with archive.database.steps.connect() as connection:
            (faces,) = app.faces.of_media(connection, [job.media_id or ""]).values()
        document = from_json(app.artifacts.read(job.project_id, job.document_digest))
        for number, looks in zip(range(count), _moved(faces), strict=False):
            _store(app, job, document, looks, number)


def _moved(faces: Faces) -> Iterator[Faces]:
    """Yield the faces, moved a little."""
    rng = np.random.default_rng(0)
    people = sorted(faces.vectors)
    vectors = from_bytes(faces.vectors[person] for person in people)
    while True:
        noise = rng.normal(0, _MOVED * SCALE / _WIDTH**0.5, vectors.shape)
        moved = to_bytes(np.rint(vectors + noise).astype(np.float32))
        yield Faces(faces.engine, dict(zip(people, moved, strict=True)))


def _store(app: Orchestrator, job: JobRecord, like: Analysis, faces: Faces, number: int) -> None:
    """Store one more media, with faces of its own."""
    frames = frames_of(like.people)

    def with_faces(connection: sa.Connection, media_id: str) -> None:
        app.faces.replace(connection, job.project_id, media_id, faces, frames)

    store_copy(app, job, like, f"{number:064x}", also=with_faces)


def _name(suite: Processes, outcome: Outcome, tell: Callable[[str], None]) -> Bound:
    """Give the person who is seen longest a name; wait until all say so."""
    person = outcome.analysis.people[0]
    with suite.client() as client:
        kind = library_pb2.LIBRARY_KIND_PERSONS
        client.libraries.create(library_pb2.CreateLibraryRequest(library_id=_LIBRARY, kind=kind))
        entry = library_pb2.NewLibraryEntry(entry_id="somebody", name="Somebody")
        entry.samples.add(person={"media_id": outcome.job.media_id, "person_id": person.person_id})
        with meanwhile(suite) as spent:
            client.libraries.add_entries(_LIBRARY, [entry])
            _until_bound(client)
        tell(f"named in {spent.seconds:.2f} s")
        named = sum(_is_named(client, job) for job in client.list_jobs())
        size = len(client.read_artifact(outcome.analysis.result_digest))
    return Bound(spent.seconds, named, spent.cpu_s, spent.calls, size)


def _until_bound(client: Videre) -> None:
    """Wait until every media says what the library says.

    Raises:
        TimeoutError: it takes too long.
    """
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        library = client.libraries.get(_LIBRARY)
        if library.bound_version == library.version:
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"{library.media_left} media are left")
        time.sleep(_LOOK_S)


def _is_named(client: Videre, job: job_pb2.Job) -> bool:
    analysis = client.get_analysis(job.media_id, revision=job.analysis_revision)
    return any(person.name == "Somebody" for person in analysis.people)


def _search_ms() -> float:
    """Return how long one sample is compared with 100,000 faces, milliseconds."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(_FACES, _WIDTH)).astype(np.float32)
    rows *= SCALE / np.linalg.norm(rows, axis=1, keepdims=True)
    index = FaceIndex()
    index.add(
        FaceRow(number, f"m{number}", _ENGINE, vector, f"i{number}")
        for number, vector in enumerate(to_bytes(np.rint(rows)), start=1)
    )
    sample = from_bytes(to_bytes(np.rint(rows[:1])))
    times = []
    for _ in range(_SEARCHES):
        started = time.perf_counter()
        found = index.near(_ENGINE, sample, 6_000)
        times.append(time.perf_counter() - started)
        assert found == {"m1"}
    return sorted(times)[_SEARCHES // 2] * 1_000
