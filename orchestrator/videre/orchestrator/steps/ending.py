"""From evidence to a published analysis: stitch, fuse, moderate, publish – or fail."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from videre.common.errors import REASONS, Reason, VidereError
from videre.common.values import NS, TimeSpan
from videre.orchestrator.api.request import (
    fusion_context,
    fusion_options,
    job_request,
    moderated_context,
    wanted_ranges,
)
from videre.orchestrator.document import (
    Analysis,
    StageResult,
    Understanding,
    Utterance,
    Verdict,
)
from videre.orchestrator.document import StageState as FinalState
from videre.orchestrator.features import (
    BY_NAME,
    FACES,
    FEATURES,
    LANDMARKS,
    MOOD,
    MOOD_SOURCES,
    SPEECH,
    Track,
)
from videre.orchestrator.fusion.people import Faces
from videre.orchestrator.library.material import Material, material_of
from videre.orchestrator.library.votes import Ground, ground_of
from videre.orchestrator.moderation.evaluate import moderate
from videre.orchestrator.moderation.inputs import ModerationInput
from videre.orchestrator.moderation.listed import list_names
from videre.orchestrator.moderation.template import ModerationTemplate
from videre.orchestrator.planning import Plan
from videre.orchestrator.steps import conclusion
from videre.orchestrator.steps.covers import read_covers
from videre.orchestrator.steps.judging import keep_judged
from videre.orchestrator.steps.rule_libraries import rule_libraries
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.shown import bound, keep_ground, keep_material
from videre.orchestrator.steps.work import Work, part_failed, take_up
from videre.orchestrator.store.jobs import JobStore
from videre.orchestrator.store.records import JobState, StageRecord, StageState

#: Stages of which only what was found tells how they ended.
_TOLD_LAST: Final = frozenset({SPEECH.name, FACES.name, LANDMARKS.name, MOOD.name})
#: Reasons that only what was found can give a stage, and what they mean for the job.
_FOUND_OUT: Final[Mapping[str, str]] = {
    **{
        str(reason): REASONS[reason].meaning
        for reason in (Reason.FACES_NOT_COMPARED, Reason.NO_SAMPLES)
    },
    str(Reason.SPEECH_NOT_UNDERSTOOD): "there is speech that the installed recogniser does not "
    "understand; `videre engines` lists what is installed, `videre models list` what can be",
}
_OPEN: Final = frozenset({str(StageState.PENDING), str(StageState.RUNNING)})


async def conclude(run: Runtime, job_id: str) -> str:
    """Close the stages, fuse, moderate; keep the document; return the result digest."""
    work = await take_up(run, job_id)
    job = await asyncio.to_thread(run.jobs.by_id, job_id)
    assert job is not None
    stages = await asyncio.to_thread(close_stages, run.jobs, job_id, later=_TOLD_LAST)
    request = job_request(job.request)
    if request.skip_analysis:
        return ""
    template = await asyncio.to_thread(
        run.templates.moderation, job.project_id, request.templates.moderation
    )
    request.templates.moderation = template.name
    ranges = wanted_ranges(request)
    await _mark(run, job_id, "fuse", StageState.RUNNING, total=1)
    material = await conclusion.gather(run, work)
    given = conclusion.fusion_input(
        run,
        work,
        material,
        stages=final_stages(stages, work.plan),
        context=fusion_context(request),
        options=fusion_options(request),
        ranges=ranges,
        templates=request.templates,
    )
    analysis, faces, said = await conclusion.fused(given)
    heard = tuple(speech_checked(stage, analysis.utterances) for stage in analysis.stages)
    analysis = dataclasses.replace(analysis, stages=heard)
    await _mark(run, job_id, "fuse", StageState.SUCCEEDED, done=1)
    await _mark(run, job_id, "moderate", StageState.RUNNING, total=1)
    timeline = work.index.timeline()
    bindable = material_of(given.evidence, analysis.shots, given.context, timeline)
    own = await asyncio.to_thread(
        rule_libraries, run, job.project_id, template, analysis, lambda: faces, lambda: bindable
    )
    judged = ModerationInput(
        analysis=analysis,
        evidence=given.evidence,
        engines=given.engines,
        context=moderated_context(given.context, work.media),
        word_lists=run.templates.word_lists,
        hash_lists=await asyncio.to_thread(run.bindings.hash_lists, job.project_id, template.lists),
        libraries=own,
        covers=await asyncio.to_thread(
            read_covers, run, job.project_id, (job.pins or {}).get("covers", "")
        ),
    )
    verdict, blurred = await _verdict(run, job.project_id, template, judged)
    rules = dataclasses.replace(analysis.rules, hash_lists=list_names(judged.hash_lists, template))
    analysis = dataclasses.replace(analysis, verdict=verdict, rules=rules)
    await _mark(run, job_id, "moderate", StageState.SUCCEEDED, done=1)
    ground = ground_of(said, analysis.labels, timeline.duration_ns, given.options)
    analysis, kept = await _bound(run, job.project_id, analysis, faces, bindable, ground)
    await asyncio.to_thread(_tell_last, run.jobs, job_id, stages, analysis)
    again = await asyncio.to_thread(
        keep_judged, run, work, given, material.keys, judged.context, ranges
    )
    cited = [*blurred, *blurred.values(), *kept]
    return await conclusion.keep_document(run, work, analysis, faces, again, cited)


async def _verdict(
    run: Runtime, project_id: str, template: ModerationTemplate, judged: ModerationInput
) -> tuple[Verdict, Mapping[str, str]]:
    """Return the verdict, and blurred pictures by those that it shows.

    Which pictures it shows is known by it alone: with blurred ones it is reached once more.
    """
    verdict = await asyncio.to_thread(moderate, template, judged)
    pictures = conclusion.pictures_of(verdict)
    blurred = await conclusion.blurred_pictures(run, project_id, pictures)
    if blurred:
        judged = dataclasses.replace(judged, blurred=blurred)
        verdict = await asyncio.to_thread(moderate, template, judged)
    return verdict, blurred


async def _bound(
    run: Runtime,
    project_id: str,
    analysis: Analysis,
    faces: Faces,
    material: Material,
    ground: Ground,
) -> tuple[Analysis, list[str]]:
    """Return an analysis with what libraries find, and the digests of what later ones look at."""
    kept = await asyncio.to_thread(keep_material, run, project_id, material)
    grounded = await asyncio.to_thread(keep_ground, run, project_id, ground)
    analysis = dataclasses.replace(analysis, material=kept, ground=grounded)
    libraries = await asyncio.to_thread(run.bindings.libraries, project_id)
    analysis = await asyncio.to_thread(bound, run, project_id, analysis, faces, libraries)
    return analysis, [grounded, *([kept] if kept else ())]


def close_stages(
    jobs: JobStore, job_id: str, *, later: Collection[str] = ()
) -> tuple[StageRecord, ...]:
    """Give every stage of a feature its final state; return all stages as they end.

    Args:
        later: stages that whoever learns more about them closes.
    """
    before = jobs.stages(job_id)
    after = ended(before)
    for stage, end in zip(before, after, strict=True):
        if end is not stage and stage.state in _OPEN and stage.name not in later:
            _set(jobs, end)
    return after


def ended(stages: Sequence[StageRecord]) -> tuple[StageRecord, ...]:
    """Return the stages as they end: SUCCEEDED only where all parts of a feature are done.

    A part that nobody finished or gave up was lost: the stage FAILED, so that it is no pass. What
    an earlier run of the same step found out is taken back: this run finds it out again.
    """
    closed = {stage.name: _closed(stage) for stage in stages}
    for name, stage in closed.items():
        followed = closed.get(BY_NAME[name].follows) if name in BY_NAME else None
        if followed is not None and stage.state in _OPEN:
            closed[name] = dataclasses.replace(
                stage, state=followed.state, reason=followed.reason, message=followed.message,
                missing=followed.missing, done=stage.total,
            )  # fmt: skip
    return tuple(closed.values())


def _closed(stage: StageRecord) -> StageRecord:
    if stage.reason in _FOUND_OUT:
        return dataclasses.replace(stage, state=str(StageState.SUCCEEDED), reason="", message="")
    if stage.name not in BY_NAME or stage.state not in _OPEN or BY_NAME[stage.name].follows:
        return stage
    if stage.done >= stage.total:
        return dataclasses.replace(stage, state=str(StageState.SUCCEEDED), reason="", message="")
    message = f"{stage.total - stage.done} of {stage.total} parts were never finished"
    return dataclasses.replace(
        stage, state=str(StageState.FAILED), reason=str(Reason.WORKER_CRASHED), message=message
    )


def _tell_last(
    jobs: JobStore, job_id: str, ends: Sequence[StageRecord], analysis: Analysis
) -> None:
    """Close the stages of which the analysis had the last word, each with one statement."""
    said = {stage.name: stage for stage in analysis.stages}
    for stage in ends:
        if stage.name in _TOLD_LAST and stage.name in said:
            last = said[stage.name]
            message = _FOUND_OUT.get(last.reason, stage.message)
            if stage.name == MOOD.name and last.reason:
                message = f"made of {', '.join(source.name for source in MOOD_SOURCES)}"
            told = dataclasses.replace(
                stage, state=str(last.state), reason=last.reason, message=message,
                missing=[[span.start_ns, span.end_ns] for span in last.missing],
            )  # fmt: skip
            _set(jobs, told)


def _set(jobs: JobStore, stage: StageRecord) -> None:
    jobs.set_stage(
        stage.job_id, stage.name, StageState(stage.state), reason=stage.reason,
        message=stage.message, missing=stage.missing, done=stage.done,
    )  # fmt: skip


def final_stages(stages: Sequence[StageRecord], plan: Plan) -> tuple[StageResult, ...]:
    """Return how the stages of features ended, as the result document says it.

    Stages that have not ended (of a running job, for partial results) are left out.
    """
    final = {state.value for state in FinalState}
    by_name = {stage.name: stage for stage in stages if stage.state in final}
    return tuple(
        StageResult(
            name=feature.name,
            state=FinalState(by_name[feature.name].state),
            reason=by_name[feature.name].reason,
            missing=tuple(TimeSpan(a, b) for a, b in by_name[feature.name].missing),
            interval_ns=plan.coarser_ns(feature),
        )
        for feature in FEATURES
        if feature.name in by_name
    )


def speech_checked(stage: StageResult, utterances: Sequence[Utterance]) -> StageResult:
    """Return the stage of speech as it really is: heard, but not understood, is not checked."""
    if stage.name != SPEECH.name or stage.state is not FinalState.SUCCEEDED or not utterances:
        return stage
    if any(item.understanding is Understanding.UNDERSTOOD for item in utterances):
        return stage
    return dataclasses.replace(
        stage, state=FinalState.NOT_CHECKED, reason=str(Reason.SPEECH_NOT_UNDERSTOOD)
    )


def job_outcome(stages: Mapping[str, str]) -> JobState:
    """Return the final state of a job whose ingest and probe went well.

    Args:
        stages: state by stage; ingest, probe, fuse and moderate do not count.
    """
    counted = [
        state
        for name, state in stages.items()
        if name not in ("ingest", "probe", "fuse", "moderate")
    ]
    failed, succeeded = "FAILED" in counted, "SUCCEEDED" in counted
    if failed:
        return JobState.PARTIAL if succeeded else JobState.FAILED
    return JobState.SUCCEEDED


def all_failed(stages: Sequence[StageRecord]) -> dict[str, Any]:
    """Return why a job none of whose stages succeeded has failed: as its first failed stage."""
    first = next(stage for stage in stages if stage.state == StageState.FAILED)
    message = f"no requested stage succeeded; {first.name}: {first.message}"
    return {"reason": first.reason, "message": message, "metadata": {"stage": first.name}}


def run_state(run: Runtime, job_id: str) -> str:
    """Return a job's state as it stands."""
    job = run.jobs.by_id(job_id)
    return job.state if job is not None else str(JobState.CANCELLED)


async def fail(run: Runtime, job_id: str, error: Mapping[str, Any]) -> str:
    """End a job as FAILED."""

    def commit() -> str:
        run.jobs.finish(job_id, JobState.FAILED, retention_ns=retention_ns(run), error=dict(error))
        return run_state(run, job_id)

    return await asyncio.to_thread(commit)


#: Stages that look at the whole track at once, and the kind of chunk in which they do.
_WHOLE: Final = {"music": "music", "diarization": "speakers"}


async def lose_chunk(
    run: Runtime, job_id: str, kind: str, chunk: int, reason: str, words: str
) -> None:
    """Mark the stages of a chunk that could not be worked on as failed.

    Args:
        reason: of the error that ended the chunk; empty if it was none of ours.
        words: what that error said, or what kind of error it was.
    """
    work = await take_up(run, job_id)
    known = Reason(reason) if reason else Reason.WORKER_CRASHED
    lost = VidereError(known, f"{kind} chunk {chunk}: {words}")
    others = {Track.SOUND if kind == "picture" else Track.PICTURE, Track.NONE}
    for feature in work.plan.features:
        known_as = BY_NAME[feature.name]
        if feature.state != "PENDING" or known_as.track in others or known_as.follows:
            continue
        whole = _WHOLE.get(feature.name, "")
        if whole != (kind if kind in _WHOLE.values() else "") or feature.name == "loudness":
            continue
        if feature.name == "quality" and kind != "picture":  # listened to with the whole track
            continue
        await part_failed(
            run, work, feature.name, f"lost-{chunk:05d}", _chunk_span(work, kind, chunk), lost
        )


def _chunk_span(work: Work, kind: str, chunk: int) -> TimeSpan:
    if kind == "picture":
        units = work.plan.chunk_units(chunk)
        return TimeSpan(units[0].start_ns, units[-1].end_ns)
    start = work.index.audio_start_ns
    if kind in _WHOLE.values():
        return TimeSpan(start, work.index.audio_end_ns)
    first = start + chunk * work.plan.chunk_ns
    return TimeSpan(first, max(first, min(first + work.plan.chunk_ns, work.index.audio_end_ns)))


def retention_ns(run: Runtime) -> int:
    """Return how long an ended job is kept."""
    return round(run.settings.job_retention * NS)


async def _mark(run: Runtime, job_id: str, stage: str, state: StageState, **columns: Any) -> None:
    await asyncio.to_thread(run.jobs.set_stage, job_id, stage, state, **columns)
