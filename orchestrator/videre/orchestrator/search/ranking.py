"""Which moments a query finds, and in which order: boolean match, then BM25 over fields. Pure.

The same rows give the same scores on every database: nothing is counted but what stands in them.

    score = Σ idf · f · (k₁ + 1) / (f + k₁ · (1 − b + b · length / mean length))
    f     = Σ over fields of weight · occurrences,  idf = ln(1 + (N − n + ½) / (n + ½))

A phrase, and a term within a field, count as a term of their own, with their own n. What holds of a
media as a whole holds of each of its moments, but a moment is found only for something of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.orchestrator.search.model import WEIGHTS
from videre.orchestrator.search.packing import PLACES, U16, U32, Entries, id_term, unpack
from videre.orchestrator.search.syntax import All, Match, Node, Not, matches

#: The usual parameters (Robertson & Zaragoza 2009, The Probabilistic Relevance Framework).
_K1: Final = 1.2
_B: Final = 0.75
#: Scores are kept to a millionth, so that the order rests on no rounding of a processor.
SCORE_SCALE: Final = 1_000_000

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_WEIGHT: Final = np.zeros(16)
for _field, _tenths in WEIGHTS.items():
    _WEIGHT[_field] = _tenths / 10


@dataclass(frozen=True, slots=True)
class MediaRow:
    """A media that may be found: its key in the index, and how long its moments are.

    Args:
        given_length: places of what was given with it, which belong to the first moment.
    """

    key: int
    media_id: str
    lengths: bytes
    given_length: int = 0


@dataclass(frozen=True, slots=True)
class PostingRow:
    """A term's row; `places` only where phrases are asked for."""

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
class Found:
    """Moments that were found.

    Args:
        keys: of the media, ascending.
        starts: number of each media's first moment among all.
        counts: number of each media's moments.
        moments: those found, as numbers among all, ascending.
        scores: of those, in millionths.
    """

    keys: Numbers
    starts: Numbers
    counts: Numbers
    moments: Numbers
    scores: Numbers

    @property
    def media(self) -> Numbers:
        """For each moment found the place of its media in `keys`."""
        return np.searchsorted(self.starts, self.moments, side="right") - 1


@dataclass(frozen=True, slots=True)
class _Hits:
    """Where one thing that is asked for stands: moments and how much it counts there."""

    moments: Numbers
    weight: Floats


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
    media: Sequence[MediaRow],
    postings: Mapping[str, Sequence[PostingRow]],
    corpus: Corpus,
) -> Found:
    """Return what a query finds.

    Args:
        tree: the query.
        media: those that may be found, in ascending order of their keys.
        postings: rows of the terms; those of other media count for how rare a term is.
        corpus: what there is at all.
    """
    keys = np.array([row.key for row in media], np.int64)
    counts = np.array([len(row.lengths) // U32.itemsize for row in media], np.int64)
    starts = np.cumsum(counts) - counts
    lengths = np.frombuffer(b"".join(row.lengths for row in media), U32).astype(np.float64)
    lengths[starts] += np.array([row.given_length for row in media], np.float64)
    search = _Search(keys, starts, counts, lengths, postings, corpus)
    held = search.holds(tree, negated=False)
    score = search.score(tree)
    kept = np.flatnonzero(held & (score > 0))
    return Found(keys, starts, counts, kept, score[kept])


class _Search:
    """One query over the moments of some media, numbered through."""

    def __init__(
        self,
        keys: Numbers,
        starts: Numbers,
        counts: Numbers,
        lengths: Floats,
        postings: Mapping[str, Sequence[PostingRow]],
        corpus: Corpus,
    ) -> None:
        self._keys, self._starts, self._counts = keys, starts, counts
        self._size = len(lengths)
        mean = corpus.length / corpus.moments if corpus.moments and corpus.length else 1.0
        self._norm = _K1 * (1 - _B + _B * lengths / mean)
        self._postings, self._corpus = postings, corpus
        self._hits: dict[Match, tuple[_Hits, int]] = {}

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
        mask = np.zeros(self._size, np.bool_)
        mask[self._found(match)[0].moments] = True
        if not self._size:
            return mask
        inherited: Mask = mask | np.repeat(mask[self._starts], self._counts)
        if negated:
            inherited[self._starts] = np.logical_or.reduceat(mask, self._starts)
        return inherited

    # --- ranking -----------------------------------------------------------------------------

    def score(self, tree: Node) -> Numbers:
        """Return the scores of all moments, in millionths."""
        total = np.zeros(self._size)
        for match in dict.fromkeys(matches(tree)):
            hits, number = self._found(match)
            rare = np.log1p((self._corpus.moments - number + 0.5) / (number + 0.5))
            total[hits.moments] += (
                max(float(rare), 0.0)
                * hits.weight * (_K1 + 1) / (hits.weight + self._norm[hits.moments])
            )  # fmt: skip
        return np.floor(total * SCORE_SCALE + 0.5).astype(np.int64)

    # --- rows --------------------------------------------------------------------------------

    def _found(self, match: Match) -> tuple[_Hits, int]:
        """Return where a match is among the media, and of how many moments of all it is true."""
        known = self._hits.get(match)
        if known is None:
            known = self._hits[match] = self._look(match)
        return known

    def _look(self, match: Match) -> tuple[_Hits, int]:
        words = self._of_phrase(match) if len(match.terms) > 1 else self._of(match.terms[0][0])
        if match.field is not None:
            words = words.only(words.entries.field == match.field)
        rows = [words, self._of_ids(match)]
        key = np.concatenate([one.key for one in rows])
        entries = [one.entries for one in rows]
        moment = np.concatenate([one.moment for one in entries])
        field = np.concatenate([one.field for one in entries])
        count = np.concatenate([one.count for one in entries])
        number = len(np.unique((key << 20) | moment))
        place = np.searchsorted(self._keys, key)
        there = place < len(self._keys)
        there[there] = self._keys[place[there]] == key[there]
        at = self._starts[place[there]] + moment[there]
        weight: Floats = np.bincount(
            at, weights=_WEIGHT[field[there]] * count[there], minlength=self._size
        ).astype(np.float64)
        hit = np.flatnonzero(weight)
        return _Hits(hit, weight[hit]), number

    def _of_ids(self, match: Match) -> _Rows:
        """Return the rows of the ids of a match, each moment once for each field."""
        fields: dict[str, list[int]] = {}
        for kind, value in sorted(match.ids):
            fields.setdefault(id_term(value), []).append(kind)
        parts = []
        for term, wanted in fields.items():
            rows = self._of(term)
            parts.append(rows.only(np.isin(rows.entries.field, wanted)))
        if not parts:
            return _Rows.of(())
        key = np.concatenate([one.key for one in parts])
        moment = np.concatenate([one.entries.moment for one in parts])
        field = np.concatenate([one.entries.field for one in parts])
        _, first = np.unique((key << 24) | (moment << 4) | field, return_index=True)
        entries = Entries(moment[first], field[first], np.ones(len(first), np.int64))
        return _Rows(key[first], np.zeros(len(first), np.int64), entries, _NONE)

    def _of(self, term: str) -> _Rows:
        return _Rows.of(self._postings.get(term, ()))

    def _of_phrase(self, match: Match) -> _Rows:
        """Return the rows of a phrase: where its first term is followed by all the others.

        Those stand in the same moment or in the next.
        """
        first = self._of(match.terms[0][0])
        kept = np.ones(len(first.places), np.bool_)
        for term, offset in match.terms[1:]:
            stands = self._of(term).at(0, 0)
            kept &= np.isin(first.at(0, offset), stands) | np.isin(first.at(1, offset), stands)
        entry = np.repeat(np.arange(len(first.key)), first.entries.count)[kept]
        which, count = np.unique(entry, return_counts=True)
        entries = first.entries
        return _Rows(
            first.key[which],
            first.part[which],
            Entries(entries.moment[which], entries.field[which], count.astype(np.int64)),
            _NONE,
        )


_NONE: Final = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of one term, one after the other."""

    key: Numbers
    part: Numbers
    entries: Entries
    places: Numbers

    @classmethod
    def of(cls, rows: Iterable[PostingRow]) -> _Rows:
        given = list(rows)
        sizes = np.array([len(row.entries) // U32.itemsize for row in given], np.int64)
        return cls(
            np.repeat(np.array([row.key for row in given], np.int64), sizes),
            np.repeat(np.array([row.part for row in given], np.int64), sizes),
            unpack(b"".join(row.entries for row in given)),
            np.frombuffer(b"".join(row.places for row in given), U16).astype(np.int64),
        )

    def only(self, kept: Mask) -> _Rows:
        """Return some of the rows, without places."""
        one = self.entries
        entries = Entries(one.moment[kept], one.field[kept], one.count[kept])
        return _Rows(self.key[kept], self.part[kept], entries, _NONE)

    def at(self, moments: int, offset: int) -> Numbers:
        """Return all places as numbers: media, part, field, moment, place.

        Args:
            moments: which are counted on by this,
            offset: and these places.
        """
        one = self.entries
        owner = (self.key << 5) | (self.part << 4) | one.field
        owner = (owner << 18) | (one.moment + moments)
        return (np.repeat(owner, one.count) << 16) | ((self.places + offset) % PLACES)
