"""What was found, by media, within times, and counted by its labels. Pure."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from videre.orchestrator.search.model import Field
from videre.orchestrator.search.packing import U32
from videre.orchestrator.search.ranking import Found, MediaRow


@dataclass(frozen=True, slots=True)
class MediaHit:
    """A media with moments that were found.

    Args:
        key: of the media in the index.
        media_id: the media.
        score: of its best moment, in millionths.
        count: number of its moments found.
        first: place of the first of them among all that was found.
    """

    key: int
    media_id: str
    score: int
    count: int
    first: int


@dataclass(frozen=True, slots=True)
class FacetValue:
    """How often a value stands among what was found."""

    value: str
    moments: int
    media: int


def by_media(found: Found, media: Sequence[MediaRow]) -> list[MediaHit]:
    """Return the media found, the one with the best moment first, the newest at equal scores."""
    which, first, count = np.unique(found.media, return_index=True, return_counts=True)
    if not len(which):
        return []
    best = np.maximum.reduceat(found.scores, first)
    hits = [
        MediaHit(media[i].key, media[i].media_id, int(score), int(n), int(at))
        for i, score, n, at in zip(which, best, count, first, strict=True)
    ]
    hits.sort(key=lambda hit: hit.media_id, reverse=True)
    hits.sort(key=lambda hit: hit.score, reverse=True)
    return hits


def best_moments(found: Found, hit: MediaHit, limit: int) -> list[tuple[int, int]]:
    """Return number and score of the best moments of a media, best first."""
    scores = found.scores[hit.first : hit.first + hit.count]
    start = int(found.starts[np.searchsorted(found.keys, hit.key)])
    order = np.argsort(-scores, kind="stable")[:limit]
    return [(int(found.moments[hit.first + i]) - start, int(scores[i])) for i in order]


def within(
    found: Found, spans: Mapping[int, bytes], start_ms: int | None, end_ms: int | None
) -> Found:
    """Return the moments that overlap a stretch; nothing of the whole of a media.

    Args:
        spans: starts and ends of moments by media; those without times are left out.
    """
    kept = np.zeros(len(found.moments), np.bool_)
    numbers = found.moments - found.starts[found.media]
    for i in np.unique(found.media):
        data = spans.get(int(found.keys[i]))
        if data is None:
            continue
        times = np.frombuffer(data, U32).reshape(-1, 2)
        mine = np.flatnonzero(found.media == i)
        number = numbers[mine]
        there = number > 0
        if start_ms is not None:
            there &= times[number, 1] > start_ms
        if end_ms is not None:
            there &= times[number, 0] < end_ms
        kept[mine] = there
    return dataclasses.replace(found, moments=found.moments[kept], scores=found.scores[kept])


def count_facets(
    found: Found,
    rows: Iterable[tuple[int, bytes, Sequence[str]]],
    wanted: Sequence[Field],
    limit: int,
) -> dict[Field, list[FacetValue]]:
    """Return how often values stand among what was found, the most frequent first.

    Args:
        rows: key, pairs and values of media, see `packing.Packed`.
    """
    heads = {kind.name.lower(): kind for kind in wanted}
    is_found = np.zeros(int(found.starts[-1] + found.counts[-1]) if len(found.keys) else 0, bool)
    is_found[found.moments] = True
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for key, pairs, values in rows:
        start = int(found.starts[np.searchsorted(found.keys, key)])
        both = np.frombuffer(pairs, U32).reshape(-1, 2)
        kept = both[is_found[start + both[:, 0].astype(np.int64)], 1]
        for name, number in enumerate(np.bincount(kept, minlength=len(values)).tolist()):
            if number:
                count = counts[values[name]]
                count[0] += number
                count[1] += 1
    result: dict[Field, list[FacetValue]] = {kind: [] for kind in wanted}
    for counted, (moments, media) in counts.items():
        head, _, value = counted.partition(":")
        kind = heads.get(head)
        if kind is not None:
            result[kind].append(FacetValue(value, moments, media))
    for found_values in result.values():
        found_values.sort(key=lambda one: (-one.moments, one.value))
        del found_values[limit:]
    return result
