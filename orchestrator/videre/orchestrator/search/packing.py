"""Moments as rows of the index, and rows as arrays. Pure.

A term has one row per media and part: *entries*, one number for each moment and field that it
stands in (18 bits moment, 4 bits field, 10 bits how often), and the places of all its occurrences,
in the order of the entries. Places are counted through the whole media within each field, so that
what is said over a cut stays a phrase; their lower 16 bits are kept. Ids are terms without places.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import zstandard

from videre.orchestrator.search.model import ID_MARK, NAMED, Field, Moment, Passage
from videre.orchestrator.search.words import indexed

U16: Final = np.dtype("<u2")
U32: Final = np.dtype("<u4")
_FIELD_BITS: Final = 4
_COUNT_BITS: Final = 10
#: Most occurrences of a term in a field of a moment that count.
MAX_COUNT: Final = (1 << _COUNT_BITS) - 1
#: Places that are told apart.
PLACES: Final = 1 << 16
#: Moments whose passages are kept in one row: what finding one moment reads.
CHUNK: Final = 16
_LEVEL: Final = 9
#: Places between passages: no phrase spans them.
_GAP: Final = 2
#: Moments with times are found by milliseconds.
_MS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Posting:
    """A term's row of a media and part."""

    entries: bytes
    places: bytes


@dataclass(frozen=True, slots=True)
class Packed:
    """A part of a media as the index keeps it.

    Args:
        postings: by term.
        lengths: number of places of each moment.
        spans: start and end of each moment, milliseconds or characters.
        facets: of each statement with an id its moment and its place in `facet_values`, as pairs.
        facet_values: "tag:animal.dog" and the like.
        chunks: the passages, `CHUNK` moments each.
        in_characters: spans are characters: the media is text without times.
    """

    postings: dict[str, Posting]
    lengths: bytes
    spans: bytes
    facets: bytes
    facet_values: tuple[str, ...]
    chunks: tuple[bytes, ...]
    in_characters: bool = False

    @property
    def moments(self) -> int:
        """Number of moments."""
        return len(self.lengths) // U32.itemsize

    @property
    def length(self) -> int:
        """Number of places of all moments."""
        return int(np.frombuffer(self.lengths, U32).sum())


def id_term(value: str) -> str:
    """Return the term of a statement's id."""
    return ID_MARK + value


def pack(moments: Sequence[Moment], *, in_characters: bool = False) -> Packed:
    """Return what is kept of the moments of one part.

    Args:
        moments: in order.
        in_characters: the media is text without times.
    """
    found: dict[str, dict[tuple[int, int], list[int]]] = defaultdict(dict)
    next_place: dict[Field, int] = defaultdict(int)
    lengths, facets = [], set()
    values: dict[str, int] = {}
    for number, moment in enumerate(moments):
        length = 0
        for passage in moment.passages:
            kind = passage.field
            if passage.value:
                found[id_term(passage.value)].setdefault((number, kind), [])
                name = f"{kind.name.lower()}:{passage.value}"
                facets.add((number, values.setdefault(name, len(values))))
            if kind in NAMED:
                continue
            first = next_place[kind] - (_GAP if passage.joins and next_place[kind] else 0)
            terms, places = indexed(passage.text)
            for term in terms:
                found[term.text].setdefault((number, kind), []).append(first + term.place)
            next_place[kind] = first + places + _GAP
            length += places
        lengths.append(length)
    scale = 1 if in_characters else _MS
    spans = [(m.start_ns // scale, m.end_ns // scale) for m in moments]
    return Packed(
        postings={term: _posting(at) for term, at in found.items()},
        lengths=np.array(lengths, U32).tobytes(),
        spans=np.array(spans, U32).tobytes(),
        facets=np.array(sorted(facets), U32).tobytes(),
        facet_values=tuple(values),
        chunks=tuple(_chunks(moments)),
        in_characters=in_characters,
    )


def _posting(at: dict[tuple[int, int], list[int]]) -> Posting:
    entries: list[int] = []
    places: list[int] = []
    for (moment, kind), stands in sorted(at.items()):
        kept = sorted(set(stands))[:MAX_COUNT]
        entries.append((moment << (_FIELD_BITS + _COUNT_BITS)) | (kind << _COUNT_BITS) | len(kept))
        places += [place % PLACES for place in kept]
    return Posting(np.array(entries, U32).tobytes(), np.array(places, U16).tobytes())


def pack_ids(ids: Sequence[int]) -> bytes:
    """Return numbers as bytes, in ascending order."""
    steps = np.diff(np.array(sorted(ids), np.int64), prepend=0).astype(U32)
    return zstandard.ZstdCompressor(level=_LEVEL).compress(steps.tobytes())


def unpack_ids(data: bytes) -> list[int]:
    """Return the numbers of `pack_ids`; none of no bytes."""
    if not data:
        return []
    steps = np.frombuffer(zstandard.ZstdDecompressor().decompress(data), U32)
    return [int(one) for one in np.cumsum(steps.astype(np.int64))]


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries taken apart."""

    moment: npt.NDArray[np.int64]
    field: npt.NDArray[np.int64]
    count: npt.NDArray[np.int64]


def unpack(data: bytes) -> Entries:
    """Take entries apart."""
    numbers = np.frombuffer(data, U32).astype(np.int64)
    return Entries(
        moment=numbers >> (_FIELD_BITS + _COUNT_BITS),
        field=(numbers >> _COUNT_BITS) & ((1 << _FIELD_BITS) - 1),
        count=numbers & MAX_COUNT,
    )


# --- passages --------------------------------------------------------------------------------


def _chunks(moments: Sequence[Moment]) -> Iterator[bytes]:
    packer = zstandard.ZstdCompressor(level=_LEVEL)
    for start in range(0, len(moments), CHUNK):
        lines = [
            json.dumps(_row(moment), ensure_ascii=False, separators=(",", ":"))
            for moment in moments[start : start + CHUNK]
        ]
        yield packer.compress("\n".join(lines).encode())


def _row(moment: Moment) -> list[Any]:
    shot = -1 if moment.shot is None else moment.shot
    passages = [
        [p.field, p.text, p.start_ns, p.end_ns, p.value, p.score, list(p.evidence), int(p.joins)]
        for p in moment.passages
    ]
    return [moment.start_ns, moment.end_ns, shot, moment.picture, passages]


def read_chunk(data: bytes, wanted: Sequence[int]) -> list[Moment]:
    """Return moments of a chunk.

    Args:
        wanted: their places in it.
    """
    lines = zstandard.ZstdDecompressor().decompress(data).split(b"\n")
    found = []
    for place in wanted:
        start, end, shot, picture, passages = json.loads(lines[place])
        known = tuple(map(_passage, passages))
        found.append(Moment(start, end, None if shot < 0 else shot, picture, known))
    return found


def _passage(row: Sequence[Any]) -> Passage:
    kind, text, start, end, value, score, evidence, joins = row
    return Passage(Field(kind), text, start, end, value, score, tuple(evidence), bool(joins))
