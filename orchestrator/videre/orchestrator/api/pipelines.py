"""PipelineService: named queues of projects."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

import grpc.aio

from videre.common.auth import current_principal
from videre.orchestrator.api.events.routes import check_known
from videre.orchestrator.api.present import timestamp
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.notify.routing import Occasion
from videre.orchestrator.store.pipelines import PipelineRecord
from videre.v1 import event_pb2, job_pb2, pipeline_pb2_grpc
from videre.v1 import pipeline_pb2 as pb

Context = grpc.aio.ServicerContext[Any, Any]
PIPELINE_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")
_KINDS: Final = ("analysis", "moderation", "production")
_PREFIX: Final = "ROUTE_OCCASION_"
#: As vendors have it: so many at once, and so many behind them.
_RUNNING: Final = 10
_WAITING: Final = 10_000


class PipelineServicer(pipeline_pb2_grpc.PipelineServiceServicer):
    """See pipeline.proto."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app

    async def SetPipeline(
        self, request: pb.SetPipelineRequest, context: Context
    ) -> pb.SetPipelineResponse:
        """See pipeline.proto."""
        project, given = project_of(request.project_id), request.pipeline
        _check(given)
        named = given.templates
        await asyncio.to_thread(
            self._app.templates.choose, project, named.analysis, named.moderation, named.production
        )
        occasions = [
            event_pb2.RouteOccasion.Name(one).removeprefix(_PREFIX) for one in given.on
        ] or [str(Occasion.FINISH)]
        values = {
            "name": given.name,
            "templates": {kind: getattr(named, kind) for kind in _KINDS},
            "priority": given.priority if given.HasField("priority") else None,
            "running_jobs": given.running_jobs or _RUNNING,
            "waiting_jobs": given.waiting_jobs or _WAITING,
            "paused": given.paused,
            "targets": list(dict.fromkeys(given.webhook_ids)),
            "occasions": occasions,
        }
        by = current_principal().subject
        record = await asyncio.to_thread(
            self._app.pipelines.put, project, given.pipeline_id, values, by, request.etag
        )
        await asyncio.to_thread(self._app.jobs.admit_held)
        return pb.SetPipelineResponse(pipeline=_message(record))

    async def GetPipeline(
        self, request: pb.GetPipelineRequest, context: Context
    ) -> pb.GetPipelineResponse:
        """See pipeline.proto."""
        project = project_of(request.project_id)
        _check_named(request.pipeline_id)
        record = await asyncio.to_thread(self._app.pipelines.get, project, request.pipeline_id)
        counts = await asyncio.to_thread(self._app.pipelines.counts, project, record.id)
        message = _message(record)
        message.waiting_count, message.running_count = counts
        return pb.GetPipelineResponse(pipeline=message)

    async def ListPipelines(
        self, request: pb.ListPipelinesRequest, context: Context
    ) -> pb.ListPipelinesResponse:
        """See pipeline.proto."""
        project = project_of(request.project_id)
        records = await asyncio.to_thread(self._app.pipelines.all, project)
        return pb.ListPipelinesResponse(pipelines=map(_message, records))

    async def DeletePipeline(
        self, request: pb.DeletePipelineRequest, context: Context
    ) -> pb.DeletePipelineResponse:
        """See pipeline.proto."""
        project = project_of(request.project_id)
        _check_named(request.pipeline_id)
        await asyncio.to_thread(self._app.pipelines.delete, project, request.pipeline_id)
        return pb.DeletePipelineResponse()


async def of_pipeline(
    app: Orchestrator, project: str, request: job_pb2.SubmitJobRequest
) -> job_pb2.SubmitJobRequest:
    """Return a request with what its pipeline says where it says nothing itself.

    Raises:
        VidereError: PIPELINE_NOT_FOUND.
    """
    pipeline = await asyncio.to_thread(app.pipelines.get, project, request.pipeline_id)
    made = job_pb2.SubmitJobRequest()
    made.CopyFrom(request)
    for kind in _KINDS:
        only_files = made.skip_analysis and kind != "production"
        if not getattr(made.templates, kind) and not only_files:
            setattr(made.templates, kind, pipeline.templates.get(kind, ""))
    if not made.HasField("priority") and pipeline.priority is not None:
        made.priority = pipeline.priority
    return made


def _check(given: pb.Pipeline) -> None:
    found = Violations()
    found.pattern("pipeline.pipeline_id", given.pipeline_id, PIPELINE_ID)
    found.size("pipeline.name", given.name, 128)
    if given.HasField("priority"):
        found.number("pipeline.priority", given.priority, 0, 9)
    found.number("pipeline.running_jobs", given.running_jobs, 0, 1_000)
    found.number("pipeline.waiting_jobs", given.waiting_jobs, 0, 100_000)
    found.count("pipeline.webhook_ids", len(given.webhook_ids), 16)
    check_known(found, "pipeline.on", given.on, event_pb2.RouteOccasion.items())
    found.raise_if_any()


def _check_named(pipeline_id: str) -> None:
    found = Violations()
    found.named("pipeline_id", pipeline_id)
    found.raise_if_any()


def _message(record: PipelineRecord) -> pb.Pipeline:
    return pb.Pipeline(
        pipeline_id=record.id,
        name=record.name,
        templates=job_pb2.TemplateSelection(**record.templates),
        priority=record.priority,
        running_jobs=record.running_jobs,
        waiting_jobs=record.waiting_jobs,
        paused=record.paused,
        webhook_ids=record.targets,
        on=[event_pb2.RouteOccasion.Value(_PREFIX + one) for one in record.occasions],
        create_time=timestamp(record.create_ns),
        update_time=timestamp(record.update_ns),
        created_by=record.created_by,
        etag=str(record.edit),
    )
