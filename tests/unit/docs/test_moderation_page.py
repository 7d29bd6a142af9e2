"""docs/moderation.md: its table is that of the code, and every state and reason is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.docs_moderation import page
from videre.orchestrator.moderation.evaluate import INCOMPLETE, NOT_CHECKED, UNLABELED_SOUND
from videre.v1 import analysis_pb2

TEXT = (Path(__file__).parents[3] / "docs" / "moderation.md").read_text(encoding="utf-8")


def test_the_table_is_that_of_the_code() -> None:
    assert page(TEXT) == TEXT, "run scripts/docs_moderation.py"


@pytest.mark.parametrize("state", analysis_pb2.CoverageState.keys()[1:])
def test_every_state_of_coverage_is_told(state: str) -> None:
    assert f"`{state.removeprefix('COVERAGE_STATE_')}`" in TEXT


@pytest.mark.parametrize("reason", [NOT_CHECKED, INCOMPLETE, UNLABELED_SOUND])
def test_every_reason_of_a_group_is_told(reason: str) -> None:
    assert f"`{reason}`" in TEXT
