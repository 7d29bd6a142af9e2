"""One trace per job, from the caller's on, across real processes, as a collector gets it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest
from calling import BUSY_S, TIMEOUT_S, Api
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as otlp
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as otlp_grpc
from running import Processes

from tests import synth
from videre.v1 import job_pb2

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = "b7ad6b7169203331"
#: A busy machine answers late.
SETTINGS = {"VIDERE_STAGE_PATIENCE": "3"}


@dataclass(slots=True)
class Collector(otlp_grpc.TraceServiceServicer):
    """Keeps the spans that it is sent, by the service that sent them."""

    spans: list[tuple[str, Any]] = field(default_factory=list)

    def Export(self, request: Any, context: Any) -> Any:
        for resource in request.resource_spans:
            named = {one.key: one.value.string_value for one in resource.resource.attributes}
            self.spans += [
                (named["service.name"], span)
                for scope in resource.scope_spans
                for span in scope.spans
            ]
        return otlp.ExportTraceServiceResponse()

    def of(self, trace: str) -> list[tuple[str, Any]]:
        return [(service, span) for service, span in self.spans if span.trace_id.hex() == trace]


@pytest.fixture(scope="module")
def collector() -> Iterator[tuple[Collector, str]]:
    """A collector and where it listens."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
    made = Collector()
    otlp_grpc.add_TraceServiceServicer_to_server(made, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield made, f"http://127.0.0.1:{port}"
    server.stop(grace=None).wait(timeout=10)


@pytest.mark.long
def test_a_job_is_one_trace_across_processes(
    orchestrator: Callable[..., AbstractContextManager[Processes]],
    collector: tuple[Collector, str],
) -> None:
    kept, url = collector
    with (
        orchestrator("audio", **SETTINGS, VIDERE_OTLP_ENDPOINT=url) as running,
        Api(running.ports.target("orchestrator")) as api,
    ):
        clip = synth.Clip("tone.m4a", 0, sounds=(synth.Sound(synth.tone(2.0), rate=16_000),))
        path = synth.make(clip, running.folder / "files")
        request = job_pb2.SubmitJobRequest(features=["music"])
        request.inputs.add(uri=path.as_uri())
        header = (("traceparent", f"00-{TRACE}-{CALLER}-01"),)
        job_id = api.jobs.SubmitJob(request, timeout=TIMEOUT_S, metadata=header).job.job_id
        job = api.end_of(job_id, BUSY_S)
        assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job
        for name in ("orchestrator", "audio"):
            assert running.stop(name) == 0
    spans = kept.of(TRACE)  # those that waited were sent when the processes ended
    assert {service for service, _ in spans} == {"videre-orchestrator", "videre-audio"}
    ids = {span.span_id.hex() for _, span in spans}
    lost = {s.name for _, s in spans if s.parent_span_id.hex() not in ids | {CALLER}}
    assert not lost, "every span has its parent in the trace"
    (step,) = [span for _, span in spans if span.name == "audio.music"]
    asked = [s for service, s in spans if service == "videre-audio" and "AnalyzeMusic" in s.name]
    assert {one.parent_span_id for one in asked} == {step.span_id}
    told = {one.key: one.value.string_value for one in step.attributes}
    assert told == {"job_id": job_id}
