"""The course of a recorded job: its events one after the other, and what they make of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from videre.client.testing._recordings import Recording
from videre.v1 import analysis_pb2, job_pb2

#: Ends that a job may be asked to come to instead of the recorded one.
ENDS: Final = {
    "SUCCEEDED": job_pb2.JOB_STATE_SUCCEEDED,
    "PARTIAL": job_pb2.JOB_STATE_PARTIAL,
    "FAILED": job_pb2.JOB_STATE_FAILED,
}


def course(recorded: job_pb2.Job, end: job_pb2.JobState.ValueType) -> list[job_pb2.JobEvent]:
    """Return the events of a job: it runs, each stage is done, it publishes and ends.

    Job ids, times and media are the caller's to set. A job that is to fail fails after its first
    stage, and publishes nothing.
    """
    failed = end == job_pb2.JOB_STATE_FAILED
    running = job_pb2.JobStateChanged(state=job_pb2.JOB_STATE_RUNNING)
    events = [job_pb2.JobEvent(state_changed=running)]
    stages = recorded.stages[:1] if failed else recorded.stages
    events += [job_pb2.JobEvent(stage=stage) for stage in stages]
    ended = job_pb2.JobStateChanged(state=end)
    if failed:
        ended.error.reason, ended.error.message = "MEDIA_UNREADABLE", "the job was asked to fail"
    else:
        published = job_pb2.AnalysisPublished(
            revision=1, result_digest=recorded.result_digest, suggestion=recorded.suggestion
        )
        events.append(job_pb2.JobEvent(analysis_published=published))
    events.append(job_pb2.JobEvent(state_changed=ended))
    for seq, event in enumerate(events, start=1):
        event.seq = seq
    return events


def apply(job: job_pb2.Job, recorded: job_pb2.Job, events: Sequence[job_pb2.JobEvent]) -> None:
    """Bring a job to what it is after its first events; it was just submitted."""
    for event in events:
        job.last_seq = event.seq
        if event.HasField("stage"):
            _set_stage(job, event.stage)
        elif event.HasField("analysis_published"):
            job.engines.extend(recorded.engines)
            job.rules.CopyFrom(recorded.rules)
            job.suggestion, job.model_calls = recorded.suggestion, recorded.model_calls
            job.analysis_revision = event.analysis_published.revision
            job.result_digest = event.analysis_published.result_digest
        elif event.HasField("state_changed"):
            job.state = event.state_changed.state
            if job.state == job_pb2.JOB_STATE_RUNNING:
                job.start_time.CopyFrom(event.event_time)
            else:
                job.end_time.CopyFrom(event.event_time)
                if event.state_changed.HasField("error"):
                    job.error.CopyFrom(event.state_changed.error)
    done = sum(stage.state != analysis_pb2.STAGE_STATE_PENDING for stage in job.stages)
    job.progress = 1.0 if job.HasField("end_time") else done / max(len(job.stages), 1)


def pending(recorded: job_pb2.Job) -> list[analysis_pb2.Stage]:
    """Return the stages of a job that has just been submitted."""
    return [
        analysis_pb2.Stage(name=stage.name, state=analysis_pb2.STAGE_STATE_PENDING)
        for stage in recorded.stages
    ]


def _set_stage(job: job_pb2.Job, stage: analysis_pb2.Stage) -> None:
    for known in job.stages:
        if known.name == stage.name:
            known.CopyFrom(stage)


@dataclass(slots=True)
class Course:
    """A job under way.

    Args:
        submitted: the job as it was submitted.
        events: all of them, with the time at which each happens, nanoseconds.
    """

    submitted: job_pb2.Job
    recording: Recording
    events: list[tuple[int, job_pb2.JobEvent]]

    def told(self, now_ns: int) -> list[job_pb2.JobEvent]:
        """Return the events until now."""
        return [event for due, event in self.events if due <= now_ns]

    def job(self, now_ns: int) -> job_pb2.Job:
        """Return the job as it is now."""
        made = job_pb2.Job()
        made.CopyFrom(self.submitted)
        apply(made, self.recording.job, self.told(now_ns))
        made.etag = str(made.last_seq)
        return made

    def next_ns(self, now_ns: int) -> int | None:
        """Return when the next event happens; None = there is none."""
        return min((due for due, _ in self.events if due > now_ns), default=None)
