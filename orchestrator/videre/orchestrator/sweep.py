"""What nobody else would notice: lost jobs, overdue jobs, old rows, garbage."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from videre.common.errors import Reason, VidereError
from videre.common.values import NS
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.purging import erase_media
from videre.orchestrator.steps.searching import index_waiting
from videre.orchestrator.store.records import JobRecord, JobState

log = structlog.get_logger(__name__)

_BATCH: Final = 200
#: Sweeps between two collections of garbage.
_COLLECT_EVERY: Final = 20
#: Seconds for which a file that is being written may stand untouched, however soon the rest goes.
_WRITTEN_S: Final = 600.0


async def sweep_forever(app: Orchestrator, leads: Callable[[], bool]) -> None:
    """Sweep every `sweep_interval` seconds; a failed sweep is logged and tried again.

    Args:
        leads: whether it is this process that sweeps, of all that work on the database.
    """
    turn = 0
    while True:
        if not leads():
            await asyncio.sleep(app.settings.sweep_interval)
            continue
        try:
            await end_overdue(app)
            await adopt(app)
            await fail_lost(app)
            await asyncio.to_thread(app.jobs.admit_held)
            await expire(app)
            await retire(app)
            await index(app)
            if app.vault is not None:
                await asyncio.to_thread(app.vault.reload)
                await close_up(app)
            if turn % _COLLECT_EVERY == 0:
                await collect(app)
                await app.journal.forget_bindings()
                await asyncio.to_thread(app.templates.store.forget_uncited)
                oldest = app.clock.now_ns() - round(app.settings.event_retention * NS)
                await asyncio.to_thread(app.feed.forget, oldest)
                await asyncio.to_thread(app.ads.forget_events)
                await asyncio.to_thread(app.audience_feed.forget)
        except Exception:
            log.exception("sweep failed")
        turn += 1
        await asyncio.sleep(app.settings.sweep_interval)


async def adopt(app: Orchestrator) -> int:
    """Begin again what another release has begun and nobody works on; return how much that is."""
    adopted = await app.journal.adopt()
    for workflow_id in adopted:
        log.info("begins again what another release began", workflow=workflow_id)
    return len(adopted)


async def fail_lost(app: Orchestrator) -> int:
    """End active jobs whose workflow has ended without them; return how many."""
    jobs = await asyncio.to_thread(app.jobs.active_jobs, _BATCH)
    if not jobs:
        return 0
    lost = await app.journal.lost([job.id for job in jobs])
    for job in jobs:
        if job.id in lost:
            error = {
                "reason": str(Reason.WORKER_CRASHED),
                "message": f"the job's workflow ended as {lost[job.id]}",
                "metadata": {},
            }
            await asyncio.to_thread(
                app.jobs.finish,
                job.id,
                JobState.FAILED,
                retention_ns=round(app.settings.job_retention * NS),
                error=error,
            )
            log.warning("job lost its workflow", job_id=job.id, status=lost[job.id])
    return len(lost)


async def end_overdue(app: Orchestrator) -> int:
    """Cancel running jobs whose wall time has passed; return how many."""
    overdue = [
        job for job in await asyncio.to_thread(app.jobs.active_jobs, _BATCH) if _overdue(app, job)
    ]
    for job in overdue:
        await app.cancel(job.id, Reason.WALL_TIME, "the job's wall time has passed")
    return len(overdue)


def _overdue(app: Orchestrator, job: JobRecord) -> bool:
    return job.deadline_ns is not None and app.clock.now_ns() > job.deadline_ns


async def expire(app: Orchestrator) -> int:
    """Remove jobs and uploads whose retention time has passed; return how many."""
    jobs = await asyncio.to_thread(app.jobs.expired, _BATCH)
    for job in jobs:
        await app.delete(job)
    return len(jobs) + await asyncio.to_thread(app.uploads.expire)


async def retire(app: Orchestrator) -> int:
    """Remove media that their projects keep no longer, with what is known of them; return how many.

    One that is held or taken into use meanwhile is left for another time.
    """
    done = 0
    for project_id, media_id in await asyncio.to_thread(app.holds.due, _BATCH):
        try:
            record = await asyncio.to_thread(app.media.get, project_id, media_id)
            await erase_media(app, record, close_reviews=False, subject="retention")
            done += 1
        except VidereError as refused:
            log.info("media is kept on", media_id=media_id, reason=str(refused.reason))
    return done


async def close_up(app: Orchestrator) -> None:
    """Remove what jobs have left in the clear: decoded media, plain copies of sealed artifacts.

    While a job runs, what has been used lately stays.
    """
    busy = bool(await asyncio.to_thread(app.jobs.active_jobs, 1))
    lately_s = _WRITTEN_S if busy else 0.0
    app.spool.clear(lately_s)
    await asyncio.to_thread(app.artifacts.clear_opened, lately_s)


async def index(app: Orchestrator) -> int:
    """Index for search what was analysed by an earlier release, or bound anew; return how many."""
    run, total, last = app.runtime(), 0, ""
    while True:
        count, last = await asyncio.to_thread(index_waiting, run, "", last)
        total += count
        if not count:
            return total


async def collect(app: Orchestrator) -> int:
    """Remove artifacts that nothing refers to and that are old enough; return how many."""

    def run() -> int:
        removed = 0
        oldest = app.clock.now_ns() / NS - app.settings.collect_after
        for project in app.artifacts.projects():
            old = [
                digest
                for digest in app.artifacts.iter_digests(project)
                if app.artifacts.modified(project, digest) < oldest
            ]
            for digest in app.evidence.unreferenced(project, old):
                app.artifacts.delete(project, digest)
                removed += 1
        app.artifacts.clear_temporary(max(app.settings.collect_after, _WRITTEN_S))
        return removed

    return await asyncio.to_thread(run)
