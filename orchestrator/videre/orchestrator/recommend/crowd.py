"""What users like who like the same: item-item co-occurrence over all that users did. Pure.

A media counts for a user from what they first do for it on, until they skip it. How alike two media
are is the cosine of their columns of users (Sarwar et al. 2001); what a user may like is the sum of
it over the media they met, by how much these say. It is computed as two products with the sparse
matrix of users and media, so nothing is trained: who comes counts at once, who goes is gone.

Fewer than `LEAST_USERS` users in common say nothing: neither a score nor a reason tells of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.orchestrator.recommend.catalogue import Catalogue, Floats
from videre.orchestrator.recommend.model import Act, Event
from videre.orchestrator.recommend.taste import Taste, weights_of

Numbers = npt.NDArray[np.int64]
#: Events of a user that count, the newest.
MOST_EVENTS: Final = 100
#: What fewer users have in common could tell who they are, and is chance.
LEAST_USERS: Final = 3
#: An event counts for its media when it says more than this.
_SAYS: Final = 0.1
#: So many users who share something with a user let the crowd count half.
_HALF_CROWD: Final = 25
_NEVER: Final = np.iinfo(np.int64).max
#: Media that are told as reasons.
_MEDIA: Final = 3


@dataclass(frozen=True, slots=True)
class History:
    """What a user did, by media and time: codes of media, acts, times and amounts."""

    codes: Numbers
    acts: Numbers
    times_ns: Numbers
    amounts_ms: Numbers


@dataclass(frozen=True, slots=True)
class Liking:
    """How much those who like the same like every item.

    Args:
        score: 0..1, beside the most; 0 where too few users say so.
        weight: how much it counts, 0..1: the more users share something with the user.
    """

    score: Floats
    weight: float


@dataclass(frozen=True, slots=True)
class AlsoLiked:
    """A media the user met, and how many users like it and the one recommended."""

    place: int
    users: int


def history(events: Sequence[Event], codes: dict[str, int]) -> History:
    """Return what a user did.

    Args:
        events: the newest first.
        codes: of media, which grow.
    """
    rows = sorted(
        (codes.setdefault(one.media_id, len(codes)), one.time_ns, int(one.act), one.amount_ms)
        for one in events[:MOST_EVENTS]
    )
    columns = np.array(rows, np.int64).reshape(-1, 4).T
    return History(columns[0], columns[2], columns[1], columns[3])


class Crowd:
    """What all users of a project did, as a sparse matrix of users and media.

    Args:
        catalogue: the media; what was done with others is left out.
        codes: of media in histories.
        histories: of the users.
    """

    def __init__(
        self, catalogue: Catalogue, codes: Mapping[str, int], histories: Sequence[History]
    ) -> None:
        self._media = len(catalogue)
        self._users = len(histories)
        place_of = np.full(len(codes), -1, np.int64)
        for media_id, code in codes.items():
            place_of[code] = catalogue.places.get(media_id, -1)
        places = place_of[_joined(one.codes for one in histories)]
        known = places >= 0
        lengths = [len(one.codes) for one in histories]
        users = np.repeat(np.arange(self._users, dtype=np.int64), lengths)[known]
        places = places[known]
        acts = _joined(one.acts for one in histories)[known]
        times = _joined(one.times_ns for one in histories)[known]
        amounts = _joined(one.amounts_ms for one in histories)[known]
        says = weights_of(acts, amounts, catalogue.duration_ms[places]) > _SAYS
        # Rows of one user and media stand together, in an order that no code decides: sums of the
        # same numbers are the same.
        pairs = users * max(self._media, 1) + places
        order = np.argsort(pairs, kind="stable")
        acts, times, says = acts[order], times[order], says[order]
        begins = np.flatnonzero(np.diff(pairs[order], prepend=-1))
        self._of, self._places = users[order[begins]], places[order[begins]]
        self._since = _least(np.where(says, times, _NEVER), begins)
        self._until = _least(np.where(acts == int(Act.SKIP), times, _NEVER), begins)

    def at(self, now_ns: int) -> CrowdAt:
        """Return the crowd as it is at a time."""
        there = (self._since <= now_ns) & (now_ns < self._until)
        return CrowdAt(self._of[there], self._places[there], self._users, self._media)


class CrowdAt:
    """Who likes what at a time.

    Args:
        users: of each pair of a user and a media.
        places: of each pair.
        user_count: number of users.
        media_count: number of media.
    """

    def __init__(self, users: Numbers, places: Numbers, user_count: int, media_count: int) -> None:
        self._of, self._places = users, places
        self._users, self._media = user_count, media_count
        liked = np.bincount(places, minlength=media_count)
        self._scale: Floats = 1 / np.sqrt(np.maximum(liked, 1))

    def liking(self, taste: Taste) -> Liking:
        """Return how much those who like what a user likes like every item."""
        wanted = np.zeros(self._media)
        for place, weight in taste.met.items():
            wanted[place] = max(weight, 0.0)
        shared = np.bincount(self._of, (wanted * self._scale)[self._places], minlength=self._users)
        by_them = shared[self._of]
        score = np.bincount(self._places, by_them, minlength=self._media) * self._scale
        count = np.bincount(self._places, by_them > 0, minlength=self._media)
        score[count < LEAST_USERS] = 0
        # Of what the user met everybody who likes it shares at least that.
        score[list(taste.met)] = 0
        most = float(score.max(initial=0.0))
        crowd = int((shared > 0).sum())
        if not most:
            return Liking(np.zeros(self._media), 0.0)
        return Liking(np.round(score / most, 6), crowd / (crowd + _HALF_CROWD))

    def also_liked(self, taste: Taste, places: Sequence[int]) -> dict[int, list[AlsoLiked]]:
        """Return what of the media a user likes is liked with each of some others, the most so
        first.
        """
        liked = np.array([place for place, weight in taste.met.items() if weight > 0], np.int64)
        weights = np.array([taste.met[place] for place in liked.tolist()])
        number = np.full(self._media, -1, np.int64)
        number[liked] = np.arange(len(liked))
        mine = number[self._places] >= 0
        users, of = self._of[mine], number[self._places[mine]]
        found: dict[int, list[AlsoLiked]] = {}
        for place in places:
            those = np.zeros(self._users, bool)
            those[self._of[self._places == place]] = True
            count = np.bincount(of[those[users]], minlength=len(liked))
            worth = np.round(count * weights * self._scale[liked], 6)
            order = np.lexsort((liked, -worth))
            found[place] = [
                AlsoLiked(int(liked[at]), int(count[at]))
                for at in order.tolist()
                if count[at] >= LEAST_USERS and liked[at] != place
            ][:_MEDIA]
        return found


def _joined(parts: Iterable[Numbers]) -> Numbers:
    return np.concatenate([np.zeros(0, np.int64), *parts])


def _least(values: Numbers, begins: Numbers) -> Numbers:
    """Return the least value of each group, given where groups begin."""
    return np.minimum.reduceat(values, begins) if len(begins) else values
