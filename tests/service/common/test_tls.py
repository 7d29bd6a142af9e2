"""TLS of servers and channels: who is trusted, who must show what, and files that are replaced."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from certificates import Authority
from grpc_health.v1 import health_pb2, health_pb2_grpc
from prometheus_client import CollectorRegistry

from videre.common.channel import open_channel
from videre.common.server import BindRefused, Server, start_server
from videre.common.tls import TlsFiles

TIMEOUT_S = 10.0


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ours")


async def started(tls: TlsFiles, host: str = "127.0.0.1", **options: Any) -> Server:
    return await start_server(host, 0, [], metrics=CollectorRegistry(), tls=tls, **options)


async def healthy(address: str, tls: TlsFiles | None) -> bool:
    """Tell whether a server answers over a connection of its own."""
    channel = open_channel([address], tls)
    try:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        await stub.Check(health_pb2.HealthCheckRequest(), timeout=TIMEOUT_S)
    except grpc.aio.AioRpcError as refused:
        if refused.code() is not grpc.StatusCode.UNAVAILABLE:
            raise
        return False
    finally:
        await channel.close()
    return True


async def shown_serial(address: str, authority: Path) -> int:
    """Return the serial number of the certificate that a server shows."""
    host, port = address.split(":")
    context = ssl.create_default_context(cafile=str(authority))
    _, writer = await asyncio.open_connection(host, int(port), ssl=context)
    shown: dict[str, Any] = writer.get_extra_info("ssl_object").getpeercert()
    writer.close()
    return int(shown["serialNumber"], 16)


async def test_a_caller_that_trusts_the_authority_is_answered(authority: Authority) -> None:
    files = authority.issue("server")
    server = await started(files)
    only_trust = TlsFiles(authority=files.authority)
    assert await healthy(server.address, only_trust)
    assert not await healthy(server.address, None)
    await server.stop(0)


async def test_a_server_of_another_authority_is_not_trusted(
    authority: Authority, tmp_path: Path
) -> None:
    strangers = Authority(tmp_path / "others", "others")
    server = await started(strangers.issue("server"))
    assert not await healthy(server.address, TlsFiles(authority=authority.file))
    await server.stop(0)


async def test_a_server_that_asks_for_certificates_takes_those_of_its_authority(
    authority: Authority, tmp_path: Path
) -> None:
    server = await started(authority.issue("server", clients=authority.file))
    assert await healthy(server.address, authority.issue("orchestrator"))
    assert not await healthy(server.address, TlsFiles(authority=authority.file))
    stranger = Authority(tmp_path / "others", "others").issue("stranger")
    assert not await healthy(server.address, replace(stranger, authority=authority.file))
    await server.stop(0)


async def test_replaced_files_are_shown_to_the_next_connection(authority: Authority) -> None:
    files = authority.issue("server")
    server = await started(files)
    before = await shown_serial(server.address, authority.file)
    held = open_channel([server.address], files)
    stub: Any = health_pb2_grpc.HealthStub(held)
    await stub.Check(health_pb2.HealthCheckRequest(), timeout=TIMEOUT_S)
    authority.issue("server")
    assert await shown_serial(server.address, authority.file) != before
    await stub.Check(health_pb2.HealthCheckRequest(), timeout=TIMEOUT_S)
    await held.close()
    await server.stop(0)


async def test_half_a_renewal_is_not_taken_over(authority: Authority) -> None:
    files = authority.issue("server")
    server = await started(files)
    before = await shown_serial(server.address, authority.file)
    assert files.key is not None
    files.key.write_bytes(b"nothing yet")
    assert await shown_serial(server.address, authority.file) == before
    await server.stop(0)


@pytest.mark.parametrize(
    ("tls", "options", "lacks"),
    [
        ("none", {}, "are not encrypted"),
        ("none", {"refuses_strangers": True}, "are not encrypted"),
        ("server", {}, "nobody asks who calls"),
    ],
)
async def test_an_open_address_without_security_is_refused(
    authority: Authority, tls: str, options: dict[str, Any], lacks: str
) -> None:
    files = TlsFiles() if tls == "none" else authority.issue("server")
    with pytest.raises(BindRefused, match=lacks):
        await started(files, "0.0.0.0", **options)


async def test_an_open_address_with_security_is_taken(authority: Authority) -> None:
    mutual = authority.issue("server", clients=authority.file)
    for files, strangers_refused in ((mutual, False), (authority.issue("other"), True)):
        server = await started(files, "0.0.0.0", refuses_strangers=strangers_refused)
        await server.stop(0)


async def test_files_that_make_no_certificate_are_named(
    authority: Authority, tmp_path: Path
) -> None:
    files = authority.issue("server")
    other = authority.issue("other")
    for broken, words in (
        (replace(files, key=None), "given together"),
        (TlsFiles(clients=authority.file), "VIDERE_TLS_CLIENTS needs"),
        (replace(files, certificate=tmp_path / "gone.pem"), "is not a file"),
        (replace(files, key=other.key), "server.pem"),
    ):
        with pytest.raises(BindRefused, match=words):
            await started(broken)
