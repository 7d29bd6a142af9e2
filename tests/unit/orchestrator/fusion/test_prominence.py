"""Appearance ratio and centric score."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import TimeSpan
from videre.orchestrator.fusion.prominence import (
    Presence,
    Weight,
    appearance_ratio,
    centric_score,
    heaviest,
    merge_spans,
    place_weight,
    weights_of,
)

spans = st.tuples(st.integers(0, 900), st.integers(1, 100)).map(
    lambda pair: TimeSpan(pair[0], pair[0] + pair[1])
)
weights = st.lists(
    st.tuples(spans, st.integers(0, 3) | st.integers(0, 10_000)).map(
        lambda pair: (pair[0].start_ns, pair[0].end_ns, pair[1])
    ),
    max_size=8,
)
framed = spans.map(lambda s: TimeSpan(s.start_ns, s.end_ns, s.start_ns // 7, s.end_ns // 7 + 1))


def test_what_fills_the_picture_all_the_time_is_all_there_is() -> None:
    presence = Presence(TimeSpan(0, 1_000), place_weight(None))
    assert centric_score(weights_of([presence]), 1_000) == 10_000
    assert appearance_ratio([presence.span], 1_000) == 10_000


def test_area_centrality_and_duration_multiply() -> None:
    # A quarter of the picture, in its middle, half of the time.
    weight = place_weight((2_500, 2_500, 5_000, 5_000))
    assert weight == 2_500
    assert centric_score([(0, 500, weight)], 1_000) == 1_250


def test_a_box_in_the_corner_weighs_less() -> None:
    assert place_weight((0, 0, 2_000, 2_000)) < place_weight((4_000, 4_000, 2_000, 2_000))


@given(weights)
def test_at_every_instant_the_largest_weight_counts(items: list[Weight]) -> None:
    found = heaviest(items)
    for time_ns in range(1_001):
        there = [weight for start, end, weight in items if start <= time_ns < end]
        told = [weight for start, end, weight in found if start <= time_ns < end]
        assert told == ([max(there)] if there and max(there) else [])
    assert all(a[1] < b[0] or (a[1] == b[0] and a[2] != b[2]) for a, b in pairwise(found))


@given(weights, weights, st.randoms(use_true_random=False))
def test_neither_the_order_nor_what_was_joined_before_matters(
    items: list[Weight], more: list[Weight], random: random.Random
) -> None:
    expected = heaviest(items + more)
    assert heaviest([*heaviest(items), *heaviest(more), *items]) == expected
    items += more
    random.shuffle(items)
    assert heaviest(items) == expected


@given(weights)
def test_prominence_is_at_most_presence(items: list[Weight]) -> None:
    ratio = appearance_ratio([TimeSpan(start, end) for start, end, _ in items], 1_000)
    assert 0 <= centric_score(items, 1_000) <= ratio + 1 <= 10_001


@given(st.lists(spans, max_size=10))
def test_merged_spans_are_apart_and_cover_the_same(items: list[TimeSpan]) -> None:
    merged = merge_spans(items)
    assert all(a.end_ns < b.start_ns for a, b in pairwise(merged))
    covered = {t for span in items for t in range(span.start_ns, span.end_ns)}
    assert {t for span in merged for t in range(span.start_ns, span.end_ns)} == covered


@given(st.lists(spans | framed, max_size=10), st.lists(spans | framed, max_size=10))
def test_what_is_merged_can_be_merged_with_more(
    items: list[TimeSpan], more: list[TimeSpan]
) -> None:
    expected = merge_spans(items + more)
    assert merge_spans([*merge_spans(more), *merge_spans(items)]) == expected
    assert merge_spans(reversed(items + more)) == expected
