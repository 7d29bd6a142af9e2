"""Speech spans: where they begin and end, what is bridged and dropped, and that they are sound."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.asr.activity import ActivityParams, Span, speech_spans

WINDOW = 512
PARAMS = ActivityParams(
    onset=0.5, release=0.35, min_silence=3, min_speech=2, max_speech=20, padding_samples=100
)


def spans_of(probabilities: list[float], samples: int | None = None) -> list[Span]:
    array = np.array(probabilities, np.float32)
    return speech_spans(array, WINDOW, samples or len(probabilities) * WINDOW, PARAMS)


def windows_of(probabilities: list[float]) -> list[tuple[int, int]]:
    """Return spans in windows, the padding taken away by rounding."""
    return [
        (round(span.start_sample / WINDOW), round(span.end_sample / WINDOW))
        for span in spans_of(probabilities)
    ]


def test_speech_begins_at_onset_and_lasts_until_release() -> None:
    assert windows_of([0, 0.4, 0.4, 0.6, 0.4, 0.4, 0.3, 0, 0, 0]) == [(3, 6)]


def test_voice_that_never_reaches_onset_is_no_speech() -> None:
    assert windows_of([0.4] * 10) == []


def test_a_short_pause_is_bridged_and_a_long_one_ends_the_utterance() -> None:
    assert windows_of([1, 1, 0, 0, 1, 1]) == [(0, 6)]
    assert windows_of([1, 1, 0, 0, 0, 1, 1]) == [(0, 2), (5, 7)]


def test_a_burst_shorter_than_speech_is_dropped() -> None:
    assert windows_of([0, 0, 0, 1, 0, 0, 0, 0]) == []


def test_long_speech_is_cut_where_it_is_least_likely_speech() -> None:
    probabilities = [1.0] * 30
    probabilities[15] = 0.6
    assert windows_of(probabilities) == [(0, 15), (15, 30)]


def test_padding_takes_half_a_short_gap_at_most_and_ends_with_the_track() -> None:
    gap = 3 * WINDOW
    first, second = spans_of([1, 1, 0, 0, 0, 1, 1], samples=7 * WINDOW - 10)
    assert first.start_sample == 0
    assert second.start_sample - first.end_sample == gap - 2 * PARAMS.padding_samples
    assert second.end_sample == 7 * WINDOW - 10


def test_score_is_the_mean_probability_of_the_span() -> None:
    (span,) = spans_of([0, 0, 0, 0.5, 0.75, 1.0, 0, 0, 0])
    assert span.score == pytest.approx(0.75)


def test_a_track_without_windows_has_no_speech() -> None:
    assert speech_spans(np.zeros(0, np.float32), WINDOW, 0, PARAMS) == []


@given(
    st.lists(st.floats(0, 1, width=32), max_size=200),
    st.integers(0, WINDOW - 1),
    st.integers(0, 2_000),
)
def test_spans_follow_one_another_inside_the_track(
    probabilities: list[float], missing: int, padding: int
) -> None:
    samples = max(0, len(probabilities) * WINDOW - missing)
    params = ActivityParams(min_silence=2, min_speech=1, max_speech=16, padding_samples=padding)
    spans = speech_spans(np.array(probabilities, np.float32), WINDOW, samples, params)
    end = 0
    for span in spans:
        assert end <= span.start_sample < span.end_sample <= samples
        assert span.samples <= 16 * WINDOW + 2 * padding
        assert 0 <= span.score <= 1
        end = span.end_sample


@given(st.lists(st.sampled_from([0.0, 1.0]), max_size=120))
def test_every_surely_voiced_run_long_enough_is_inside_a_span(probabilities: list[float]) -> None:
    spans = spans_of(probabilities)
    voiced = [index for index, value in enumerate(probabilities) if value]
    runs: list[list[int]] = []
    for index in voiced:
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    for run in (run for run in runs if len(run) >= PARAMS.min_speech):
        for index in run:
            assert any(
                span.start_sample <= index * WINDOW and (index + 1) * WINDOW <= span.end_sample
                for span in spans
            )
