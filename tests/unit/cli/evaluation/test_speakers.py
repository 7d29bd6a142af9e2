"""The diarization error rate, by hand and by its laws."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.cli.evaluation.measures.speakers import Said, speaker_error

TURNS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 30), st.integers(0, 2)), max_size=8)


def said(turns: list[tuple[int, int, int]], prefix: str = "") -> list[Said]:
    found, at = [], 0
    for pause, length, who in turns:
        start = (at + pause * 10) / 100
        at += pause * 10 + length * 10
        found.append(Said(start, at / 100, f"{prefix}{who}"))
    return found


def test_each_kind_of_error_is_counted_by_itself() -> None:
    truth = [Said(0, 4, "a"), Said(5, 9, "b")]
    found = [Said(1, 4.5, "x"), Said(5, 7, "y"), Said(7, 9, "x")]
    error = speaker_error(truth, found)
    assert (error.spoken, error.missed, error.false, error.confused) == (8, 1, 0.5, 2)
    assert error.wrong == 3.5


def test_a_collar_takes_the_borders_out() -> None:
    truth = [Said(0, 4, "a"), Said(4, 8, "b")]
    late = [Said(0, 4.2, "a"), Said(4.2, 8, "b")]
    assert speaker_error(truth, late).confused == pytest.approx(0.2)
    error = speaker_error(truth, late, collar_s=0.25)
    assert (error.wrong, error.spoken) == (0, pytest.approx(7.0))


@given(TURNS, st.permutations([0, 1, 2]))
def test_names_do_not_matter(turns: list[tuple[int, int, int]], names: list[int]) -> None:
    renamed = [(pause, length, names[who]) for pause, length, who in turns]
    assert speaker_error(said(turns), said(renamed, "other")).wrong == 0


@given(TURNS, TURNS)
def test_the_match_is_the_best_there_is(
    truth: list[tuple[int, int, int]], found: list[tuple[int, int, int]]
) -> None:
    expected, got = said(truth), said(found)
    error = speaker_error(expected, got)
    tried = []
    for names in permutations("012"):
        matched = [Said(one.start_s, one.end_s, names[int(one.speaker)]) for one in got]
        agreed = sum(
            max(0.0, min(a.end_s, b.end_s) - max(a.start_s, b.start_s))
            for a in expected
            for b in matched
            if a.speaker == b.speaker
        )
        tried.append(agreed)
    right = error.spoken - error.missed - error.confused
    assert right == pytest.approx(max(tried), abs=0.011 * (len(truth) + len(found)))


def test_nobody_heard_is_all_missed_and_nobody_there_all_false() -> None:
    some = [Said(0, 2, "a")]
    assert speaker_error(some, []).missed == 2
    assert speaker_error([], some).false == 2
    assert speaker_error([], []).wrong == 0
