"""Words and measurements of a decode."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.asr.hearing import Segment, measure, words_of

SECOND = 16_000


def segment(word: str, start: int, end: int, posterior: float = 0.5, log: float = -40) -> Segment:
    return Segment(word, start, end, posterior, log)


def test_fillers_and_variant_marks_do_not_reach_the_words() -> None:
    path = [
        segment("<s>", -20, 2),
        segment("the(2)", 3, 9),
        segment("<sil>", 10, 12),
        segment("[NOISE]", 13, 14),
        segment("++UM++", 15, 16),
        segment("can't(3)", 17, 29),
        segment("</s>", 30, 40),
    ]
    assert [word.text for word in words_of(path, SECOND)] == ["the", "can't"]


def test_word_times_are_samples_of_the_utterance() -> None:
    (word,) = words_of([segment("one", 10, 19)], SECOND)
    assert (word.start_sample, word.end_sample) == (1_600, 3_200)


def test_words_that_reach_into_the_silence_around_are_cut_to_the_utterance() -> None:
    (word,) = words_of([segment("one", -5, 200)], SECOND)
    assert (word.start_sample, word.end_sample) == (0, SECOND)


def test_posteriors_above_one_by_rounding_are_one() -> None:
    (word,) = words_of([segment("one", 0, 9, posterior=1.0002)], SECOND)
    assert word.score == 1.0
    assert measure([segment("one", 0, 9, posterior=1.0002)], -1.0, SECOND)[
        "mean_word_probability"
    ] == pytest.approx(1.0)


def test_silence_measures_nothing_but_its_length() -> None:
    assert measure([segment("<sil>", 0, 99)], 0.0, 2 * SECOND) == {
        "duration_seconds": 2.0,
        "words_per_second": 0.0,
    }


def test_measurements_say_what_their_names_promise() -> None:
    path = [
        segment("a", 0, 9, 1.0, -10),
        segment("<sil>", 10, 19, 1.0, -1),
        segment("b", 20, 49, 0.5, -110),
    ]
    measured = measure(path, -6.0, SECOND)
    assert measured["words_per_second"] == 2.0
    assert measured["mean_word_probability"] == pytest.approx(0.75)
    assert measured["low_word_probability"] == pytest.approx(0.6)
    assert measured["acoustic_score_per_frame"] == pytest.approx(-120 / 40)
    assert measured["posterior_per_word"] == -3.0
    assert measured["mean_word_seconds"] == pytest.approx(0.2)
    assert measured["filler_share"] == pytest.approx(10 / 50)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["word", "the(2)", "<sil>", "[NOISE]"]),
            st.integers(0, 80),
            st.floats(0, 1.001),
            st.floats(-690, 0),
        ),
        max_size=40,
    ),
    st.floats(-690, 0),
    st.integers(1, 30 * SECOND),
)
def test_measurements_are_finite_and_words_lie_inside(
    pieces: list[tuple[str, int, float, float]], log_posterior: float, samples: int
) -> None:
    path, frame = [], -20
    for word, length, posterior, log in pieces:
        path.append(Segment(word, frame, frame + length, posterior, log))
        frame += length + 1
    assert all(math.isfinite(value) for value in measure(path, log_posterior, samples).values())
    for heard in words_of(path, samples):
        assert 0 <= heard.start_sample <= heard.end_sample <= samples
        assert 0 <= heard.score <= 1
