"""Hash lists first: what they know of a media is settled before any model runs.

The media's bytes are compared, then its key frames. Of a film without sound all of whose key frames
are allowed, the frames that engines would look at are compared too: only they stand for the whole.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from videre.common.errors import Reason, VidereError
from videre.common.values import NS, TimeSpan
from videre.orchestrator.api.request import job_request
from videre.orchestrator.document import Analysis
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.stitched import KEY_FRAMES
from videre.orchestrator.library.marks import hash_attributes
from videre.orchestrator.media.facts import media_facts
from videre.orchestrator.media.frame_hash import SUFFIX, perceptual_hash
from videre.orchestrator.media.limits import ChildLimits
from videre.orchestrator.moderation.coverage import SCREENED
from videre.orchestrator.moderation.inputs import ModerationInput
from videre.orchestrator.moderation.listed import CLOSE, KEYS, HashLists, Listed
from videre.orchestrator.moderation.template import ModerationTemplate
from videre.orchestrator.planning import PLAN, PlannedFeature
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.units import ChunkSpool, sample
from videre.orchestrator.steps.work import (
    Cost,
    Work,
    counted,
    find,
    keep,
    media_path,
    parts_done,
    put_artifact,
    read_evidence,
    take_up,
)
from videre.orchestrator.store.evidence import EvidenceRow
from videre.orchestrator.store.records import StageState

#: What hashes frames, as a witness: raise when its answers may change.
SCREENER: Final = "phash@1"
#: Most key frames that are compared; of longer media every n-th.
_MOST_FRAMES: Final = 4_000
#: Most frames whose pictures are kept as proof.
_MOST_PICTURES: Final = 20
#: Name of the part under the stage `moderate`.
_PART: Final = "lists"
_MESSAGE: Final = "a hash list of the moderation template settled it: nobody looked any further"


async def screen(run: Runtime, job_id: str) -> bool:
    """Compare a media with the hash lists of its job's template; tell whether they settle it.

    Then all stages that were to be worked on are SKIPPED, HASH_LISTED.
    """
    work = await take_up(run, job_id)
    if any(planned.reason == Reason.HASH_LISTED for planned in work.plan.features):
        return True  # a crash came between that and the end of this step
    template, lists = await _lists(run, work)
    if not lists:
        return False
    rows: list[EvidenceRow] = []
    if not _settled(template, lists, work, ()):  # else its bytes are enough
        try:
            rows = await _compared(run, work, template, lists)
        except VidereError:
            return False  # what cannot be decoded is told by the stages that look
    records = await _records(run, rows)
    settled = _settled(template, lists, work, records)
    if settled:
        listed = _listed(template, lists, work, records)
        rows += await _pictures(run, work, listed, template)
    if rows:  # what models see later is beside it
        keys = [row.key for row in rows]
        await parts_done(run, work, counted("moderate", _PART, keys, Cost()))
    if settled:
        await _skip(run, work)
    return settled


async def _lists(run: Runtime, work: Work) -> tuple[ModerationTemplate, HashLists]:
    def read() -> tuple[ModerationTemplate, HashLists]:
        job = run.jobs.by_id(work.job_id)
        assert job is not None
        named = job_request(job.request).templates.moderation
        template = run.templates.moderation(job.project_id, named)
        return template, run.bindings.hash_lists(job.project_id, template.lists)

    return await asyncio.to_thread(read)


def _listed(
    template: ModerationTemplate, lists: HashLists, work: Work, records: Iterable[Evidence]
) -> Listed:
    analysis = Analysis(media=media_facts(work.index))
    given = ModerationInput(analysis, tuple(records), hash_lists=lists)
    return Listed(template, given, lambda record: record.span)


def _settled(
    template: ModerationTemplate, lists: HashLists, work: Work, records: Iterable[Evidence]
) -> bool:
    """Tell whether something is blocked, or the whole allowed."""
    listed = _listed(template, lists, work, records)
    blocked = any(listed.blocked(rule) for rule in template.rules if rule.enabled)
    return blocked or listed.whole


# --- frames ------------------------------------------------------------------------------------


async def _compared(
    run: Runtime, work: Work, template: ModerationTemplate, lists: HashLists
) -> list[EvidenceRow]:
    """Return the hashes of the frames that are compared, made where they are not known.

    Raises:
        VidereError: the media has changed, or frames cannot be decoded.
    """
    if work.index.video is None:
        return []
    rows = [await _known(run, work, KEYS)]
    records = await _records(run, rows)
    listed = _listed(template, lists, work, records)
    shown = {record.span.start_frame for record in records}
    silent = work.index.audio is None and len(work.index.frame_starts_ns) > 1
    blocked = any(listed.blocked(rule) for rule in template.rules if rule.enabled)
    if silent and not blocked and shown <= listed.allowed_frames:
        rows.append(await _known(run, work, CLOSE))
    return rows


async def _known(run: Runtime, work: Work, kind: str) -> EvidenceRow:
    starts = work.index.frame_starts_ns
    span = work.index.timeline().frame_span(0, len(starts))
    params: dict[str, int | str] = {
        "frames": kind,
        "interval_ns": work.plan.sample_interval_ns,
    }
    key = work.key(SCREENED, SCREENER, (), span, params)
    for row in (await find(run, [key])).values():
        return row
    if kind == KEYS:
        hashes = await _screen(run, work, _key_frames(work), None)
    else:
        hashes = await _closely(run, work)
    records = _evidence(work, kind, hashes)
    return await keep(run, work, key, SCREENED, SCREENER, span, records, Cost())


def _key_frames(work: Work) -> list[int]:
    """Return key frames, as far apart as engines look at frames; in long media farther."""
    assert work.index.video is not None
    starts = work.index.frame_starts_ns
    apart = max(work.plan.sample_interval_ns, work.index.video_end_ns // _MOST_FRAMES)
    chosen: list[int] = []
    for frame in np.flatnonzero(work.index.video.keys).tolist():
        if not chosen or int(starts[frame]) - int(starts[chosen[-1]]) >= apart:
            chosen.append(frame)
    return chosen or [0]


async def _screen(
    run: Runtime, work: Work, frames: Sequence[int], folder: Path | None
) -> list[tuple[int, str]]:
    """Return frames with their hashes, hex, and write their JPEGs into a folder if there is one."""
    path = await media_path(run, work.media)
    with tempfile.TemporaryDirectory(prefix="videre-screen-") as own:
        index = Path(own) / "index"
        await asyncio.to_thread(index.write_bytes, work.index.stored)
        arguments = {
            "path": str(path),
            "index_path": str(index),
            "frames": list(frames),
            "folder": "" if folder is None else str(folder),
        }
        limits = ChildLimits().for_media(work.index.duration_ns / NS)
        found = await run.run_child("screen", arguments, limits)
    return [(frame, value) for frame, value in found]


async def _closely(run: Runtime, work: Work) -> list[tuple[int, str]]:
    """Hash the frames that engines would look at, as if every unit were one shot."""
    import cv2  # for films without sound that are allowed so far

    hashes: list[tuple[int, str]] = []
    for unit in work.plan.units:
        async with ChunkSpool(run, work, [unit]) as chunk:
            spool = await chunk.unit(unit)
            for frame in sample(work, unit, spool, ()).visual:
                jpeg = await asyncio.to_thread(spool.jpeg, frame)
                picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
                if picture is None:
                    raise ValueError("a candidate is no JPEG")
                value = perceptual_hash(picture.astype(np.uint8, copy=False))
                hashes.append((frame, "" if value is None else f"{value:016x}"))
    return hashes


def _evidence(work: Work, kind: str, hashes: Sequence[tuple[int, str]]) -> list[Evidence]:
    """Return a record for each frame; it speaks until the next one."""
    timeline, end = work.index.timeline(), len(work.index.frame_starts_ns)
    ends = [frame for frame, _ in hashes[1:]] + [end]
    return [
        Evidence(
            feature=SCREENED,
            engine=SCREENER,
            span=timeline.frame_span(frame, until),
            class_name=kind,
            score=10_000,
            attributes=hash_attributes(int(value, 16)) if value else {},
        )
        for (frame, value), until in zip(hashes, ends, strict=True)
    ]


async def _records(run: Runtime, rows: Iterable[EvidenceRow]) -> list[Evidence]:
    found: list[Evidence] = []
    for row in rows:
        found += (await read_evidence(run, row.project_id, row.blob_digest)).records
    return found


# --- what is settled ---------------------------------------------------------------------------


async def _pictures(
    run: Runtime, work: Work, listed: Listed, template: ModerationTemplate
) -> list[EvidenceRow]:
    """Keep the pictures of key frames that are blocked, as proof; return their evidence."""
    blocked = (one for rule in template.rules if rule.enabled for one in listed.blocked(rule))
    frames = sorted({one.hit.frame for one in blocked if one.hit.frame >= 0})[:_MOST_PICTURES]
    if not frames:
        return []
    span = TimeSpan(0, work.index.duration_ns)
    params = {"screened": " ".join(map(str, frames))}
    key = work.key(KEY_FRAMES, SCREENER, (), span, params)
    for row in (await find(run, [key])).values():
        return [row]
    timeline, records = work.index.timeline(), []
    with tempfile.TemporaryDirectory(prefix="videre-screen-") as own:
        await _screen(run, work, frames, Path(own))
        for frame in frames:
            jpeg = await asyncio.to_thread((Path(own) / f"{frame}{SUFFIX}").read_bytes)
            digest = await put_artifact(run, work.plan.project_id, jpeg, packed=False)
            records.append(
                Evidence(
                    feature=KEY_FRAMES,
                    engine=SCREENER,
                    span=timeline.frame_span(frame, frame + 1),
                    picture=digest,
                )
            )
    cited = [record.picture for record in records]
    return [await keep(run, work, key, KEY_FRAMES, SCREENER, span, records, Cost(), cited)]


async def _skip(run: Runtime, work: Work) -> None:
    """Take every feature, file and delivery out of the job, and the features out of its plan."""
    features = tuple(
        planned
        if planned.state not in ("PENDING", "FAILED") or _is_read(work, planned.name)
        else PlannedFeature(planned.name, "SKIPPED", str(Reason.HASH_LISTED), _MESSAGE)
        for planned in work.plan.features
    )
    made = replace(work.plan, features=features, speech_activity=None)
    project = work.plan.project_id
    stages = await asyncio.to_thread(run.jobs.stages, work.job_id)
    for stage in stages:
        made_here = stage.name.startswith("produce:") or stage.name == "output"
        skipped = any(
            planned.name == stage.name and planned.reason == Reason.HASH_LISTED
            for planned in features
        )
        if made_here or skipped:
            await asyncio.to_thread(
                run.jobs.set_stage, work.job_id, stage.name, StageState.SKIPPED,
                reason=str(Reason.HASH_LISTED), message=_MESSAGE, total=0,
            )  # fmt: skip
    digest = await put_artifact(run, project, PLAN.dump_json(made), packed=True)
    await asyncio.to_thread(run.evidence.refer, project, [digest], "job", work.job_id)
    await asyncio.to_thread(run.jobs.update, work.job_id, plan_digest=digest, pins={"engines": []})


def _is_read(work: Work, feature: str) -> bool:
    """Tell whether a feature is a document's text, which was read with the plan."""
    return work.plan.kind == "text" and feature == "text"
