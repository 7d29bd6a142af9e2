"""Asking a production service: requests, answers, refusals."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from videre.common.errors import VidereError
from videre.common.wire_errors import error_from_rpc
from videre.internal.v1 import engine_pb2, production_pb2
from videre.v1 import analysis_pb2
from videre.v1 import production_pb2 as pb

#: Versions of functions whose answers changed; others are at their first.
VERSIONS = {"cover": "2"}


def request(
    task: pb.ProductionTask,
    *inputs: production_pb2.RenderInput,
    known: analysis_pb2.Analysis | None = None,
) -> production_pb2.RenderRequest:
    name = task.WhichOneof("function") or "cover"
    return production_pb2.RenderRequest(
        project_id="default",
        task=task,
        inputs=inputs,
        engine=engine_pb2.EngineSelection(feature=name, name=name, version=VERSIONS.get(name, "1")),
        known=known,
    )


async def render(
    production: Any, wanted: production_pb2.RenderRequest
) -> tuple[list[float], production_pb2.RenderResult]:
    shares, result = [], None
    # Its port may have been another server's, whose end this process remembers.
    call = production.stub.Render(wanted, timeout=60, wait_for_ready=True)
    async for message in call:
        assert result is None, "the result is the last message"
        if message.WhichOneof("message") == "result":
            result = message.result
        else:
            shares.append(message.progress)
    assert result is not None
    return shares, result


async def refusal(production: Any, wanted: production_pb2.RenderRequest) -> VidereError:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await render(production, wanted)
    error = error_from_rpc(caught.value)
    assert error is not None
    return error
