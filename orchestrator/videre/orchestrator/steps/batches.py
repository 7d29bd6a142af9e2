"""Frames into calls, and which of them are kept as pictures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Final

from videre.common.values import score_e4
from videre.internal.v1 import ocr_pb2, visual_pb2
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.media.unitfile import UnitSpool

#: Most bytes of pictures in one call; a reply or request stays below 4 MiB.
_BATCH_BYTES: Final = 3_500_000


async def of_frames(
    spool: UnitSpool, frames: Sequence[int], largest: int
) -> AsyncIterator[list[visual_pb2.Frame]]:
    """Yield batches of frames in order, each within the bounds of a call."""
    by_frame = {candidate.frame: candidate for candidate in spool.candidates}
    batch: list[visual_pb2.Frame] = []
    size = 0
    for frame in frames:
        candidate = by_frame[frame]
        jpeg = await asyncio.to_thread(spool.jpeg, frame)
        if batch and (len(batch) >= largest or size + len(jpeg) > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(
            visual_pb2.Frame(
                frame=frame, time_ns=candidate.time_ns, jpeg=jpeg, changed=candidate.changed
            )
        )
        size += len(jpeg)
    if batch:
        yield batch


def best_frames(observations: Iterable[visual_pb2.Observation], engine: EngineFacts) -> list[int]:
    """Return, for every class with a detection, the frame of its best one; ties: the earliest."""
    best: dict[str, tuple[int, int]] = {}
    for seen in observations:
        if not seen.class_name or not engine.class_thresholds:
            continue
        score = min(score_e4(seen.score), engine.score_cap)
        if score < engine.class_thresholds.get(seen.class_name, 5_000):
            continue
        held = best.get(seen.class_name)
        if held is None or (score, -seen.frame) > (held[0], -held[1]):
            best[seen.class_name] = (score, seen.frame)
    return sorted({frame for _, frame in best.values()})


def richest_texts(answers: Iterable[ocr_pb2.FrameText], count: int) -> list[int]:
    """Return at most `count` frames whose newly read lines have the most characters."""
    lengths = [
        (-sum(len(line.text) for line in answer.lines), answer.frame)
        for answer in answers
        if answer.lines and not answer.carried
    ]
    return sorted(frame for _, frame in sorted(lengths)[:count])
