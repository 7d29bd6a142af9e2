"""A job's way: ingest, probe, plan, chunks side by side, conclude, produce, deliver, publish.

Bytes of which all is known already go without chunks; those that a hash list settles, without all
that comes after the plan but the conclusion.

Replay rules: no clock, randomness or I/O here; in a gather each branch is exactly one step.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import structlog

from videre.orchestrator.workflows.journal import ANALYSE, Child, Workflow, ended_by
from videre.orchestrator.workflows.steps import Steps

log = structlog.get_logger(__name__)


async def picture_chunk(steps: Steps, job_id: str, chunk: int) -> str:
    """Look at a run of units: shots first, since frames are sampled by them."""
    await steps.find_shots(job_id, chunk)
    await asyncio.gather(steps.look(job_id, chunk), steps.read_text(job_id, chunk))
    return "done"


async def sound_chunk(steps: Steps, job_id: str, chunk: int) -> str:
    """Listen to a run of speech groups and sound units."""
    await asyncio.gather(steps.transcribe(job_id, chunk), steps.name_sounds(job_id, chunk))
    return "done"


async def music(steps: Steps, job_id: str, _chunk: int) -> str:
    """Find the beats of the whole track."""
    await steps.find_beats(job_id)
    return "done"


async def speakers(steps: Steps, job_id: str, _chunk: int) -> str:
    """Tell the speakers of the whole track apart."""
    await steps.tell_speakers(job_id)
    return "done"


async def analyse(steps: Steps, job_id: str, priority: int) -> str:
    """Run a job from its source to its published analysis; return its final state."""
    try:
        for open_media in (steps.ingest, steps.probe):
            error = await open_media(job_id)
            if error is not None:
                return await steps.fail(job_id, error)
        layout = await steps.plan(job_id)
        screened = bool(layout.get("lists")) and await steps.screen(job_id)
        if not screened and not (layout.get("recall") and await steps.recall(job_id)):
            await _run_chunks(steps, job_id, priority, layout)
        if layout.get("covers"):
            await steps.look_at_covers(job_id)
        await steps.conclude(job_id)
        if screened:
            return await steps.publish(job_id)
        for task in range(layout["tasks"]):
            await steps.produce(job_id, task)
        await steps.deliver(job_id)
        return await steps.publish(job_id)
    except Exception as error:
        reason, words = ended_by(error)
        failure = {"reason": reason or "INTERNAL", "message": words}
        state = await steps.fail(job_id, failure)
        if state == "FAILED":  # a job that was taken away meanwhile did not break
            log.exception("job broke", job_id=job_id)
        return state


async def _run_chunks(steps: Steps, job_id: str, priority: int, layout: dict[str, Any]) -> None:
    """Start every chunk, wait for all; one that kills its worker again and again fails alone.

    Some pictures are looked at while the sound is listened to.
    """
    running: list[tuple[str, int, Child]] = []

    async def start(kind: str, chunk: int) -> None:
        child_id = f"{job_id}.{kind}{chunk:05d}"
        child = await steps.journal.start(CHILDREN[kind], child_id, priority, job_id, chunk)
        running.append((kind, chunk, child))

    for chunk in range(layout["ahead"]):
        await start("picture", chunk)
    sound = await steps.listen(job_id) if layout["sound"] else 0
    for kind, chunk in in_turn(sound, range(layout["ahead"], layout["picture"])):
        await start(kind, chunk)
    if layout["music"]:
        await start("music", 0)
    if layout["speakers"]:
        await start("speakers", 0)
    for kind, chunk, child in running:
        try:
            await child.result()
        except Exception as error:
            reason, words = ended_by(error)
            await steps.lose_chunk(job_id, kind, chunk, reason, words)


def in_turn(sound: int, pictures: range) -> list[tuple[str, int]]:
    """Mix the chunks evenly: what listens has slots of its own, which else stand idle first and
    work alone at last."""
    chunks = [((2 * chunk + 1) / (2 * sound), "sound", chunk) for chunk in range(sound)]
    chunks += [
        ((2 * number + 1) / (2 * len(pictures)), "picture", chunk)
        for number, chunk in enumerate(pictures)
    ]
    return [(kind, chunk) for _, kind, chunk in sorted(chunks)]


#: A chunk that kills its process again and again fails alone; the job around it goes on.
CHILDREN: Final = {
    "picture": Workflow("picture_chunk", picture_chunk, max_recovery_attempts=5),
    "sound": Workflow("sound_chunk", sound_chunk, max_recovery_attempts=5),
    "music": Workflow("music", music, max_recovery_attempts=5),
    "speakers": Workflow("speakers", speakers, max_recovery_attempts=5),
}
WORKFLOWS: Final = (Workflow(ANALYSE, analyse, max_recovery_attempts=1_000), *CHILDREN.values())
