"""What becomes of a recogniser's answer, whatever it leaves out."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from videre.asr.transcripts import Told, measure_words, scores_of_words, words_told

SECONDS = st.floats(-1, 40)
SCORES = st.floats(-0.5, 1.5) | st.just(math.nan)


@st.composite
def told(draw: st.DrawFn) -> Told:
    words = draw(st.lists(st.text("abc", min_size=1, max_size=9), max_size=8))
    count = len(words)
    times = st.lists(st.tuples(SECONDS, SECONDS), min_size=count, max_size=count).map(tuple)
    scores = st.lists(SCORES, min_size=count, max_size=count).map(tuple)
    return Told(
        tuple(words), draw(st.none() | times), draw(st.none() | scores),
        draw(st.none() | st.floats(-9, 1) | st.just(math.nan)),
    )  # fmt: skip


@given(told(), st.integers(1, 30 * 16_000))
def test_words_are_in_order_inside_the_utterance(answer: Told, samples: int) -> None:
    words = words_told(answer, samples)
    assert [word.text for word in words] == list(answer.words)
    starts = [word.start_sample for word in words]
    assert starts == sorted(starts)
    for word in words:
        assert 0 <= word.start_sample <= word.end_sample <= samples
        assert 0 <= word.score <= 1
    assert all(math.isfinite(value) for value in measure_words(answer, words, samples).values())


def test_words_without_times_share_the_utterance_by_their_lengths() -> None:
    answer = Told(("a", "bcd"), None, None, math.log(0.8))
    words = words_told(answer, 6_000)
    assert [(word.start_sample, word.end_sample, word.score) for word in words] == [
        (0, 2_000, 0.8),
        (2_000, 6_000, 0.8),
    ]
    measured = measure_words(answer, words, 6_000)
    assert (measured["word_times_estimated"], measured["word_scores_estimated"]) == (1, 1)


def test_times_and_scores_of_the_model_are_kept() -> None:
    answer = Told(("one", "two"), ((0.1, 0.5), (0.5, 0.75)), (0.9, 0.25), None)
    words = words_told(answer, 16_000)
    assert [(word.start_sample, word.end_sample, word.score) for word in words] == [
        (1_600, 8_000, 0.9),
        (8_000, 12_000, 0.25),
    ]
    measured = measure_words(answer, words, 16_000)
    assert measured["words_per_second"] == 2
    assert (measured["word_times_estimated"], measured["word_scores_estimated"]) == (0, 0)


def test_a_word_has_the_mean_of_the_tokens_that_begin_in_it() -> None:
    words, tokens = [(0, 4), (6, 9)], [(0, 2), (2, 4), (4, 6), (6, 6), (6, 9)]
    assert scores_of_words(words, tokens, (0.5, 1.0, 0.0, 0.25, 0.75)) == (0.75, 0.5)
    assert scores_of_words(words, tokens, (0.5, 1.0)) is None
    assert scores_of_words([(20, 30)], tokens, (0.5, 1.0, 0.0, 0.25, 0.75)) is None
