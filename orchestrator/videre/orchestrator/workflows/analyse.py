"""A job's way: ingest, probe, plan, chunks side by side, conclude, produce, deliver, publish.

Replay rules: no clock, randomness or I/O here; in a gather each branch is exactly one step.
"""

from __future__ import annotations

import asyncio
from typing import Any

from dbos import DBOS, SetEnqueueOptions, SetWorkflowID, WorkflowHandleAsync

from videre.orchestrator.workflows import steps
from videre.orchestrator.workflows.journal import ANALYSE, CHUNKS, journal_priority


@DBOS.workflow(name="picture_chunk", max_recovery_attempts=5)
async def picture_chunk(job_id: str, chunk: int) -> str:
    """Look at a run of units: shots first, since frames are sampled by them."""
    await steps.find_shots(job_id, chunk)
    await asyncio.gather(steps.look(job_id, chunk), steps.read_text(job_id, chunk))
    return "done"


@DBOS.workflow(name="sound_chunk", max_recovery_attempts=5)
async def sound_chunk(job_id: str, chunk: int) -> str:
    """Listen to a run of speech groups and sound units."""
    await asyncio.gather(steps.transcribe(job_id, chunk), steps.name_sounds(job_id, chunk))
    return "done"


@DBOS.workflow(name="music", max_recovery_attempts=5)
async def music(job_id: str, _chunk: int) -> str:
    """Find the beats of the whole track."""
    await steps.find_beats(job_id)
    return "done"


@DBOS.workflow(name=ANALYSE, max_recovery_attempts=1_000)
async def analyse(job_id: str, priority: int) -> str:
    """Run a job from its source to its published analysis; return its final state."""
    try:
        for open_media in (steps.ingest, steps.probe):
            error = await open_media(job_id)
            if error is not None:
                return await steps.fail(job_id, error)
        layout = await steps.plan(job_id)
        await _run_chunks(job_id, priority, layout)
        await steps.conclude(job_id)
        for task in range(layout["tasks"]):
            await steps.produce(job_id, task)
        await steps.deliver(job_id)
        return await steps.publish(job_id)
    except Exception as error:
        DBOS.logger.exception("job %s broke", job_id)
        return await steps.fail(job_id, {"reason": "INTERNAL", "message": type(error).__name__})


async def _run_chunks(job_id: str, priority: int, layout: dict[str, Any]) -> None:
    """Start every chunk, wait for all; one that kills its worker again and again fails alone."""
    running: list[tuple[str, int, WorkflowHandleAsync[str]]] = []

    async def start(kind: str, chunk: int) -> None:
        flow = {"picture": picture_chunk, "sound": sound_chunk, "music": music}[kind]
        with (
            SetWorkflowID(f"{job_id}.{kind}{chunk:05d}"),
            SetEnqueueOptions(priority=journal_priority(priority)),
        ):
            handle = await DBOS.enqueue_workflow_async(CHUNKS, flow, job_id, chunk)
        running.append((kind, chunk, handle))

    for chunk in range(layout["picture"]):
        await start("picture", chunk)
    if layout["sound"]:
        for chunk in range(await steps.listen(job_id)):
            await start("sound", chunk)
    if layout["music"]:
        await start("music", 0)
    for kind, chunk, handle in running:
        try:
            await handle.get_result(polling_interval_sec=0.1)
        except Exception as error:
            await steps.lose_chunk(job_id, kind, chunk, type(error).__name__)
