"""The media that may be found as arrays: all their moments numbered through. Pure.

A table is made of the rows of its media, or of another table and the rows that have changed since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.orchestrator.search.model import Field
from videre.orchestrator.search.packing import U32

Numbers = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

_KINDS: Final[Mapping[str, Field]] = {kind.name.lower(): kind for kind in Field}


@dataclass(frozen=True, slots=True)
class MediaRow:
    """A media that may be found: its key in the index, and how long its moments are.

    Args:
        given_length: places of what was given with it, which belong to the first moment.
        facets, facet_values: what its moments are counted by, see `packing.Packed`.
    """

    key: int
    media_id: str
    lengths: bytes
    given_length: int = 0
    facets: bytes = b""
    facet_values: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Facets:
    """Statements with an id, in the order of their moments.

    Args:
        counts: how many each moment has.
        groups: of each statement the number of its media and value.
        values: of each of these numbers the value, a place in `names`.
        names: "tag:animal.dog" and the like.
        kinds: of each name what it is a value of.
        order: of each name its place in the order of the names.
    """

    counts: Small
    groups: Small
    values: Small
    names: tuple[str, ...]
    kinds: Small
    order: Numbers


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a table has of one media, its groups counted from 0; see `Facets`."""

    key: int
    media_id: str
    length: int
    lengths: Floats
    counts: Small
    groups: Small
    values: Small


@dataclass(frozen=True, slots=True)
class MediaTable:
    """Media in ascending order of their keys; those without moments are left out.

    Args:
        order: of each media its place in the order of the ids.
        starts: number of each media's first moment among all.
        counts: number of each media's moments.
        lengths: places of each moment.
        length: places of all, what is given with media that have no moments included.
    """

    keys: Numbers
    media_ids: tuple[str, ...]
    order: Numbers
    starts: Numbers
    counts: Numbers
    lengths: Floats
    length: int
    facets: Facets
    pieces: tuple[_Piece, ...]

    @property
    def size(self) -> int:
        """Number of moments."""
        return len(self.lengths)


def table_of(
    rows: Iterable[MediaRow],
    base: MediaTable | None = None,
    keys: Collection[int] | None = None,
) -> MediaTable:
    """Return the table of some media.

    Args:
        rows: media that the base has not, or has as they were.
        base: a table that has the others.
        keys: of the media that stay; None = all.
    """
    names = {name: at for at, name in enumerate(base.facets.names)} if base else {}
    pieces = {one.key: one for one in base.pieces} if base else {}
    pieces.update((row.key, _piece(row, names)) for row in rows)
    kept = pieces if keys is None else pieces.keys() & set(keys)
    return _joined([pieces[key] for key in sorted(kept)], tuple(names))


def _piece(row: MediaRow, names: dict[str, int]) -> _Piece:
    lengths = np.frombuffer(row.lengths, U32).astype(np.float64)
    length = int(lengths.sum()) + row.given_length
    lengths[:1] += row.given_length
    pairs = np.frombuffer(row.facets, U32).reshape(-1, 2)
    counts = np.bincount(pairs[:, 0], minlength=len(lengths)).astype(np.int32)
    values = np.array([names.setdefault(one, len(names)) for one in row.facet_values], np.int32)
    return _Piece(
        row.key, row.media_id, length, lengths, counts, pairs[:, 1].astype(np.int32), values
    )


def _joined(every: Sequence[_Piece], names: tuple[str, ...]) -> MediaTable:
    pieces = [one for one in every if len(one.lengths)]
    counts = np.array([len(one.lengths) for one in pieces], np.int64)
    starts = np.cumsum(counts) - counts
    ids = tuple(one.media_id for one in pieces)
    firsts = np.cumsum([0, *(len(one.values) for one in pieces)], dtype=np.int32)
    groups = [one.groups + first for one, first in zip(pieces, firsts, strict=False)]
    kinds = [_KINDS[name.partition(":")[0]] for name in names]
    facets = Facets(
        counts=_chain([one.counts for one in pieces], np.int32),
        groups=_chain(groups, np.int32),
        values=_chain([one.values for one in pieces], np.int32),
        names=names,
        kinds=np.array(kinds, np.int32),
        order=_order(names),
    )
    return MediaTable(
        keys=np.array([one.key for one in pieces], np.int64),
        media_ids=ids,
        order=_order(ids),
        starts=starts,
        counts=counts,
        lengths=_chain([one.lengths for one in pieces], np.float64),
        length=sum(one.length for one in every),
        facets=facets,
        pieces=tuple(every),
    )


def _chain(parts: Sequence[npt.NDArray[np.generic]], kind: type[np.generic]) -> npt.NDArray:  # type: ignore[type-arg]
    return np.concatenate([np.empty(0, kind), *parts])


def _order(texts: Sequence[str]) -> Numbers:
    """Return of each text its place in their order."""
    order = np.empty(len(texts), np.int64)
    order[sorted(range(len(texts)), key=texts.__getitem__)] = np.arange(len(texts))
    return order
