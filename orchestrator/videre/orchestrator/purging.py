"""Erasing wholly: a media, a project, a user; and searching for what was erased.

Everything goes by the ways by which single things go; what these leave to time – jobs that expire,
events, artifacts that are collected, decoded media – goes at once. Then rows and files are searched
for what was erased.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from videre.common.errors import Reason, VidereError
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.at_rest.residue import Wanted, in_files, in_rows
from videre.orchestrator.library.model import NewEntry
from videre.orchestrator.store.erasing import KEPT, KEPT_OF_PROJECT, Trace
from videre.orchestrator.store.library_lessons import form
from videre.orchestrator.store.records import MediaRecord

_BACKUPS: Final = "backups and snapshots of file systems"
_POSTGRES: Final = (
    "PostgreSQL's files: rows that are gone stay in them until VACUUM FULL, in its log until it "
    "is removed"
)
_BUCKET: Final = "earlier versions of objects, where the bucket keeps them"
_ON_DISK: Final = "blocks of the disk that deleted files were in"


@dataclass(frozen=True, slots=True)
class Place:
    """How much of something, where, and why it stays; see `PurgedPlace`."""

    place: str
    count: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What purging did; see `PurgeReport`."""

    erased: tuple[Place, ...]
    kept: tuple[Place, ...]
    searched: int
    found: tuple[Place, ...]
    not_searched: tuple[str, ...]
    rewritten: bool


async def erase_media(
    app: Orchestrator, record: MediaRecord, *, close_reviews: bool, subject: str
) -> Trace:
    """Remove a media and all that is known of it; return what that was.

    Raises:
        VidereError: MEDIA_HELD, MEDIA_IN_USE, REVIEW_OPEN, MEDIA_NOT_FOUND.
    """
    start = time.time()
    project = record.project_id
    trace = await asyncio.to_thread(app.erasures.trace_media, record, close_reviews=close_reviews)
    for job_id in trace.jobs:
        job = await asyncio.to_thread(app.jobs.by_id, job_id)
        if job is not None:
            await app.delete(job)
    await asyncio.to_thread(app.erasures.forget_events, project, trace.jobs)
    await asyncio.to_thread(_unteach, app, record, subject)
    await asyncio.to_thread(app.media.delete, project, record.id, "", close_reviews=close_reviews)
    trace.digests = await asyncio.to_thread(_remove_artifacts, app, project, trace.digests, start)
    trace.rows["artifacts"] = len(trace.digests)
    trace.rows["journal"] = len(trace.jobs)
    trace.rows["spool"] = app.spool.forget(record.digest) if record.digest else 0
    return trace


def _unteach(app: Orchestrator, record: MediaRecord, subject: str) -> None:
    """Remove the samples that libraries were taught with a media, as new versions of these."""
    for (library_id, entry_id), ids in app.erasures.samples(record).items():
        with app.libraries.begin() as connection:
            known = app.libraries.present(connection, record.project_id, library_id, [entry_id])
            entries = [
                NewEntry(entry_id, form(one), (), one.request_digest) for one in known.values()
            ]
            app.libraries.put(connection, record.project_id, library_id, entries, ids, subject)


def _remove_artifacts(
    app: Orchestrator, project: str, digests: Iterable[str], start: float
) -> set[str]:
    """Remove what nothing refers to any more; return its digests.

    What somebody has put since `start` is about to be referred to.
    """
    gone: set[str] = set()
    for digest in app.evidence.unreferenced(project, sorted(digests)):
        try:
            fresh = app.artifacts.modified(project, digest) >= start
        except VidereError as error:
            if error.reason is not Reason.ARTIFACT_NOT_FOUND:
                raise
            continue  # collected before
        if not fresh:
            app.artifacts.delete(project, digest)
            gone.add(digest)
    return gone


async def purge_media(
    app: Orchestrator, record: MediaRecord, *, close_reviews: bool, subject: str
) -> Report:
    """Erase a media and search for what was erased.

    Raises:
        VidereError: as `erase_media` does.
    """
    trace = await erase_media(app, record, close_reviews=close_reviews, subject=subject)
    return await asyncio.to_thread(checked, app, record.project_id, trace, KEPT)


async def purge_project(app: Orchestrator, project_id: str) -> Report:
    """Erase all that a closed project has and search for what was erased.

    Raises:
        VidereError: PROJECT_NOT_FOUND, PROJECT_STATE, MEDIA_HELD.
    """
    await asyncio.to_thread(app.holds.require_free_project, project_id)
    trace = await asyncio.to_thread(app.erasures.trace_project, project_id)
    media = trace.digests
    for job_id in trace.jobs:
        await app.journal.forget(job_id)
    await app.journal.forget_bindings()
    uploads = await asyncio.to_thread(app.erasures.open_uploads, project_id)
    await asyncio.to_thread(app.erasures.empty_project, project_id)
    for upload_id in uploads:
        app.uploads.path(upload_id).unlink(missing_ok=True)
    trace.rows["uploads"] = len(uploads)
    trace.rows["journal"] = len(trace.jobs)
    trace.digests = await asyncio.to_thread(_remove_all, app, project_id)
    trace.rows["artifacts"] = len(trace.digests)
    trace.rows["spool"] = sum(map(app.spool.forget, media))
    return await asyncio.to_thread(checked, app, project_id, trace, KEPT_OF_PROJECT)


def _remove_all(app: Orchestrator, project_id: str) -> set[str]:
    digests = set(app.artifacts.iter_digests(project_id))
    for digest in digests:
        app.artifacts.delete(project_id, digest)
    return digests


def checked(app: Orchestrator, project_id: str, trace: Trace, kept: Mapping[str, str]) -> Report:
    """Write the database's file anew, search rows and files for what was erased, and tell."""
    database = app.erasures.database
    rewritten = database.rewrite()
    wanted = Wanted.of(trace.tokens | trace.digests, trace.texts)
    rows = in_rows(database, wanted)
    # Another media may have the same text or the same bytes; nothing else has its ids and keys.
    tokens = {name: seen & trace.tokens for name, (_, seen) in rows.items()}
    found = Counter({name: len(seen) for name, seen in tokens.items() if name not in kept})
    gone = wanted.without(set[str]().union(*(seen for _, seen in rows.values())))
    files = [] if database.shared else _database_files(app)
    found.update({name: len(seen) for name, seen in in_files(files, gone).items()})
    found.update(_in_folders(app, project_id, trace))
    return Report(
        erased=tuple(Place(name, count) for name, count in sorted(trace.rows.items()) if count),
        kept=tuple(
            Place(name, rows[name][0], why) for name, why in kept.items() if tokens.get(name)
        ),
        searched=len(wanted),
        found=tuple(Place(name, count) for name, count in sorted(found.items()) if count),
        not_searched=_not_searched(app),
        rewritten=rewritten,
    )


def _database_files(app: Orchestrator) -> list[Path]:
    path = app.settings.database_path
    return [path.with_name(path.name + suffix) for suffix in ("", "-wal", "-shm")]


def _in_folders(app: Orchestrator, project_id: str, trace: Trace) -> Counter[str]:
    """Return how many files are still called by what was erased."""
    left = Counter[str]()
    for digest in trace.digests:
        if app.artifacts.exists(project_id, digest):
            left["artifacts"] += not app.evidence.owned(project_id, digest)
    names = {path.name for path in (app.settings.opened_path / project_id).glob("*")}
    left["opened"] = len(names & trace.digests)
    names = {path.name.partition("-")[0] for path in app.settings.spool_path.glob("*")}
    left["spool"] = len(names & {digest[:32] for digest in trace.digests})
    return left


def _not_searched(app: Orchestrator) -> tuple[str, ...]:
    places = [_BACKUPS, _ON_DISK]
    if app.erasures.database.shared:
        places.append(_POSTGRES)
    if app.settings.object_store is not None:
        places.append(_BUCKET)
    return tuple(places)
