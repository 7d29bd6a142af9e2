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


def led(levels: list[float]) -> list[tuple[int, int]]:
    """Return spans of a track whose last four windows are surely speech, in windows."""
    probabilities = np.zeros(len(levels), np.float32)
    probabilities[-4:] = 1
    spans = speech_spans(
        probabilities, WINDOW, len(levels) * WINDOW, PARAMS, np.array(levels, np.float32)
    )
    assert [span.score for span in spans] == [1.0]
    return [(round(span.start_sample / WINDOW), round(span.end_sample / WINDOW)) for span in spans]


QUIET, LOUD, CLOSE = -70.0, -20.0, -30.0


def test_an_utterance_takes_the_sound_that_leads_into_it_out_of_quiet() -> None:
    assert led([QUIET] * 6 + [CLOSE] * 3 + [LOUD] * 4) == [(6, 13)]
    assert led([CLOSE] * 3 + [LOUD] * 4) == [(0, 7)]  # the track begins with it
    assert led([QUIET] * 6 + [LOUD] * 4) == [(6, 10)]


def test_a_closure_is_no_quiet_and_a_pause_is() -> None:
    assert led([QUIET] * 6 + [LOUD, QUIET, LOUD] + [LOUD] * 4) == [(6, 13)]
    assert led([QUIET] * 6 + [LOUD, QUIET, QUIET] + [LOUD] * 4) == [(9, 13)]


def test_sound_that_goes_on_and_on_before_speech_is_not_taken_for_it() -> None:
    longest = PARAMS.max_lead
    assert led([QUIET] * 6 + [CLOSE] * longest + [LOUD] * 4) == [(6, longest + 10)]
    assert led([QUIET] * 6 + [CLOSE] * (longest + 1) + [LOUD] * 4) == [(longest + 7, longest + 11)]
    assert led([CLOSE] * 40 + [LOUD] * 4) == [(40, 44)]


def test_a_lead_does_not_reach_into_the_utterance_before() -> None:
    probabilities = np.array([1, 1, 1, 0, 0, 0, 1, 1, 1], np.float32)
    levels = np.full(len(probabilities), LOUD, np.float32)
    first, second = speech_spans(probabilities, WINDOW, 9 * WINDOW, PARAMS, levels)
    assert first.end_sample < second.start_sample


def test_a_track_without_windows_has_no_speech() -> None:
    assert speech_spans(np.zeros(0, np.float32), WINDOW, 0, PARAMS) == []


@given(
    st.lists(st.floats(0, 1, width=32), max_size=200),
    st.integers(0, WINDOW - 1),
    st.integers(0, 2_000),
    st.one_of(st.none(), st.integers(0, 2**32 - 1)),
)
def test_spans_follow_one_another_inside_the_track(
    probabilities: list[float], missing: int, padding: int, seed: int | None
) -> None:
    samples = max(0, len(probabilities) * WINDOW - missing)
    params = ActivityParams(min_silence=2, min_speech=1, max_speech=16, padding_samples=padding)
    levels = None
    if seed is not None:
        chance = np.random.default_rng(seed)
        levels = chance.uniform(-60, -10, len(probabilities)).astype(np.float32)
    likely = np.array(probabilities, np.float32)
    spans = speech_spans(likely, WINDOW, samples, params, levels)
    end = 0
    for span in spans:
        assert end <= span.start_sample < span.end_sample <= samples
        assert span.samples <= (16 + params.max_lead) * WINDOW + 2 * padding
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
