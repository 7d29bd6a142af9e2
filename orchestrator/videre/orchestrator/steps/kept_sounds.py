"""Hashes of what a media sounds like: kept when it is listened to, read when it is indexed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.common.values import NS
from videre.orchestrator.evidence import Evidence, decode_blob
from videre.orchestrator.media.audiofile import AudioSpool
from videre.orchestrator.search.sound_hashes import EVERY_MS, LENGTH, STEP, sound_hashes
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.track import track_span
from videre.orchestrator.steps.work import Cost, Work, find, keep, put_artifact

#: Name of the evidence, which belongs to no feature, and who makes it: the number changes when its
#: answers may change.
SOUND_HASHES: Final = "sound_hashes"
_HASHER: Final = "sound-hasher@1"
_STORED: Final = np.dtype("<u8")
#: Hashes that are made at once: a minute.
_AT_ONCE: Final = 240


def sound_hashes_key(work: Work) -> str:
    """Return the key of the track's hashes."""
    return work.key(SOUND_HASHES, _HASHER, (), track_span(work))


async def keep_sound_hashes(run: Runtime, work: Work, audio: AudioSpool) -> None:
    """Keep the hashes of the track."""
    key, span = sound_hashes_key(work), track_span(work)
    if await find(run, [key]):
        return
    hashes = await asyncio.to_thread(_hashes_of, audio)
    digest = await put_artifact(run, work.plan.project_id, hashes.tobytes(), packed=False)
    record = Evidence(feature=SOUND_HASHES, engine=_HASHER, span=span, embedding=f"{digest}/0")
    await keep(run, work, key, SOUND_HASHES, _HASHER, span, [record], Cost(), cited=[digest])


def _hashes_of(audio: AudioSpool) -> npt.NDArray[np.uint64]:
    """Return the hashes of a track, which is read a minute at a time."""
    block = _AT_ONCE * STEP
    parts = [
        sound_hashes(audio.pcm(start, start + block - STEP + LENGTH))
        for start in range(0, max(1, audio.samples), block)
    ]
    return np.concatenate(parts).astype(_STORED)


def kept_sound_hashes(run: Runtime, project_id: str, digest: str) -> Iterator[tuple[int, int]]:
    """Yield times in nanoseconds and hashes of a media's sound; nothing where nobody listened.

    Args:
        digest: of the media's bytes.

    Raises:
        VidereError: what was kept is gone.
    """
    every_ns = EVERY_MS * NS // 1_000
    for row in run.evidence.of_media(project_id, digest, SOUND_HASHES, _HASHER):
        blob = decode_blob(run.artifacts.read(project_id, row.blob_digest))
        artifact = blob.records[0].embedding.partition("/")[0]
        hashes = np.frombuffer(run.artifacts.read(project_id, artifact), _STORED)
        for number, value in enumerate(hashes.tolist()):
            yield row.start_ns + number * every_ns, value
