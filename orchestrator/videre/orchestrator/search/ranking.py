"""Which moments a query finds, and in which order: boolean match, then BM25 over fields. Pure.

The same rows give the same scores on every database: nothing is counted but what stands in them.

    score = Σ idf · f · (k₁ + 1) / (f + k₁ · (1 − b + b · length / mean length))
    f     = Σ over fields of weight · occurrences,  idf = ln(1 + (N − n + ½) / (n + ½))

A phrase, and a term within a field, count as a term of their own, with their own n. What holds of a
media as a whole holds of each of its moments, but a moment is found only for something of its own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import compress
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from videre.orchestrator.search.model import WEIGHTS
from videre.orchestrator.search.packing import PLACES, U16, U32, id_term, unpack
from videre.orchestrator.search.syntax import All, Match, Node, Not, matches
from videre.orchestrator.search.table import Floats, MediaTable, Numbers

#: The usual parameters (Robertson & Zaragoza 2009, The Probabilistic Relevance Framework).
_K1: Final = 1.2
_B: Final = 0.75
#: Scores are kept to a millionth, so that the order rests on no rounding of a processor.
SCORE_SCALE: Final = 1_000_000

Mask = npt.NDArray[np.bool_]

_WEIGHT: Final = np.zeros(16)
for _field, _tenths in WEIGHTS.items():
    _WEIGHT[_field] = _tenths / 10
_NO_PLACES: Final = np.empty(0, np.uint16)


def _among(numbers: Numbers, ordered: Numbers) -> Mask:
    """Tell which numbers are among some in ascending order."""
    if not len(ordered):
        return np.zeros(len(numbers), np.bool_)
    place = np.minimum(np.searchsorted(ordered, numbers), len(ordered) - 1)
    result: Mask = ordered[place] == numbers
    return result


class PostingRow(NamedTuple):
    """A term's row; `places` only where phrases are asked for. Hundreds are read per query."""

    key: int
    part: int
    entries: bytes
    places: bytes = b""


@dataclass(frozen=True, slots=True)
class Corpus:
    """All that is indexed of a project: number of moments, and of their places."""

    moments: int
    length: int


@dataclass(frozen=True, slots=True)
class Postings:
    """Rows of one term taken apart: where it stands among the moments of a table.

    Args:
        moment, field, part: of each entry,
        count: how often the term stands there.
        places: those of all entries; none where no phrase is asked for.
    """

    moment: npt.NDArray[np.int32]
    field: npt.NDArray[np.uint8]
    part: npt.NDArray[np.uint8]
    count: npt.NDArray[np.uint16]
    places: npt.NDArray[np.uint16]

    @classmethod
    def of(cls, rows: Iterable[PostingRow], table: MediaTable) -> Postings:
        """Take rows apart.

        Args:
            table: it has the media of all the rows that have moments.
        """
        given = list(rows)
        has = _among(np.array([row.key for row in given], np.int64), table.keys)
        given = list(compress(given, has.tolist()))
        sizes = np.array([len(row.entries) // U32.itemsize for row in given], np.int64)
        media = np.searchsorted(table.keys, np.array([row.key for row in given], np.int64))
        entries = unpack(b"".join(row.entries for row in given))
        return cls(
            (entries.moment + np.repeat(table.starts[media], sizes)).astype(np.int32),
            entries.field.astype(np.uint8),
            np.repeat(np.array([row.part for row in given], np.uint8), sizes),
            entries.count.astype(np.uint16),
            np.frombuffer(b"".join(row.places for row in given), U16),
        )

    def only(self, kept: Mask) -> Postings:
        """Return some of the entries, without places."""
        return Postings(
            self.moment[kept], self.field[kept], self.part[kept], self.count[kept], _NO_PLACES
        )

    def at(self, moments: int, offset: int, table: MediaTable) -> Numbers:
        """Return all places as numbers: moment, part, field, place.

        Args:
            moments: which are counted on by this,
            offset: and these places.
        """
        # Between two media a number is left out: the last moment of one has no next.
        media = np.searchsorted(table.starts, self.moment, side="right")
        owner = (media + self.moment + moments) << 5 | self.part.astype(np.int64) << 4 | self.field
        places = (self.places.astype(np.int64) + offset) % PLACES
        return np.repeat(owner << 16, self.count) | places


NO_POSTINGS: Final = Postings(
    np.empty(0, np.int32),
    np.empty(0, np.uint8),
    np.empty(0, np.uint8),
    np.empty(0, np.uint16),
    _NO_PLACES,
)


@dataclass(frozen=True, slots=True)
class Found:
    """Moments that were found.

    Args:
        table: the media.
        moments: those found, as numbers among all of the table, ascending.
        scores: of those, in millionths.
    """

    table: MediaTable
    moments: Numbers
    scores: Numbers

    @property
    def bounds(self) -> Numbers:
        """Where the moments of each media of the table begin; behind the last where they end."""
        return np.searchsorted(self.moments, np.append(self.table.starts, self.table.size))


@dataclass(frozen=True, slots=True)
class _Hits:
    """Of each moment how much one thing that is asked for counts there.

    Args:
        number: of moments of all that have it.
    """

    weight: Floats
    number: int


def wanted_terms(tree: Node) -> tuple[str, ...]:
    """Return the terms that a query needs the rows of."""
    found: dict[str, None] = {}
    for match in matches(tree, negated=True):
        found.update(dict.fromkeys(term for term, _ in match.terms))
        found.update(dict.fromkeys(id_term(value) for _, value in sorted(match.ids)))
    return tuple(found)


def needs_places(tree: Node) -> bool:
    """Tell whether a query has a phrase."""
    return any(len(match.terms) > 1 for match in matches(tree, negated=True))


def find(
    tree: Node,
    table: MediaTable,
    postings: Mapping[str, Postings],
    corpus: Corpus,
    allowed: Mask | None = None,
) -> Found:
    """Return what a query finds.

    Args:
        tree: the query.
        table: the media that have a term of it, and others.
        postings: of the terms.
        corpus: what there is at all.
        allowed: which media may be found; None = all. The others count for how rare a term is.
    """
    search = _Search(table, postings, corpus)
    held = search.holds(tree, negated=False)
    if allowed is not None:
        held &= np.repeat(allowed, table.counts)
    kept = np.flatnonzero(held)
    scores = search.scores(tree, kept)
    found = scores > 0
    return Found(table, kept[found], scores[found])


class _Search:
    """One query over the moments of a table."""

    def __init__(self, table: MediaTable, postings: Mapping[str, Postings], corpus: Corpus) -> None:
        self._table, self._postings, self._corpus = table, postings, corpus
        self._hits: dict[Match, _Hits] = {}

    # --- boolean -----------------------------------------------------------------------------

    def holds(self, node: Node, *, negated: bool) -> Mask:
        """Return the moments of which a query holds.

        Args:
            negated: it stands under NOT: of the whole of a media it holds if it does of a part.
        """
        if isinstance(node, Not):
            inside: Mask = ~self.holds(node.of, negated=not negated)
            return inside
        if isinstance(node, Match):
            return self._match_holds(node, negated=negated)
        parts = [self.holds(one, negated=negated) for one in node.of]
        joined = (
            np.logical_and.reduce(parts) if isinstance(node, All) else np.logical_or.reduce(parts)
        )
        result: Mask = joined
        return result

    def _match_holds(self, match: Match, *, negated: bool) -> Mask:
        mask = self._found(match).weight > 0
        starts = self._table.starts
        if not len(mask):
            return mask
        inherited: Mask = mask | np.repeat(mask[starts], self._table.counts)
        if negated:
            inherited[starts] = np.logical_or.reduceat(mask, starts)
        return inherited

    # --- ranking -----------------------------------------------------------------------------

    def scores(self, tree: Node, moments: Numbers) -> Numbers:
        """Return the scores of moments, in millionths."""
        corpus = self._corpus
        mean = corpus.length / corpus.moments if corpus.moments and corpus.length else 1.0
        norm = _K1 * (1 - _B + _B * self._table.lengths[moments] / mean)
        total = np.zeros(len(moments))
        for match in dict.fromkeys(matches(tree)):
            hits = self._found(match)
            weight = hits.weight[moments]
            rare = np.log1p((corpus.moments - hits.number + 0.5) / (hits.number + 0.5))
            total += max(float(rare), 0.0) * weight * (_K1 + 1) / (weight + norm)
        return np.floor(total * SCORE_SCALE + 0.5).astype(np.int64)

    # --- rows --------------------------------------------------------------------------------

    def _found(self, match: Match) -> _Hits:
        """Return where a match is."""
        known = self._hits.get(match)
        if known is None:
            known = self._hits[match] = self._look(match)
        return known

    def _look(self, match: Match) -> _Hits:
        words = self._of_phrase(match) if len(match.terms) > 1 else self._of(match.terms[0][0])
        if match.field is not None:
            words = words.only(words.field == match.field)
        weight: Floats = np.bincount(
            words.moment, weights=_WEIGHT[words.field] * words.count, minlength=self._table.size
        ).astype(np.float64, copy=False)
        for kind in sorted({kind for kind, _ in match.ids}):
            # Once for each kind, however many of its ids a moment has.
            has = np.zeros(self._table.size, np.bool_)
            for value in (value for of, value in match.ids if of == kind):
                entries = self._of(id_term(value))
                has[entries.moment[entries.field == kind]] = True
            weight += _WEIGHT[kind] * has
        return _Hits(weight, int(np.count_nonzero(weight)))

    def _of(self, term: str) -> Postings:
        return self._postings.get(term, NO_POSTINGS)

    def _of_phrase(self, match: Match) -> Postings:
        """Return the entries of a phrase: where its first term is followed by all the others.

        Those stand in the same moment or in the next.
        """
        first, table = self._of(match.terms[0][0]), self._table
        kept = np.ones(len(first.places), np.bool_)
        for term, offset in match.terms[1:]:
            # Nearly sorted: parts of a media follow one another.
            stands = np.sort(self._of(term).at(0, 0, table), kind="stable")
            kept &= _among(first.at(0, offset, table), stands) | _among(
                first.at(1, offset, table), stands
            )
        entry = np.repeat(np.arange(len(first.moment)), first.count)[kept]
        count = np.bincount(entry, minlength=len(first.moment)).astype(np.uint16)
        return dataclasses.replace(first, count=count).only(count > 0)
