"""What a suite has kept of its jobs, given to fusion again: all of it, or what some senses saw.

No suite may be running on the folder.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from videre.common.clock import SystemClock
from videre.orchestrator.app import open_orchestrator
from videre.orchestrator.document import StageResult, StageState
from videre.orchestrator.features import BY_NAME, SHOTS, SPEECH_ACTIVITY, Modality
from videre.orchestrator.fusion.inputs import Context, FusionInput, FusionOptions
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.steps import conclusion
from videre.orchestrator.steps.ending import final_stages
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.work import load_work
from videre.orchestrator.store.database import open_sqlite
from videre.v1.job_pb2 import TemplateSelection


@asynccontextmanager
async def opened(data: Path) -> AsyncIterator[Runtime]:
    """Open a data folder while the block runs."""
    settings = OrchestratorSettings(data_dir=data)
    database = open_sqlite(settings.database_path)
    try:
        async with open_orchestrator(settings, database, SystemClock(), random.Random(0)) as app:
            yield app.runtime()
    finally:
        database.dispose()


async def fusion_of(run: Runtime, job_id: str) -> FusionInput:
    """Return what fusion was given of a job, without what its caller asked for."""
    work = await load_work(run, job_id)
    return conclusion.fusion_input(
        run, work, await conclusion.gather(run, work),
        stages=final_stages(run.jobs.stages(job_id), work.plan),
        context=Context(), options=FusionOptions(), ranges=(), templates=TemplateSelection(),
    )  # fmt: skip


def of_senses(given: FusionInput, senses: Collection[Modality]) -> FusionInput:
    """Return what fusion would be given had only some senses looked; where shots begin is known."""
    return replace(
        given,
        evidence=[record for record in given.evidence if _counts(record.feature, senses)],
        stages=tuple(
            stage if _counts(stage.name, senses) else _not_asked(stage) for stage in given.stages
        ),
    )


def _counts(feature: str, senses: Collection[Modality]) -> bool:
    if feature == SHOTS.name:
        return True
    if feature == SPEECH_ACTIVITY:
        return Modality.SPEECH in senses or Modality.SOUND in senses
    known = BY_NAME.get(feature)
    # The sampler's key frames are no feature of a job: they are pictures.
    return (known.modality if known is not None else Modality.IMAGE) in senses


def _not_asked(stage: StageResult) -> StageResult:
    return StageResult(stage.name, StageState.SKIPPED, "NOT_REQUESTED")
