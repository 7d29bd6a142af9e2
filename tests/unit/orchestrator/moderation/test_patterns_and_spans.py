"""Regular expressions in linear time, and stretches asked in logarithmic time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.moderation.patterns import Patterns, check_pattern
from videre.orchestrator.moderation.spans import Spans
from videre.orchestrator.moderation.words import Entry, Matcher, WordList

SPANS = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9)).map(lambda s: (s[0], sum(s))))


def test_patterns_see_one_width_and_case_and_point_at_the_original() -> None:
    text = "请加 微信：ＡＢＣ12 吧"
    ((place, start, end),) = Patterns([(7, "微信:[a-z0-9]+")]).find(text)
    assert (place, text[start:end]) == (7, "微信：ＡＢＣ12")


@pytest.mark.parametrize("pattern", ["(", "(?=a)", r"(a)\1", "a*", "", "a{1000}{1000}"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        check_pattern(pattern)


def test_no_pattern_takes_more_than_linear_time() -> None:
    started = time.process_time()
    assert list(Patterns([(0, "(a+)+c")]).find("a" * 20_000)) == []
    assert time.process_time() - started < 2


def test_many_hits_in_one_text_take_linear_time() -> None:
    listed = WordList("l", 1, "x", (Entry("色情", near=("看",)), Entry("赌博")), allow=("反色情",))
    started = time.process_time()
    found = Matcher(listed).find("反色情。看色情，毒博。" * 5_000)
    assert len(found) == 10_000
    assert time.process_time() - started < 5


@given(SPANS, st.integers(0, 30), st.integers(1, 9))
def test_spans_answer_like_a_search_through_all(
    spans: list[tuple[int, int]], start: int, length: int
) -> None:
    end = start + length
    known = Spans(spans)
    assert known.hold(start, end) == any(a <= start and end <= b for a, b in spans)
    assert known.meet(start, end) == any(a < end and start < b for a, b in spans)
