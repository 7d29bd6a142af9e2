"""One unit of the picture at a time: its spool, its keys, what is sampled of it.

Every call is about one unit, so that neither the length of a chunk nor what failed elsewhere
changes an answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

from videre.common.errors import VidereError
from videre.common.values import TimeSpan
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.features import SHOTS
from videre.orchestrator.media.index import UnitRange
from videre.orchestrator.media.sampling import SamplingOptions, UnitSample, sample_unit
from videre.orchestrator.media.unitfile import UnitSpool
from videre.orchestrator.planning import Unit
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.work import (
    Work,
    find,
    media_path,
    part_failed,
    read_evidence,
)

#: The decode pass and the sampler as witnesses: raise when their answers may change.
DECODER: Final = "decoder@2"
SAMPLER: Final = "sampler@2"
#: Least time for one call; engines state their own above it.
_CALL_TIMEOUT_S: Final = 30.0


def unit_span(unit: Unit) -> TimeSpan:
    """Return a unit's stretch."""
    return TimeSpan(unit.start_ns, unit.end_ns, unit.start_frame, unit.end_frame)


def unit_part(unit: Unit) -> str:
    """Return what a stage calls its work on a unit."""
    return f"{unit.index:05d}"


def shots_key(work: Work, unit: Unit) -> str:
    """Return the key of a unit's shot boundaries."""
    engine = work.plan.engine(SHOTS)
    return work.key("shots", engine.id, engine.model_digests, unit_span(unit))


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the frames of a unit are chosen.

    Args:
        boundaries: first frames of shots that begin in the unit; none where shots are unknown.
        params: what an answer depends on by way of the chosen frames.
    """

    boundaries: tuple[int, ...]
    params: Mapping[str, int | str]


async def sampling_of(run: Runtime, work: Work, unit: Unit) -> Sampling:
    """Return how a unit is sampled; where its shots could not be found, as if it were one."""
    shots, frames = "none", []
    wanted = work.plan.wants(SHOTS)
    for row in (await find(run, [shots_key(work, unit)]) if wanted else {}).values():
        shots = work.plan.engine(SHOTS).id
        blob = await read_evidence(run, row.project_id, row.blob_digest)
        frames = [
            record.span.start_frame
            for record in blob.records
            if record.class_name in ("cut", "fade") and record.span.start_frame is not None
        ]
    return Sampling(tuple(sorted(frames)), sampling_params(work, shots))


def sampling_params(work: Work, shots: str) -> dict[str, int | str]:
    """Return what an answer depends on by way of the chosen frames.

    Args:
        shots: engine that found the shots; "none" where they could not be found.
    """
    return {
        "interval_ns": work.plan.sample_interval_ns,
        "sampler": SAMPLER,
        "shots": shots,
    }


class ChunkSpool:
    """The decoded frames of a chunk, decoded when first needed and leased until the step ends."""

    def __init__(self, run: Runtime, work: Work, units: Sequence[Unit]) -> None:
        self._run, self._work, self._units = run, work, units
        self._stack = AsyncExitStack()
        self._spools: dict[int, UnitSpool] | None = None

    async def __aenter__(self) -> ChunkSpool:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def unit(self, unit: Unit) -> UnitSpool:
        """Return one unit's signals and candidates.

        Raises:
            VidereError: MEDIA_CHANGED, DECODE_FAILED, DECODE_LIMIT.
        """
        if self._spools is None:
            path = await media_path(self._run, self._work.media)
            lease = self._run.spool.video(
                path, self._work.index, self._units[0].index, self._units[-1].index
            )
            spools = await self._stack.enter_async_context(lease)
            self._spools = {spool.unit.index: spool for spool in spools}
        return self._spools[unit.index]


UnitBody = Callable[[Unit, ChunkSpool], Awaitable[None]]


async def each_unit(
    run: Runtime, job_id: str, chunk: int, stages: Sequence[str], body: UnitBody, work: Work
) -> int:
    """Run a body for every unit; a unit that cannot be looked at fails alone."""
    units = work.plan.chunk_units(chunk)
    async with ChunkSpool(run, work, units) as spool:
        for unit in units:
            try:
                await body(unit, spool)
            except VidereError as error:
                for stage in stages:
                    await part_failed(run, work, stage, unit_part(unit), unit_span(unit), error)
    return len(units)


def sample(work: Work, unit: Unit, spool: UnitSpool, boundaries: Sequence[int]) -> UnitSample:
    """Choose the frames of a unit."""
    place = UnitRange(unit.index, unit.start_frame, unit.end_frame, unit.start_ns, unit.end_ns)
    options = SamplingOptions(interval_ns=work.plan.sample_interval_ns)
    return sample_unit(spool.candidates, boundaries, place, options)


def call_timeout(engine: EngineFacts) -> float:
    """Return the deadline of one call to an engine, seconds."""
    return max(_CALL_TIMEOUT_S, 3 * engine.max_call_seconds)
