"""Bringing a source to the quarantine, where the branch that a job has taken asks for it.

A file that is moved is its media's from then on, so that people can still look at what was found.
It may be begun again at any point: what lies at its place already was brought there before.
"""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path
from typing import Any

from videre.common.errors import Reason, VidereError
from videre.orchestrator.api.flow import branch_of, not_taken, quarantines
from videre.orchestrator.api.request import job_request
from videre.orchestrator.media.ingest import FileIdentity, check_unchanged
from videre.orchestrator.media.uris import file_name
from videre.orchestrator.steps.places import write_whole
from videre.orchestrator.steps.production import branch_taken
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.store.records import JobRecord, JobState, MediaRecord, StageState

_STAGE = "quarantine"


async def quarantine(run: Runtime, job_id: str) -> None:
    """Bring a job's source away if its flow says so; a failure fails this stage only."""
    job = await asyncio.to_thread(run.jobs.by_id, job_id)
    if job is None or JobState(job.state).final:
        return
    request = job_request(job.request)
    if not quarantines(request):
        return
    branch = branch_taken(job)
    if not branch_of(request, branch).quarantine:
        await _mark(run, job_id, StageState.SKIPPED, not_taken(branch))
        return
    await _mark(run, job_id, StageState.RUNNING)
    try:
        await asyncio.to_thread(_bring_away, run, job)
    except VidereError as error:
        await _mark(run, job_id, StageState.FAILED, error)
    except OSError as error:
        why = VidereError(Reason.OUTPUT_FAILED, error.strerror or str(error))
        await _mark(run, job_id, StageState.FAILED, why)
    else:
        await _mark(run, job_id, StageState.SUCCEEDED)


def _bring_away(run: Runtime, job: JobRecord) -> None:
    base = run.settings.quarantine_path
    if base is None:
        raise VidereError(Reason.OUTPUT_FAILED, "VIDERE_QUARANTINE_DIR is not set any more")
    folder = base / job.project_id / job.id
    media = run.media.get(job.project_id, job.media_id or "")
    if media.reference is not None:
        _move(run, media, folder)
        return
    bytes_ = run.artifacts.materialize(job.project_id, media.digest)
    write_whole(folder / (_plain(file_name(media.source)) or "media"), bytes_, numbered=False)


def _plain(name: str) -> str:
    """Return a caller's file name as one that stays in its folder."""
    return "".join(one if one.isprintable() else "_" for one in name).strip(".")[:100]


def _move(run: Runtime, media: MediaRecord, folder: Path) -> None:
    """Move a file and say that the media lies there now.

    Raises:
        VidereError: MEDIA_CHANGED, what lies there is not what was judged.
        OSError: it cannot be moved.
    """
    assert media.reference is not None
    known: dict[str, Any] = media.reference
    identity = FileIdentity(known["size"], known["mtime_ns"], known["inode"])
    source = Path(known["path"])
    target = folder / source.name
    if source == target:
        return
    if not target.exists():
        check_unchanged(source, identity)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            os.rename(source, target)
        except OSError as error:
            if error.errno != errno.EXDEV:  # only another file system needs a copy
                raise
            write_whole(target, source, numbered=False)
    if source.exists() and FileIdentity.of(source) == identity:
        source.unlink()  # of which there is a copy
    now = FileIdentity.of(target)
    reference = {
        "path": str(target), "size": now.size, "mtime_ns": now.mtime_ns, "inode": now.inode,
    }  # fmt: skip
    run.media.set_bytes(
        media.id, digest=media.digest, size_bytes=media.size_bytes, reference=reference
    )


async def _mark(
    run: Runtime, job_id: str, state: StageState, why: VidereError | None = None
) -> None:
    told = {} if why is None else {"reason": str(why.reason), "message": why.message}
    await asyncio.to_thread(run.jobs.set_stage, job_id, _STAGE, state, **told)
