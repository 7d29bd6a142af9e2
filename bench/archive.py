"""An archive of many media with their jobs, stored without analysing them: copies of analyses.

Every copy is a media of its own with a document of its own; the bytes below them are shared. No
suite may be running on the folder.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.unqueued import unqueued
from videre.common.clock import SystemClock
from videre.orchestrator.app import Orchestrator, open_orchestrator
from videre.orchestrator.document import Analysis
from videre.orchestrator.document.canonical import StoredDocument, result_document
from videre.orchestrator.moderation.facts import verdict_facts
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.store.database import Database, open_sqlite
from videre.orchestrator.store.jobs import NewJob
from videre.orchestrator.store.media import NewMedia
from videre.orchestrator.store.records import JobRecord, JobState, StageState


@dataclass(frozen=True, slots=True)
class Archive:
    """An open data folder."""

    app: Orchestrator
    database: Database


@asynccontextmanager
async def archive_in(data: Path) -> AsyncIterator[Archive]:
    """Open a data folder to store in while the block runs."""
    settings = OrchestratorSettings(data_dir=data)
    database = open_sqlite(settings.database_path)
    try:
        async with open_orchestrator(settings, database, SystemClock(), random.Random(0)) as app:
            yield Archive(app, database)
    finally:
        database.dispose()


def job_of(app: Orchestrator, job_id: str) -> JobRecord:
    """Return a job that is stored.

    Raises:
        LookupError: it is not.
    """
    job = app.jobs.by_id(job_id)
    if job is None:
        raise LookupError(job_id)
    return job


def store_copy(
    app: Orchestrator,
    like: JobRecord,
    document: Analysis,
    digest: str,
    *,
    judged_digest: str = "",
    artifacts: Sequence[str] = (),
    also: Callable[[sa.Connection, str], None] | None = None,
) -> str:
    """Store one more media with its job, as publishing does; return the media's id.

    Args:
        like: the job that the copy's is like.
        document: the analysis; its media gets the digest.
        digest: of the media, one that no other media has.
        judged_digest: of what it can be judged by again; "" = it cannot.
        artifacts: what the copy keeps alive beside its document.
        also: told the id of the media in the transaction that publishes.
    """
    media_id, job_id = app.ids.new(), app.ids.new()
    source = app.media.get(like.project_id, like.media_id or "")
    app.media.create(
        NewMedia(media_id, like.project_id, f"copy:{digest}", "bench", digest, source.size_bytes)
    )
    app.media.set_index(media_id, source.index_digest, source.facts or {})
    new = NewJob(
        job_id, like.project_id, media_id, like.request, None, like.request_digest, like.features,
        like.priority, "", {}, "bench", "", None, [("faces", StageState.SUCCEEDED, "")],
    )  # fmt: skip
    unqueued(app).submit(new, lambda _connection, _job: None)
    named = replace(document, media=replace(document.media, digest=digest))
    data = result_document(named)
    kept = app.artifacts.put(like.project_id, data, codec="zstd")
    suggestion = str(document.verdict.suggestion) if document.verdict else ""

    def publish(connection: sa.Connection) -> dict[str, Any]:
        revision = app.media.append_analysis(
            connection, media_id=media_id, project_id=like.project_id, job_id=job_id,
            document_digest=kept, suggestion=suggestion, judged_digest=judged_digest,
            artifacts=[kept, *artifacts], facts=verdict_facts(StoredDocument(data), kept),
        )  # fmt: skip
        record = replace(like, id=job_id)
        app.jobs.set_revision(connection, record, revision, digest=kept, libraries=())
        if also is not None:
            also(connection, media_id)
        return {
            "media_id": media_id,
            "revision": revision,
            "result_digest": kept,
            "suggestion": suggestion,
        }

    app.jobs.finish(job_id, JobState.SUCCEEDED, retention_ns=10**15, within=publish)
    return media_id
