"""What the decode passes measured of the technical quality, kept as evidence and read back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from videre.common.values import TimeSpan
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import QUALITY
from videre.orchestrator.fusion.quality import PICTURE, SOUND
from videre.orchestrator.fusion.quality_measures import QualityMeasures, Records, SoundMeasures
from videre.orchestrator.media.audiofile import AudioSpool
from videre.orchestrator.media.quality_records import PICTURE_TYPE, QUALITY_METER, SOUND_TYPE
from videre.orchestrator.planning import Unit
from videre.orchestrator.steps.copies import taken
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.signals import alike, seen
from videre.orchestrator.steps.track import track_span
from videre.orchestrator.steps.units import ChunkSpool, unit_part, unit_span
from videre.orchestrator.steps.work import Cost, Work, find, keep, part_done, put_artifact


async def keep_pictures(run: Runtime, work: Work, unit: Unit, spool: ChunkSpool) -> None:
    """Keep the measures of a unit's pictures."""
    span = unit_span(unit)
    key = quality_key(work, PICTURE, span)
    if not await find(run, [key]):
        same = quality_key(await alike(run, work, unit), PICTURE, span)
        if not await taken(run, work, key, same, span, seen(work, unit)):
            measures = (await spool.unit(unit)).quality
            await _keep(run, work, key, PICTURE, span, measures, same)
    await part_done(run, work, QUALITY.name, unit_part(unit), [key], Cost(), span)


async def keep_sound(run: Runtime, work: Work, audio: AudioSpool) -> None:
    """Keep the measures of the sound track."""
    span = track_span(work)
    key = quality_key(work, SOUND, span)
    if not await find(run, [key]):
        await _keep(run, work, key, SOUND, span, audio.quality())
    await part_done(run, work, QUALITY.name, "track", [key], Cost(), span)


def quality_key(work: Work, part: str, span: TimeSpan) -> str:
    """Return the key of the measures of a stretch of picture or of the sound track."""
    return work.key(QUALITY.name, QUALITY_METER, (), span, {"part": part})


async def _keep(
    run: Runtime,
    work: Work,
    key: str,
    part: str,
    span: TimeSpan,
    measures: npt.NDArray[np.void],
    same: str = "",
) -> None:
    data = np.ascontiguousarray(measures).tobytes()
    digest = await put_artifact(run, work.plan.project_id, data, packed=True)
    record = Evidence(
        feature=QUALITY.name,
        engine=QUALITY_METER,
        span=span,
        class_name=part,
        attributes={"channels": measures.shape[1]} if measures.ndim > 1 else {},
        embedding=f"{digest}/0",
    )
    name = QUALITY.name
    await keep(run, work, key, name, QUALITY_METER, span, [record], Cost(), [digest], same)


def read_measures(run: Runtime, work: Work, records: Sequence[Evidence]) -> QualityMeasures:
    """Read what was measured, of every frame and of the track."""
    own = [record for record in records if record.feature == QUALITY.name]
    return QualityMeasures(_pictures(run, work, own), _sound(run, work, own))


def _pictures(run: Runtime, work: Work, records: Sequence[Evidence]) -> Records | None:
    units = [record for record in records if record.class_name == PICTURE]
    if not units:
        return None
    measures = np.zeros(len(work.index.frame_starts_ns), PICTURE_TYPE)
    for record in units:
        start, end = record.span.start_frame or 0, record.span.end_frame or 0
        measures[start:end] = np.frombuffer(_data(run, work, record), PICTURE_TYPE)
    return measures


def _sound(run: Runtime, work: Work, records: Sequence[Evidence]) -> SoundMeasures | None:
    for record in records:
        if record.class_name == SOUND:
            measures = np.frombuffer(_data(run, work, record), SOUND_TYPE)
            channels = record.attributes.get("channels", 1)
            return SoundMeasures(
                measures.reshape(-1, channels), record.span.start_ns, record.span.end_ns
            )
    return None


def _data(run: Runtime, work: Work, record: Evidence) -> bytes:
    digest = record.embedding.partition("/")[0]
    return run.artifacts.read(work.plan.project_id, digest)
