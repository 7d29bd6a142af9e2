"""Reading the moments that are shown. Blocking: call through threads."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from videre.orchestrator.search.model import Moment, Part
from videre.orchestrator.search.packing import CHUNK, read_chunk
from videre.orchestrator.store import schema as t

#: Most chunks in one statement.
_CHUNKS: Final = 512
#: Fills a statement up: no media has this key.
_NOTHING: Final = (-1, 0, 0)


def read_moments(
    connection: sa.Connection, wanted: Mapping[int, Sequence[int]]
) -> dict[tuple[int, int], Moment]:
    """Return moments, what is given with their media among the passages of the first.

    Args:
        wanted: numbers of moments by key of media.
    """
    chunks = [
        (key, int(part), number)
        for key, numbers in wanted.items()
        for part in Part
        for number in sorted({n // CHUNK for n in numbers})
    ]
    found: dict[tuple[int, int], Moment] = {}
    given: dict[int, Moment] = {}
    for row in _chunks(connection, chunks):
        if row.part == Part.GIVEN:
            (given[row.media_key],) = read_chunk(row.data, [0])
            continue
        first = row.number * CHUNK
        places = [n - first for n in wanted[row.media_key] if n // CHUNK == row.number]
        for place, moment in zip(places, read_chunk(row.data, places), strict=True):
            found[row.media_key, first + place] = moment
    for key, moment in given.items():
        whole = found.get((key, 0))
        if whole is not None:
            passages = (*moment.passages, *whole.passages)
            found[key, 0] = dataclasses.replace(whole, passages=passages)
    return found


def _chunks(
    connection: sa.Connection, wanted: Sequence[tuple[int, int, int]]
) -> Iterator[sa.Row[Any]]:
    """Yield the rows of chunks: key of the media, part, number."""
    for start in range(0, len(wanted), _CHUNKS):
        some = wanted[start : start + _CHUNKS]
        size = 1 << (len(some) - 1).bit_length()  # few different statements
        named = {
            f"{name}{i}": value
            for i, row in enumerate([*some, *[_NOTHING] * (size - len(some))])
            for name, value in zip("kpn", row, strict=True)
        }
        yield from connection.execute(_choosing(size), named)


@lru_cache(16)
def _choosing(size: int) -> sa.TextualSelect:
    """Return the statement that reads some chunks.

    Of text, as expressions cost more to make than to run; joined, as SQLite looks for lists of
    tuples in the whole table. Its columns have their types: data may be sealed.
    """
    chunk = t.search_chunk.c
    rows = ", ".join(f"(:k{i}, :p{i}, :n{i})" for i in range(size))
    return sa.text(
        f"WITH wanted (k, p, n) AS (VALUES {rows}) "
        "SELECT media_key, part, number, data FROM wanted JOIN search_chunk "
        "ON media_key = k AND part = p AND number = n"
    ).columns(chunk.media_key, chunk.part, chunk.number, chunk.data)
