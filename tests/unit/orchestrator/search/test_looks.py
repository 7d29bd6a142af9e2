"""What looks alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import NS
from videre.orchestrator.fusion.face_vectors import vectors_of
from videre.orchestrator.search.looks import (
    Looks,
    every_so_often,
    fused,
    grid_hashes,
    nearest,
    packed_hashes,
    packed_still,
    same_pictures,
    unpacked,
    vectors_by_moment,
)
from videre.orchestrator.search.stretches import Places, Stretch

MATRIX = {"a": np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]], np.float16)}
PLACES = Places([Stretch(0, 10 * NS), Stretch(10 * NS, 20 * NS)])


def hashed(*frames: tuple[float, int]) -> Looks:
    times, hashes = packed_hashes([(round(at * NS), value) for at, value in frames])
    return Looks(times=times, hashes=hashes)


def test_a_moment_looks_like_the_sum_of_its_frames() -> None:
    seen = [(1 * NS, "a/0"), (2 * NS, "a/1"), (15 * NS, "a/2"), (30 * NS, "a/0")]
    numbers, rows = unpacked(*vectors_by_moment(seen, MATRIX, PLACES))
    assert numbers.tolist() == [1, 2]
    assert rows.tolist() == [[2828, 2828, 0], [0, 0, 4000]]
    numbers, rows = unpacked(*vectors_by_moment([(0, "a/3")], MATRIX, Places(())))
    assert numbers.tolist() == [0]
    assert vectors_by_moment([], MATRIX, PLACES) == (b"", b"")


def test_the_nearest_come_first_and_others_are_of_another_engine() -> None:
    seen = [(1 * NS, "a/0"), (15 * NS, "a/3")]
    block = vectors_by_moment(seen, MATRIX, PLACES)
    other = np.ones(2, "<i2").tobytes()
    example = vectors_of(["a/0"], MATRIX)
    found = nearest(example, [(7, *block), (8, *block), (9, block[0][:4], other)], 3)
    assert [(one.key, one.number, one.likeness) for one in found] == [
        (7, 1, 10_000), (8, 1, 10_000), (7, 2, 7_070),
    ]  # fmt: skip


def test_rankings_are_merged_by_rank() -> None:
    assert [one for one, _ in fused([["a", "b", "c"], ["c", "a"]])] == ["a", "c", "b"]
    assert fused([["a"]]) == [("a", pytest.approx(1 / 61))]


A, B, C, D, E = (0x0F0F << shift for shift in (0, 12, 24, 36, 48))


def test_a_part_is_found_at_its_time() -> None:
    whole = hashed((0, A), (1, B), (2, C), (3, D), (4, E))
    part = hashed((0.4, B), (1.4, C), (2.5, D))
    found = same_pictures(whole, part)
    assert found is not None
    assert (found.pairs, found.share) == (3, 10_000)
    assert (found.first, found.second) == ((1_000, 3_000), (400, 2_500))
    assert same_pictures(whole, hashed((0, D), (10, C), (20, B))) is None
    assert same_pictures(whole, hashed((7, C ^ 0b111))) is not None
    assert same_pictures(whole, hashed((7, ~C & (2**64 - 1)))) is None
    assert same_pictures(whole, Looks()) is None
    one, other = Looks(still=packed_still(A)), Looks(still=packed_still(A ^ 1))
    assert same_pictures(one, other) is not None
    assert same_pictures(one, Looks(still=packed_still(B))) is None
    assert same_pictures(one, whole) is None
    assert packed_still(None) == b""


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 2**64 - 1)), max_size=40))
def test_every_media_is_the_same_as_itself(frames: list[tuple[int, int]]) -> None:
    looks = hashed(*frames)
    found = same_pictures(looks, looks)
    assert (found is None) == (not looks.hashes)
    if found is not None:
        assert 0 < found.share <= 10_000


def test_a_part_of_a_long_film_is_found() -> None:
    values = [int(one) for one in np.random.default_rng(1).integers(1, 2**62, 4_000)]
    whole = hashed(*((i / 4, value) for i, value in enumerate(values)))
    part = hashed(*((i / 4, value) for i, value in enumerate(values[1_000:1_400])))
    for one, other in ((whole, part), (part, whole)):
        found = same_pictures(one, other)
        assert found is not None
        assert found.share > 9_000
    backwards = same_pictures(part, whole)
    assert backwards is not None
    assert backwards.second == (250_000, 349_750)


def test_a_hash_stays_when_the_picture_is_lighter_or_coarser() -> None:
    pictures = np.random.default_rng(2).integers(30, 200, (3, 18, 32), np.uint8)
    first = grid_hashes(pictures)
    noise = np.random.default_rng(3).integers(0, 4, pictures.shape, np.uint8)
    for other in (grid_hashes(pictures + 20), grid_hashes(pictures + noise)):
        assert int(np.bitwise_count(first ^ other).max()) <= 8
    assert int(np.bitwise_count(first[0] ^ first[1])) > 16
    assert grid_hashes(np.full((1, 18, 32), 90, np.uint8)).tolist() == [0]


def test_hashes_come_four_times_a_second() -> None:
    times = np.arange(50) * NS // 25
    assert every_so_often(times).tolist() == [0, 7, 13, 19, 25, 32, 38, 44]
    assert every_so_often(times[:0]).tolist() == []
