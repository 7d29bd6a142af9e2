"""From a source to a plan: ingest, probe, plan."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from videre.common.errors import Reason, VidereError
from videre.common.values import TimeSpan
from videre.orchestrator.api.request import (
    job_request,
    other_inputs,
    plan_request,
    task_count,
)
from videre.orchestrator.costs import measured_costs
from videre.orchestrator.document.canonical import facts_to_json
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import BY_NAME, DIARIZATION, MUSIC, Track
from videre.orchestrator.fusion.written import CODE
from videre.orchestrator.media.documents import read_document
from videre.orchestrator.media.facts import media_facts
from videre.orchestrator.media.index import MediaIndex, MediaKind
from videre.orchestrator.media.ingest import (
    FileIdentity,
    check_unchanged,
    digest_stream,
    file_pieces,
)
from videre.orchestrator.media.limits import MediaLimits
from videre.orchestrator.media.units import cut_units
from videre.orchestrator.media.uris import file_name, resolve_file_uri, uri_scheme
from videre.orchestrator.planning import (
    PLAN,
    Plan,
    PlanMedia,
    Unit,
    make_plan,
    pictures_ahead,
    services_to_ask,
)
from videre.orchestrator.steps.fetching import fetch
from videre.orchestrator.steps.indexing import index_of
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.work import (
    Cost,
    ensure_wanted,
    keep,
    load_work,
    media_path,
    part_done,
    put_artifact,
)
from videre.orchestrator.store.records import JobRecord, MediaRecord, StageState

Failure = dict[str, Any]
#: Engine named in evidence that the orchestrator reads from a document itself.
DOCUMENT_ENGINE = "document@2"


def failure(error: VidereError) -> Failure:
    """Return an error as the journal keeps it."""
    return {
        "reason": str(error.reason),
        "message": error.message,
        "metadata": dict(error.metadata),
    }


def media_limits(run: Runtime) -> MediaLimits:
    """Return the bounds of an acceptable media."""
    return MediaLimits(
        max_bytes=run.settings.max_media_bytes,
        max_duration_s=int(run.settings.max_duration_s),
    )


async def ingest(run: Runtime, job_id: str) -> Failure | None:
    """Make sure the media's bytes are there and known by their digest."""
    if not await asyncio.to_thread(run.jobs.start, job_id):
        return {"reason": str(Reason.CANCELLED_BY_CALLER), "message": "the job has ended"}
    job, media = await _opened(run, job_id)
    await _stage(run, job_id, "ingest", StageState.RUNNING)
    try:
        await _bytes_of(run, media)
        await _each_input(run, job, _bytes_of)
    except VidereError as error:
        await _stage(run, job_id, "ingest", StageState.FAILED, error)
        return failure(error)
    await _stage(run, job_id, "ingest", StageState.SUCCEEDED, done=1)
    return None


async def _bytes_of(run: Runtime, media: MediaRecord) -> None:
    """Read a media's source, or make sure that what was read is still there."""
    if not media.digest:
        await _read_source(run, media)
    elif media.reference is not None:
        await media_path(run, media)


async def _each_input(
    run: Runtime, job: JobRecord, do: Callable[[Runtime, MediaRecord], Awaitable[None]]
) -> None:
    """Do something with the media of every further input; refusals say which input they mean."""
    for name, media_id in other_inputs(job_request(job.request)).items():
        try:
            await do(run, await asyncio.to_thread(run.media.get, job.project_id, media_id))
        except VidereError as error:
            raise VidereError(
                error.reason,
                f"input {name}: {error.message}",
                violations=error.violations,
                metadata={**error.metadata, "input": name},
            ) from error


async def _read_source(run: Runtime, media: MediaRecord) -> None:
    """Hash a local file where it lies, or copy a remote one into the artifact store."""
    limits = media_limits(run)
    if uri_scheme(media.source) != "file":
        await fetch(run, media, limits)
        return
    path = resolve_file_uri(media.source, run.settings.roots)
    identity = await asyncio.to_thread(FileIdentity.of, path)
    read = await digest_stream(file_pieces(path), limits)
    await asyncio.to_thread(check_unchanged, path, identity)
    reference = {
        "path": str(path),
        "size": identity.size,
        "mtime_ns": identity.mtime_ns,
        "inode": identity.inode,
    }
    await asyncio.to_thread(
        run.media.set_bytes,
        media.id,
        digest=read.digest,
        size_bytes=read.size,
        reference=reference,
    )


async def probe(run: Runtime, job_id: str) -> Failure | None:
    """Make the media index, once per media; bytes that were probed before are not probed again."""
    job, media = await _opened(run, job_id)
    await _stage(run, job_id, "probe", StageState.RUNNING)
    try:
        await _index(run, media)
        await _each_input(run, job, _index)
    except VidereError as error:
        await _stage(run, job_id, "probe", StageState.FAILED, error)
        return failure(error)
    await _stage(run, job_id, "probe", StageState.SUCCEEDED, done=1)
    return None


async def _index(run: Runtime, media: MediaRecord) -> None:
    """Make a media's index if it has none."""
    if media.index_digest:
        return
    digest, index = await index_of(run, media, file_name(media.source), media_limits(run))
    await asyncio.to_thread(run.evidence.refer, media.project_id, [digest], "media", media.id)
    facts = facts_to_json(media_facts(index))
    await asyncio.to_thread(run.media.set_index, media.id, digest, facts)


async def plan(run: Runtime, job_id: str) -> dict[str, Any]:
    """Pin engines, rules and pieces; open the stages; return the layout of the work."""
    job, media = await _opened(run, job_id)
    request = job_request(job.request)
    data = await asyncio.to_thread(run.artifacts.read, job.project_id, media.index_digest)
    looked_at, asked = _plan_media(MediaIndex.decode(data)), plan_request(request)
    wanted = partial(ensure_wanted, run, job_id)
    catalogs = await run.services.catalogs(services_to_ask(looked_at, asked), wanted=wanted)
    overlay = await asyncio.to_thread(run.taxonomies.store.latest_version, job.project_id)
    await asyncio.to_thread(run.taxonomies.at, job.project_id, overlay)  # refused now, or never
    moderation = await asyncio.to_thread(
        run.templates.moderation, job.project_id, request.templates.moderation
    )
    made = make_plan(
        project_id=job.project_id,
        media_id=media.id,
        index_digest=media.index_digest,
        media=looked_at,
        request=asked,
        catalogs=catalogs,
        costs=measured_costs(run.evidence.costs()),
        slots=run.settings.slots,
        taxonomy_overlay=overlay,
    )
    digest = await put_artifact(run, job.project_id, PLAN.dump_json(made), packed=True)
    await asyncio.to_thread(run.evidence.refer, job.project_id, [digest], "job", job_id)
    pins = [
        {
            "feature": planned.engine.feature,
            "engine": planned.engine.name,
            "version": planned.engine.version,
            "model_digests": list(planned.engine.model_digests),
        }
        for planned in made.features
        if planned.engine is not None
    ]
    await asyncio.to_thread(run.jobs.update, job_id, plan_digest=digest, pins={"engines": pins})
    await _open_stages(run, job_id, made)
    if made.kind == MediaKind.TEXT and not request.skip_analysis:
        await _read_document(run, job_id)
    return {
        "picture": made.picture_chunks,
        "ahead": pictures_ahead(made.picture_chunks, run.settings.slots),
        "sound": made.listens,
        "music": made.wants(MUSIC),
        "speakers": made.wants(DIARIZATION),
        "tasks": task_count(request),
        "recall": not request.skip_analysis,  # journals of before lack it, and the step
        "lists": bool(moderation.lists) and not request.skip_analysis,
        "covers": bool(request.context.covers) and not request.skip_analysis,
    }


def _plan_media(index: MediaIndex) -> PlanMedia:
    units = () if index.video is None else cut_units(index)
    contents = index.unit_digests or ("",) * len(units)
    return PlanMedia(
        digest=index.digest,
        kind=index.kind.value,
        duration_ns=index.duration_ns,
        has_picture=index.video is not None,
        has_sound=index.audio is not None,
        units=tuple(
            Unit(unit.index, unit.start_frame, unit.end_frame, unit.start_ns, unit.end_ns, content)
            for unit, content in zip(units, contents, strict=True)
        ),
    )


async def _open_stages(run: Runtime, job_id: str, made: Plan) -> None:
    picture, units = len(made.units), made.picture_chunks
    for planned in made.features:
        feature = BY_NAME[planned.name]
        total = 0
        if planned.state == "PENDING" and feature.track is not Track.NONE:
            looks = feature.track is not Track.SOUND and units and not feature.follows
            total = picture if looks else 1
            if feature.track is Track.BOTH and units:
                total += made.has_sound
        await asyncio.to_thread(
            run.jobs.set_stage,
            job_id,
            planned.name,
            StageState(planned.state),
            reason=planned.reason,
            message=planned.message,
            total=total,
        )


async def _read_document(run: Runtime, job_id: str) -> None:
    """Take a text document's lines as evidence of the feature `text`."""
    work = await load_work(run, job_id)
    path = await media_path(run, work.media)
    data = await asyncio.to_thread(path.read_bytes)
    document = read_document(data, work.index.container)
    records = [
        Evidence(
            feature="text",
            engine=DOCUMENT_ENGINE,
            span=TimeSpan(cue.start, cue.end),
            class_name=CODE if cue.is_code else "",
            score=10_000,
            text=cue.text,
        )
        for cue in document.cues
    ]
    span = TimeSpan(0, work.index.duration_ns)
    key = work.key("text", DOCUMENT_ENGINE, (), span)
    await keep(run, work, key, "text", DOCUMENT_ENGINE, span, records, Cost())
    await part_done(run, work, "text", "document", [key], Cost(), span)


async def _opened(run: Runtime, job_id: str) -> tuple[JobRecord, MediaRecord]:
    def load() -> tuple[JobRecord, MediaRecord]:
        job = run.jobs.by_id(job_id)
        if job is None or job.media_id is None:
            raise RuntimeError(f"job {job_id} is gone")
        return job, run.media.get(job.project_id, job.media_id)

    return await asyncio.to_thread(load)


async def _stage(
    run: Runtime, job_id: str, name: str, state: StageState, error: VidereError | None = None,
    **columns: Any,
) -> None:  # fmt: skip
    if error is not None:
        columns |= {"reason": str(error.reason), "message": error.message}
    await asyncio.to_thread(run.jobs.set_stage, job_id, name, state, **columns)
