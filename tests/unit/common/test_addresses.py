"""Which addresses a caller may make the suite connect to."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.addresses import embedded_address, literal_address, refusal

INSIDE = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "168.63.129.16",
    "192.0.2.1",
    "198.18.0.1",
    "192.88.99.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2001:0:1::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
]
PUBLIC = ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::101:101", "2002:101:101::"]


@pytest.mark.parametrize("text", INSIDE)
def test_what_is_not_public_is_refused(text: str) -> None:
    assert refusal(ip_address(text), ())


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_pass(text: str) -> None:
    assert refusal(ip_address(text), ()) == ""


@given(st.ip_addresses(v=4))
def test_an_embedded_address_is_judged_like_itself(address: IPv4Address) -> None:
    number = int(address)
    forms = [
        IPv6Address(0xFFFF << 32 | number),
        IPv6Address(0x2002 << 112 | number << 80),
        IPv6Address((0x64_FF9B << 96) | number),
    ]
    assert all(embedded_address(form) == address for form in forms)
    assert {refusal(form, ()) for form in forms} == {refusal(address, ())}


def test_an_allowed_network_opens_only_itself() -> None:
    allowed = (ip_network("127.0.0.0/8"),)
    assert refusal(ip_address("127.0.0.1"), allowed) == ""
    assert refusal(ip_address("::ffff:127.0.0.1"), allowed) == ""
    assert refusal(ip_address("10.0.0.1"), allowed)
    assert refusal(ip_address("::1"), (IPv4Network("0.0.0.0/0"),))


@pytest.mark.parametrize(
    "text",
    ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.0.0.1."],
)
def test_every_way_to_write_an_address_is_understood(text: str) -> None:
    assert literal_address(text) == IPv4Address("127.0.0.1")


@pytest.mark.parametrize("text", ["[::1]", "::1", "::1%lo"])
def test_ipv6_literals_are_understood(text: str) -> None:
    assert literal_address(text) == IPv6Address("::1")


@pytest.mark.parametrize("text", ["example.org", "300.1.1.1", "1.2.3.4.5", "cafe", "0x", ""])
def test_a_name_is_no_address(text: str) -> None:
    assert literal_address(text) in (None, IPv4Address("0.0.0.0"))
