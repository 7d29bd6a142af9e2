"""The job that kills and faults are tried on, and what must be true of it in the end."""

from __future__ import annotations

from pathlib import Path

from videre.client import Videre
from videre.v1 import job_pb2, production_pb2

_OPEN = (job_pb2.JOB_STATE_QUEUED, job_pb2.JOB_STATE_RUNNING)


def submit(client: Videre, path: Path, outputs: Path | None = None) -> job_pb2.Job:
    """Send a film through everything: all features, two production tasks, a folder for the files.

    Args:
        outputs: inside the suite's file roots; None = the outputs stay in the store.
    """
    media = client.upload(path).media
    request = job_pb2.SubmitJobRequest()
    request.inputs.add(media_id=media.media_id)
    request.context.title = path.name
    request.production_tasks.add().cover.count = 2
    sprite = production_pb2.SpriteParams(tile_width=320)
    sprite.interval.FromMilliseconds(500)
    request.production_tasks.add(sprite=sprite)
    if outputs is not None:
        request.output.uri_prefix = outputs.as_uri()
    return client.submit_request(request).job


def doubled(client: Videre, job: job_pb2.Job) -> list[str]:
    """Return what happened twice, or out of order, in an ended job; nothing should have."""
    events = list(client.watch(job.job_id))
    wrong = []
    if [event.seq for event in events] != list(range(1, len(events) + 1)):
        wrong.append(f"events numbered {[event.seq for event in events]}")
    published = sum(event.HasField("analysis_published") for event in events)
    if published != 1 or job.analysis_revision != 1:
        wrong.append(f"published {published} times, revision {job.analysis_revision}")
    ends = [
        event.state_changed.state
        for event in events
        if event.HasField("state_changed") and event.state_changed.state not in _OPEN
    ]
    if ends != [job.state]:
        wrong.append(f"ended {len(ends)} times")
    names = [output.name for output in job.outputs]
    if len(set(names)) != len(names):
        wrong.append(f"outputs {names}")
    return wrong
