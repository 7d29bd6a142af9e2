"""Whether sample pictures were looked for, or there was nothing to look for. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from videre.common.errors import Reason
from videre.orchestrator.document import StageResult, StageState
from videre.orchestrator.features import LANDMARKS


def looked_for(stages: Iterable[StageResult], *, samples: bool = False) -> tuple[StageResult, ...]:
    """Return the stages; `landmarks` is not checked while there is nothing to look for.

    Args:
        stages: with `landmarks` as it ended, or as an earlier call left it.
        samples: whether the project has sample pictures or picture hashes.
    """
    return tuple(_looked_for(stage, samples) for stage in stages)


def _looked_for(stage: StageResult, samples: bool) -> StageResult:
    described = stage.state is StageState.SUCCEEDED or stage.reason == Reason.NO_SAMPLES
    if stage.name != LANDMARKS.name or not described:
        return stage
    if samples:
        return replace(stage, state=StageState.SUCCEEDED, reason="")
    return replace(stage, state=StageState.NOT_CHECKED, reason=str(Reason.NO_SAMPLES))
