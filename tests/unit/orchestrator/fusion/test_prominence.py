"""Appearance ratio and centric score."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import TimeSpan
from videre.orchestrator.fusion.prominence import (
    Presence,
    appearance_ratio,
    centric_score,
    merge_spans,
    place_weight,
)

spans = st.tuples(st.integers(0, 900), st.integers(1, 100)).map(
    lambda pair: TimeSpan(pair[0], pair[0] + pair[1])
)
presences = st.lists(st.builds(Presence, spans, st.integers(0, 10_000)), max_size=8)


def test_what_fills_the_picture_all_the_time_is_all_there_is() -> None:
    presence = Presence(TimeSpan(0, 1_000), place_weight(None))
    assert centric_score([presence], 1_000) == 10_000
    assert appearance_ratio([presence.span], 1_000) == 10_000


def test_area_centrality_and_duration_multiply() -> None:
    # A quarter of the picture, in its middle, half of the time.
    weight = place_weight((2_500, 2_500, 5_000, 5_000))
    assert weight == 2_500
    assert centric_score([Presence(TimeSpan(0, 500), weight)], 1_000) == 1_250


def test_a_box_in_the_corner_weighs_less() -> None:
    assert place_weight((0, 0, 2_000, 2_000)) < place_weight((4_000, 4_000, 2_000, 2_000))


@given(presences, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(items: list[Presence], random) -> None:  # type: ignore[no-untyped-def]
    expected = centric_score(items, 1_000)
    random.shuffle(items)
    assert centric_score(items, 1_000) == expected


@given(presences)
def test_saying_it_twice_changes_nothing(items: list[Presence]) -> None:
    assert centric_score(items + items, 1_000) == centric_score(items, 1_000)


@given(presences)
def test_prominence_is_at_most_presence(items: list[Presence]) -> None:
    ratio = appearance_ratio([p.span for p in items], 1_000)
    assert 0 <= centric_score(items, 1_000) <= ratio + 1 <= 10_001


@given(st.lists(spans, max_size=10))
def test_merged_spans_are_apart_and_cover_the_same(items: list[TimeSpan]) -> None:
    merged = merge_spans(items)
    assert all(a.end_ns < b.start_ns for a, b in pairwise(merged))
    covered = {t for span in items for t in range(span.start_ns, span.end_ns)}
    assert {t for span in merged for t in range(span.start_ns, span.end_ns)} == covered
