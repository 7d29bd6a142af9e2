"""A job that was cancelled, or deleted then, leaves no stack trace in the log; a fault does."""

from __future__ import annotations

import logging

import pytest
from dbos._error import DBOSAwaitedWorkflowCancelledError, DBOSNonExistentWorkflowError

from videre.orchestrator.workflows.dbos_journal import CancelledIsNoError


def kept(message: str, error: Exception | None = None) -> bool:
    """Tell whether a record of the journal reaches the log."""
    trace = None if error is None else (type(error), error, None)
    record = logging.LogRecord("dbos", logging.ERROR, __file__, 1, message, None, trace)
    return bool(CancelledIsNoError().filter(record))


@pytest.mark.parametrize(
    "error",
    [
        DBOSAwaitedWorkflowCancelledError("j1"),
        DBOSNonExistentWorkflowError("target", "j1.picture00000"),
    ],
)
def test_a_workflow_that_is_gone_is_no_fault(error: Exception) -> None:
    assert not kept("Exception encountered in asynchronous workflow:", error)


def test_what_is_told_of_a_cancellation_is_no_fault() -> None:
    assert not kept("Workflow j1 was cancelled")


def test_a_fault_reaches_the_log() -> None:
    assert kept("Exception encountered in asynchronous workflow:", ValueError("broken"))
    assert kept("the database is locked")
