"""Distances between texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.cli.evaluation.measures.texts import distance, folded, letters

WORDS = st.text("abc", max_size=8)


@pytest.mark.parametrize(
    ("expected", "found", "errors"),
    [("kitten", "sitting", 3), ("", "ab", 2), ("ab", "", 2), ("abc", "abc", 0), ("手语", "手", 1)],
)
def test_known_distances(expected: str, found: str, errors: int) -> None:
    assert distance(expected, found) == errors


def test_inside_a_longer_text_the_rest_costs_nothing() -> None:
    assert distance("cat", "a big cat sat", inside=True) == 0
    assert distance("cat", "a big cut sat", inside=True) == 1
    assert distance("cat", "", inside=True) == 3


@given(WORDS, WORDS)
def test_a_distance_is_symmetric_and_bounded(one: str, other: str) -> None:
    errors = distance(one, other)
    assert errors == distance(other, one)
    assert abs(len(one) - len(other)) <= errors <= max(len(one), len(other))
    assert distance(one, other, inside=True) <= errors


def test_width_case_and_blanks_do_not_matter() -> None:
    assert folded("ＡＢ c　d") == "abcd"
    assert letters("“Fine, fine!” 好。") == "finefine好"
