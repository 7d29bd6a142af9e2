"""Texts on their way to an engine of the visual service that embeds them."""

from __future__ import annotations

import asyncio
from typing import Final

import grpc.aio

from videre.common import answers
from videre.common.errors import Reason, VidereError
from videre.internal.v1 import visual_pb2, visual_pb2_grpc
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.features import CLASSES
from videre.orchestrator.steps.services import selection

#: Longest that a text waits for its engine, which may have to be loaded, seconds.
_EMBED_S: Final = 60.0


async def text_embedder(app: Orchestrator) -> EngineFacts:
    """Return the best engine of classes that embeds texts.

    Raises:
        VidereError: NO_ENGINE, SERVICE_DOWN.
    """
    catalog = await app.services.describe("visual", wanted=None)
    if catalog.down:
        raise VidereError(Reason.SERVICE_DOWN, "the visual service did not answer")
    able = [one for one in catalog.engines if one.feature == CLASSES.name and one.embeds_texts]
    for engine in able:
        if engine.available:
            return engine
    hint = next((one.message for one in able if one.message), "none is registered")
    raise VidereError(Reason.NO_ENGINE, f"no engine here embeds texts: {hint}")


async def embedded_text(app: Orchestrator, engine: EngineFacts, text: str) -> list[float]:
    """Return where a text lies in the space of an engine's pictures.

    Raises:
        VidereError: SERVICE_DOWN, and what the service refuses with.
    """
    request = visual_pb2.EmbedTextsRequest(engine=selection(engine), texts=[text])

    async def call(channel: grpc.aio.Channel, timeout_s: float) -> visual_pb2.EmbedTextsResponse:
        stub = visual_pb2_grpc.VisualServiceStub(channel)
        return await stub.EmbedTexts(request, timeout=timeout_s)

    try:
        async with asyncio.timeout(_EMBED_S):
            answer = await app.services.call("visual", _EMBED_S, call)
    except TimeoutError:
        raise VidereError(
            Reason.SERVICE_DOWN, f"visual did not answer for {_EMBED_S:.0f} s"
        ) from None
    answers.embeddings(answer, request)
    return list(answer.embeddings[0].values)
