"""The HTTP port of the public API: off unless a port is given, no more open than the gRPC port."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

import grpc.aio
import uvicorn
from google.protobuf.descriptor import ServiceDescriptor

from videre.common.channel import MESSAGE_LIMIT
from videre.common.server import PLAIN, BindRefused
from videre.common.tls import TlsFiles, renewing_context
from videre.exports.openapi import document, files_of
from videre.orchestrator.web.origins import Guarded
from videre.orchestrator.web.passing import Passing

#: Calls served at once, as by the gRPC server.
_MAX_CALLS: Final = 1_000
#: Seconds in which answers are brought to their end; the gRPC server has ended its calls before.
_GRACE_S: Final = 2
_OPTIONS: Final[tuple[tuple[str, Any], ...]] = (
    ("grpc.enable_retries", 0),
    ("grpc.max_receive_message_length", MESSAGE_LIMIT),
    ("grpc.max_send_message_length", MESSAGE_LIMIT),
)


class _Server(uvicorn.Server):
    """A server that leaves signals to the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """See the base class."""
        yield


@asynccontextmanager
async def serving_web(
    inside: Path,
    services: Sequence[ServiceDescriptor],
    *,
    host: str,
    port: int,
    tls: TlsFiles = PLAIN,
    origins: Sequence[str] = (),
    version: str,
) -> AsyncIterator[str]:
    """Serve services by Connect, gRPC-Web and JSON for the length of a block; give "host:port".

    To be ended after the gRPC server, whose refusals it brings to who is still calling.

    Args:
        inside: socket of the gRPC server that is called.
        host: address to listen on; whether it may be used, the gRPC server has checked.
        port: 0 = any free one.
        origins: of pages that may call.
        version: of the API's description.

    Raises:
        BindRefused: the address is taken.
    """
    listening = _listening(host, port)
    described = json.dumps(document(files_of(services), version)).encode()
    async with grpc.aio.insecure_channel(f"unix:{inside}", options=_OPTIONS) as channel:
        config = uvicorn.Config(
            Guarded(Passing(channel, services), origins, described),
            lifespan="off",
            http="h11",
            ws="none",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=_MAX_CALLS,
            timeout_graceful_shutdown=_GRACE_S,
            ssl_context_factory=(lambda *_: renewing_context(tls)) if tls.serves else None,
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve([listening]), name="web")
        try:
            bound = listening.getsockname()[1]
            yield f"[{host}]:{bound}" if ":" in host else f"{host}:{bound}"
        finally:
            server.should_exit = True
            await serving


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1_024)
    except OSError as error:
        raise BindRefused(f"cannot listen on {host}:{port}; is it taken?") from error
