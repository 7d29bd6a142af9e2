"""How surely there are many."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.moderation.counting import at_least

scores = st.lists(st.integers(0, 10_000), max_size=7)


@pytest.mark.parametrize(
    ("found", "count", "expected"),
    [
        ([10_000] * 3, 3, 10_000),
        ([10_000] * 2, 3, 0),
        ([5_000, 5_000], 2, 2_500),
        ([5_000, 5_000], 1, 7_500),
        ([9_000] * 10, 10, 3_487),
        ([9_000] * 12, 10, 8_891),
        ([], 1, 0),
    ],
)
def test_that_many_are_there_as_surely_as_chance_says(
    found: list[int], count: int, expected: int
) -> None:
    assert at_least(found, count) == expected


@given(scores, st.integers(1, 7))
def test_it_is_the_sum_over_all_ways(found: list[int], count: int) -> None:
    whole = 0.0
    for there in product((True, False), repeat=len(found)):
        if sum(there) >= count:
            way = 1.0
            for yes, score in zip(there, found, strict=True):
                way *= score / 10_000 if yes else 1 - score / 10_000
            whole += way
    assert abs(at_least(found, count) - whole * 10_000) <= 1


@given(scores, st.integers(1, 7), st.randoms(use_true_random=False), st.integers(0, 10_000))
def test_order_is_nothing_and_one_more_never_makes_it_less(found, count, random, more) -> None:  # type: ignore[no-untyped-def]
    before = at_least(found, count)
    random.shuffle(found)
    assert at_least(found, count) == before
    assert at_least([*found, more], count) >= before
    assert at_least(found, count + 1) <= before
