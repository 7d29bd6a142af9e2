"""The methods of the public API about pipelines and triggers; see `_rpc`."""

from __future__ import annotations

from typing import Final

from videre.client._rpc import Method
from videre.v1 import pipeline_pb2 as pb
from videre.v1 import trigger_pb2 as tb

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
_TRIGGER: Final = "TriggerService"
SET_TRIGGER: Final = Method(_TRIGGER, "SetTrigger", tb.SetTriggerRequest, tb.SetTriggerResponse)
GET_TRIGGER: Final = Method(_TRIGGER, "GetTrigger", tb.GetTriggerRequest, tb.GetTriggerResponse)
LIST_TRIGGERS: Final = Method(
    _TRIGGER, "ListTriggers", tb.ListTriggersRequest, tb.ListTriggersResponse
)
DELETE_TRIGGER: Final = Method(
    _TRIGGER, "DeleteTrigger", tb.DeleteTriggerRequest, tb.DeleteTriggerResponse
)
TEST_TRIGGER: Final = Method(_TRIGGER, "TestTrigger", tb.TestTriggerRequest, tb.TestTriggerResponse)
LIST_TRIGGER_FILES: Final = Method(
    _TRIGGER, "ListTriggerFiles", tb.ListTriggerFilesRequest, tb.ListTriggerFilesResponse
)
RETRY_TRIGGER_FILES: Final = Method(
    _TRIGGER, "RetryTriggerFiles", tb.RetryTriggerFilesRequest, tb.RetryTriggerFilesResponse
)
