"""Few bytes that promise or unpack to many, and things that are no media at all."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator

import zstandard

from bench.hostile_inputs.case import DAMAGED, EMPTY, LIMIT, SUCCEEDED, TOO_LARGE, UNREADABLE
from bench.hostile_inputs.case import Hostile as H
from bench.hostile_inputs.seeds import picture, sound

_MANY = 50_000_000
_ANSWERED = DAMAGED | {"PARTIAL DECODE_LIMIT", "FAILED DECODE_LIMIT"}


def bombs() -> Iterator[H]:
    """Yield all of them."""
    yield from _pictures()
    yield from _sounds()
    yield from _archives()
    yield from _documents()
    yield from _rubbish()


def _pictures() -> Iterator[H]:
    for width, height in ((30_000, 30_000), (65_535, 65_535), (2**31 - 1, 2**31 - 1), (0, 0)):
        data = png(width, height, zlib.compress(bytes(64)))
        yield H(f"png of {width} × {height}", LIMIT | UNREADABLE, "big.png", data)
    yield H("png of 8,192 × 8,192 zeros", LIMIT, "zeros.png", _png_zeros(8_192, 8_192))
    yield H("png of 60,000 × 1", LIMIT, "long.png", _png_zeros(60_000, 1))
    yield H("png with a colour profile of 50 MB", DAMAGED, "profile.png", _png_profile())
    yield H("png with text of 50 MB", DAMAGED, "text.png", _png_text())
    jpeg = bytearray(picture("jpeg"))
    place = jpeg.index(b"\xff\xc0") + 5
    jpeg[place : place + 4] = b"\xff\xff\xff\xff"
    yield H("jpeg of 65,535 × 65,535", LIMIT | UNREADABLE, "big.jpg", bytes(jpeg))
    gif = bytearray(picture("gif"))
    gif[6:10] = b"\xff\xff\xff\xff"
    yield H("gif of 65,535 × 65,535", LIMIT | UNREADABLE, "big.gif", bytes(gif))
    bmp = bytearray(picture("bmp"))
    bmp[18:26] = struct.pack("<ii", 100_000, 100_000)
    yield H("bmp of 100,000 × 100,000", LIMIT | UNREADABLE, "big.bmp", bytes(bmp))
    frames = picture("gif")
    image = frames[frames.index(b"\x2c") : -1]
    many = frames[:-1] + image * 400 + b"\x3b"
    yield H("gif of 401 pictures", _ANSWERED, "many.gif", many)


def png(width: int, height: int, pixels: bytes, extra: bytes = b"") -> bytes:
    """Return a grey PNG that says its size whatever the pixels are."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = _chunk(b"IHDR", head) + extra + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(name: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(name + body)
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc)


def _png_zeros(width: int, height: int) -> bytes:
    return png(width, height, zlib.compress(bytes((width + 1) * height), 9))


def _png_profile() -> bytes:
    extra = _chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(_MANY), 9))
    return png(8, 8, zlib.compress(bytes(72)), extra)


def _png_text() -> bytes:
    extra = _chunk(b"zTXt", b"x\0\0" + zlib.compress(b"a" * _MANY, 9))
    return png(8, 8, zlib.compress(bytes(72)), extra)


def _sounds() -> Iterator[H]:
    plain = sound()
    for words, place, value in (
        ("4 GiB of samples", 40, b"\xff\xff\xff\xff"),
        ("a rate of 0", 24, bytes(4)),
        ("a rate of 4 GHz", 24, b"\xff\xff\xff\xff"),
        ("65,535 channels", 22, b"\xff\xff"),
        ("no channel", 22, bytes(2)),
        ("65,535 bits a sample", 34, b"\xff\xff"),
        ("an unknown codec", 20, b"\x99\x99"),
    ):
        data = plain[:place] + value + plain[place + len(value) :]
        yield H(f"wave with {words}", DAMAGED, "odd.wav", data)
    yield H("wave at 1 Hz, hours long", LIMIT | DAMAGED, "slow.wav", sound(60_000, rate=1))
    yield H("wave without samples", DAMAGED, "none.wav", sound(0))
    yield H("wave of one sample", DAMAGED, "one.wav", sound(1))


def _archives() -> Iterator[H]:
    zeros = bytes(_MANY)
    packed = {
        "zeros.gz": gzip.compress(zeros, 9, mtime=0),
        "zeros.bz2": bz2.compress(zeros),
        "zeros.xz": lzma.compress(zeros),
        "zeros.zst": zstandard.compress(zeros),
        "zeros.zz": zlib.compress(zeros, 9),
        "zeros.zip": _zip(zeros),
        "nested.zip": _zip(_zip(_zip(zeros))),
        "up.zip": _zip(b"x", "../../up"),
        "up.tar": _tar(),
    }
    for name, data in packed.items():
        yield H(f"archive {name}", UNREADABLE, name, data)
        if name in ("zeros.gz", "zeros.zip"):
            yield H(f"archive {name} as a film", UNREADABLE, "film.mp4", data)
            yield H(f"archive {name} as a picture", UNREADABLE, "picture.jpg", data)
    picture_in_zip = picture("jpeg") + _zip(b"x")
    yield H("a picture with an archive behind it", DAMAGED, "both.jpg", picture_in_zip)


def _zip(data: bytes, name: str = "film.mp4") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, 9)
    return target.getvalue()


def _tar() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        link = tarfile.TarInfo("../../link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return target.getvalue()


def _documents() -> Iterator[H]:
    chosen = {
        "latin-1": ("latin.txt", "Grüße – déjà vu".encode("cp1252"), SUCCEEDED | UNREADABLE),
        "GB 18030": ("gb.txt", "早上好，世界".encode("gb18030"), SUCCEEDED),
        "UTF-16": ("wide.txt", "Good morning 早".encode("utf-16"), SUCCEEDED),
        "half UTF-16": ("half.txt", "Good".encode("utf-16")[:-1], UNREADABLE),
        "broken UTF-8": ("broken.txt", b"Good \xc3\x28 \xff\xff\xff morning", UNREADABLE),
        "zero characters": ("nul.txt", b"Good\0morning", UNREADABLE),
        "only zeros": ("zeros.txt", bytes(4_096), UNREADABLE),
        "blanks": ("blank.txt", b" \n\t\n", SUCCEEDED),
        "too many bytes": ("long.txt", b"word " * 220_000, TOO_LARGE),
        "one line of 1 MB": ("line.txt", b"a" * 1_000_000, SUCCEEDED),
        "500,000 lines": ("lines.txt", b"a\n" * 500_000, LIMIT),
        "20,000 lines": ("many.txt", b"a b c d e\n" * 20_000, SUCCEEDED),
        "odd marks": ("marks.txt", "\u202e\u200b\ufeff﷽\u0300".encode() * 200, SUCCEEDED),
        "no times": ("none.srt", b"1\nno --> time\nwords\n", SUCCEEDED),
        "times backwards": ("back.srt", b"1\n00:00:09,000 --> 00:00:01,000\nx\n", SUCCEEDED),
        "times of years": ("years.srt", b"1\n9999:59:59,999 --> 9999:99:99,999\nx\n", LIMIT),
        "times in other digits": (
            "digits.srt", "1\n٠٠:٠٠:٠١,٠ --> ٠٠:٠٠:٠٢,٠\nx\n".encode(), SUCCEEDED),
        "a film": ("film.txt", picture("png"), UNREADABLE),
        "markup without end": ("open.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<" * 90_000,
                               SUCCEEDED),
        "a script of commas": ("commas.ass", b"[Script Info]\n[Events]\nFormat: " + b"," * 90_000
                               + b"\nDialogue: " + b"," * 90_000, SUCCEEDED),
        "mentions of shells": ("shell.txt", b"$(touch /tmp/x) `id` ; rm -rf / | sh\n", SUCCEEDED),
        "mentions of SQL": ("sql.txt", b"'; DROP TABLE job; --\n", SUCCEEDED),
    }  # fmt: skip
    for words, (file, data, expected) in chosen.items():
        yield H(f"document with {words}", expected, file, data)


def _rubbish() -> Iterator[H]:
    for file in ("film.mp4", "picture.jpg", "note.txt", "sound.wav"):
        yield H(f"no bytes as {file}", frozenset({"refused FIELD_INVALID"}), file, b"")
        yield H(f"one byte as {file}", UNREADABLE | EMPTY, file, b"\0")
    kinds = {
        "program": b"\x7fELF\x02\x01\x01" + bytes(512),
        "script": b"#!/bin/sh\ntouch /tmp/hostile\n",
        "pickle": b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x02id\x85R.",
        "document of an office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
        "printed page": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/URI/URI(http://127.0.0.1/)>>>>endobj",
        "font": b"\x00\x01\x00\x00" + bytes(512),
        "database": b"SQLite format 3\0" + bytes(512),
        "table": b"name,formula\nx,=cmd|' /C calc'!A0\n",
        "laughs": b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>',
        "nested lists": b"[" * 100_000,
        "noise": bytes(range(256)) * 64,
        "zeros": bytes(70_000),
    }
    for words, data in kinds.items():
        yield H(f"a {words}", UNREADABLE, f"{words}.bin", data)
        yield H(f"a {words} as a film", UNREADABLE, "film.mkv", data)
