"""A little DNS server on loopback: the addresses of some names, which a test changes."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import IPv4Address
from typing import cast

_A, _IN, _TTL_S = 1, 1, 0
#: An answer, authoritative, recursion available; no such name.
_ANSWER, _NO_NAME = 0x8580, 0x8583


class Names(asyncio.DatagramProtocol):
    """Addresses by name; what is asked for other than IPv4 has none."""

    def __init__(self, addresses: dict[str, list[str]]) -> None:
        self.addresses = addresses
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what answers go by."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        """Answer a question (RFC 1035 §4)."""
        labels, at = [], 12
        while size := data[at]:
            labels.append(data[at + 1 : at + 1 + size].decode())
            at += 1 + size
        (kind,) = struct.unpack_from(">H", data, at + 1)
        question = data[12 : at + 5]
        known = self.addresses.get(".".join(labels).lower())
        found = known or [] if kind == _A else []
        head = struct.pack(
            ">2sHHHHH", data[:2], _ANSWER if known is not None else _NO_NAME, 1, len(found), 0, 0
        )
        records = b"".join(
            struct.pack(">HHHIH", 0xC00C, _A, _IN, _TTL_S, 4) + IPv4Address(one).packed
            for one in found
        )
        assert self._transport is not None
        self._transport.sendto(head + question + records, address)


@asynccontextmanager
async def dns(addresses: dict[str, list[str]]) -> AsyncIterator[tuple[Names, int]]:
    """Run a server; give it and its port."""
    loop = asyncio.get_running_loop()
    transport, names = await loop.create_datagram_endpoint(
        lambda: Names(addresses), local_addr=("127.0.0.1", 0)
    )
    try:
        yield names, transport.get_extra_info("sockname")[1]
    finally:
        transport.close()
