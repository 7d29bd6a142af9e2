"""Containers that no muxer at hand writes, put together by hand around streams that encoders wrote.

Nullsoft Streaming Video, DirectShow's Ogg (OGM), the MPEG of a Video CD with its sector frames, and
a HEIC still. The layouts are those that FFmpeg's demuxers read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Final

import av
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

_OGG_FIRST, _OGG_LAST = 2, 4
_OGG_POLYNOMIAL: Final = 0x04C11DB7
#: 100-nanosecond units of DirectShow.
_REFERENCE_TIME: Final = 10_000_000
#: A Video CD sector: 2,352 bytes, of which 24 before and 4 behind the 2,324 of MPEG.
_SECTOR, _SECTOR_DATA = 2352, 2324
_SECTOR_HEAD: Final = b"\x00" + b"\xff" * 10 + b"\x00" + bytes(4) + b"\x01\x01\x62\x0f" * 2


@dataclass(frozen=True, slots=True)
class _Packets:
    """The packets of one stream in the order of the file, and which of them are key frames."""

    data: list[bytes]
    keys: list[bool]
    head: bytes
    size: tuple[int, int]
    rate: Fraction


def _packets(path: Path, kind: str) -> _Packets:
    with av.open(str(path)) as container:
        stream = container.streams.video[0] if kind == "video" else container.streams.audio[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        return _Packets(
            data=[bytes(packet) for packet in packets],
            keys=[packet.is_keyframe for packet in packets],
            head=stream.codec_context.extradata or b"",
            size=(stream.width, stream.height) if isinstance(stream, VideoStream) else (0, 0),
            rate=_rate(stream),
        )


def _rate(stream: VideoStream | AudioStream) -> Fraction:
    return Fraction((isinstance(stream, VideoStream) and stream.average_rate) or 0)


def write_nsv(avi: Path, target: Path) -> None:
    """Rewrite an AVI of MPEG-4 pictures (without B-frames) and MP3 sound as NSV."""
    video, sound = _packets(avi, "video"), _packets(avi, "audio")
    duration_ms = round(len(video.data) / video.rate * 1000)
    frames = b"".join(_nsv_frames(video, sound.data))
    header = struct.pack("<4sIIIIII", b"NSVf", 28, 28 + len(frames), duration_ms, 0, 0, 0)
    target.write_bytes(header + frames)


def _nsv_frames(video: _Packets, sound: Sequence[bytes]) -> Iterator[bytes]:
    """Yield every picture with its share of the sound; a synchronising header before key frames."""
    shares = _spread(sound, len(video.data))
    start = struct.pack("<4s4s4sHHBH", b"NSVs", b"XVID", b"MP3 ", *video.size, int(video.rate), 0)
    for picture, key, share in zip(video.data, video.keys, shares, strict=True):
        length = len(picture)
        yield start if key else b"\xef\xbe"
        yield bytes([(length & 15) << 4]) + struct.pack("<HH", length >> 4, len(share))
        yield picture + share


def _spread(packets: Sequence[bytes], places: int) -> list[bytes]:
    """Divide packets over places as evenly as they go."""
    edges = [round(len(packets) * place / places) for place in range(places + 1)]
    return [b"".join(packets[a:b]) for a, b in pairwise(edges)]


def write_ogm(avi: Path, target: Path) -> None:
    """Rewrite an AVI of MPEG-4 pictures (without B-frames) and MP3 sound as OGM."""
    video, sound = _packets(avi, "video"), _packets(avi, "audio")
    step = round(_REFERENCE_TIME / video.rate)
    pictures = b"\x01video\0\0\0XVID" + struct.pack(
        "<IqqIIHHIIxxxx", 56, step, 1, 1, 1 << 16, 24, 0, *video.size
    )
    # One packet is one MP3 frame of 1,152 samples; the header's time unit counts samples.
    sounds = (
        b"\x01audio\0\0\0"
        + b"0055"
        + struct.pack(
            "<IqqIIHHHHIxxxx", 56, _REFERENCE_TIME, 44_100, 1152, 4096, 0, 0, 1, 0, 16_000
        )
    )
    comment = b"\x03vorbis" + struct.pack("<I", 6) + b"videre" + struct.pack("<IB", 0, 1)
    lines = [
        _ogg_stream(1, [pictures, comment], _flagged(video.data, video.keys), 1),
        _ogg_stream(2, [sounds, comment], [b"\x08" + data for data in sound.data], 1152),
    ]
    beginnings = b"".join(next(line) for line in lines)
    rest = [page for pages in zip_longest(*lines, fillvalue=b"") for page in pages]
    target.write_bytes(beginnings + b"".join(rest))


def _flagged(packets: Sequence[bytes], keys: Sequence[bool]) -> list[bytes]:
    return [(b"\x08" if key else b"\x00") + data for data, key in zip(packets, keys, strict=True)]


def _ogg_stream(
    serial: int, headers: Sequence[bytes], packets: Sequence[bytes], units: int
) -> Iterator[bytes]:
    """Yield one page per packet; `units` of the granule position pass with each."""
    number = 0
    for number, header in enumerate(headers):
        yield _ogg_page(header, serial, number, 0, _OGG_FIRST if number == 0 else 0)
    for count, packet in enumerate(packets, 1):
        last = _OGG_LAST if count == len(packets) else 0
        yield from _ogg_pages(packet, serial, number + count, units * (count - 1), last)


def _ogg_pages(data: bytes, serial: int, number: int, granule: int, flags: int) -> Iterator[bytes]:
    if len(data) >= 255 * 255:
        raise ValueError(f"a packet of {len(data)} bytes needs more than one page")
    yield _ogg_page(data, serial, number, granule, flags)


def _ogg_page(data: bytes, serial: int, number: int, granule: int, flags: int) -> bytes:
    lacing = b"\xff" * (len(data) // 255) + bytes([len(data) % 255])
    head = struct.pack("<4sBBqIII", b"OggS", 0, flags, granule, serial, number, 0)
    page = head + bytes([len(lacing)]) + lacing + data
    return page[:22] + struct.pack("<I", _ogg_checksum(page)) + page[26:]


def _ogg_table() -> list[int]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1) ^ (_OGG_POLYNOMIAL if value & 0x80000000 else 0)
        table.append(value & 0xFFFFFFFF)
    return table


_OGG_TABLE: Final = _ogg_table()


def _ogg_checksum(page: bytes) -> int:
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ _OGG_TABLE[value >> 24 ^ byte]
    return value


def write_vcd_dat(vcd: Path, target: Path) -> None:
    """Wrap the packs of a Video CD's MPEG (2,324 bytes each) as the disc's .DAT file has them."""
    data = vcd.read_bytes()
    packs = [data[at : at + _SECTOR_DATA] for at in range(0, len(data), _SECTOR_DATA)]
    sectors = b"".join(_SECTOR_HEAD + pack.ljust(_SECTOR_DATA, b"\0") + bytes(4) for pack in packs)
    form = (
        b"CDXAfmt " + struct.pack("<I", 16) + bytes(16) + b"data" + struct.pack("<I", len(sectors))
    )
    assert len(sectors) % _SECTOR == 0
    target.write_bytes(b"RIFF" + struct.pack("<I", len(form) + len(sectors)) + form + sectors)


def write_heic(hevc_mp4: Path, target: Path) -> None:
    """Put the first picture of an HEVC film into a still image file (ISO/IEC 23008-12)."""
    video = _packets(hevc_mp4, "video")
    picture = video.data[0]
    properties = _box(b"ipco", _box(b"hvcC", video.head) + _full(b"ispe", _be(4, *video.size)))
    uses = _full(b"ipma", _be(4, 1) + _be(2, 1) + bytes([2, 0x81, 2]))
    entry = _full(b"infe", _be(2, 1, 0) + b"hvc1\0", version=2)
    ftyp = _box(b"ftyp", b"heic" + _be(4, 0) + b"mif1heic")

    def meta(offset: int) -> bytes:
        place = bytes([0x44, 0]) + _be(2, 1) + _be(2, 1, 0, 1) + _be(4, offset, len(picture))
        return _full(
            b"meta",
            _full(b"hdlr", _be(4, 0) + b"pict" + bytes(13))
            + _full(b"pitm", _be(2, 1))
            + _full(b"iloc", place)
            + _full(b"iinf", _be(2, 1) + entry)
            + _box(b"iprp", properties + uses),
        )

    start = len(ftyp) + len(meta(0)) + 8
    target.write_bytes(ftyp + meta(start) + _box(b"mdat", picture))


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _full(kind: bytes, body: bytes, version: int = 0) -> bytes:
    return _box(kind, bytes([version, 0, 0, 0]) + body)


def _be(width: int, *values: int) -> bytes:
    return b"".join(value.to_bytes(width, "big") for value in values)
