"""The sound track as a whole: its stretch, its speech groups, its pieces for a stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.common.values import NS, TimeSpan
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.features import (
    SPEECH_ACTIVITY,
)
from videre.orchestrator.media.audiofile import AudioSpool
from videre.orchestrator.media.groups import (
    ENERGY_HOP,
    SpeechGroup,
    hop_energy,
    speech_groups,
)
from videre.orchestrator.steps.recording import RATE, sample_ns
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.work import (
    Work,
    find,
    read_evidence,
)

#: Bytes of one piece of a stream.
PIECE: Final = 1 << 20
_CALL_TIMEOUT_S: Final = 60.0
_S16: Final = 2


def track_span(work: Work) -> TimeSpan:
    """Return the stretch of the sound track."""
    return TimeSpan(work.index.audio_start_ns, work.index.audio_end_ns)


def stretch(start: int, end: int, audio: AudioSpool) -> TimeSpan:
    """Return the stretch of samples [start, end) of the track."""
    return TimeSpan(sample_ns(start, audio.start_ns), sample_ns(end, audio.start_ns))


def activity_key(work: Work, engine: EngineFacts) -> str:
    """Return the key of the track's speech activity."""
    return work.key(SPEECH_ACTIVITY, engine.id, engine.model_digests, track_span(work))


async def groups_of(run: Runtime, work: Work, audio: AudioSpool) -> list[SpeechGroup]:
    """Return the speech groups: pure in (activity, sound), so every step finds the same ones."""
    engine = work.plan.speech_activity
    if engine is None:
        return []
    rows = await find(run, [activity_key(work, engine)])
    spans: list[tuple[int, int]] = []
    for row in rows.values():
        blob = await read_evidence(run, row.project_id, row.blob_digest)
        spans = [
            (_sample(record.span.start_ns, audio), _sample(record.span.end_ns, audio))
            for record in blob.records
        ]

    def energy(first: int, last: int) -> npt.NDArray[np.float32]:
        return hop_energy(audio.pcm(first * ENERGY_HOP, last * ENERGY_HOP))

    return await asyncio.to_thread(speech_groups, spans, energy)


def _sample(time_ns: int, audio: AudioSpool) -> int:
    """Return the sample whose floored instant is `time_ns` (the inverse of `sample_ns`)."""
    return min(audio.samples, -(-(time_ns - audio.start_ns) * RATE // NS))


async def pieces_of(path: Path) -> AsyncIterator[bytes]:
    """Read a file piece by piece; an empty file gives one empty piece."""
    with await asyncio.to_thread(path.open, "rb") as source:
        piece = await asyncio.to_thread(source.read, PIECE)
        yield piece
        while piece := await asyncio.to_thread(source.read, PIECE):
            yield piece


def sound_timeout(engine: EngineFacts) -> float:
    """Return the deadline of one call to an engine, seconds."""
    return max(_CALL_TIMEOUT_S, 3 * engine.max_call_seconds)


def stream_timeout(engine: EngineFacts, pieces: int) -> float:
    """Return the deadline of a stream of so many pieces, seconds."""
    return _CALL_TIMEOUT_S + pieces * engine.max_call_seconds
