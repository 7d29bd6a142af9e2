"""A unit's memory between batches, and its form as bytes (the carry, at most 64 KiB).

The bytes are canonical: one memory, one byte string; `decode(encode(memory))` equals `memory`. All
numbers are integers and a step's memory is cut to what fits before it is used, so that it makes no
difference where a unit is split into batches.

Layout, little-endian: magic, CRC-32 of the rest, header (frame, its time, the times of the last
read, refresh, fine pass, confirmation and assurance, shapes of the two maps, number of regions),
maps, then per region corners, score, lengths, text (UTF-8), print.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.ocr.gate import Look
from videre.ocr.regions import Region

#: Contract of `ReadFramesResponse.carry`.
MAX_BYTES: Final = 64 * 1024
_MAGIC: Final = b"VOC2"
_CHECKSUM: Final = struct.Struct("<I")
_HEADER: Final = struct.Struct("<7q4HH")
_REGION: Final = struct.Struct("<8HHHH")
_MAX_SCORE: Final = 10_000


class CarryError(ValueError):
    """The bytes are not a carry of this version."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What a unit's later frames need of its earlier ones.

    Args:
        frame: index of the last frame.
        time_ns: its time.
        read_ns: time of the last frame that was searched in full.
        refreshed_ns: time of the last frame that was searched or glanced at as a whole.
        fine_ns: time of the last frame that was searched at a finer scale.
        confirmed_ns: time of the last frame in which doubtful lines were recognised again.
        assured_ns: time of the last frame in which all lines were compared by all their samples or
            recognised again.
        read: what the gate saw of the last frame that was searched or glanced at.
        before: what it saw of the last frame.
        regions: the lines of the last frame, and what was found to be no text.
    """

    frame: int
    time_ns: int
    read_ns: int
    refreshed_ns: int
    fine_ns: int
    confirmed_ns: int
    assured_ns: int
    read: Look
    before: Look
    regions: tuple[Region, ...]


def fitted(memory: Memory) -> Memory | None:
    """Return the memory cut to `MAX_BYTES`; None when even its texts do not fit.

    Prints go first, from the last region backwards: a line without a print is read again whenever
    the detector runs, and is otherwise taken over.
    """
    excess = len(encode(memory)) - MAX_BYTES
    regions = list(memory.regions)
    for index in range(len(regions) - 1, -1, -1):
        if excess <= 0:
            break
        excess -= len(regions[index].print)
        regions[index] = replace(regions[index], print=b"")
    return replace(memory, regions=tuple(regions)) if excess <= 0 else None


def encode(memory: Memory | None) -> bytes:
    """Return the carry of a memory; empty for none."""
    if memory is None:
        return b""
    body = bytearray(
        _HEADER.pack(
            memory.frame,
            memory.time_ns,
            memory.read_ns,
            memory.refreshed_ns,
            memory.fine_ns,
            memory.confirmed_ns,
            memory.assured_ns,
            *memory.read.strokes.shape,
            *memory.read.luma.shape,
            len(memory.regions),
        )
    )
    for seen in (memory.read, memory.before):
        body += seen.strokes.tobytes() + seen.luma.tobytes()
    for region in memory.regions:
        text = region.text.encode()
        body += _REGION.pack(*region.quad, region.score, len(text), len(region.print))
        body += text + region.print
    return _MAGIC + _CHECKSUM.pack(zlib.crc32(body)) + bytes(body)


def decode(carry: bytes) -> Memory | None:
    """Read a carry; None for an empty one.

    Raises:
        CarryError: too long, of another version, or damaged.
    """
    if not carry:
        return None
    if len(carry) > MAX_BYTES:
        raise CarryError(f"{len(carry)} bytes, at most {MAX_BYTES}")
    start = len(_MAGIC) + _CHECKSUM.size
    body = carry[start:]
    if carry[: len(_MAGIC)] != _MAGIC or len(carry) < start + _HEADER.size:
        raise CarryError("not a carry of this version")
    if _CHECKSUM.unpack_from(carry, len(_MAGIC))[0] != zlib.crc32(body):
        raise CarryError("damaged: the checksum does not match")
    try:
        return _decode_body(body)
    except (struct.error, UnicodeDecodeError, ValueError) as error:
        raise CarryError(f"damaged: {error}") from error


def _decode_body(body: bytes) -> Memory:
    header = _HEADER.unpack_from(body)
    frame, time_ns, read_ns, refreshed_ns, fine_ns, confirmed_ns, assured_ns = header[:7]
    rows, columns, luma_rows, luma_columns, count = header[7:]
    at = _HEADER.size

    def take(length: int) -> bytes:
        nonlocal at
        piece = body[at : at + length]
        if len(piece) != length:
            raise ValueError("cut short")
        at += length
        return piece

    looks = [
        Look(_grid(take, rows, columns), _grid(take, luma_rows, luma_columns)) for _ in range(2)
    ]
    regions = []
    for _ in range(count):
        *quad, score, text_length, print_length = _REGION.unpack(take(_REGION.size))
        if max(score, *quad) > _MAX_SCORE or print_length % 144:
            raise ValueError("a number is out of range")
        a, b, c, d, e, f, g, h = quad
        text = take(text_length).decode()
        regions.append(Region((a, b, c, d, e, f, g, h), text, score, take(print_length)))
    if at != len(body):
        raise ValueError("bytes after the end")
    return Memory(
        frame=frame,
        time_ns=time_ns,
        read_ns=read_ns,
        refreshed_ns=refreshed_ns,
        fine_ns=fine_ns,
        confirmed_ns=confirmed_ns,
        assured_ns=assured_ns,
        read=looks[0],
        before=looks[1],
        regions=tuple(regions),
    )


def _grid(take: Callable[[int], bytes], rows: int, columns: int) -> NDArray[np.uint8]:
    return np.frombuffer(take(rows * columns), np.uint8).reshape(rows, columns)
