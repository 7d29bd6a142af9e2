"""Candidates, their ranking, and a choice of them that is not all the same. Pure.

The same catalogue, events, seed and time give the same answer: scores are rounded to a millionth,
equal ones go by the media's ids, and what is drawn is drawn by a hash.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.common.values import sha256_hex
from videre.orchestrator.recommend.catalogue import Catalogue, Floats
from videre.orchestrator.recommend.crowd import Liking
from videre.orchestrator.recommend.model import ACT_WEIGHTS, DAY_NS, Act
from videre.orchestrator.recommend.taste import Taste, faded, known_share

Mask = npt.NDArray[np.bool_]
#: After these times what people do counts half for what is popular, and a media is half as new.
_POPULAR_HALF_LIFE_NS: Final = 7 * DAY_NS
_NEW_HALF_LIFE_NS: Final = 7 * DAY_NS
#: What is popular and what is new count so much: always, and more the less is known of the user.
_POPULAR: Final = (0.2, 0.4)
_NEW: Final = (0.05, 0.1)
#: What those like who like the same counts so much beside what fits, where many say so.
_CROWD: Final = 1.0
#: A cosine below this is no good fit, though nothing fits better.
_FAINT: Final = 0.1
#: How much the look counts of a media that has one.
_LOOK: Final = 0.25
#: Candidates that a choice is made of: for each that is wanted, and at least.
_POOL, _LEAST_POOL = 4, 100
#: Those that may be drawn: the ones that fit best of what few have met.
_DRAWN_OF: Final = 1_000


@dataclass(frozen=True, slots=True)
class Count:
    """How often something was done with a media on a day (UTC, from the epoch)."""

    media_id: str
    day: int
    act: Act
    count: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    Args:
        now_ns: the time of the answer.
        limit: most media.
        diversity: how much being unlike those before counts: 0 (not at all) .. 1 (alone).
        exploration: share of places given to what few have met, drawn.
        draw: what the draw depends on beside the media.
        languages: only in these; none = in any. What has none fits all.
        only: of these media; None = of all.
        without: none of these.
        met: also what the user met before.
    """

    now_ns: int
    limit: int = 20
    diversity: float = 0.3
    exploration: float = 0.0
    draw: str = ""
    languages: Collection[str] = ()
    only: Collection[str] | None = None
    without: Collection[str] = ()
    met: bool = False


@dataclass(frozen=True, slots=True)
class Pick:
    """A media that is recommended, and what its score is made of.

    Args:
        place: in the catalogue.
        collaborative: how much those who like the same like it, 0..1.
        drawn: it stands here by a draw.
    """

    place: int
    score: float
    affinity: float
    popularity: float
    freshness: float
    collaborative: float
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class Scores:
    """Every item's score and its parts, rounded to a millionth."""

    total: Floats
    affinity: Floats
    popularity: Floats
    freshness: Floats
    collaborative: Floats


def popularity(catalogue: Catalogue, counts: Iterable[Count], now_ns: int) -> Floats:
    """Return how popular every item is, 0..1: the logarithm of what was done, faded."""
    found, today = np.zeros(len(catalogue)), now_ns // DAY_NS
    for one in counts:
        place = catalogue.places.get(one.media_id)
        if place is not None and one.day <= today:
            left = faded((today - one.day) * DAY_NS, _POPULAR_HALF_LIFE_NS)
            found[place] += left * one.count * ACT_WEIGHTS[one.act]
    scaled = np.log1p(np.maximum(found, 0))
    most = float(scaled.max(initial=0.0))
    return scaled / most if most else scaled


def scored(
    catalogue: Catalogue, taste: Taste, popular: Floats, liking: Liking, now_ns: int
) -> Scores:
    """Return every item's score.

    Args:
        popular: see `popularity`.
        liking: of those who like the same.
    """
    affinity = catalogue.dots(taste.vector)
    if taste.look.any():
        seen = catalogue.looks.any(axis=1)
        alike = (catalogue.looks * taste.look).sum(axis=1)
        affinity[seen] = (1 - _LOOK) * affinity[seen] + _LOOK * alike[seen]
    # Beside what fits best, as what is popular is beside what is most so.
    affinity = np.maximum(affinity / max(float(affinity.max(initial=0.0)), _FAINT), -1)
    ages = np.maximum(now_ns - catalogue.create_ns, 0) / _NEW_HALF_LIFE_NS
    fresh = np.exp2(-ages)
    known = known_share(taste.mass)
    popular_weight, new_weight = (always + more * (1 - known) for always, more in (_POPULAR, _NEW))
    total = known * affinity + popular_weight * popular + new_weight * fresh
    total += known * _CROWD * liking.weight * liking.score
    return Scores(*(np.round(part, 6) for part in (total, affinity, popular, fresh, liking.score)))


def eligible(catalogue: Catalogue, taste: Taste, wish: Wish, barred: Collection[int] = ()) -> Mask:
    """Return which items may be recommended.

    Args:
        barred: keys of media that may not, such as those that a verdict blocks.
    """
    found: Mask = catalogue.create_ns <= wish.now_ns
    if wish.languages:
        found &= np.isin(catalogue.languages, [*wish.languages, ""])
    if wish.only is not None:
        only = np.zeros(len(catalogue), bool)
        only[_places(catalogue, wish.only)] = True
        found &= only
    if barred:
        found &= ~np.isin(catalogue.keys, list(barred))
    found[_places(catalogue, wish.without)] = False
    if not wish.met:
        found[list(taste.met)] = False
    return found


def _places(catalogue: Catalogue, media_ids: Iterable[str]) -> list[int]:
    return [catalogue.places[one] for one in media_ids if one in catalogue.places]


def recommended(catalogue: Catalogue, scores: Scores, allowed: Mask, wish: Wish) -> list[Pick]:
    """Return the media to be shown, in their order."""
    places = np.flatnonzero(allowed)
    # Ids rise with time: of equal scores the newest media is first.
    order = places[np.lexsort((-places, -scores.total[places]))]
    pool = order[: max(_LEAST_POOL, _POOL * wish.limit)]
    chosen = _diverse(catalogue, scores.total[pool], pool.tolist(), wish)
    by_score, by_draw = iter(chosen), iter(_drawn(catalogue, scores, order, wish))
    picks: dict[int, Pick] = {}
    for turn in range(wish.limit):
        place, drawn = None, False
        if int((turn + 1) * wish.exploration) > int(turn * wish.exploration):
            place = next((one for one in by_draw if one not in picks), None)
            drawn = place is not None
        if place is None:
            place = next((one for one in by_score if one not in picks), None)
        if place is None:
            break
        picks[place] = Pick(
            place,
            float(scores.total[place]),
            float(scores.affinity[place]),
            float(scores.popularity[place]),
            float(scores.freshness[place]),
            float(scores.collaborative[place]),
            drawn,
        )
    return list(picks.values())


def _diverse(catalogue: Catalogue, total: Floats, pool: Sequence[int], wish: Wish) -> list[int]:
    """Return candidates by maximal marginal relevance (Carbonell & Goldstein 1998)."""
    if not pool:
        return []
    rows = catalogue.dense(pool)
    low, high = float(total.min()), float(total.max())
    fits = (total - low) / (high - low) if high > low else np.ones(len(pool))
    most_alike = np.zeros(len(pool))
    left = np.ones(len(pool), bool)
    chosen: list[int] = []
    # A draw takes places but no candidates: as many as are wanted are enough.
    for _ in range(min(wish.limit, len(pool))):
        worth = np.round((1 - wish.diversity) * fits - wish.diversity * most_alike, 6)
        worth[~left] = -np.inf
        best = int(np.argmax(worth))  # of equal ones the first: the one with the higher score
        left[best] = False
        chosen.append(pool[best])
        most_alike = np.maximum(most_alike, (rows * rows[best]).sum(axis=1))
    return chosen


def _drawn(
    catalogue: Catalogue, scores: Scores, order: npt.NDArray[np.int64], wish: Wish
) -> list[int]:
    """Return what few have met in the order of a draw."""
    if not wish.exploration or not len(order):
        return []
    few = scores.popularity[order] <= float(np.median(scores.popularity[order]))
    some: list[int] = order[few][:_DRAWN_OF].tolist()
    return sorted(
        some,
        key=lambda place: sha256_hex(f"{wish.draw} {catalogue.items[place].media_id}".encode()),
    )
