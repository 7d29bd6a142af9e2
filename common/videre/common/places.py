"""Where processes are: how one tells where it is, and finds the others, by its settings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Final

import grpc.aio

from videre.common.channel import open_channel
from videre.common.config import Settings
from videre.common.consul import SCHEME, Announced, announced, follow
from videre.common.discovery import split_endpoint
from videre.common.errors import invalid
from videre.common.followed import FollowedChannel

#: How long a replica may answer nothing but errors until calls go to the others; longer than any
#: engine's call takes as a rule, so that one that is at work has answered something.
EJECTS_AFTER_S: Final = 30.0


def service_channel(settings: Settings, name: str) -> grpc.aio.Channel:
    """Return a channel over the replicas of a service, on the running loop; the caller closes it.

    Args:
        settings: with the endpoints of the service: addresses, a name that DNS resolves, or
            "consul:///<name>".
        name: "visual", "ocr", "asr", "audio" or "production".

    Raises:
        VidereError: FIELD_INVALID when the endpoints make no target.
    """

    def over(replicas: tuple[str, ...]) -> grpc.aio.Channel:
        return open_channel(
            replicas, settings.tls, ejects_after_s=EJECTS_AFTER_S, compression=settings.compression
        )

    endpoints = settings.endpoints(name)
    known = [one for one in endpoints if one.startswith(SCHEME)]
    if not known:
        return over(endpoints)
    if len(endpoints) > 1 or not settings.consul:
        limit = f"one {SCHEME}<name>, and VIDERE_CONSUL"
        raise invalid(f"{name}_endpoints", "cannot be looked up", limit=limit,
                      actual=",".join(endpoints))  # fmt: skip
    service = known[0].removeprefix(SCHEME)
    channel = FollowedChannel(over)
    channel.follow(lambda tell: follow(settings.consul_agent, service, tell))
    return channel


@asynccontextmanager
async def registered(settings: Settings, name: str, address: str) -> AsyncIterator[None]:
    """Be registered as "videre-<name>" for the length of a block, where a registry is set.

    Args:
        address: host:port that the process listens on.

    Raises:
        VidereError: FIELD_INVALID, others cannot reach that host and `advertise` is not set.
    """
    if not settings.consul:
        yield
        return
    host, port = split_endpoint(address)
    async with announced(
        settings.consul_agent, Announced(f"videre-{name}", settings.advertise or _own(host), port)
    ):
        yield


def _own(host: str) -> str:
    try:
        everywhere = ip_address(host).is_unspecified
    except ValueError:
        everywhere = False
    if everywhere:
        raise invalid("advertise", "is empty, and the process listens on every address",
                      limit="a host that others reach", actual="")  # fmt: skip
    return host
