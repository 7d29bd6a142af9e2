"""A job that breaks leaves its stack trace in the log; one that was taken away leaves none."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from structlog.testing import capture_logs

from videre.orchestrator.steps.work import JobEnded
from videre.orchestrator.workflows.analyse import analyse
from videre.orchestrator.workflows.journal import Child, Seat, Workflow
from videre.orchestrator.workflows.steps import Steps

NO_RUNTIME: Any = None


class Breaking:
    """A journal of a job whose first step raises; what ends it finds a state."""

    def __init__(self, error: Exception, found: str) -> None:
        self._error, self._found = error, found

    async def step(
        self, seat: Seat, body: Callable[..., Coroutine[Any, Any, Any]], *arguments: Any
    ) -> Any:
        if seat.name == "fail":
            return self._found
        raise self._error

    async def start(
        self, workflow: Workflow, workflow_id: str, priority: int, *arguments: Any
    ) -> Child:
        raise AssertionError("a job whose first step raises has no chunks")


async def logged(error: Exception, found: str) -> list[str]:
    with capture_logs() as lines:
        assert await analyse(Steps(Breaking(error, found), NO_RUNTIME), "j1", 4) == found
    return [f"{line['log_level']} {line['event']} {line['job_id']}" for line in lines]


async def test_a_job_that_breaks_is_logged() -> None:
    assert await logged(ValueError("broken"), "FAILED") == ["error job broke j1"]


@pytest.mark.parametrize("error", [JobEnded("j1"), ExceptionGroup("plan", [JobEnded("j1")])])
async def test_a_job_that_was_cancelled_meanwhile_is_no_fault(error: Exception) -> None:
    assert await logged(error, "CANCELLED") == []
