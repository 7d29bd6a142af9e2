"""Triggers: the flows."""

from __future__ import annotations

from collections.abc import Sequence

from videre.client._flow import Context, EmitFlow, Flow
from videre.client._pages import every
from videre.client._rpc_queues import (
    DELETE_TRIGGER,
    GET_TRIGGER,
    LIST_TRIGGER_FILES,
    LIST_TRIGGERS,
    RETRY_TRIGGER_FILES,
    SET_TRIGGER,
    TEST_TRIGGER,
)
from videre.v1 import trigger_pb2 as pb


def set_trigger(
    context: Context, trigger: pb.Trigger, etag: str, project_id: str
) -> Flow[pb.Trigger]:
    """Store a trigger and return its latest version."""
    request = pb.SetTriggerRequest(project_id=project_id, trigger=trigger, etag=etag)
    return (yield from context.call(SET_TRIGGER, request)).trigger


def get_trigger(
    context: Context, trigger_id: str, version: int, project_id: str
) -> Flow[pb.GetTriggerResponse]:
    """Return a trigger and how many files it knows."""
    request = pb.GetTriggerRequest(project_id=project_id, trigger_id=trigger_id, version=version)
    return (yield from context.call(GET_TRIGGER, request))


def list_triggers(context: Context, project_id: str) -> Flow[Sequence[pb.Trigger]]:
    """Return the triggers of a project."""
    request = pb.ListTriggersRequest(project_id=project_id)
    return (yield from context.call(LIST_TRIGGERS, request)).triggers


def pause_trigger(
    context: Context, trigger_id: str, project_id: str, *, paused: bool
) -> Flow[pb.Trigger]:
    """Pause or resume a trigger that nobody else changes meanwhile; return it."""
    known = (yield from get_trigger(context, trigger_id, 0, project_id)).trigger
    known.paused = paused
    return (yield from set_trigger(context, known, known.etag, project_id))


def delete_trigger(context: Context, trigger_id: str, project_id: str) -> Flow[None]:
    """Delete a trigger."""
    request = pb.DeleteTriggerRequest(project_id=project_id, trigger_id=trigger_id)
    yield from context.call(DELETE_TRIGGER, request)


def test_trigger(
    context: Context, trigger: pb.Trigger, project_id: str
) -> Flow[pb.TestTriggerResponse]:
    """Tell which files a trigger would take now."""
    request = pb.TestTriggerRequest(project_id=project_id, trigger=trigger)
    return (yield from context.call(TEST_TRIGGER, request))


def list_files(
    context: Context, trigger_id: str, state: pb.TriggerFileState.ValueType, project_id: str
) -> EmitFlow[pb.TriggerFile]:
    """Emit the files that a trigger knows, page after page."""
    asked = pb.ListTriggerFilesRequest(project_id=project_id, trigger_id=trigger_id, state=state)
    return every(context, LIST_TRIGGER_FILES, asked, lambda page: page.files)


def retry_files(
    context: Context, trigger_id: str, numbers: Sequence[int], project_id: str
) -> Flow[int]:
    """Submit files of the error box again; return how many."""
    request = pb.RetryTriggerFilesRequest(
        project_id=project_id, trigger_id=trigger_id, numbers=numbers
    )
    return (yield from context.call(RETRY_TRIGGER_FILES, request)).count
