"""Coded pictures in any container come apart into the same units."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.media.nal_units import PictureForm

SEQUENCE, PICTURE = b"\x67\x64\x00\x1f\xac", b"\x68\xee\x3c\xb0"
AVCC = (
    b"\1\x64\x00\x1f\xff\xe1" + len(SEQUENCE).to_bytes(2, "big") + SEQUENCE
    + b"\1" + len(PICTURE).to_bytes(2, "big") + PICTURE
)  # fmt: skip
VPS, SPS, PPS = b"\x40\x01\x0c", b"\x42\x01\x01", b"\x44\x01\xc1"
HVCC = b"\1" + bytes(20) + b"\xff\3" + b"".join(
    bytes([kind]) + b"\0\1" + len(one).to_bytes(2, "big") + one
    for kind, one in ((32, VPS), (33, SPS), (34, PPS))
)  # fmt: skip
#: A slice or a message: no start code may stand in it, and it does not end with zero.
SLICES = st.lists(
    st.binary(max_size=20).map(lambda data: b"\x41" + data.replace(b"\0", b"\3") + b"\x80"),
    min_size=1, max_size=5,
)  # fmt: skip


def sized(*units: bytes) -> bytes:
    return b"".join(len(one).to_bytes(4, "big") + one for one in units)


def started(*units: bytes) -> bytes:
    return b"".join((b"\0" * (place % 2)) + b"\0\0\1" + one for place, one in enumerate(units, 1))


def told(form: PictureForm, *packets: bytes) -> list[list[bytes]]:
    return [list(form.units(packet)) for packet in packets]


@given(SLICES)
def test_lengths_and_start_codes_are_left_out(slices: list[bytes]) -> None:
    file = PictureForm("h264", AVCC)
    stream = PictureForm("h264", started(SEQUENCE, PICTURE))
    assert file.sets == stream.sets == (SEQUENCE, PICTURE)
    sent = started(b"\x09\xf0", SEQUENCE, PICTURE, *slices)
    assert told(file, sized(*slices)) == told(stream, sent) == [slices]


def test_the_same_of_h265() -> None:
    file, stream = PictureForm("hevc", HVCC), PictureForm("hevc", started(VPS, SPS, PPS))
    assert file.sets == stream.sets
    own = b"\x26\x01\xaf"
    sent = started(b"\x46\x01\x50", VPS, SPS, PPS, own)
    assert told(file, sized(own)) == told(stream, sent) == [[own]]


def test_other_sets_are_kept_and_so_is_all_that_follows() -> None:
    form, other = PictureForm("h264", AVCC), SEQUENCE + b"\x99"
    packets = [sized(SEQUENCE, b"\x65\x01"), sized(other, b"\x65\x02"), sized(SEQUENCE, b"\x41")]
    assert told(form, *packets) == [[b"\x65\x01"], [other, b"\x65\x02"], [SEQUENCE, b"\x41"]]
    assert form.others == [other, SEQUENCE]


def test_of_two_sets_of_a_kind_order_matters() -> None:
    second = PICTURE + b"\x01"
    form = PictureForm("h264", started(SEQUENCE, PICTURE, second))
    assert told(form, started(PICTURE, b"\x65\x01")) == [[PICTURE, b"\x65\x01"]]


def test_lengths_that_are_wrong_make_another_packet() -> None:
    form, unit = PictureForm("h264", AVCC), b"\x41\x9a\x80"
    right = sized(unit)
    for wrong in (b"\0\0\0\xff" + unit, right + b"\0", right[:-1], right + b"\0\0\0\7\x41"):
        assert told(form, wrong) == [[wrong]]
    assert told(form, right) == [[unit]]


@pytest.mark.parametrize("header", [b"", b"\1", AVCC[:9], AVCC[:-1], b"\1" + b"\xff" * 9, b"no"])
def test_broken_headers_and_packets_are_read_as_far_as_they_go(header: bytes) -> None:
    for codec in ("h264", "hevc"):
        form = PictureForm(codec, header)
        assert form.sets == (header,)
        for packet in (b"", b"\0", b"\0\0\0\xff\x41", b"\0\0\1", b"\x41\x42"):
            list(form.units(packet))
