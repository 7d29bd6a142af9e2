"""Tracks → persons: laws that hold for any film."""

from __future__ import annotations

import time
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.fusion import face_clusters
from videre.orchestrator.fusion.face_clusters import average_linkage, cluster
from videre.orchestrator.fusion.face_vectors import SCALE, likeness

SAME = 4_000


def vectors(seed: int, people: list[int], spread: float = 0.6) -> np.ndarray:
    """Return a vector for each entry, near the direction of that person."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(max(people, default=0) + 1, 64))
    made = centres[people] + spread * random.normal(size=(len(people), 64))
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return np.rint(made * SCALE).astype(np.float32)


def naive(alike: np.ndarray, same: int) -> set[frozenset[int]]:
    """Average linkage as its definition says it: the most alike pair of groups, again and again."""
    groups = [frozenset([index]) for index in range(len(alike))]
    while True:
        best = max(
            (
                (alike[np.ix_(sorted(a), sorted(b))].mean(), a, b)
                for a, b in combinations(groups, 2)
            ),
            key=lambda found: found[0],
            default=None,
        )
        if best is None or best[0] < same:
            return set(groups)
        groups = [g for g in groups if g not in best[1:]] + [best[1] | best[2]]


@given(st.integers(0, 10**6), st.lists(st.integers(0, 4), min_size=1, max_size=14))
def test_average_linkage_is_what_its_definition_says(seed: int, people: list[int]) -> None:
    made = vectors(seed, people, spread=1.0)
    alike = likeness(made, made)
    expected = naive(alike.astype(np.float64), SAME)
    assert {frozenset(group) for group in average_linkage(alike, SAME)} == expected


films = st.builds(
    lambda seed, tracks: (
        vectors(seed, [track[0] for track in tracks]),
        [sorted(track[1]) for track in tracks],
        [track[2] for track in tracks],
    ),
    st.integers(0, 10**6),
    st.lists(
        st.tuples(
            st.integers(0, 4), st.sets(st.integers(0, 12), min_size=1, max_size=3), st.booleans()
        ),
        max_size=16,
    ),
)


@given(films, st.randoms(use_true_random=False))
def test_the_order_of_tracks_decides_nothing(film, random) -> None:  # type: ignore[no-untyped-def]
    made, frames, founding = film
    order = list(range(len(frames)))
    random.shuffle(order)
    shuffled = cluster(made[order], [frames[n] for n in order], [founding[n] for n in order], SAME)
    expected = {frozenset(person) for person in cluster(made, frames, founding, SAME)}
    assert {frozenset(order[n] for n in person) for person in shuffled} == expected


@given(films)
def test_two_faces_of_one_frame_are_two_people(film) -> None:  # type: ignore[no-untyped-def]
    made, frames, founding = film
    for person in cluster(made, frames, founding, -10_000):
        shown = [frame for track in person for frame in frames[track]]
        assert len(shown) == len(set(shown))


@given(films)
def test_every_person_has_a_founder_and_no_track_is_two_people(film) -> None:  # type: ignore[no-untyped-def]
    made, frames, founding = film
    persons = cluster(made, frames, founding, SAME)
    assert all(any(founding[track] for track in person) for person in persons)
    tracks = [track for person in persons for track in person]
    assert len(tracks) == len(set(tracks))
    assert {n for n, clear in enumerate(founding) if clear} <= set(tracks)


def test_what_is_not_clear_joins_or_stays_unknown() -> None:
    made = vectors(5, [0, 0, 1, 2])
    persons = cluster(made, [[0], [9], [18], [27]], [True, False, True, False], SAME)
    assert persons == [[0, 1], [2]]


def test_more_founders_than_fit_join_or_stay_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(face_clusters, "MAX_FOUNDERS", 2)
    made = vectors(5, [0, 1, 0, 2])
    frames = [[0, 1], [5, 6], [9], [12]]
    assert cluster(made, frames, [True] * 4, SAME) == [[0, 2], [1]]


def test_a_long_film_takes_less_than_seconds() -> None:
    """10,000 tracks of 40 people; a second here, several where the machine is busy."""
    people = np.random.default_rng(1).integers(0, 40, 10_000).tolist()
    made = vectors(1, people)
    started = time.process_time()
    persons = cluster(made, [[n] for n in range(10_000)], [True] * 10_000, SAME)
    assert time.process_time() - started < 10
    assert all(len({people[track] for track in person}) == 1 for person in persons)
    assert len(persons) == 40
