"""Pipelines: the flows."""

from __future__ import annotations

from collections.abc import Sequence

from videre.client._flow import Context, Flow
from videre.client._rpc_queues import (
    DELETE_PIPELINE,
    GET_PIPELINE,
    LIST_PIPELINES,
    SET_PIPELINE,
)
from videre.v1 import pipeline_pb2 as pb


def set_pipeline(
    context: Context, pipeline: pb.Pipeline, etag: str, project_id: str
) -> Flow[pb.Pipeline]:
    """Store a pipeline and return it."""
    request = pb.SetPipelineRequest(project_id=project_id, pipeline=pipeline, etag=etag)
    return (yield from context.call(SET_PIPELINE, request)).pipeline


def get_pipeline(context: Context, pipeline_id: str, project_id: str) -> Flow[pb.Pipeline]:
    """Return a pipeline."""
    request = pb.GetPipelineRequest(project_id=project_id, pipeline_id=pipeline_id)
    return (yield from context.call(GET_PIPELINE, request)).pipeline


def list_pipelines(context: Context, project_id: str) -> Flow[Sequence[pb.Pipeline]]:
    """Return the pipelines of a project."""
    request = pb.ListPipelinesRequest(project_id=project_id)
    return (yield from context.call(LIST_PIPELINES, request)).pipelines


def pause_pipeline(
    context: Context, pipeline_id: str, project_id: str, *, paused: bool
) -> Flow[pb.Pipeline]:
    """Pause or resume a pipeline that nobody else changes meanwhile; return it."""
    known = yield from get_pipeline(context, pipeline_id, project_id)
    known.paused = paused
    return (yield from set_pipeline(context, known, known.etag, project_id))


def delete_pipeline(context: Context, pipeline_id: str, project_id: str) -> Flow[None]:
    """Delete a pipeline."""
    request = pb.DeletePipelineRequest(project_id=project_id, pipeline_id=pipeline_id)
    yield from context.call(DELETE_PIPELINE, request)
