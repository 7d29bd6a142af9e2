"""The one place that opens outgoing HTTP connections, guarded against server-side request forgery.

Names are resolved here, every address is vetted, and the connection goes to the vetted address, so
that a second look-up cannot lead elsewhere (DNS rebinding). Redirects are followed by hand and
vetted like the first address. Proxies from the environment are not used: they would resolve names
out of our sight.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Final, Protocol

import httpcore
import httpx

from videre.common.addresses import Address, Network, literal_address, refusal
from videre.common.errors import Reason, VidereError
from videre.common.guarded_transport import GuardedTransport, vetted

_PORTS: Final = {"http": 80, "https": 443}
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
    """What was fetched.

    Args:
        size: bytes in all, those resumed from included.
        content_type: what the sender calls it.
        etag: the sender's name of this version, without quotes; "" = it says none.
    """

    size: int
    content_type: str
    etag: str = ""


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

    async def check_host(self, uri: str) -> None:
        """Refuse an address whose host leads where it may not, before a library connects to it.

        Raises:
            VidereError: URI_SCHEME, URI_FORBIDDEN; FETCH_FAILED, the name is not known.
        """
        url = self._parse(uri)
        limit_s = self._policy.connect_timeout_s
        async with _bounded(url.host, limit_s):
            await vetted(url.raw_host.decode(), url.port or _PORTS[url.scheme], limit_s, self._vet)

    def _parse(self, uri: str) -> httpx.URL:
        try:
            url = httpx.URL(uri)
        except httpx.InvalidURL as error:
            raise VidereError(Reason.URI_FORBIDDEN, f"not a URI: {error}") from error
        if url.scheme not in _PORTS:
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
        async with _bounded(host, timeout_s), self._client() as client:
            yield client

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[httpx.AsyncClient]:
        policy = self._policy
        timeout = httpx.Timeout(policy.idle_timeout_s, connect=policy.connect_timeout_s)
        transport = GuardedTransport(self._vet)
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
        etag = response.headers.get("etag", "").strip('"')
        return Download(size, response.headers.get("content-type", ""), etag)


@asynccontextmanager
async def _bounded(host: str, timeout_s: float) -> AsyncIterator[None]:
    """Make what fails within a block, or takes too long, FETCH_FAILED."""
    try:
        async with asyncio.timeout(timeout_s):
            yield
    except TimeoutError as error:
        raise _failed(host, f"no complete answer within {timeout_s:g} s") from error
    except (httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise _failed(host, f"{type(error).__name__}: {error}") from error
    except httpcore.TimeoutException as error:
        raise _failed(host, "the host does not answer") from error


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
