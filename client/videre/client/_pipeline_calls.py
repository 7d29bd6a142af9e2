"""The calls about pipelines, blocking."""

from __future__ import annotations

from collections.abc import Sequence

from videre.client import _pipelines
from videre.client._flow import Context
from videre.client._transport import BlockingTransport
from videre.v1 import pipeline_pb2 as pb


class PipelineCalls:
    """The blocking calls about pipelines; `videre.pipelines` of a client.

    Every method may raise a `ServerRefusal`.
    """

    def __init__(self, context: Context, transport: BlockingTransport) -> None:
        self._context, self._transport = context, transport

    def set(self, pipeline: pb.Pipeline, *, etag: str = "", project_id: str = "") -> pb.Pipeline:
        """Make a pipeline, or put another one in its place; return it."""
        flow = _pipelines.set_pipeline(self._context, pipeline, etag, project_id)
        return self._transport.run(flow)

    def get(self, pipeline_id: str, *, project_id: str = "") -> pb.Pipeline:
        """Return a pipeline and how many jobs it has."""
        flow = _pipelines.get_pipeline(self._context, pipeline_id, project_id)
        return self._transport.run(flow)

    def list(self, *, project_id: str = "") -> Sequence[pb.Pipeline]:
        """Return the pipelines of a project by their ids."""
        return self._transport.run(_pipelines.list_pipelines(self._context, project_id))

    def pause(self, pipeline_id: str, *, paused: bool = True, project_id: str = "") -> pb.Pipeline:
        """Let no job in any more, or again; return the pipeline."""
        flow = _pipelines.pause_pipeline(self._context, pipeline_id, project_id, paused=paused)
        return self._transport.run(flow)

    def delete(self, pipeline_id: str, *, project_id: str = "") -> None:
        """Delete a pipeline that has no job which has not ended."""
        flow = _pipelines.delete_pipeline(self._context, pipeline_id, project_id)
        self._transport.run(flow)
