"""The one place that opens outgoing HTTP connections, guarded against server-side request forgery.

Names are resolved here, every address is vetted, and the connection goes to the vetted address, so
that a second look-up cannot lead elsewhere (DNS rebinding). Redirects are followed by hand and
vetted like the first address. Proxies from the environment are not used: they would resolve names
out of our sight.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network, IPv6Network
from typing import Any, Final, Protocol

import httpcore
import httpx

from videre.common.addresses import Address, Network, literal_address, refusal
from videre.common.errors import Reason, VidereError

_SCHEMES: Final = ("http", "https")
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_CONTENT_RANGE: Final = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_LOCAL_NAME: Final = re.compile(r"(^|\.)(localhost|local|internal)\.?$")
#: What names are made of (RFC 1123, and the underscore that many have). Resolvers differ in what
#: they make of anything else, such as an encoded address.
_NAME: Final = re.compile(rb"[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_.])?")
_LAST_PORT: Final = 65_535


@dataclass(frozen=True, slots=True)
class EgressPolicy:
    """Where connections may go and how long they may take.

    Args:
        allowed_networks: networks reachable although they are not public.
        connect_timeout_s: longest time to resolve and connect.
        idle_timeout_s: longest silence while reading.
        max_redirects: most redirects followed.
    """

    allowed_networks: tuple[Network, ...] = ()
    connect_timeout_s: float = 10.0
    idle_timeout_s: float = 30.0
    max_redirects: int = 5

    @classmethod
    def trusted(cls) -> EgressPolicy:
        """Return a policy without address limits, for URLs that the operator configured."""
        return cls(allowed_networks=(IPv4Network("0.0.0.0/0"), IPv6Network("::/0")))


@dataclass(frozen=True, slots=True)
class Download:
    """What was fetched: bytes in all, those resumed from included, and what the sender calls it."""

    size: int
    content_type: str


@dataclass(frozen=True, slots=True)
class Answer:
    """How a host answered what was posted.

    Args:
        status: HTTP status.
        retry_after_s: when it asks to be tried again, seconds; None = it does not say.
    """

    status: int
    retry_after_s: float | None


class Sink(Protocol):
    """Where a download's bytes go."""

    async def begin(self, offset: int, total: int | None) -> None:
        """Take bytes from `offset` on (0 when the sender cannot resume).

        Args:
            offset: position of the next byte, at most the one asked for.
            total: size of the whole file, where the sender tells it.
        """

    async def write(self, data: bytes) -> None:
        """Append `data`."""


class Egress:
    """Downloads under one policy."""

    def __init__(self, policy: EgressPolicy) -> None:
        """Keep the policy; connections are opened per download."""
        self._policy = policy

    def check_uri(self, uri: str) -> None:
        """Refuse what can be refused without a look-up (when a job is submitted).

        Raises:
            VidereError: URI_SCHEME; URI_FORBIDDEN for credentials in the URI, a local name or an
                address literal that may not be reached.
        """
        self._parse(uri)

    def _parse(self, uri: str) -> httpx.URL:
        try:
            url = httpx.URL(uri)
        except httpx.InvalidURL as error:
            raise VidereError(Reason.URI_FORBIDDEN, f"not a URI: {error}") from error
        if url.scheme not in _SCHEMES:
            raise VidereError(
                Reason.URI_SCHEME,
                f"scheme {url.scheme!r} is not one of http, https",
                metadata={"scheme": url.scheme},
            )
        if not url.host or not 0 < (1 if url.port is None else url.port) <= _LAST_PORT:
            raise _forbidden(url.host, "the URI names no host, or a port that cannot be")
        if url.userinfo:
            raise _forbidden(url.host, "a URI with a user name or password would end up in logs")
        literal = literal_address(url.host)
        if literal is not None:
            self._vet(url.host, literal)
        elif not _NAME.fullmatch(url.raw_host):
            raise _forbidden(url.host, "neither a name nor an address")
        elif _LOCAL_NAME.search(url.host) and not self._policy.allowed_networks:
            raise _forbidden(url.host, "a local name")
        return url

    def _vet(self, host: str, address: Address) -> None:
        why = refusal(address, self._policy.allowed_networks)
        if why:
            raise _forbidden(host, why)

    async def download(
        self, uri: str, sink: Sink, *, max_bytes: int, timeout_s: float, offset: int = 0
    ) -> Download:
        """Fetch `uri` into `sink`.

        Args:
            uri: http or https address.
            sink: takes the bytes in order.
            max_bytes: most bytes of the whole file; more is refused as soon as it is known.
            timeout_s: longest time for everything.
            offset: bytes the sink already has, to be resumed from where the sender can.

        Raises:
            VidereError: URI_SCHEME, URI_FORBIDDEN, MEDIA_TOO_LARGE, FETCH_FAILED.
        """
        async with self._talking(self._parse(uri).host, timeout_s) as client:
            return await self._follow(client, uri, sink, max_bytes, offset)

    async def post(
        self, uri: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float
    ) -> Answer:
        """Post a small body. Redirects are answers like others: what is posted goes nowhere else.

        Args:
            uri: http or https address.
            body: what is sent.
            headers: beside those of HTTP itself.
            timeout_s: longest time for everything.

        Raises:
            VidereError: URI_SCHEME, URI_FORBIDDEN; FETCH_FAILED, there was no answer.
        """
        url = self._parse(uri)
        sent = {"User-Agent": "videre", **headers}
        async with (
            self._talking(url.host, timeout_s) as client,
            # The answer's body is not read: its status says it all, and it may have no end.
            client.stream("POST", url, headers=sent, content=body) as response,
        ):
            return Answer(response.status_code, _retry_after(response))

    async def ask(
        self,
        uri: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        max_bytes: int,
        timeout_s: float,
    ) -> bytes:
        """Post a small body and return the body of the answer. Redirects are failures.

        Args:
            uri: http or https address.
            body: what is sent.
            headers: beside those of HTTP itself.
            max_bytes: most bytes of the answer; more is refused as soon as it is known.
            timeout_s: longest time for everything.

        Raises:
            VidereError: URI_SCHEME, URI_FORBIDDEN, MEDIA_TOO_LARGE; FETCH_FAILED, there was no
                answer, or one that is no success.
        """
        url = self._parse(uri)
        sent = {"User-Agent": "videre", "Accept-Encoding": "identity", **headers}
        async with (
            self._talking(url.host, timeout_s) as client,
            client.stream("POST", url, headers=sent, content=body) as response,
        ):
            if response.status_code != 200:
                raise _refused(response)
            received = bytearray()
            async for piece in response.aiter_raw():
                received += piece
                if len(received) > max_bytes:
                    raise _too_large(url.host, max_bytes, len(received))
            return bytes(received)

    @asynccontextmanager
    async def _talking(self, host: str, timeout_s: float) -> AsyncIterator[httpx.AsyncClient]:
        """Give a client whose failures are FETCH_FAILED."""
        try:
            async with asyncio.timeout(timeout_s), self._client() as client:
                yield client
        except TimeoutError as error:
            raise _failed(host, f"no complete answer within {timeout_s:g} s") from error
        except (httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise _failed(host, f"{type(error).__name__}: {error}") from error
        except httpcore.TimeoutException as error:
            raise _failed(host, "the host does not answer") from error

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[httpx.AsyncClient]:
        policy = self._policy
        timeout = httpx.Timeout(policy.idle_timeout_s, connect=policy.connect_timeout_s)
        transport = _GuardedTransport(_GuardedBackend(self._vet))
        async with httpx.AsyncClient(
            transport=transport, timeout=timeout, follow_redirects=False, trust_env=False
        ) as client:
            yield client

    async def _follow(
        self, client: httpx.AsyncClient, uri: str, sink: Sink, max_bytes: int, offset: int
    ) -> Download:
        # Compressed transfer would make sizes and ranges those of another text.
        headers = {"Accept-Encoding": "identity", "User-Agent": "videre"}
        if offset:
            headers["Range"] = f"bytes={offset}-"
        url = self._parse(uri)
        for _ in range(self._policy.max_redirects + 1):
            async with client.stream("GET", url, headers=headers) as response:
                if response.status_code not in _REDIRECTS:
                    return await self._receive(response, sink, max_bytes, offset)
                location = response.headers.get("location", "")
            url = self._parse(_joined(url, location))
        raise _failed(url.host, f"more than {self._policy.max_redirects} redirects")

    async def _receive(
        self, response: httpx.Response, sink: Sink, max_bytes: int, offset: int
    ) -> Download:
        host = response.url.host
        start, total = _range_of(response, offset)
        if response.status_code not in (200, 206):
            raise _refused(response)
        if response.headers.get("content-encoding", "identity") != "identity":
            raise _failed(host, "a compressed answer, which was not asked for")
        if total is not None and total > max_bytes:
            raise _too_large(host, max_bytes, total)
        await sink.begin(start, total)
        size = start
        async for piece in response.aiter_raw():  # unbuffered: what came before a break counts
            size += len(piece)
            if size > max_bytes:
                raise _too_large(host, max_bytes, size)
            await sink.write(piece)
        if total is not None and size != total:
            raise _failed(host, f"the answer ended at byte {size} of {total}")
        return Download(size, response.headers.get("content-type", ""))


def _range_of(response: httpx.Response, asked: int) -> tuple[int, int | None]:
    """Return the offset of the first byte to come and the size of the whole file."""
    if response.status_code == 206:
        found = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
        if found is None or int(found[1]) != asked:
            raise _failed(response.url.host, "a range that was not asked for")
        return asked, None if found[2] == "*" else int(found[2])
    length = response.headers.get("content-length", "")
    return 0, int(length) if length.isdigit() else None


def _joined(url: httpx.URL, location: str) -> str:
    try:
        return str(url.join(location))
    except httpx.InvalidURL as error:
        raise _failed(url.host, f"a redirect to something that is no URI: {error}") from error


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after", "")
    return float(value) if value.isdigit() else None


def _forbidden(host: str, why: str) -> VidereError:
    return VidereError(Reason.URI_FORBIDDEN, f"{host}: {why}", metadata={"host": host})


def _refused(response: httpx.Response) -> VidereError:
    host = response.url.host
    return VidereError(
        Reason.FETCH_FAILED,
        f"{host} answered {response.status_code}",
        metadata={"host": host, "status": str(response.status_code)},
        retry_after_s=_retry_after(response),
    )


def _failed(host: str, why: str) -> VidereError:
    return VidereError(Reason.FETCH_FAILED, f"{host}: {why}", metadata={"host": host})


def _too_large(host: str, limit: int, actual: int) -> VidereError:
    return VidereError(
        Reason.MEDIA_TOO_LARGE,
        f"{host}: the file has more than {limit} bytes",
        metadata={"field": "bytes", "limit": str(limit), "actual": str(actual)},
    )


class _Vet(Protocol):
    def __call__(self, host: str, address: Address) -> None: ...


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a name, vets every address, connects to a vetted one."""

    def __init__(self, vet: _Vet) -> None:
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
        addresses = await self._resolve(host, port, timeout)
        for address in addresses:
            # One forbidden address taints the name: a mixed answer is how rebinding looks.
            self._vet(host, address)
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                return await self._inner.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    @staticmethod
    async def _resolve(host: str, port: int, limit_s: float | None) -> list[Address]:
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

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109  httpcore's signature
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise httpcore.UnsupportedProtocol("no Unix sockets")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _GuardedTransport(httpx.AsyncBaseTransport):
    """httpx over an httpcore pool whose network backend is ours."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_tls(), network_backend=backend, max_connections=1
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
