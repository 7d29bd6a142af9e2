"""Which network addresses are public, and what an address literal really means."""

from __future__ import annotations

import re
import socket
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

#: Networks the standard library calls global although they lead into somebody's inside.
_INSIDE: Final[tuple[Network, ...]] = (
    IPv4Network("192.0.0.0/24"),  # RFC 6890; one cloud's metadata answer there, at 192.0.0.192
    IPv4Network("168.63.129.16/32"),  # Azure's platform service, reachable from every machine there
    IPv4Network("192.88.99.0/24"),  # 6to4 relays (RFC 7526, deprecated)
    IPv6Network("::/96"),  # IPv4-compatible (RFC 4291, deprecated), holds :: and ::1
    IPv6Network("::ffff:0:0:0/96"),  # IPv4-translated (RFC 2765, deprecated)
    IPv6Network("3fff::/20"),  # documentation (RFC 9637)
    IPv6Network("5f00::/16"),  # segment identifiers of an operator's inside (RFC 9602)
    IPv6Network("64:ff9b:1::/48"),  # NAT64 of local use (RFC 8215)
    IPv6Network("2001::/32"),  # Teredo: the embedded address is not the peer's own
    IPv6Network("fec0::/10"),  # site-local (RFC 3879, deprecated)
)
_NAT64: Final = IPv6Network("64:ff9b::/96")  # RFC 6052
#: Numbers in the forms that the C library reads as IPv4: "2130706433", "0x7f.1", "127.1".
_LEGACY_IPV4: Final = re.compile(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+)){0,3}\.?", re.I)


def literal_address(host: str) -> Address | None:
    """Return the address that a host text denotes without a look-up, or None for a name.

    Raises nothing: a text such as "300.1.1.1" that looks like a number but is none is a name.
    """
    text = host.strip("[]").partition("%")[0]
    try:
        return ip_address(text)
    except ValueError:
        pass
    if _LEGACY_IPV4.fullmatch(text):
        try:
            return IPv4Address(socket.inet_aton(text.rstrip(".")))
        except OSError:
            return None
    return None


def embedded_address(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address leads to (mapped, 6to4, NAT64), or itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address.sixtofour is not None:
            return address.sixtofour
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def refusal(address: Address, allowed: tuple[Network, ...]) -> str:
    """Return why an address may not be reached, or "" when it may.

    Args:
        address: the address a connection would go to.
        allowed: networks reachable although they are not public.
    """
    target = embedded_address(address)
    if any(target in network for network in allowed):
        return ""
    if target.is_loopback:
        return "a loopback address"
    if target.is_link_local:
        return "a link-local address (where clouds answer for their metadata)"
    if target.is_multicast or target.is_unspecified:
        return "not an address of one host"
    if not target.is_global or any(target in network for network in _INSIDE):
        return "not a public address"
    return ""
