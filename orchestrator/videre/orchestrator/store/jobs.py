"""Jobs: every change of state, its event and its effects in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.store import job_statements as sql
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.admission import Admission, Enqueue, projects_held
from videre.orchestrator.store.changes import ChangeBoard
from videre.orchestrator.store.database import Database, insert_once
from videre.orchestrator.store.holds import require_free
from videre.orchestrator.store.job_events import tell
from videre.orchestrator.store.job_inputs import tell_inputs
from videre.orchestrator.store.job_parts import PartDone, count, uncounted
from videre.orchestrator.store.job_reads import ACTIVE, JobReader
from videre.orchestrator.store.pipeline_rooms import require_pipeline_room
from videre.orchestrator.store.projects import require_job_room
from videre.orchestrator.store.records import JobRecord, JobState, OutputRecord, StageState
from videre.orchestrator.store.usage import charge


@dataclass(frozen=True, slots=True)
class NewJob:
    """A validated request, ready to be stored.

    Args:
        stages: every stage in order, with the state it starts in and the reason for it.
        request: canonical bytes of the request without its request_id.
        requeue_of: the job whose work it does again.
        pipeline: whose queue it waits in; "" = none.
        inputs: media that it works on beside its own.
    """

    id: str
    project_id: str
    media_id: str | None
    request: bytes
    request_id: str | None
    request_digest: str
    features: Sequence[str]
    priority: int
    user_data: str
    tags: Mapping[str, str]
    created_by: str
    traceparent: str
    wall_time_ns: int | None
    stages: Sequence[tuple[str, StageState, str]]
    requeue_of: str | None = None
    pipeline: str = ""
    inputs: Collection[str] = ()


class JobStore(JobReader):
    """Reads and writes of the job tables. Blocking: call through threads.

    Args:
        enqueue: puts a job into the journal's queue.
    """

    def __init__(
        self, database: Database, clock: Clock, changes: ChangeBoard, enqueue: Enqueue
    ) -> None:
        super().__init__(database, clock)
        self._changes = changes
        self._admission = Admission(enqueue)

    # --- accepting ---------------------------------------------------------------------------

    def submit(
        self, new: NewJob, within: Callable[[sa.Connection, NewJob], None]
    ) -> tuple[JobRecord, bool]:
        """Store a job and let it into the queue in one durable transaction.

        Args:
            new: the job.
            within: adds rows to the same transaction.

        Returns:
            The job, and whether an earlier request with the same id, or one to do the same job
            again, had made it.

        Raises:
            VidereError: REQUEST_ID_REUSED, QUOTA_EXCEEDED, PIPELINE_NOT_FOUND.
        """
        with self._db.durable.begin() as connection:
            inserted = self._insert(connection, new)
            if inserted:
                require_job_room(connection, new.project_id, self._clock.now_ns())
                require_pipeline_room(connection, new.project_id, new.pipeline)
                within(connection, new)
                self._admission.fill(connection, new.project_id)
                self._event(connection, new.id, "state", {"state": JobState.QUEUED})
                row = connection.execute(sql.JOB, {"of": new.id}).one()
        if inserted:
            self._changes.announce(new.id)
            return JobRecord(**row._mapping), False
        earlier = (
            self.repeated(new.project_id, new.request_id, new.request_digest)
            if new.request_id
            else self.requeued(new.requeue_of or "")
        )
        if earlier is None:
            raise VidereError(Reason.STORE_FAILED, f"job {new.id} could not be stored")
        return earlier, True

    def _insert(self, connection: sa.Connection, new: NewJob) -> bool:
        row = {
            "id": new.id,
            "project_id": new.project_id,
            "media_id": new.media_id,
            "state": JobState.QUEUED,
            "request": new.request,
            "request_id": new.request_id,
            "request_digest": new.request_digest,
            "features": list(new.features),
            "priority": new.priority,
            "user_data": new.user_data,
            "tags": dict(new.tags),
            "create_ns": self._clock.now_ns(),
            "created_by": new.created_by,
            "traceparent": new.traceparent,
            "wall_time_ns": new.wall_time_ns,
            "held": True,
            "requeue_of": new.requeue_of,
            "pipeline": new.pipeline,
            "inputs_told": True,
        }
        if not insert_once(connection, t.job, row):
            return False
        stages = [
            {
                "job_id": new.id,
                "name": name,
                "project_id": new.project_id,
                "position": position,
                "state": state,
                "reason": reason,
                "missing": [],
            }
            for position, (name, state, reason) in enumerate(new.stages)
        ]
        connection.execute(sa.insert(t.job_stage), stages)
        tell_inputs(connection, new.project_id, new.id, new.inputs)
        if new.tags:
            tags = [
                {"job_id": new.id, "project_id": new.project_id, "key": key, "value": value}
                for key, value in sorted(new.tags.items())
            ]
            connection.execute(sa.insert(t.job_tag), tags)
        return True

    def admit_held(self) -> int:
        """Let in jobs for which there is room since a limit was changed; return how many."""
        with self._db.steps.connect() as connection:
            projects = projects_held(connection)
        count = 0
        for project_id in projects:
            with self._db.durable.begin() as connection:
                count += self._admission.fill(connection, project_id)
        return count

    # --- the job's way -----------------------------------------------------------------------

    def start(self, job_id: str) -> bool:
        """Turn QUEUED into RUNNING; True while the job is active."""
        with self._db.steps.begin() as connection:
            started = connection.execute(
                sa.update(t.job)
                .where(t.job.c.id == job_id, t.job.c.state == JobState.QUEUED)
                .values(state=JobState.RUNNING, start_ns=self._clock.now_ns())
            ).rowcount
            if started:
                self._event(connection, job_id, "state", {"state": JobState.RUNNING})
        if started:
            self._changes.announce(job_id)
        return self.active(job_id)

    def update(self, job_id: str, **columns: Any) -> None:
        """Set columns of an active job (media_id, plan_digest, pins, document_digest …)."""
        with self._db.steps.begin() as connection:
            connection.execute(
                sa.update(t.job)
                .where(t.job.c.id == job_id, t.job.c.state.in_(ACTIVE))
                .values(version=t.job.c.version + 1, **columns)
            )

    def set_stage(self, job_id: str, name: str, state: StageState, **columns: Any) -> None:
        """Set a stage's state and other columns of an active job, with an event when it changes.

        A reason belongs to the state it came with: a step that runs again leaves none behind.
        """
        new = {"state": state, "reason": "", "message": "", **columns}
        values = {f"new_{key}": value for key, value in new.items()}
        change = sql.change_stage(tuple(new))
        with self._db.steps.begin() as connection:
            found = {"of": job_id, "named": name, **values}
            updated = connection.execute(change, found).rowcount
            if updated:
                self._stage_event(connection, job_id, name)
        if updated:
            self._changes.announce(job_id)

    def share_done(
        self, job_id: str, name: str, percent: int, *, job_progress: int | None = None
    ) -> None:
        """Say how much of a stage is done, in hundredths, and how much of the job, E4."""
        new = {"state": StageState.RUNNING, "done": percent, "total": 100}
        values = {f"new_{key}": value for key, value in new.items()}
        with self._db.steps.begin() as connection:
            found = {"of": job_id, "named": name, **values}
            updated = connection.execute(sql.change_stage(tuple(new)), found).rowcount
            if updated:
                self._stage_event(connection, job_id, name)
            if updated and job_progress is not None:
                told = {"of": job_id, "new_progress": job_progress}
                connection.execute(sql.RAISE_PROGRESS, told)
        if updated:
            self._changes.announce(job_id)

    def set_total(self, job_id: str, name: str, total: int) -> None:
        """Say how many parts a stage has, and that it is at work; one that has failed stays so."""
        with self._db.steps.begin() as connection:
            found = {"of": job_id, "named": name, "new_total": total}
            updated = connection.execute(sql.OPEN_STAGE, found).rowcount
            if updated:
                self._stage_event(connection, job_id, name)
        if updated:
            self._changes.announce(job_id)

    def finish_parts(self, job_id: str, *parts: PartDone) -> None:
        """Count units of stages' work, each once however often the step runs; all, or none.

        A stage tells once of all its new parts; a stretch is told of once for all features that
        are done with it.
        """
        with self._db.steps.begin() as connection:
            project_id = connection.execute(sql.TOUCH_ACTIVE, {"of": job_id}).scalar_one_or_none()
            if project_id is None:
                return
            new = uncounted(connection, job_id, project_id, parts) if parts else []
            if not new:
                return
            stages: dict[str, list[PartDone]] = defaultdict(list)
            stretches: dict[tuple[int, int], list[str]] = defaultdict(list)
            for part in new:
                stages[part.stage].append(part)
                if part.span_ns is not None:
                    stretches[part.span_ns].append(part.stage)
            for name, found in stages.items():
                count(connection, job_id, name, found)
            self._progress(connection, job_id)
            for name in stages:
                self._stage_event(connection, job_id, name)
            for span, features in stretches.items():
                payload = {"features": features, "span": list(span)}
                self._event(connection, job_id, "segment", payload)
        self._changes.announce(job_id)

    def charge(self, job_id: str, cpu_ms: int) -> None:
        """Count what an answer took against a job's budget."""
        with self._db.steps.begin() as connection:
            connection.execute(sql.CHARGE, {"of": job_id, "new_charged_cpu_ms": cpu_ms})

    def _progress(self, connection: sa.Connection, job_id: str) -> None:
        total, done = connection.execute(sql.PROGRESS, {"of": job_id}).one()
        if total:
            value = int(done) * 9_900 // int(total)
            connection.execute(sql.RAISE_PROGRESS, {"of": job_id, "new_progress": value})

    def add_output(self, record: OutputRecord) -> None:
        """Record a file that a task has made, once."""
        columns = [column.name for column in t.job_output.columns]
        row = {name: getattr(record, name) for name in columns}
        with self._db.steps.begin() as connection:
            insert_once(connection, t.job_output, row)

    # --- ending ------------------------------------------------------------------------------

    def finish(
        self,
        job_id: str,
        state: JobState,
        *,
        retention_ns: int,
        error: Mapping[str, Any] | None = None,
        within: Callable[[sa.Connection], Mapping[str, Any]] | None = None,
    ) -> bool:
        """End an active job; `within` adds effects to the same transaction (publishing).

        Returns:
            False when the job had ended before: nothing was changed.
        """
        now = self._clock.now_ns()
        with self._db.durable.begin() as connection:
            project_id = connection.execute(
                sa.update(t.job)
                .where(t.job.c.id == job_id, t.job.c.state.in_(ACTIVE))
                .values(
                    state=state,
                    end_ns=now,
                    expire_ns=now + retention_ns,
                    error=dict(error) if error else None,
                    progress=10_000
                    if state in (JobState.SUCCEEDED, JobState.PARTIAL)
                    else t.job.c.progress,
                )
                .returning(t.job.c.project_id)
            ).scalar_one_or_none()
            if project_id is None:
                return False
            open_stages = (StageState.PENDING, StageState.RUNNING)
            connection.execute(
                sa.update(t.job_stage)
                .where(t.job_stage.c.job_id == job_id, t.job_stage.c.state.in_(open_stages))
                .values(state=StageState.CANCELLED)
            )
            if within is not None:
                extra = within(connection)
                self._event(connection, job_id, "analysis", dict(extra))
            charge(connection, job_id, now)
            payload: dict[str, Any] = {"state": state}
            if error:
                payload["error"] = dict(error)
            self._event(connection, job_id, "state", payload)
            self._admission.fill(connection, project_id)
        self._changes.announce(job_id)
        return True

    @staticmethod
    def set_revision(
        connection: sa.Connection,
        job: JobRecord,
        revision: int,
        *,
        digest: str,
        libraries: Sequence[str],
    ) -> None:
        """Record what a job published, inside the publishing transaction."""
        pins = dict(job.pins or {})
        rules = {**pins.get("rules", {}), "libraries": list(libraries)}
        pins = {name: pin for name, pin in pins.items() if name not in ("faces", "judged")}
        connection.execute(
            sa.update(t.job)
            .where(t.job.c.id == job.id)
            .values(
                revision=revision,
                result_digest=digest,
                document_digest=digest,
                pins={**pins, "rules": rules},
            )
        )

    def announce(self, job_ids: Iterable[str]) -> None:
        """Wake the waiters of jobs that a caller's transaction has changed."""
        for job_id in job_ids:
            self._changes.announce(job_id)

    def purge(self, job_id: str) -> None:
        """Remove a job's rows and what it alone refers to.

        Raises:
            VidereError: MEDIA_HELD.
        """
        with self._db.durable.begin() as connection:
            media = sa.select(t.job.c.media_id).where(t.job.c.id == job_id)
            require_free(connection, [one for one in connection.execute(media).scalars() if one])
            owned = sa.delete(t.artifact_ref).where(
                t.artifact_ref.c.owner_kind == "job", t.artifact_ref.c.owner_id == job_id
            )
            connection.execute(owned)
            connection.execute(sa.delete(t.job).where(t.job.c.id == job_id))
        self._changes.announce(job_id)

    # --- events ------------------------------------------------------------------------------

    def _event(
        self, connection: sa.Connection, job_id: str, kind: str, payload: dict[str, Any]
    ) -> None:
        if not tell(connection, job_id, kind, payload, self._clock.now_ns()):
            raise RuntimeError(f"job {job_id} is gone")

    def _stage_event(self, connection: sa.Connection, job_id: str, name: str) -> None:
        row = connection.execute(sql.STAGE, {"of": job_id, "named": name}).one()
        kept = ("name", "state", "reason", "message", "done", "total", "missing", "model_calls")
        payload = {key: row._mapping[key] for key in kept}
        self._event(connection, job_id, "stage", {**payload, "cpu_ms": row.cpu_ms})
