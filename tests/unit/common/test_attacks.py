"""Attacks on the one place that opens connections: every way in that is known, nobody reached.

A listener stands on each loopback address; the cases lead there, or to addresses where insides and
clouds answer. All are refused, and the listeners see no connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest

from videre.common.egress import Egress, EgressPolicy
from videre.common.errors import Reason, VidereError

REFUSALS = (Reason.URI_FORBIDDEN, Reason.URI_SCHEME)
#: Where insides and clouds answer; {port} is that of a listener where it can be one.
TARGETS = (
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "100.100.100.200", "169.254.169.254",
    "172.16.0.1", "192.168.0.1", "192.0.0.192", "168.63.129.16", "198.18.0.1",
    "255.255.255.255",
)  # fmt: skip


def forms(text: str) -> dict[str, str]:
    """Return the ways in which programs write and read an IPv4 address, by name."""
    address = IPv4Address(text)
    number, parts = int(address), [int(part) for part in text.split(".")]
    high, low = number >> 16, number & 0xFFFF
    return {
        "dotted": text,
        "final dot": f"{text}.",
        "decimal": str(number),
        "hexadecimal": f"0x{number:x}",
        "octal": f"0{number:o}",
        "dotted octal": ".".join(f"0{part:o}" for part in parts),
        "dotted hexadecimal": ".".join(f"0x{part:x}" for part in parts),
        "two parts": f"{parts[0]}.{number & 0xFFFFFF}",
        "full width": text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"}),
        "ideographic stops": text.replace(".", "\u3002"),
        "percent encoded": "".join(f"%{ord(c):02x}" for c in text),
        "mapped": f"[::ffff:{text}]",
        "mapped, in hexadecimal": f"[::ffff:{high:x}:{low:x}]",
        "compatible": f"[::{high:x}:{low:x}]",
        "translated": f"[::ffff:0:{high:x}:{low:x}]",
        "6to4": f"[2002:{high:x}:{low:x}::]",
        "NAT64": f"[64:ff9b::{high:x}:{low:x}]",
        "local NAT64": f"[64:ff9b:1::{high:x}:{low:x}]",
    }


ADDRESSES = [(f"{name} {text}", host) for text in TARGETS for name, host in forms(text).items()]
HOSTS = (
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[fe80::1]", "[fe80::1%25lo]", "[fc00::1]",
    "[fd00:ec2::254]", "[fec0::1]", "[ff02::1]", "[2001::1]", "[2001:db8::1]", "[3fff::1]",
    "[5f00::1]", "[100::1]", "localhost", "LOCALHOST", "localhost.", "a.localhost", "printer.local",
    "metadata.google.internal", "db.internal.",
)  # fmt: skip
URIS = (
    # Another host than it seems
    "http://example.com@127.0.0.1:{port}/", "http://user:word@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@example.com/", "http://127.0.0.1:{port}#@example.com/",
    "http://127.0.0.1:{port}?@example.com/", "http:///127.0.0.1:{port}/",
    "http:127.0.0.1:{port}/", "http://[::ffff:127.0.0.1%251]:{port}/",
    "http://127.0.0.1%00.example.com:{port}/", "http://127.0.0.1%2f.example.com:{port}/",
    "http://127.0.0.1\t.example.com:{port}/", "http://\t127.0.0.1:{port}/",
    "http://127.0.0.1\r\nHost: example.com\r\n:{port}/", "http://127.0.0.1 :{port}/",
    " http://127.0.0.1:{port}/", "HTTP://127.0.0.1:{port}/", "hTtPs://127.0.0.1:{port}/",
    "//127.0.0.1:{port}/", "http://0:{port}/", "http://127.1:{port}/", "http://0x7f.1:{port}/",
    "http://0177.1:{port}/", "http://127.0.0.1.:{port}/", "http://[::1]:{port}/",
    # Ports that cannot be, and that wrap around
    "http://example.com:0/", "http://example.com:65536/", "http://example.com:-1/",
    "http://example.com:99999/", "http://example.com:1e3/",
    # Requests smuggled into a line, in the host or before the path
    "http://example.com\r\nX: y/", "http://exa\nmple.com/", "http://\x00/", "http:// /", "http://",
    "http://[/", "http://[::1/", "http://]/",
    # Other schemes, some of them wrapped
    "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:{port}/_GET%20/",
    "dict://127.0.0.1:{port}/", "ldap://127.0.0.1:{port}/", "sftp://127.0.0.1/",
    "tftp://127.0.0.1/", "smb://127.0.0.1/a", "rtmp://127.0.0.1:{port}/", "rtsp://127.0.0.1/",
    "udp://127.0.0.1:{port}", "tcp://127.0.0.1:{port}", "unix:/run/docker.sock",
    "http+unix://%2frun%2fdocker.sock/", "jar:http://127.0.0.1:{port}!/", "data:text/plain,x",
    "javascript:alert(1)", "concat:http://127.0.0.1|http://127.0.0.1", "url:http://127.0.0.1/",
    "view-source:http://127.0.0.1/", "about:blank", "s3://bucket/key", "C:\\Windows\\win.ini",
    "\\\\127.0.0.1\\share", "/etc/passwd", "../../etc/passwd", "", "?", "http",
)  # fmt: skip


@dataclass(slots=True)
class Canary:
    """Listeners that nobody may reach."""

    port: int = 0
    reached: list[str] = field(default_factory=list)

    async def see(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Note a connection."""
        self.reached.append(str(writer.get_extra_info("sockname")))
        writer.close()


@pytest.fixture
async def canary() -> AsyncIterator[Canary]:
    seen = Canary()
    async with AsyncExitStack() as stack:
        for host in ("127.0.0.1", "127.0.0.2", "::1"):
            server = await asyncio.start_server(seen.see, host, seen.port)
            seen.port = server.sockets[0].getsockname()[1]
            await stack.enter_async_context(server)
        yield seen


class Nowhere:
    """A sink that takes nothing."""

    async def begin(self, offset: int, total: int | None) -> None:
        raise AssertionError("somebody answered")

    async def write(self, data: bytes) -> None:
        raise AssertionError("somebody answered")


async def attempt(egress: Egress, uri: str) -> list[Reason]:
    """Try every way out; return how each was refused."""

    async def download() -> None:
        await egress.download(uri, Nowhere(), max_bytes=1_000, timeout_s=5)

    async def post() -> None:
        await egress.post(uri, b"x", {}, timeout_s=5)

    async def check() -> None:
        egress.check_uri(uri)

    ways: tuple[Callable[[], Awaitable[None]], ...] = (
        check, download, post, partial(egress.check_host, uri)
    )  # fmt: skip
    reasons = []
    for way in ways:
        with pytest.raises(VidereError) as refused:
            await way()
        reasons.append(refused.value.reason)
    return reasons


def test_there_are_enough_cases() -> None:
    assert len(ADDRESSES) + len(HOSTS) + len(URIS) >= 250


async def test_no_way_to_write_an_address_leads_inside(canary: Canary) -> None:
    egress, wrong = Egress(EgressPolicy()), {}
    hosts = [*ADDRESSES, *((host, host) for host in HOSTS)]
    for name, host in hosts:
        reasons = await attempt(egress, f"http://{host}:{canary.port}/")
        if not all(reason in REFUSALS for reason in reasons):
            wrong[name] = reasons
    assert not wrong
    assert not canary.reached


async def test_no_form_of_a_uri_leads_inside(canary: Canary) -> None:
    egress, wrong = Egress(EgressPolicy()), {}
    for form in URIS:
        reasons = await attempt(egress, form.format(port=canary.port))
        if not all(reason in REFUSALS for reason in reasons):
            wrong[form] = reasons
    assert not wrong
    assert not canary.reached


async def test_no_redirect_leads_inside(canary: Canary) -> None:
    """A host that may be reached sends us on to every place that may not."""
    locations = [
        *(f"http://{host}:{canary.port}/" for text in ("127.0.0.2", "169.254.169.254")
          for host in forms(text).values() if host.isascii()),
        "file:///etc/passwd", "gopher://127.0.0.1/", f"//127.0.0.2:{canary.port}/",
    ]  # fmt: skip
    sent = iter(locations)

    async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 302 Found\r\nLocation: {next(sent)}\r\nContent-Length: 0\r\n\r\n"
        writer.write(head.encode())
        writer.close()

    server = await asyncio.start_server(redirect, "127.0.0.1", 0)
    start = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    egress = Egress(EgressPolicy(allowed_networks=(IPv4Network("127.0.0.1/32"),)))
    wrong: dict[str, Any] = {}
    async with server:
        for location in locations:
            with pytest.raises(VidereError) as refused:
                await egress.download(start, Nowhere(), max_bytes=1_000, timeout_s=5)
            no_uri = "Invalid URL" in str(refused.value)
            if refused.value.reason not in REFUSALS and not no_uri:
                wrong[location] = refused.value
    assert not wrong
    assert not canary.reached


@pytest.mark.parametrize("inside", ["127.0.0.2", "::1", "169.254.169.254", "::ffff:10.0.0.1"])
async def test_a_name_that_has_an_inner_address_too_is_refused(
    canary: Canary, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    """What a rebinding name server answers: an address outside, and one inside."""

    async def resolve(host: str, port: int, **_: Any) -> list[Any]:
        return [(0, 0, 0, "", (address, port)) for address in ("93.184.216.34", inside)]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    egress = Egress(EgressPolicy())
    with pytest.raises(VidereError) as refused:
        await egress.post(f"http://rebind.example:{canary.port}/", b"", {}, timeout_s=5)
    assert refused.value.reason is Reason.URI_FORBIDDEN
    assert not canary.reached
