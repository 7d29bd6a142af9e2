"""TriggerService: folders that are watched."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import grpc.aio

from videre.common.auth import current_principal
from videre.common.errors import VidereError
from videre.common.values import NS
from videre.orchestrator.api.flow import check_flow, outcomes, output_folders
from videre.orchestrator.api.pipelines import of_pipeline
from videre.orchestrator.api.present import timestamp
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.request import duration_ns
from videre.orchestrator.api.templates.choice import filled_in
from videre.orchestrator.api.validation import Violations, check_submit
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.media.buckets import resolve_place_uri
from videre.orchestrator.store.listing import MAX_PAGE, page_token, read_token
from videre.orchestrator.store.triggers import FileRecord, FileState, TriggerRecord
from videre.orchestrator.triggers.rules import Listed, wanted
from videre.orchestrator.watching import files_at, job_request_of
from videre.v1 import job_pb2, trigger_pb2_grpc
from videre.v1 import trigger_pb2 as pb

Context = grpc.aio.ServicerContext[Any, Any]
_TRIGGER_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")
_DAY_S: Final = 86_400
_MOST_PATTERNS: Final = 32
_LAST: Final = 2**63 - 1
_FILES: Final = 100
_TOLD: Final = 1_000
_MOST_NUMBERS: Final = 1_000
#: Fields that only answers have.
_ANSWERED: Final = ("version", "create_time", "created_by", "look_time", "error", "etag")
_STATES: Final[Mapping[pb.TriggerFileState.ValueType, FileState]] = {
    pb.TRIGGER_FILE_STATE_SEEN: FileState.SEEN,
    pb.TRIGGER_FILE_STATE_SUBMITTED: FileState.SUBMITTED,
    pb.TRIGGER_FILE_STATE_DONE: FileState.DONE,
    pb.TRIGGER_FILE_STATE_ERROR: FileState.ERROR,
}
_NUMBERS: Final = {state.value: number for number, state in _STATES.items()}


class TriggerServicer(trigger_pb2_grpc.TriggerServiceServicer):
    """See trigger.proto."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app

    async def SetTrigger(
        self, request: pb.SetTriggerRequest, context: Context
    ) -> pb.SetTriggerResponse:
        """See trigger.proto."""
        project = project_of(request.project_id)
        given = await self._checked(project, request.trigger)
        record = await asyncio.to_thread(
            self._app.triggers.put,
            project,
            given.trigger_id,
            given.SerializeToString(deterministic=True),
            current_principal().subject,
            request.etag,
        )
        return pb.SetTriggerResponse(trigger=_message(record))

    async def GetTrigger(
        self, request: pb.GetTriggerRequest, context: Context
    ) -> pb.GetTriggerResponse:
        """See trigger.proto."""
        project = project_of(request.project_id)
        found = Violations()
        found.named("trigger_id", request.trigger_id)
        found.number("version", request.version, 0, _LAST)
        found.raise_if_any()
        store = self._app.triggers
        record = await asyncio.to_thread(store.get, project, request.trigger_id, request.version)
        counts = await asyncio.to_thread(store.counts, project, record.id)
        return pb.GetTriggerResponse(trigger=_message(record), counts=counts)

    async def ListTriggers(
        self, request: pb.ListTriggersRequest, context: Context
    ) -> pb.ListTriggersResponse:
        """See trigger.proto."""
        project = project_of(request.project_id)
        records = await asyncio.to_thread(self._app.triggers.all, project)
        return pb.ListTriggersResponse(triggers=map(_message, records))

    async def DeleteTrigger(
        self, request: pb.DeleteTriggerRequest, context: Context
    ) -> pb.DeleteTriggerResponse:
        """See trigger.proto."""
        project = project_of(request.project_id)
        _check_named(request.trigger_id)
        await asyncio.to_thread(self._app.triggers.delete, project, request.trigger_id)
        return pb.DeleteTriggerResponse()

    async def TestTrigger(
        self, request: pb.TestTriggerRequest, context: Context
    ) -> pb.TestTriggerResponse:
        """See trigger.proto."""
        project = project_of(request.project_id)
        given = await self._checked(project, request.trigger)
        whole = await self._with_templates(project, given.job)
        there = await files_at(self._app, given.uri)
        return await asyncio.to_thread(self._test, project, given, whole, there)

    async def ListTriggerFiles(
        self, request: pb.ListTriggerFilesRequest, context: Context
    ) -> pb.ListTriggerFilesResponse:
        """See trigger.proto."""
        project = project_of(request.project_id)
        found = Violations()
        found.named("trigger_id", request.trigger_id)
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        if request.state and request.state not in _STATES:
            names = ", ".join(pb.TriggerFileState.Name(state) for state in _STATES)
            found.add("state", f"must be one of {names}", names, request.state)
        found.raise_if_any()
        filters = {"project": project, "trigger": request.trigger_id, "state": request.state}
        after = read_token(request.page_token, filters, int) if request.page_token else 0
        store, limit = self._app.triggers, request.page_size or _FILES
        record = await asyncio.to_thread(store.get, project, request.trigger_id)
        state = _STATES[request.state].value if request.state else ""
        files = await asyncio.to_thread(store.files, project, record.id, state, limit, after)
        token = page_token(files[-1].number, filters) if len(files) == limit else ""
        return pb.ListTriggerFilesResponse(files=map(_file, files), next_page_token=token)

    async def RetryTriggerFiles(
        self, request: pb.RetryTriggerFilesRequest, context: Context
    ) -> pb.RetryTriggerFilesResponse:
        """See trigger.proto."""
        project = project_of(request.project_id)
        found = Violations()
        found.named("trigger_id", request.trigger_id)
        found.count("numbers", len(request.numbers), _MOST_NUMBERS)
        for index, number in enumerate(request.numbers):
            found.number(f"numbers[{index}]", number, 1, _LAST)
        found.raise_if_any()
        count = await asyncio.to_thread(
            self._app.triggers.retry, project, request.trigger_id, list(request.numbers)
        )
        return pb.RetryTriggerFilesResponse(count=count)

    async def _checked(self, project: str, given: pb.Trigger) -> pb.Trigger:
        """Return a trigger without what only answers have, checked with what it names.

        Raises:
            VidereError: FIELD_INVALID, URI_SCHEME, URI_FORBIDDEN, TEMPLATE_NOT_FOUND,
                PIPELINE_NOT_FOUND, what a job would be refused with.
        """
        trigger = pb.Trigger()
        trigger.CopyFrom(given)
        for name in _ANSWERED:
            trigger.ClearField(name)
        _check(trigger)
        settings = self._app.settings
        resolve_place_uri(trigger.uri, settings.roots, settings.bucket_roots)
        _check_job(project, trigger)
        job = trigger.job
        whole = await self._with_templates(project, job)
        _check_below(check_flow, whole, quarantine=settings.quarantine_dir is not None)
        for folder in output_folders(whole):
            resolve_place_uri(folder, settings.roots, settings.bucket_roots)
        return trigger

    async def _with_templates(
        self, project: str, job: job_pb2.SubmitJobRequest
    ) -> job_pb2.SubmitJobRequest:
        """Return a job with what its pipeline and templates say as they are now."""
        if job.pipeline_id:
            job = await of_pipeline(self._app, project, job)
        named = job.templates
        chosen = await asyncio.to_thread(
            self._app.templates.choose, project, named.analysis, named.moderation, named.production
        )
        return filled_in(job, chosen)

    def _test(
        self,
        project: str,
        trigger: pb.Trigger,
        whole: job_pb2.SubmitJobRequest,
        there: Sequence[Listed],
    ) -> pb.TestTriggerResponse:
        store = self._app.triggers
        known: frozenset[tuple[str, str]] = frozenset()
        stored = next((one for one in store.all(project) if one.id == trigger.trigger_id), None)
        if stored is not None:
            waiting, taken = store.known(stored)
            known = taken | {(one.path, one.version) for one in waiting}
        files = [
            one
            for one in there
            if wanted(one.path, trigger.include, trigger.exclude)
            and (one.path, one.version) not in known
        ]
        return pb.TestTriggerResponse(
            files=[
                pb.TriggerFile(path=one.path, file_version=one.version, size_bytes=one.size_bytes)
                for one in files[:_TOLD]
            ],
            file_count=len(files),
            left_out=len(there) - len(files),
            outcomes=outcomes(whole),
        )


def _check(trigger: pb.Trigger) -> None:
    found = Violations()
    found.pattern("trigger.trigger_id", trigger.trigger_id, _TRIGGER_ID)
    found.size("trigger.name", trigger.name, 128)
    found.size("trigger.uri", trigger.uri, 2_048)
    _check_patterns(found, "trigger.include", trigger.include)
    _check_patterns(found, "trigger.exclude", trigger.exclude)
    found.number("trigger.stable_for", duration_ns(trigger.stable_for) / NS, 0, _DAY_S)
    if trigger.HasField("interval"):
        found.number("trigger.interval", duration_ns(trigger.interval) / NS, 1, _DAY_S)
    job = trigger.job
    for name, said in (("inputs", bool(job.inputs)), ("request_id", bool(job.request_id)),
                       ("validate_only", job.validate_only)):  # fmt: skip
        if said:
            found.add(f"trigger.job.{name}", "is told by the file", "unset", "set")
    found.raise_if_any()


def _check_patterns(found: Violations, field: str, patterns: Sequence[str]) -> None:
    found.count(field, len(patterns), _MOST_PATTERNS)
    for index, pattern in enumerate(patterns):
        found.size(f"{field}[{index}]", pattern, 256)


def _check_job(project: str, trigger: pb.Trigger) -> None:
    """Check what would be submitted for a file.

    Raises:
        VidereError: as `check_submit`, with fields below trigger.job; PROJECT_FORBIDDEN.
    """
    if trigger.job.project_id not in ("", project):
        project_of(trigger.job.project_id)
        found = Violations()
        found.add("trigger.job.project_id", "is another", project, trigger.job.project_id)
        found.raise_if_any()
    _check_below(check_submit, job_request_of(trigger, Listed("file", "", 0)))


def _check_below(check: Callable[..., None], job: job_pb2.SubmitJobRequest, **more: bool) -> None:
    """Check what would be submitted; what is wrong is told with fields below trigger.job."""
    try:
        check(job, **more)
    except VidereError as error:
        below = [replace(one, field=f"trigger.job.{one.field}") for one in error.violations]
        raise VidereError(
            error.reason, error.message, violations=tuple(below), metadata=error.metadata
        ) from None


def _check_named(trigger_id: str) -> None:
    found = Violations()
    found.named("trigger_id", trigger_id)
    found.raise_if_any()


def _message(record: TriggerRecord) -> pb.Trigger:
    message = pb.Trigger.FromString(record.document)
    message.version = record.version
    message.create_time.CopyFrom(timestamp(record.create_ns))
    message.created_by = record.created_by
    if record.look_ns is not None:
        message.look_time.CopyFrom(timestamp(record.look_ns))
    message.error = record.error
    message.etag = str(record.version)
    return message


def _file(record: FileRecord) -> pb.TriggerFile:
    return pb.TriggerFile(
        number=record.number,
        path=record.path,
        file_version=record.version,
        size_bytes=record.size_bytes,
        state=_NUMBERS[record.state],
        seen_time=timestamp(record.seen_ns),
        job_id=record.job_id or "",
        trigger_version=record.watch_version,
        reason=record.reason,
        message=record.message,
    )
