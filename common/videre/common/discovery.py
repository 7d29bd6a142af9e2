"""Where the replicas of a service are: a gRPC target from configured endpoints.

A `Resolver` of another kind (a registry such as Consul) takes the same seat: it gives a target that
gRPC keeps resolving by itself, such as the registry's DNS name.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address
from typing import Protocol

from videre.common.errors import invalid


class Resolver(Protocol):
    """Names the replicas of one service."""

    def target(self) -> str:
        """Return a gRPC target."""


class StaticResolver:
    """A fixed list of replicas, or one name that DNS resolves to them.

    Texts are "host:port" ("[v6]:port" for IPv6), or one gRPC target ("dns:///…", "unix:…") that is
    passed on as it is. Several replicas are given as addresses; behind one name stand all of its
    addresses.
    """

    def __init__(self, endpoints: Sequence[str]) -> None:
        """Check the list.

        Raises:
            VidereError: FIELD_INVALID when gRPC could not balance over it.
        """
        self._target = _target(tuple(endpoints))

    def target(self) -> str:
        """Return a gRPC target."""
        return self._target


def _target(endpoints: tuple[str, ...]) -> str:
    if not endpoints:
        raise invalid("endpoints", "is empty", limit="at least one host:port")
    if len(endpoints) == 1 and ("://" in endpoints[0] or endpoints[0].startswith("unix:")):
        return endpoints[0]
    split = [split_endpoint(endpoint) for endpoint in endpoints]
    try:
        addresses = [ip_address("127.0.0.1" if host == "localhost" else host) for host, _ in split]
    except ValueError:
        if len(endpoints) == 1:
            return f"dns:///{endpoints[0]}"
        raise invalid(
            "endpoints",
            "several replicas are given by address, or by one name that has all their addresses",
            actual=",".join(endpoints),
        ) from None
    families = {address.version for address in addresses}
    if len(families) > 1:
        raise invalid("endpoints", "mixes IPv4 and IPv6", actual=",".join(endpoints))
    hosts = [f"[{item}]" if isinstance(item, IPv6Address) else str(item) for item in addresses]
    listed = ",".join(f"{host}:{port}" for host, (_, port) in zip(hosts, split, strict=True))
    return f"ipv{families.pop()}:{listed}"


def split_endpoint(endpoint: str) -> tuple[str, int]:
    """Return host (without brackets) and port of "host:port".

    Raises:
        VidereError: FIELD_INVALID.
    """
    host, _, port = endpoint.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65_536:
        raise invalid("endpoints", "is not host:port", actual=endpoint)
    return host.strip("[]"), int(port)
