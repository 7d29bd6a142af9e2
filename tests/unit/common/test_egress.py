"""Downloads: what is refused without a look-up, and what a real server on loopback may do to us."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_network

import pytest

from videre.common.egress import Download, Egress, EgressPolicy
from videre.common.errors import Reason, VidereError

LOOPBACK = EgressPolicy(allowed_networks=(ip_network("127.0.0.0/8"), ip_network("::1/128")))
BODY = bytes(range(256)) * 40
Answer = Callable[[str, dict[str, str]], bytes]


class Memory:
    """A sink in memory."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = bytearray(data)

    async def begin(self, offset: int, total: int | None) -> None:
        del self.data[offset:]

    async def write(self, data: bytes) -> None:
        self.data += data


def response(status: str, body: bytes = b"", /, **headers: str) -> bytes:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    named.setdefault("content-length", str(len(body)))
    lines = [f"HTTP/1.1 {status}", *(f"{key}: {value}" for key, value in named.items()), "", ""]
    return "\r\n".join(lines).encode() + body


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[str]:
    """A server that gives each request `answer(path, headers)` and hangs up."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        writer.write(answer(head[0].split()[1], headers))
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def fetch(uri: str, sink: Memory, *, limit: int = 1 << 20, offset: int = 0) -> Awaitable[Download]:
    return Egress(LOOPBACK).download(uri, sink, max_bytes=limit, timeout_s=20, offset=offset)


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("ftp://example.org/a", Reason.URI_SCHEME),
        ("file:///etc/passwd", Reason.URI_SCHEME),
        ("gopher://example.org", Reason.URI_SCHEME),
        ("example.org/a", Reason.URI_SCHEME),
        ("http:///a", Reason.URI_FORBIDDEN),
        ("http://user:word@example.org/", Reason.URI_FORBIDDEN),
        ("http://localhost/", Reason.URI_FORBIDDEN),
        ("http://LOCALHOST./", Reason.URI_FORBIDDEN),
        ("http://printer.local/", Reason.URI_FORBIDDEN),
        ("http://metadata.google.internal/", Reason.URI_FORBIDDEN),
        ("http://127.0.0.1/", Reason.URI_FORBIDDEN),
        ("http://2130706433/", Reason.URI_FORBIDDEN),
        ("http://0x7f.1/", Reason.URI_FORBIDDEN),
        ("http://[::1]/", Reason.URI_FORBIDDEN),
        ("http://[::ffff:169.254.169.254]/latest/", Reason.URI_FORBIDDEN),
        ("http://\x00/", Reason.URI_FORBIDDEN),
        ("http://example.org:0/", Reason.URI_FORBIDDEN),
        ("http://example.org:65536/", Reason.URI_FORBIDDEN),
    ],
)
def test_bad_addresses_are_refused_without_a_look_up(uri: str, reason: Reason) -> None:
    with pytest.raises(VidereError) as refused:
        Egress(EgressPolicy()).check_uri(uri)
    assert refused.value.reason is reason


@pytest.mark.parametrize(
    "uri", ["https://example.org/film.mp4?sig=1", "http://1.1.1.1:8080/", "http://bücher.example/"]
)
def test_public_addresses_pass(uri: str) -> None:
    Egress(EgressPolicy()).check_uri(uri)


async def test_fetches_the_bytes() -> None:
    sink = Memory()
    async with serving(lambda *_: response("200 OK", BODY, content_type="video/mp4")) as base:
        done = await fetch(f"{base}/film", sink)
    assert done == Download(len(BODY), "video/mp4", "")
    assert bytes(sink.data) == BODY


async def test_a_name_that_resolves_to_the_inside_is_refused_when_connecting() -> None:
    policy = EgressPolicy(allowed_networks=(ip_network("192.0.2.0/24"),))
    with pytest.raises(VidereError) as refused:
        await Egress(policy).download("http://localhost:9/", Memory(), max_bytes=1, timeout_s=20)
    assert refused.value.reason is Reason.URI_FORBIDDEN
    assert "loopback" in refused.value.message


async def test_a_redirect_is_followed() -> None:
    def answer(path: str, _headers: dict[str, str]) -> bytes:
        return response("302 Found", location="/b") if path == "/a" else response("200 OK", BODY)

    sink = Memory()
    async with serving(answer) as base:
        await fetch(f"{base}/a", sink)
    assert bytes(sink.data) == BODY


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data", Reason.URI_FORBIDDEN),
        ("http://10.0.0.1/", Reason.URI_FORBIDDEN),
        ("file:///etc/passwd", Reason.URI_SCHEME),
        ("http://[", Reason.URI_FORBIDDEN),
    ],
)
async def test_a_redirect_is_vetted_like_the_first_address(location: str, reason: Reason) -> None:
    async with serving(lambda *_: response("302 Found", location=location)) as base:
        with pytest.raises(VidereError) as refused:
            await fetch(base, Memory())
    assert refused.value.reason is reason


async def test_a_circle_of_redirects_ends() -> None:
    asked: list[str] = []

    def answer(path: str, _headers: dict[str, str]) -> bytes:
        asked.append(path)
        return response("302 Found", location="/again")

    async with serving(answer) as base:
        with pytest.raises(VidereError, match="redirects") as failed:
            await fetch(base, Memory())
    assert failed.value.reason is Reason.FETCH_FAILED
    assert len(asked) == 6


async def test_a_file_beyond_the_limit_is_refused_before_it_is_read() -> None:
    sink = Memory()
    async with serving(lambda *_: response("200 OK", BODY)) as base:
        with pytest.raises(VidereError) as refused:
            await fetch(base, sink, limit=len(BODY) - 1)
    assert refused.value.reason is Reason.MEDIA_TOO_LARGE
    assert refused.value.metadata["actual"] == str(len(BODY))
    assert sink.data == b""


async def test_a_file_of_unknown_size_is_stopped_at_the_limit() -> None:
    def answer(*_: object) -> bytes:
        return b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + BODY

    sink = Memory()
    async with serving(answer) as base:
        with pytest.raises(VidereError) as refused:
            await fetch(base, sink, limit=100)
    assert refused.value.reason is Reason.MEDIA_TOO_LARGE
    assert len(sink.data) <= 100


async def test_a_cut_off_answer_fails() -> None:
    def answer(*_: object) -> bytes:
        return response("200 OK", BODY, content_length=str(len(BODY) + 10))

    async with serving(answer) as base:
        with pytest.raises(VidereError) as failed:
            await fetch(base, Memory())
    assert failed.value.reason is Reason.FETCH_FAILED


async def test_resumes_where_the_sender_can() -> None:
    def answer(_path: str, headers: dict[str, str]) -> bytes:
        assert headers["range"] == "bytes=100-"
        content_range = f"bytes 100-{len(BODY) - 1}/{len(BODY)}"
        return response("206 Partial Content", BODY[100:], content_range=content_range)

    sink = Memory(BODY[:100])
    async with serving(answer) as base:
        done = await fetch(base, sink, offset=100)
    assert done.size == len(BODY)
    assert bytes(sink.data) == BODY


async def test_starts_anew_where_the_sender_cannot_resume() -> None:
    sink = Memory(b"x" * 100)
    async with serving(lambda *_: response("200 OK", BODY)) as base:
        await fetch(base, sink, offset=100)
    assert bytes(sink.data) == BODY


async def test_a_range_that_was_not_asked_for_fails() -> None:
    def answer(*_: object) -> bytes:
        return response("206 Partial Content", BODY, content_range=f"bytes 0-9/{len(BODY)}")

    async with serving(answer) as base:
        with pytest.raises(VidereError, match="range"):
            await fetch(base, Memory(), offset=100)


@pytest.mark.parametrize(
    ("status", "headers", "after"),
    [("404 Not Found", {}, None), ("503 Busy", {"retry-after": "7"}, 7.0)],
)
async def test_another_status_is_a_failure_with_the_senders_advice(
    status: str, headers: dict[str, str], after: float | None
) -> None:
    async with serving(lambda *_: response(status, b"", **headers)) as base:
        with pytest.raises(VidereError) as failed:
            await fetch(base, Memory())
    assert failed.value.reason is Reason.FETCH_FAILED
    assert failed.value.metadata["status"] == status[:3]
    assert failed.value.retry_after_s == after


async def test_a_compressed_answer_is_refused() -> None:
    async with serving(lambda *_: response("200 OK", BODY, content_encoding="gzip")) as base:
        with pytest.raises(VidereError, match="compressed"):
            await fetch(base, Memory())


async def test_a_silent_server_is_given_up() -> None:
    released = asyncio.Event()
    handling: list[asyncio.Task[None] | None] = []

    async def handle(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handling.append(asyncio.current_task())
        await released.wait()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        uri = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        with pytest.raises(VidereError) as failed:
            await Egress(LOOPBACK).download(uri, Memory(), max_bytes=1, timeout_s=0.1)
        released.set()
        await asyncio.gather(*(one for one in handling if one is not None))
    assert failed.value.reason is Reason.FETCH_FAILED


async def test_a_name_that_cannot_be_is_a_failure_not_a_defect() -> None:
    with pytest.raises(VidereError) as failed:
        await fetch(f"http://{'a' * 70}.example/", Memory())
    assert failed.value.reason is Reason.FETCH_FAILED


async def test_nobody_listening_is_a_failure_not_a_defect() -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    with pytest.raises(VidereError) as failed:
        await fetch(f"http://127.0.0.1:{port}/", Memory())
    assert failed.value.reason is Reason.FETCH_FAILED
