"""What users like who like the same."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.recommend.catalogue import Catalogue, Vocabulary
from videre.orchestrator.recommend.crowd import (
    LEAST_USERS,
    MOST_EVENTS,
    AlsoLiked,
    Crowd,
    CrowdAt,
    history,
)
from videre.orchestrator.recommend.model import DAY_NS, Act, Event, ItemRow, Profile
from videre.orchestrator.recommend.taste import Taste, taste_of

NOW = 100 * DAY_NS
NAMES = "abcdef"


def catalogue() -> Catalogue:
    vocabulary = Vocabulary()
    row = ItemRow(b"", "en", 60_000)
    return Catalogue(vocabulary, [vocabulary.item(n, name, 0, row) for n, name in enumerate(NAMES)])


ALL = catalogue()


def event(media_id: str, act: Act = Act.LIKE, time_ns: int = NOW - 1, amount: int = 0) -> Event:
    return Event(media_id, act, time_ns, amount, f"{media_id} {act} {time_ns}")


def crowd(*users: list[Event], now_ns: int = NOW) -> CrowdAt:
    codes: dict[str, int] = {"gone": 0}
    return Crowd(ALL, codes, [history(events, codes) for events in users]).at(now_ns)


def taste(*events: Event) -> Taste:
    return taste_of(Profile(events=events), ALL, NOW)


def test_what_is_liked_with_what_was_liked_is_liked() -> None:
    of = crowd(*[[event("a"), event("b")]] * 3, *[[event("a"), event("c")]] * 2, [event("d")])
    found = of.liking(taste(event("a")))
    assert found.score.tolist() == [0, 1, 0, 0, 0, 0], "two users are too few to tell of c"
    assert found.weight == pytest.approx(5 / 30)
    also = of.also_liked(taste(event("a"), event("d")), [1, 2])
    assert also == {1: [AlsoLiked(0, 3)], 2: []}
    assert of.liking(taste()).weight == of.liking(taste(event("e"))).weight == 0


def test_what_was_skipped_or_hardly_watched_counts_not() -> None:
    for other in (
        [event("b"), event("b", Act.SKIP)],
        [event("b", Act.WATCH, amount=6_000)],
        [event("b", time_ns=NOW + 1)],
    ):
        assert not crowd(*[[event("a"), *other]] * 5).liking(taste(event("a"))).score.any()
    watched = [event("a"), event("b", Act.WATCH, amount=30_000), event("gone")]
    assert crowd(*[watched] * 5).liking(taste(event("a"))).score[1] == 1
    skipped = [event("a"), event("b", time_ns=9), event("b", Act.SKIP, time_ns=20)]
    assert not crowd(*[skipped] * 5, now_ns=19).liking(taste(event("a"))).score.any()
    early = [event("a", time_ns=5), *skipped[1:]]
    assert crowd(*[early] * 5, now_ns=19).liking(taste(event("a"))).score[1] == 1


def test_the_newest_events_of_a_user_count() -> None:
    codes: dict[str, int] = {}
    many = [event(f"m{number}") for number in range(MOST_EVENTS + 5)]
    assert len(history(many, codes).codes) == len(codes) == MOST_EVENTS
    assert len(history([], codes).codes) == 0
    assert not crowd().liking(taste(event("a"))).score.any()


likes = st.lists(st.sets(st.sampled_from(NAMES), max_size=6), max_size=12)


@given(likes, st.sets(st.sampled_from(NAMES), min_size=1, max_size=3))
def test_it_is_the_sum_of_cosines(users: list[set[str]], mine: set[str]) -> None:
    me = taste(*(event(one) for one in sorted(mine)))
    of = crowd(*([event(one) for one in sorted(some)] for some in users))
    likers: dict[str, set[int]] = defaultdict(set)
    for number, some in enumerate(users):
        for one in some:
            likers[one].add(number)
    wanted = np.zeros(len(NAMES))
    for place, name in enumerate(NAMES):
        by = {user for one in mine for user in likers[one] & likers[name]}
        if name not in mine and len(by) >= LEAST_USERS:
            wanted[place] = sum(
                len(likers[one] & likers[name]) / (len(likers[one]) * len(likers[name])) ** 0.5
                for one in mine
                if likers[one]
            )
    most = max(wanted.max(), 1e-9)
    assert of.liking(me).score == pytest.approx(wanted / most, abs=1e-5)
    for place, also in of.also_liked(me, range(len(NAMES))).items():
        for one in also:
            assert one.users == len(likers[NAMES[place]] & likers[NAMES[one.place]]) >= LEAST_USERS


@given(likes)
def test_the_order_of_events_does_not_matter(users: list[set[str]]) -> None:
    me = taste(event("a"))
    some = [[event(one) for one in sorted(of)] for of in users]
    first, second = (crowd(*order).liking(me) for order in (some, [one[::-1] for one in some]))
    assert first.score.tobytes() == second.score.tobytes()
    assert first.weight == second.weight
