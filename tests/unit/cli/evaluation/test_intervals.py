"""Bootstrap intervals, statistics and matching."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from videre.cli.evaluation.measures.intervals import f_score, interval, middle, ratio
from videre.cli.evaluation.measures.matching import match

TIMES = st.lists(st.floats(0, 100), max_size=12)


def test_the_same_counts_give_the_same_interval() -> None:
    units = [(1.0, 1.0)] * 8 + [(0.0, 1.0)] * 2
    low, high = interval(units, ratio) or (0.0, 0.0)
    assert (low, high) == interval(units, ratio)
    assert low < 0.8 < high


def test_one_unit_has_no_interval() -> None:
    assert interval([(1.0, 2.0)], ratio) is None


def test_an_interval_of_equal_units_is_a_point() -> None:
    assert interval([(1.0, 2.0)] * 5, ratio) == (0.5, 0.5)


def test_statistics_of_nothing_are_unknown() -> None:
    assert ratio([]) is None
    assert middle([]) is None
    assert f_score([(0, 0, 0)]) is None


def test_f_score_weighs_false_alarms_and_misses_alike() -> None:
    assert f_score([(8, 2, 0)]) == f_score([(4, 0, 1), (4, 0, 1)])
    assert f_score([(3, 0, 0)]) == 1.0
    assert f_score([(0, 2, 2)]) == 0.0


def test_a_found_time_answers_for_one_expected_time_only() -> None:
    assert match([10, 11], [10.5], 1) == [(0, 0)]
    assert match([10, 20], [20.5, 9.5], 1) == [(0, 1), (1, 0)]
    assert match([10], [11.01], 1) == []


@given(TIMES, TIMES, st.floats(0, 5))
def test_pairs_are_one_to_one_and_near(
    expected: list[float], found: list[float], tolerance: float
) -> None:
    pairs = match(expected, found, tolerance)
    assert len({one for one, _ in pairs}) == len({other for _, other in pairs}) == len(pairs)
    assert all(
        expected[one] - tolerance <= found[other] <= expected[one] + tolerance
        for one, other in pairs
    )


@given(TIMES, st.floats(0, 5))
def test_everything_matches_itself(times: list[float], tolerance: float) -> None:
    assert len(match(times, times, tolerance)) == len(times)
