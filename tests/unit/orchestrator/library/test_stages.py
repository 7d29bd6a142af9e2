"""What nobody could look for is not checked; what can be looked for later is checked then."""

from __future__ import annotations

import pytest

from videre.orchestrator.document import StageResult, StageState
from videre.orchestrator.library.stages import looked_for

OTHER = StageResult("objects", StageState.SUCCEEDED)


def test_without_samples_landmarks_are_not_checked_until_there_are_some() -> None:
    seen = StageResult("landmarks", StageState.SUCCEEDED)
    waiting = looked_for([OTHER, seen])
    assert waiting[1] == StageResult("landmarks", StageState.NOT_CHECKED, "NO_SAMPLES")
    assert looked_for(waiting, samples=True) == (OTHER, seen)
    assert looked_for(looked_for([OTHER, seen], samples=True)) == waiting


@pytest.mark.parametrize(
    "stage",
    [
        StageResult("landmarks", StageState.NOT_CHECKED, "NO_ENGINE"),
        StageResult("landmarks", StageState.SKIPPED, "NO_TRACK"),
        StageResult("landmarks", StageState.FAILED, "ENGINE_FAILED"),
    ],
)
def test_what_was_never_described_stays_as_it_is(stage: StageResult) -> None:
    assert looked_for([stage]) == looked_for([stage], samples=True) == (stage,)
