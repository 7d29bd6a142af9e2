"""Perceptual hashes: the laws of a distance, and lists of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.library.entries import HashEntry
from videre.orchestrator.library.hashes import HashList, hash_distance

HASH = st.integers(0, 2**64 - 1)
NAMED = "entry"


@given(HASH, HASH, HASH)
def test_the_laws_of_a_distance(a: int, b: int, c: int) -> None:
    assert hash_distance(a, b) == hash_distance(b, a)
    assert (hash_distance(a, b) == 0) == (a == b)
    assert hash_distance(a, c) <= hash_distance(a, b) + hash_distance(b, c)


@given(st.lists(HASH, max_size=5), st.lists(HASH, min_size=1, max_size=5), st.integers(0, 64))
def test_a_list_finds_what_is_near_enough(shown: list[int], known: list[int], limit: int) -> None:
    found = HashList([HashEntry(NAMED, tuple(known), distance=limit)]).find(shown)
    nearest = [min(hash_distance(value, other) for other in known) for value in shown]
    assert found == [(i, 0, best) for i, best in enumerate(nearest) if best <= limit]


@given(st.lists(HASH, min_size=1, max_size=5), st.lists(HASH, max_size=4), HASH)
def test_a_negative_hash_finds_nothing_new(
    known: list[int], negatives: list[int], further: int
) -> None:
    shown = [value ^ 3 for value in known]

    def found(*refuting: int) -> set[tuple[int, int, int]]:
        return set(HashList([HashEntry(NAMED, tuple(known), refuting, 8)]).find(shown))

    assert found(*negatives, further) <= found(*negatives) <= found()


def test_what_is_as_near_to_a_negative_is_not_found() -> None:
    entry = HashEntry(NAMED, (0b1111,), negatives=(0b1100,), distance=8)
    assert HashList([entry]).find([0b1111, 0b1101]) == [(0, 0, 0)]


def test_entries_are_told_apart_and_many_frames_are_asked() -> None:
    entries = [HashEntry(NAMED, (7,)), HashEntry(NAMED, ()), HashEntry(NAMED, (1 << 60, 9))]
    shown = [9] * 200 + [7]
    found = HashList(entries).find(shown)
    assert {(0, 2, 0), (200, 0, 0)} <= set(found)
    assert {entry for _, entry, _ in found} == {0, 2}
