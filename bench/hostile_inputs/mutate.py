"""A seeded mutator of bytes: the same seed damages the same input in the same way. Pure."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Final

Mutation = Callable[[bytearray, random.Random], bytes]
#: Values that lengths, counts and rates like to go wrong at.
_EDGES: Final = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def _flip(data: bytearray, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 4, 32))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def _truncate(data: bytearray, rng: random.Random) -> bytes:
    return bytes(data[: rng.randrange(1, max(2, len(data)))])


def _behead(data: bytearray, rng: random.Random) -> bytes:
    return bytes(data[rng.randrange(1, max(2, len(data))) :]) or b"\0"


def _zero(data: bytearray, rng: random.Random) -> bytes:
    start, end = _stretch(data, rng)
    data[start:end] = bytes(end - start)
    return bytes(data)


def _repeat(data: bytearray, rng: random.Random) -> bytes:
    start, end = _stretch(data, rng)
    return bytes(data[:end] + data[start:end] * rng.choice((1, 3)) + data[end:])


def _swap(data: bytearray, rng: random.Random) -> bytes:
    (a, b), (c, d) = sorted((_stretch(data, rng), _stretch(data, rng)))
    c, d = max(b, c), max(b, d)
    return bytes(data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]) or b"\0"


def _edge(data: bytearray, rng: random.Random) -> bytes:
    """Write a value at the edge of its range over some bytes near the beginning."""
    form = rng.choice(("<I", ">I", "<H", ">H", "B"))
    value = rng.choice(_EDGES) & (1 << 8 * struct.calcsize(form)) - 1
    place = rng.randrange(max(1, min(len(data), 4_096) - 4))
    packed = struct.pack(form, value)
    data[place : place + len(packed)] = packed
    return bytes(data)


def _box(data: bytearray, rng: random.Random) -> bytes:
    """Give a four-letter box a size of its own, or one at the edge; another edge without boxes."""
    boxes = [
        place - 4
        for place in range(4, len(data) - 4)
        if bytes(data[place : place + 4]).isalnum() and data[place - 4] == 0
    ]
    if not boxes:
        return _edge(data, rng)
    place = rng.choice(boxes)
    data[place : place + 4] = struct.pack(">I", rng.choice((*_EDGES, rng.randrange(1 << 24))))
    return bytes(data)


def _insert(data: bytearray, rng: random.Random) -> bytes:
    place = rng.randrange(len(data))
    return bytes(data[:place] + rng.randbytes(rng.choice((1, 7, 512))) + data[place:])


def _stretch(data: bytearray, rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(len(data))
    return start, min(len(data), start + 1 + rng.randrange(max(1, len(data) // 4)))


MUTATIONS: Final[Sequence[tuple[str, Mutation]]] = (
    ("bits", _flip), ("cut", _truncate), ("headless", _behead), ("zeroed", _zero),
    ("repeated", _repeat), ("swapped", _swap), ("edge", _edge), ("box", _box),
    ("inserted", _insert),
)  # fmt: skip


def mutate(data: bytes, seed: str) -> bytes:
    """Return the bytes damaged once or a few times; never empty."""
    rng = random.Random(seed)
    for _ in range(rng.choice((1, 1, 2, 3))):
        data = rng.choice(MUTATIONS)[1](bytearray(data), rng)
    return data


def mutants(data: bytes, seed: str, count: int) -> Iterator[tuple[str, bytes]]:
    """Yield so many damaged forms with their names: each mutation in turn, then mixtures."""
    for number in range(count):
        name = f"{seed} {number}"
        if number < len(MUTATIONS):
            kind, mutation = MUTATIONS[number]
            yield f"{name} {kind}", mutation(bytearray(data), random.Random(name))
        else:
            yield f"{name} mixed", mutate(data, name)
