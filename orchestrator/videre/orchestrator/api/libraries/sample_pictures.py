"""Sample pictures on their way to the visual service."""

from __future__ import annotations

import asyncio
from typing import Final

import grpc.aio

from videre.common import answers
from videre.common.errors import Reason, VidereError
from videre.internal.v1 import visual_pb2, visual_pb2_grpc
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.catalog import EngineFacts, choose
from videre.orchestrator.media.limits import limit_error
from videre.orchestrator.media.still import MAX_BYTES, Jpeg
from videre.orchestrator.steps.services import selection
from videre.v1 import library_pb2

#: Longest that a sample waits for the service that looks at it.
_LOOK_S: Final = 30.0


async def engine_of(app: Orchestrator, feature: str, wanted: str = "") -> EngineFacts:
    """Return the best engine of a feature.

    Args:
        wanted: the one of this "name" or "name@version" instead.

    Raises:
        VidereError: NO_ENGINE, SERVICE_DOWN.
    """
    catalog = await app.services.describe("visual", wanted=None)
    choice = choose([catalog], "visual", feature, {feature: wanted} if wanted else {})
    if choice.engine is None:
        raise VidereError(Reason(choice.reason), choice.message)
    return choice.engine


async def picture_bytes(
    app: Orchestrator, project_id: str, sample: library_pb2.NewLibrarySample
) -> bytes:
    """Return the bytes of a sample that is a picture or an artifact.

    Raises:
        VidereError: ARTIFACT_NOT_FOUND, MEDIA_TOO_LARGE.
    """
    if sample.WhichOneof("source") == "picture":
        return sample.picture
    digest = sample.artifact_digest
    if not await asyncio.to_thread(app.evidence.owned, project_id, digest):
        raise VidereError(
            Reason.ARTIFACT_NOT_FOUND, f"no artifact {digest}", metadata={"digest": digest}
        )
    size = await asyncio.to_thread(app.artifacts.size, project_id, digest)
    if size > MAX_BYTES:
        raise limit_error(Reason.MEDIA_TOO_LARGE, "bytes", MAX_BYTES, size)
    return await asyncio.to_thread(app.artifacts.read, project_id, digest)


async def look_at(
    app: Orchestrator, engine: EngineFacts, picture: Jpeg
) -> visual_pb2.AnalyzeFramesResponse:
    """Return what an engine sees in a picture.

    Raises:
        VidereError: SERVICE_DOWN, and what the service refuses with.
    """
    request = visual_pb2.AnalyzeFramesRequest(
        frames=[visual_pb2.Frame(jpeg=picture.data)], engines=[selection(engine)]
    )

    async def call(channel: grpc.aio.Channel, timeout_s: float) -> visual_pb2.AnalyzeFramesResponse:
        stub = visual_pb2_grpc.VisualServiceStub(channel)
        return await stub.AnalyzeFrames(request, timeout=timeout_s)

    try:
        async with asyncio.timeout(_LOOK_S):
            answer = await app.services.call("visual", _LOOK_S, call)
    except TimeoutError:
        raise VidereError(
            Reason.SERVICE_DOWN, f"visual did not answer for {_LOOK_S:.0f} s"
        ) from None
    answers.frames(answer, request)
    return answer
