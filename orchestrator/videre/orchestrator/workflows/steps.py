"""The journal's steps: a name, a seat in the journal, and the body in `videre.orchestrator.steps`.

Every step is preemptible, so that a cancelled job stops within a second. None has a time-out of
its own: waiting for a slot is not failure, and each call inside has its own deadline.
"""

from __future__ import annotations

from typing import Any

from dbos import DBOS

from videre.orchestrator.steps import (
    ending,
    frames,
    listening,
    opening,
    production,
    shots,
    sounds,
    speech,
    text,
)
from videre.orchestrator.steps.runtime import runtime

Failure = dict[str, Any]


@DBOS.step(name="ingest", preemptible=True)
async def ingest(job_id: str) -> Failure | None:
    """Read the source's bytes; return why that failed, or None."""
    return await opening.ingest(runtime(), job_id)


@DBOS.step(name="probe", preemptible=True)
async def probe(job_id: str) -> Failure | None:
    """Make the media index; return why that failed, or None."""
    return await opening.probe(runtime(), job_id)


@DBOS.step(name="plan", preemptible=True)
async def plan(job_id: str) -> dict[str, Any]:
    """Pin engines and pieces; return the number of picture chunks and tasks, and what is heard."""
    return await opening.plan(runtime(), job_id)


@DBOS.step(name="visual.shots", preemptible=True)
async def find_shots(job_id: str, chunk: int) -> int:
    """Decode a chunk; keep its signals, key frames and shots."""
    return await shots.find_shots(runtime(), job_id, chunk)


@DBOS.step(name="visual.frames", preemptible=True)
async def look(job_id: str, chunk: int) -> int:
    """Look at a chunk's sampled frames with every frame engine."""
    return await frames.look(runtime(), job_id, chunk)


@DBOS.step(name="ocr.read", preemptible=True)
async def read_text(job_id: str, chunk: int) -> int:
    """Read the text in a chunk's changed frames."""
    return await text.read_text(runtime(), job_id, chunk)


@DBOS.step(name="audio.listen", preemptible=True)
async def listen(job_id: str) -> int:
    """Decode the sound, measure loudness, find speech; return the number of sound chunks."""
    return await listening.listen(runtime(), job_id)


@DBOS.step(name="asr.transcribe", preemptible=True)
async def transcribe(job_id: str, chunk: int) -> int:
    """Write down a chunk's speech groups."""
    return await speech.transcribe(runtime(), job_id, chunk)


@DBOS.step(name="audio.sound", preemptible=True)
async def name_sounds(job_id: str, chunk: int) -> int:
    """Name the sounds of a chunk."""
    return await sounds.name_sounds(runtime(), job_id, chunk)


@DBOS.step(name="audio.music", preemptible=True)
async def find_beats(job_id: str) -> int:
    """Find the beats of the track."""
    return await sounds.find_beats(runtime(), job_id)


@DBOS.step(name="lose_chunk")
async def lose_chunk(job_id: str, kind: str, chunk: int, error: str) -> None:
    """Mark a chunk that could not be worked on as failed."""
    await ending.lose_chunk(runtime(), job_id, kind, chunk, error)


@DBOS.step(name="conclude", preemptible=True)
async def conclude(job_id: str) -> str:
    """Stitch, fuse and moderate; return the result digest."""
    return await ending.conclude(runtime(), job_id)


@DBOS.step(name="production.render", preemptible=True)
async def produce(job_id: str, task: int) -> int:
    """Run one production task; return the number of files made."""
    return await production.produce(runtime(), job_id, task)


@DBOS.step(name="deliver", preemptible=True)
async def deliver(job_id: str) -> int:
    """Write the outputs to the caller's folder; return how many."""
    return await production.deliver(runtime(), job_id)


@DBOS.step(name="publish")
async def publish(job_id: str) -> str:
    """Append the analysis and end the job in one transaction; return the final state."""
    return await ending.publish(runtime(), job_id)


@DBOS.step(name="fail")
async def fail(job_id: str, error: Failure) -> str:
    """End the job as FAILED; return the final state."""
    return await ending.fail(runtime(), job_id, error)
