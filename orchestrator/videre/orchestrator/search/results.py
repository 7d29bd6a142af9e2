"""What was found, by media, within times, and counted by its labels. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from videre.orchestrator.search.model import Field
from videre.orchestrator.search.packing import U32
from videre.orchestrator.search.ranking import Found
from videre.orchestrator.search.table import Numbers


@dataclass(frozen=True, slots=True)
class MediaHit:
    """A media with moments that were found.

    Args:
        key: of the media in the index.
        media_id: the media.
        score: of its best moment, in millionths.
        count: number of its moments found.
        first: place of the first of them among all that was found.
        start: number of its first moment among all of the table.
    """

    key: int
    media_id: str
    score: int
    count: int
    first: int
    start: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """The media found, the one with the best moment first, the newest at equal scores.

    Args:
        media: their places in the table.
        scores: of the best moment of each.
        first: place of each one's first moment among all that was found.
        counts: number of each one's moments that were found.
    """

    found: Found
    media: Numbers
    scores: Numbers
    first: Numbers
    counts: Numbers

    def __len__(self) -> int:
        return len(self.media)

    def page(self, begin: int, size: int) -> list[MediaHit]:
        """Return some of them."""
        table = self.found.table
        return [
            MediaHit(
                int(table.keys[at]), table.media_ids[at], int(self.scores[i]),
                int(self.counts[i]), int(self.first[i]), int(table.starts[at]),
            )
            for i, at in enumerate(self.media[begin : begin + size].tolist(), begin)
        ]  # fmt: skip

    def after(self, score: int, media_id: str) -> int:
        """Return the place of the first media behind one with this score and id."""
        begin = int(np.searchsorted(-self.scores, -score, side="left"))
        end = int(np.searchsorted(-self.scores, -score, side="right"))
        ids = self.found.table.media_ids
        return begin + len([at for at in self.media[begin:end] if ids[at] >= media_id])


@dataclass(frozen=True, slots=True)
class FacetValue:
    """How often a value stands among what was found."""

    value: str
    moments: int
    media: int


def by_media(found: Found) -> Ranked:
    """Return the media found, ranked."""
    bounds = found.bounds
    counts = np.diff(bounds)
    media = np.flatnonzero(counts)
    first = bounds[media]
    best = np.maximum.reduceat(found.scores, first) if len(first) else found.scores
    order = np.lexsort((-found.table.order[media], -best))
    media = media[order]
    return Ranked(found, media, best[order], first[order], counts[media])


def best_moments(found: Found, hit: MediaHit, limit: int) -> list[tuple[int, int]]:
    """Return number and score of the best moments of a media, best first."""
    scores = found.scores[hit.first : hit.first + hit.count]
    order = np.argsort(-scores, kind="stable")[:limit]
    return [(int(found.moments[hit.first + i]) - hit.start, int(scores[i])) for i in order]


def within(
    found: Found, spans: Mapping[int, bytes], start_ms: int | None, end_ms: int | None
) -> Found:
    """Return the moments that overlap a stretch; nothing of the whole of a media.

    Args:
        spans: starts and ends of moments by media; those without times are left out.
    """
    table, bounds = found.table, found.bounds
    kept = np.zeros(len(found.moments), np.bool_)
    for at in np.flatnonzero(np.diff(bounds)).tolist():
        data = spans.get(int(table.keys[at]))
        if data is None:
            continue
        times = np.frombuffer(data, U32).reshape(-1, 2)
        mine = slice(int(bounds[at]), int(bounds[at + 1]))
        number = found.moments[mine] - table.starts[at]
        there = number > 0
        if start_ms is not None:
            there &= times[number, 1] > start_ms
        if end_ms is not None:
            there &= times[number, 0] < end_ms
        kept[mine] = there
    return dataclasses.replace(found, moments=found.moments[kept], scores=found.scores[kept])


def count_facets(
    found: Found, wanted: Sequence[Field], limit: int
) -> dict[Field, list[FacetValue]]:
    """Return how often values stand among what was found, the most frequent first."""
    facets = found.table.facets
    is_found = np.zeros(found.table.size, np.bool_)
    is_found[found.moments] = True
    counted = np.bincount(facets.groups[np.repeat(is_found, facets.counts)])
    has = np.flatnonzero(counted)
    values, many = facets.values[has], len(facets.names)
    moments = np.bincount(values, weights=counted[has], minlength=many)
    media = np.bincount(values, minlength=many)

    def most(kind: Field) -> Iterator[FacetValue]:
        there = np.flatnonzero((facets.kinds == kind) & (media > 0))
        first = np.lexsort((facets.order[there], -moments[there]))[:limit]
        for at in there[first].tolist():
            value = facets.names[at].partition(":")[2]
            yield FacetValue(value, int(moments[at]), int(media[at]))

    return {kind: list(most(kind)) for kind in wanted}
