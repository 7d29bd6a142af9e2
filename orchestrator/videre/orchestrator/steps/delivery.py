"""Delivery of what a job's tasks made, to a folder on a disk or in a bucket."""

from __future__ import annotations

import asyncio
import posixpath
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from videre.common.errors import Reason, VidereError
from videre.common.values import NS
from videre.exports.vtt import relinked
from videre.orchestrator.api.flow import output_folders, output_of
from videre.orchestrator.api.request import job_request
from videre.orchestrator.media.buckets import resolve_place_uri
from videre.orchestrator.media.uris import file_name
from videre.orchestrator.steps.places import Folder, Place
from videre.orchestrator.steps.production import branch_taken, job_of, mark, skip
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.store.records import JobRecord, OutputRecord, StageState
from videre.v1 import job_pb2

_DEFAULT_PATTERN: Final = "{job}/{function}-{sequence}.{type}"


async def deliver(run: Runtime, job_id: str) -> int:
    """Write a job's files to the folder it names, each whole or not at all."""
    job = await job_of(run, job_id)
    request = job_request(job.request)
    output = output_of(request, branch_taken(job))
    if not output.uri_prefix:
        if output_folders(request):
            await skip(run, job_id, "output", branch_taken(job))
        return 0
    await mark(run, job_id, "output", StageState.RUNNING)
    try:
        place = await _place_of(run, output.uri_prefix)
        count = await asyncio.to_thread(_write_outputs, run, job, output, place)
    except (VidereError, OSError) as error:
        await mark(
            run, job_id, "output", StageState.FAILED,
            reason=str(Reason.OUTPUT_FAILED), message=str(error),
        )  # fmt: skip
        return 0
    await mark(run, job_id, "output", StageState.SUCCEEDED, done=count, total=count)
    return count


async def _place_of(run: Runtime, uri: str) -> Place:
    """Return where files go.

    Raises:
        VidereError: URI_SCHEME, URI_FORBIDDEN; FETCH_FAILED, the bucket cannot be reached.
    """
    settings = run.settings
    folder = resolve_place_uri(uri, settings.roots, settings.bucket_roots)
    if isinstance(folder, Path):
        return Folder(folder)
    from videre.orchestrator.media.bucket_objects import reached
    from videre.orchestrator.steps.bucket_place import Bucket

    return Bucket(await reached(run.egress, folder.bucket), folder.key)


def _write_outputs(run: Runtime, job: JobRecord, output: job_pb2.OutputSpec, target: Place) -> int:
    media = run.media.get(job.project_id, job.media_id or "")
    records = run.jobs.outputs(job.id)
    pattern = output.name_pattern or _DEFAULT_PATTERN
    places = _places(pattern, records, job=job, source=media.source)
    numbered = output.collision == job_pb2.NAME_COLLISION_NUMBER
    # An index tells where other files lie: by then they have their names.
    for record in sorted(records, key=lambda one: one.role == "index"):
        made = run.artifacts.materialize(job.project_id, record.digest)
        place = places[record.name]
        content: bytes | Path = made
        if record.role == "index":
            content = relinked(made.read_bytes(), _seen_from(place, places))
        written = target.write(place, content, numbered=numbered)
        places[record.name] = posixpath.join(posixpath.dirname(place), written)
    return len(records)


def _places(
    pattern: str, records: Sequence[OutputRecord], *, job: JobRecord, source: str
) -> dict[str, str]:
    """Return the path below the output folder of each output, by the output's name."""
    stamp = datetime.fromtimestamp(job.create_ns / NS, UTC).strftime("%Y%m%dT%H%M%SZ")
    return {
        record.name: pattern.format_map(
            {
                "source": stem(source),
                "job": job.id,
                "function": record.role,
                "timestamp": stamp,
                "sequence": str(sequence),
                "type": record.name.rsplit(".", 1)[-1],
            }
        )
        for sequence, record in enumerate(records, start=1)
    }


def _seen_from(place: str, places: Mapping[str, str]) -> dict[str, str]:
    """Return the same places from the folder in which `place` lies."""
    folder = posixpath.dirname(place) or "."
    return {name: posixpath.relpath(other, folder) for name, other in places.items()}


def stem(source: str) -> str:
    """Return a source's name without folders and type, as a part of a path that leads nowhere."""
    return re.sub(r"[^\w.-]", "_", file_name(source).rsplit(".", 1)[0]).lstrip(".") or "media"
