"""What must hold for every seed."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from tests.simulation.faults import Fault
from videre.orchestrator import sweep
from videre.orchestrator.features import BY_NAME, MOOD_SOURCES, Track
from videre.orchestrator.store import schema as t
from videre.v1 import analysis_pb2, job_pb2

if TYPE_CHECKING:
    from tests.simulation.play import Fate
    from tests.simulation.world import World

_FINAL: Final = ("SUCCEEDED", "PARTIAL", "FAILED", "CANCELLED")
#: Stages that moderation looks at: one of them failed is never "pass".
_MODERATED: Final = frozenset({"nsfw", "classes", "text", "speech", "sound"})
#: A cancelled job starts no call later than this.
_STILL_S: Final = 2.0
_CENTURY_S: Final = 100 * 365 * 86_400.0
#: A chunk that dies with its process this often is tried once more, not oftener: what the
#: product promises, said here a second time.
_DEATHS_BORNE: Final = 5
#: What a stage may say that succeeded: the faces of the made-up engine have no embeddings.
_NOT_COMPARED: Final = "FACES_NOT_COMPARED"
#: Faults of a service that a stage may blame, by the reason it gives.
_CAUSES: Final[Mapping[str, frozenset[Fault]]] = {
    "SERVICE_DOWN": frozenset(Fault) - {Fault.OVERLOADED},
    "ENGINE_VERSION": frozenset({Fault.WRONG_VERSION}),
    "ENGINE_FAILED": frozenset({Fault.REFUSED}),
    "SERVICE_ANSWER": frozenset({Fault.NONSENSE}),
}


def after_the_end(
    world: World, fates: Sequence[Fate], calm: Sequence[job_pb2.Job | None]
) -> list[str]:
    """Return what does not hold when every job has ended."""
    broken: list[str] = []
    with world.ground.database.steps.connect() as connection:
        broken += _open_jobs(connection)
        for fate, undisturbed in zip(fates, calm, strict=True):
            found = [*_one_end(connection, fate), *_events(connection, fate), *_verdict(fate)]
            found += _reviews(connection, fate)
            found += _stages(fate)
            found += _blamed(world, fate)
            found += _failed(fate)
            found += _same_result(fate, undisturbed)
            found += delivered(world, fate)
            found += _heard_out(world, fate)
            found += _still(world, fate)
            broken += [f"{fate.plan.request_id} ({fate.job_id}): {line}" for line in found]
    broken += _nothing_under_way(world)
    return broken


def _one_end(connection: sa.Connection, fate: Fate) -> Iterator[str]:
    row = connection.execute(sa.select(t.job).where(t.job.c.id == fate.job_id)).one_or_none()
    if fate.deleted:
        if row is not None:
            yield "is there after it was deleted"
        return
    if row is None:
        yield "was acknowledged and is lost"
        return
    if row.state not in _FINAL:
        yield f"never ended: {row.state}"
    events = connection.execute(
        sa.select(t.job_event.c.payload).where(
            t.job_event.c.job_id == fate.job_id, t.job_event.c.kind == "state"
        )
    ).scalars()
    ends = [payload["state"] for payload in events if payload["state"] in _FINAL]
    if ends != [row.state]:
        yield f"ended as {ends}, its row says {row.state}"
    revisions = connection.execute(
        sa.select(sa.func.count()).select_from(t.analysis).where(t.analysis.c.job_id == fate.job_id)
    ).scalar_one()
    expected = row.state in ("SUCCEEDED", "PARTIAL")
    if revisions != expected and not (row.state == "FAILED" and revisions == 1):
        yield f"published {revisions} revisions, ended {row.state}"


def _reviews(connection: sa.Connection, fate: Fate) -> Iterator[str]:
    """A verdict that asks for people has one review, decided once; other verdicts have none."""
    if fate.ended is None or fate.deleted:
        return
    asked = connection.execute(
        sa.select(sa.func.count())
        .select_from(t.analysis)
        .where(t.analysis.c.job_id == fate.job_id, t.analysis.c.suggestion == "review")
    ).scalar_one()
    reviews = connection.execute(
        sa.select(t.review.c.id, t.review.c.state).where(t.review.c.job_id == fate.job_id)
    ).all()
    if len(reviews) != asked:
        yield f"{asked} verdicts ask for people, {len(reviews)} reviews were opened"
    if sorted(fate.decided) != sorted(row.id for row in reviews):
        yield f"reviews {reviews}, decided were {fate.decided}"
    for review in reviews:
        decided = connection.execute(
            sa.select(sa.func.count())
            .select_from(t.review_action)
            .where(t.review_action.c.review_id == review.id)
        ).scalar_one()
        if (review.state, decided) != ("DECIDED", 1):
            yield f"review {review.id} is {review.state} by {decided} decisions"


def _events(connection: sa.Connection, fate: Fate) -> Iterator[str]:
    rows = connection.execute(
        sa.select(t.job_event)
        .where(t.job_event.c.job_id == fate.job_id)
        .order_by(t.job_event.c.seq)
    ).all()
    if [row.seq for row in rows] != list(range(1, len(rows) + 1)):
        yield f"the sequence has gaps: {[row.seq for row in rows]}"
    published = sum(row.kind == "analysis" for row in rows)
    if published > 1:
        yield f"{published} events of publishing"
    segments = [str(row.payload) for row in rows if row.kind == "segment"]
    if len(segments) != len(set(segments)):
        yield "a segment was told twice"


def _verdict(fate: Fate) -> Iterator[str]:
    job = fate.ended
    if job is None or fate.deleted:
        return
    failed = {s.name for s in job.stages if s.state == analysis_pb2.STAGE_STATE_FAILED}
    passes = job.suggestion == analysis_pb2.SUGGESTION_PASS
    name = job_pb2.JobState.Name(job.state)
    if passes and job.state in (job_pb2.JOB_STATE_FAILED, job_pb2.JOB_STATE_CANCELLED):
        yield f"{name} reads as pass"
    if passes and failed & _MODERATED:
        yield f"reads as pass although {sorted(failed & _MODERATED)} failed"
    if job.state == job_pb2.JOB_STATE_PARTIAL and not failed:
        yield "is PARTIAL although nothing failed"
    if job.state == job_pb2.JOB_STATE_SUCCEEDED and failed:
        yield f"SUCCEEDED although {sorted(failed)} failed"


def _stages(fate: Fate) -> Iterator[str]:
    job = fate.ended
    if job is None or fate.deleted or job.state == job_pb2.JOB_STATE_CANCELLED:
        return
    running = (
        analysis_pb2.STAGE_STATE_PENDING,
        analysis_pb2.STAGE_STATE_RUNNING,
        analysis_pb2.STAGE_STATE_UNSPECIFIED,
    )
    still = [stage.name for stage in job.stages if stage.state in running]
    if still:
        yield f"ended with stages {still} open"
    for stage in job.stages:
        if stage.state == analysis_pb2.STAGE_STATE_FAILED and not stage.reason:
            yield f"stage {stage.name} failed without a reason"
        if stage.state == analysis_pb2.STAGE_STATE_SUCCEEDED and (
            stage.missing or stage.reason not in ("", _NOT_COMPARED)
        ):
            yield f"stage {stage.name} succeeded with {stage.reason or 'something missing'}"


def _blamed(world: World, fate: Fate) -> Iterator[str]:
    """A stage fails for a reason that the seed gave: by its own service, the decoder, the process.

    What another service met is no reason.
    """
    job = fate.ended
    if job is None or fate.deleted:
        return
    asked = {stage.name for stage in job.stages}
    for stage in job.stages:
        if stage.state != analysis_pb2.STAGE_STATE_FAILED:
            continue
        match stage.reason:
            case "DECODE_FAILED" | "MEDIA_UNREADABLE":
                due = world.decoders.failed > 0 or fate.plan.damaged
            case "WORKER_CRASHED":
                due = _deaths(world, fate, stage.name) > _DEATHS_BORNE
            case reason:
                faults = _CAUSES.get(reason, frozenset())
                services = _services(stage.name, asked)
                due = any(
                    (one, fault) in world.services.met for one in services for fault in faults
                )
        if not due:
            yield f"{stage.name} failed ({stage.reason}: {stage.message}) for no reason"


def _services(stage: str, asked: set[str]) -> set[str]:
    """Return the services that a stage depends on."""
    if stage.startswith("produce:"):
        return {"production"}
    feature = BY_NAME.get(stage)
    if feature is None:
        return set()
    if feature.follows:  # made of what another one sees
        return _services(feature.follows, asked)
    if stage == "sound" and "speech" not in asked:  # the speech activity is a part of it
        return {feature.service, "asr"}
    if feature.track is Track.NONE:  # made of other stages: whatever ended one of them
        return {source.service for source in MOOD_SOURCES} | {"asr"}
    return {feature.service}


def _deaths(world: World, fate: Fate, stage: str) -> int:
    """Return how often the process died with one chunk of a stage, at most."""
    feature = BY_NAME.get(stage)
    if feature is None:
        return 0
    kind = {"music": "music", "diarization": "speakers"}.get(stage, str(feature.track))
    if feature.track is Track.BOTH:  # its sound is listened to by the job itself
        kind = str(Track.PICTURE)
    chunks = f"{fate.job_id}." if feature.track is Track.NONE else f"{fate.job_id}.{kind}"
    return max((n for flow, n in world.deaths.items() if flow.startswith(chunks)), default=0)


def _failed(fate: Fate) -> Iterator[str]:
    """A job fails as one of its stages did; that one has a reason of its own."""
    job = fate.ended
    if job is None or job.state != job_pb2.JOB_STATE_FAILED:
        return
    reasons = {s.reason for s in job.stages if s.state == analysis_pb2.STAGE_STATE_FAILED}
    if job.error.reason not in reasons:
        yield f"FAILED ({job.error.reason}: {job.error.message}), its stages by {sorted(reasons)}"


def of_the_calm(fate: Fate) -> Iterator[str]:
    """Return what is wrong with the end of a job that nothing but its own film disturbed."""
    job = fate.ended
    if job is None:
        yield "it has not ended"
        return
    looked_at = (analysis_pb2.STAGE_STATE_SUCCEEDED, analysis_pb2.STAGE_STATE_FAILED)
    pictures = {
        stage.name
        for stage in job.stages
        if stage.name in BY_NAME
        and BY_NAME[stage.name].track is not Track.SOUND
        and stage.state in looked_at
    }
    due = {(name, "DECODE_FAILED") for name in pictures} if fate.plan.damaged else set()
    failed = {(s.name, s.reason) for s in job.stages if s.state == analysis_pb2.STAGE_STATE_FAILED}
    if failed != due:
        yield f"its stages failed as {sorted(failed)}, not as {sorted(due)}"
    if (job.state == job_pb2.JOB_STATE_SUCCEEDED) == bool(due):
        yield f"it ended as {job_pb2.JobState.Name(job.state)} with {sorted(due)}"


def files(job: job_pb2.Job) -> list[tuple[str, str]]:
    """Return names and digests of what a job made."""
    return [(output.name, output.digest) for output in job.outputs]


def _same_result(fate: Fate, undisturbed: job_pb2.Job | None) -> Iterator[str]:
    """A job that SUCCEEDED has the result and the files of the undisturbed one."""
    job = fate.ended
    if job is None or undisturbed is None or job.state != job_pb2.JOB_STATE_SUCCEEDED:
        return
    if job.result_digest != undisturbed.result_digest:
        yield "SUCCEEDED with another result than undisturbed"
    if files(job) != files(undisturbed):
        yield f"SUCCEEDED with other files: {files(job)}"


def delivered(world: World, fate: Fate) -> Iterator[str]:
    """A job that SUCCEEDED with a production task has files; they lie whole in the folder."""
    job = fate.ended
    if job is None or job.state != job_pb2.JOB_STATE_SUCCEEDED or not fate.plan.tasks:
        return
    made = sorted(output.digest for output in job.outputs)
    if not made:
        yield "SUCCEEDED without the files that it was to make"
    folder = world.ground.files / "out" / fate.job_id
    there = sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*"))
    if there != made:
        yield f"made {made}, delivered {there}"


def _heard_out(world: World, fate: Fate) -> Iterator[str]:
    """Whoever misses an answer asks again, byte for byte; after a kill, another may have asked."""
    job = fate.ended
    if job is None or job.state != job_pb2.JOB_STATE_SUCCEEDED or world.killed_at:
        return
    unheard = sorted(q.method for q in world.services.unheard if q.job_id == fate.job_id)
    # A service that does not describe itself in time costs a job only what it wants of it.
    if unheard := [method for method in unheard if method != "DescribeEngines"]:
        yield f"SUCCEEDED although answers were lost: {unheard}"


def _still(world: World, fate: Fate) -> Iterator[str]:
    if fate.cancelled_s is None:
        return
    late = [
        call
        for call in world.services.starts
        if call.job_id == fate.job_id
        and call.method != "DescribeEngines"
        and call.time_s > fate.cancelled_s + _STILL_S
    ]
    if late:
        after = late[-1].time_s - fate.cancelled_s
        yield f"{len(late)} calls later than 2 s after the cancel, the last {after:.1f} s after"


def _open_jobs(connection: sa.Connection) -> Iterator[str]:
    """No job is open any more."""
    open_jobs = connection.execute(
        sa.select(sa.func.count())
        .select_from(t.job)
        .where(t.job.c.state.in_(("QUEUED", "RUNNING")))
    ).scalar_one()
    if open_jobs:
        yield f"{open_jobs} jobs are open after all have ended"


def _nothing_under_way(world: World) -> Iterator[str]:
    entries = [entry.id for entry in world.records.open()]
    if entries:
        yield f"the journal has open entries: {entries}"
    process = world.process
    if process is None or not process.alive:
        return
    spool = process.app.spool
    leased = [str(e.path) for e in spool._entries.values() if e.users or e.lock.locked()]
    if leased:
        yield f"the spool is held: {leased}"
    for name, service in process.app.services._services.items():
        if service.under_way:
            yield f"{service.under_way} calls of {name} are under way"


async def after_all_is_deleted(world: World) -> list[str]:
    """Return what is left when every job and media was deleted and garbage was collected."""
    broken = []
    app = world.process.app if world.process is not None else None
    assert app is not None
    world.clock.shift_s += _CENTURY_S
    await sweep.collect(app)
    tables = (t.job, t.job_stage, t.job_chunk, t.job_event, t.job_output, t.media, t.analysis,
              t.evidence, t.artifact_ref, t.job_tag, t.review, t.review_finding,
              t.review_action)  # fmt: skip
    with world.ground.database.steps.connect() as connection:
        for table in tables:
            count = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            if count:
                row = connection.execute(sa.select(table).limit(1)).one()
                broken.append(f"{count} rows of {table.name} are left: {row}")
    artifacts = app.artifacts
    digests = [d for project in artifacts.projects() for d in artifacts.iter_digests(project)]
    if digests:
        broken.append(f"{len(digests)} artifacts are left")
    if world.records.entries:
        broken.append(f"the journal keeps {sorted(world.records.entries)}")
    hidden = [
        path.name
        for path in (world.ground.files / "out").rglob("*")
        if path.is_file() and path.name.startswith(".")
    ]
    if hidden:
        broken.append(f"half-written files are left: {hidden}")
    await asyncio.sleep(0)
    return broken
