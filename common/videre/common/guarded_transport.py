"""Connections of `egress`: names are resolved here, and every address is vetted before it is used.

The connection goes to the vetted address, so that a second look-up cannot lead elsewhere (DNS
rebinding).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterable
from functools import cache
from typing import Any, Protocol

import httpcore
import httpx

from videre.common.addresses import Address, literal_address


class Vet(Protocol):
    """Refuses an address."""

    def __call__(self, host: str, address: Address) -> None:
        """Raise what the caller is told when `host` may not be reached at `address`."""


async def vetted(host: str, port: int, limit_s: float | None, vet: Vet) -> list[Address]:
    """Return the addresses of a host, each of them vetted.

    Args:
        host: a name, or an address literal.
        port: to be connected to.
        limit_s: longest time to resolve; None = any.
        vet: refuses what may not be reached.

    Raises:
        httpcore.ConnectError: the host has no address.
        httpcore.ConnectTimeout: it was not resolved in time.
    """
    addresses = await _resolved(host, port, limit_s)
    for address in addresses:
        # One forbidden address taints the name: a mixed answer is how rebinding looks.
        vet(host, address)
    if not addresses:
        raise httpcore.ConnectError(f"{host} has no address")
    return addresses


async def _resolved(host: str, port: int, limit_s: float | None) -> list[Address]:
    literal = literal_address(host)
    if literal is not None:
        return [literal]
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(limit_s):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:  # UnicodeError: no possible name
        raise httpcore.ConnectError(f"{host}: {error}") from error
    except TimeoutError as error:
        raise httpcore.ConnectTimeout(f"{host}: the name was not resolved in time") from error
    addresses = (literal_address(str(item[4][0])) for item in found)
    return list(dict.fromkeys(address for address in addresses if address is not None))


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a name, vets every address, connects to a vetted one."""

    def __init__(self, vet: Vet) -> None:
        self._vet = vet
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failure: Exception | None = None
        for address in await vetted(host, port, timeout, self._vet):
            try:
                return await self._inner.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        assert failure is not None  # there is an address, and none has answered
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109  httpcore's signature
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise httpcore.UnsupportedProtocol("no Unix sockets")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class GuardedTransport(httpx.AsyncBaseTransport):
    """httpx over an httpcore pool whose network backend is ours.

    Args:
        vet: refuses what may not be reached.
    """

    def __init__(self, vet: Vet) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_tls(), network_backend=_GuardedBackend(vet), max_connections=1
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    async def aclose(self) -> None:
        await self._pool.aclose()


@cache
def _tls() -> ssl.SSLContext:
    """Return the certificates to trust (SSL_CERT_FILE, SSL_CERT_DIR, else certifi's)."""
    return httpx.create_ssl_context()


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._answer.aiter_stream():
            yield piece

    async def aclose(self) -> None:
        await self._answer.aclose()
