"""The methods of the public API about pipelines; see `_rpc`."""

from __future__ import annotations

from typing import Final

from videre.client._rpc import Method
from videre.v1 import pipeline_pb2 as pb

_PIPELINE: Final = "PipelineService"
SET_PIPELINE: Final = Method(
    _PIPELINE, "SetPipeline", pb.SetPipelineRequest, pb.SetPipelineResponse
)
GET_PIPELINE: Final = Method(
    _PIPELINE, "GetPipeline", pb.GetPipelineRequest, pb.GetPipelineResponse
)
LIST_PIPELINES: Final = Method(
    _PIPELINE, "ListPipelines", pb.ListPipelinesRequest, pb.ListPipelinesResponse
)
DELETE_PIPELINE: Final = Method(
    _PIPELINE, "DeletePipeline", pb.DeletePipelineRequest, pb.DeletePipelineResponse
)
