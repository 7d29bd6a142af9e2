"""Cover pictures given with a job, looked at by the engines that look at frames, and read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import grpc.aio

from videre.common import answers
from videre.common.errors import Reason, VidereError
from videre.common.values import TimeSpan, score_e4
from videre.internal.v1 import ocr_pb2, ocr_pb2_grpc, visual_pb2, visual_pb2_grpc
from videre.orchestrator.api.request import job_request
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.document import (
    MediaFacts,
    MediaKind,
    StageResult,
    StageState,
    TextKind,
    TextLine,
    VideoFacts,
)
from videre.orchestrator.document.canonical import record_from_json, record_to_json
from videre.orchestrator.evidence import Evidence, EvidenceBlob, decode_blob
from videre.orchestrator.features import FRAME_FEATURES, TEXT
from videre.orchestrator.fusion.refs import reference
from videre.orchestrator.fusion.stitch_text import box_of
from videre.orchestrator.media.limits import limit_error
from videre.orchestrator.media.still import MAX_BYTES, Jpeg, picture_jpeg
from videre.orchestrator.moderation.inputs import Cover
from videre.orchestrator.steps import recording
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.services import selection
from videre.orchestrator.steps.units import call_timeout
from videre.orchestrator.steps.work import (
    Cost,
    Work,
    ask,
    counted,
    find,
    keep,
    media_path,
    parts_done,
    put_artifact,
    read_evidence,
    take_up,
)
from videre.orchestrator.store.records import MediaRecord

#: A cover is one frame, without a time of its own.
_SPAN: Final = TimeSpan(0, 0, 0, 1)
_PARAMS: Final = {"cover": 1}
#: Name of the part under the stage `moderate`.
_PART: Final = "covers"


@dataclass(frozen=True, slots=True)
class _Kept:
    """A cover as it is kept: `Cover` with its evidence as blobs."""

    media: MediaFacts
    stages: tuple[StageResult, ...]
    text_lines: tuple[TextLine, ...]
    blobs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _AllKept:
    covers: tuple[_Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class _Shown:
    """A cover as it is looked at: its media, picture and the digest of that."""

    work: Work
    jpeg: Jpeg
    digest: str


async def look_at_covers(run: Runtime, job_id: str) -> int:
    """Look at every cover of a job; keep what was seen for its verdict; return how many."""
    work = await take_up(run, job_id)
    job = await asyncio.to_thread(run.jobs.by_id, job_id)
    assert job is not None
    covers: list[_Kept] = []
    cost = Cost()
    for item in job_request(job.request).context.covers:
        cover, spent = await _look(run, work, item.media_id)
        covers.append(cover)
        cost += spent
    project = work.plan.project_id
    digest = await put_artifact(run, project, record_to_json(_AllKept(tuple(covers))), packed=True)
    await asyncio.to_thread(run.evidence.refer, project, [digest], "job", job_id)
    pins: dict[str, Any] = {**(job.pins or {}), _PART: digest}
    await asyncio.to_thread(run.jobs.update, job_id, pins=pins)
    await parts_done(run, work, counted("moderate", _PART, (), cost))
    return len(covers)


def read_covers(run: Runtime, project_id: str, digest: str) -> tuple[Cover, ...]:
    """Return the covers that were kept; none for "".

    Raises:
        VidereError: ARTIFACT_NOT_FOUND.
        ValueError: they cannot be read.
    """
    if not digest:
        return ()
    kept = record_from_json(_AllKept, run.artifacts.read(project_id, digest)).covers
    return tuple(
        Cover(
            media=one.media,
            stages=one.stages,
            evidence=tuple(
                record for blob in one.blobs for record in decode_blob(blob.encode()).records
            ),
            text_lines=one.text_lines,
        )
        for one in kept
    )


async def _look(run: Runtime, work: Work, media_id: str) -> tuple[_Kept, Cost]:
    """Return what is seen of a cover; one that cannot be opened has failed for every feature."""
    try:
        media = await asyncio.to_thread(run.media.get, work.plan.project_id, media_id)
        jpeg = await _jpeg(run, media)
    except VidereError as error:
        facts = _facts("", 0, 0)
        return _Kept(facts, tuple(_stages(work, failed=str(error.reason))), (), ()), Cost()
    digest = await put_artifact(run, work.plan.project_id, jpeg.data, packed=False)
    own = replace(work, plan=replace(work.plan, media_digest=media.digest))
    shown = _Shown(own, jpeg, digest)
    seen, lost, cost = await _seen(run, shown)
    lines, unread, reading = await _read(run, shown)
    failed = {feature.name: lost for feature in FRAME_FEATURES} | {TEXT.name: unread}
    stages = [
        replace(stage, state=StageState.FAILED, reason=failed[stage.name])
        if stage.state is StageState.SUCCEEDED and failed[stage.name]
        else stage
        for stage in _stages(work)
    ]
    facts = _facts(media.digest, jpeg.width, jpeg.height)
    return _Kept(facts, tuple(stages), tuple(lines), tuple(seen)), cost + reading


async def _jpeg(run: Runtime, media: MediaRecord) -> Jpeg:
    """Return a cover as displayed.

    Raises:
        VidereError: its bytes are not there, too many, or no picture.
    """
    if not media.digest:
        raise VidereError(Reason.FETCH_FAILED, f"media {media.id} was never read")
    if media.size_bytes > MAX_BYTES:
        raise limit_error(Reason.MEDIA_TOO_LARGE, "bytes", MAX_BYTES, media.size_bytes)
    path = await media_path(run, media)
    return await picture_jpeg(await asyncio.to_thread(path.read_bytes), run.run_child)


def _facts(digest: str, width: int, height: int) -> MediaFacts:
    return MediaFacts(
        digest=digest,
        size_bytes=0,
        kind=MediaKind.IMAGE,
        container="",
        duration_ns=0,
        video=VideoFacts("", width, height, width, height, 0, 0, 1, False, 1),
    )


def _stages(work: Work, failed: str = "") -> list[StageResult]:
    """Return how features end on a cover that can be seen, or that failed for a reason."""
    stages = []
    for feature in (*FRAME_FEATURES, TEXT):
        planned = work.plan.feature(feature.name)
        if planned.state == "PENDING" and planned.engine is not None:
            state = StageState.FAILED if failed else StageState.SUCCEEDED
            stages.append(StageResult(feature.name, state, failed))
        elif planned.state in ("SKIPPED", "NOT_CHECKED", "FAILED"):
            # Of the film there may be no such track; of a cover there is.
            reason = planned.reason
            if reason == Reason.NO_TRACK:
                stages.append(StageResult(feature.name, StageState.NOT_CHECKED, "NOT_REQUESTED"))
            else:
                stages.append(StageResult(feature.name, StageState(planned.state), reason))
    return stages


async def _seen(run: Runtime, shown: _Shown) -> tuple[list[str], str, Cost]:
    """Return what frame engines see, as blobs, why they do not, and what that cost."""
    work = shown.work
    engines = [
        planned.engine
        for feature in FRAME_FEATURES
        if (planned := work.plan.feature(feature.name)).state == "PENDING" and planned.engine
    ]
    keys = {one.feature: _key(work, one) for one in engines}
    known = await find(run, list(keys.values()))
    missing = [one for one in engines if keys[one.feature] not in known]
    cost = Cost()
    if missing:
        frame = visual_pb2.Frame(jpeg=shown.jpeg.data, changed=True)
        request = visual_pb2.AnalyzeFramesRequest(
            frames=[frame], engines=[selection(one) for one in missing]
        )

        async def call(
            channel: grpc.aio.Channel, timeout_s: float
        ) -> visual_pb2.AnalyzeFramesResponse:
            stub = visual_pb2_grpc.VisualServiceStub(channel)
            return await stub.AnalyzeFrames(request, timeout=timeout_s)

        timeout = max(call_timeout(one) for one in missing)
        try:
            answer = await ask(run, work, "visual", timeout, call)
            answers.frames(answer, request)
        except VidereError as error:
            return [], str(error.reason), cost
        for usage in answer.usage:
            cost += Cost(usage.model_calls, usage.cpu_seconds)
        for engine in missing:
            records = [
                recording.observation(one, engine, _SPAN, picture=shown.digest)
                for one in answer.observations
                if one.feature == engine.feature
            ]
            await _keep(run, shown, engine, records)
    blobs = await _blobs(run, list(keys.values()))
    return [blob.encode().decode() for blob in blobs], "", cost


async def _read(run: Runtime, shown: _Shown) -> tuple[list[TextLine], str, Cost]:
    """Return the lines on a cover, why it cannot be read, and what that cost."""
    work, planned = shown.work, shown.work.plan.feature(TEXT.name)
    engine = planned.engine
    if planned.state != "PENDING" or engine is None:
        return [], "", Cost()
    key, cost = _key(work, engine), Cost()
    if not await find(run, [key]):
        frame = visual_pb2.Frame(jpeg=shown.jpeg.data, changed=True)
        request = ocr_pb2.ReadFramesRequest(engine=selection(engine), frames=[frame])

        async def call(channel: grpc.aio.Channel, timeout_s: float) -> ocr_pb2.ReadFramesResponse:
            return await ocr_pb2_grpc.OcrServiceStub(channel).ReadFrames(request, timeout=timeout_s)

        try:
            answer = await ask(run, work, "ocr", call_timeout(engine), call)
            answers.text(answer, request)
        except VidereError as error:
            return [], str(error.reason), cost
        cost = Cost(answer.usage.model_calls, answer.usage.cpu_seconds)
        records = [
            Evidence(
                feature=TEXT.name,
                engine=engine.id,
                span=_SPAN,
                score=score_e4(line.score),
                points=tuple(score_e4(value) for value in line.quad),
                text=line.text,
                picture=shown.digest,
            )
            for one in answer.frames
            for line in one.lines
        ]
        await _keep(run, shown, engine, records)
    blobs = await _blobs(run, [key])
    return [_line(record) for blob in blobs for record in blob.records], "", cost


def _line(record: Evidence) -> TextLine:
    return TextLine(
        text=record.text,
        span=record.span,
        quad=record.points,
        box=box_of(record.points) if record.points else None,
        score=record.score,
        language="",
        kind=TextKind.FIXED,
        evidence=(reference(record),),
    )


def _key(work: Work, engine: EngineFacts) -> str:
    return work.key(engine.feature, engine.id, engine.model_digests, _SPAN, _PARAMS)


async def _keep(
    run: Runtime, shown: _Shown, engine: EngineFacts, records: Sequence[Evidence]
) -> None:
    key = _key(shown.work, engine)
    cited = [shown.digest] if records else []
    await keep(run, shown.work, key, engine.feature, engine.id, _SPAN, records, Cost(), cited)


async def _blobs(run: Runtime, keys: Sequence[str]) -> list[EvidenceBlob]:
    rows = await find(run, keys)
    found = [rows[key] for key in keys]
    return [await read_evidence(run, row.project_id, row.blob_digest) for row in found]
