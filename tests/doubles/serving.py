"""A server that does what a test tells it to do, and a channel to it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import grpc
import grpc.aio
import pytest
from prometheus_client import CollectorRegistry

from videre.common import auth
from videre.common.auth import Role
from videre.common.channel import open_channel
from videre.common.errors import VidereError
from videre.common.server import Registration, Server, start_server
from videre.common.wire_errors import error_from_rpc
from videre.internal.v1 import asr_pb2, asr_pb2_grpc, production_pb2, production_pb2_grpc

TIMEOUT_S = 20.0
ASR = asr_pb2.DESCRIPTOR.services_by_name["AsrService"]
PRODUCTION = production_pb2.DESCRIPTOR.services_by_name["ProductionService"]


class Asr(asr_pb2_grpc.AsrServiceServicer):
    """Does what a test tells it to do."""

    def __init__(self) -> None:
        self.behave: Callable[[], Any] = lambda: None

    async def Transcribe(self, request: asr_pb2.TranscribeRequest, context: Any) -> Any:
        answer = self.behave()
        if asyncio.iscoroutine(answer):
            await answer
        return asr_pb2.TranscribeResponse()

    async def DetectSpeech(self, request_iterator: Any, context: Any) -> Any:
        samples = 0
        async for piece in request_iterator:
            samples += len(piece.pcm) // 2
        self.behave()
        return asr_pb2.DetectSpeechResponse(samples=samples)


class Production(production_pb2_grpc.ProductionServiceServicer):
    """Sends one message of progress, then does what a test tells it to do."""

    def __init__(self) -> None:
        self.behave: Callable[[], Any] = lambda: None

    async def Render(self, request: Any, context: Any) -> Any:
        yield production_pb2.RenderResponse(progress=0.5)
        self.behave()
        yield production_pb2.RenderResponse(progress=1.0)


class World:
    """A server with both services, and a channel to it."""

    def __init__(self) -> None:
        self.asr = Asr()
        self.production = Production()
        self.metrics = CollectorRegistry()
        self.server: Server
        self.channel: grpc.aio.Channel

    async def transcribe(self, **metadata: str) -> None:
        stub = asr_pb2_grpc.AsrServiceStub(self.channel)
        await stub.Transcribe(
            asr_pb2.TranscribeRequest(), timeout=TIMEOUT_S, metadata=tuple(metadata.items())
        )

    async def refusal(self) -> VidereError:
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await self.transcribe()
        ours = error_from_rpc(error.value)
        assert ours is not None
        assert error.value.code().name == ours.code
        return ours


@asynccontextmanager
async def running(
    authenticate: auth.Authenticate = auth.local_principal,
    roles: Role | dict[str, Role] = Role.SUBMITTER,
) -> AsyncIterator[World]:
    world = World()
    world.server = await start_server(
        "127.0.0.1",
        0,
        [
            Registration(ASR, asr_pb2_grpc.add_AsrServiceServicer_to_server, world.asr, roles),
            Registration(
                PRODUCTION,
                production_pb2_grpc.add_ProductionServiceServicer_to_server,
                world.production,
                Role.SUBMITTER,
            ),
        ],
        metrics=world.metrics,
        authenticate=authenticate,
    )
    world.channel = open_channel([world.server.address])
    yield world
    await world.channel.close()
    await world.server.stop(0)
