"""From embeddings of windows to turns: laws that hold for any voices."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.asr import speakers
from videre.asr.speakers import SpeakerParams, Turn, Window, group, speaker_turns

HOP = 10
PARAMS = SpeakerParams(threshold=0.7, least_samples=30, least_turn=15)
#: Who is heard in each window of each span, and how long the pause before the span is.
SPOKEN = st.lists(
    st.tuples(st.integers(1, 5), st.lists(st.integers(0, 3), min_size=1, max_size=12)),
    min_size=1,
    max_size=8,
)


def vectors(voices: list[int], spread: float = 0.05) -> np.ndarray:
    """Return a unit vector for each window, near the axis of its voice."""
    rng = np.random.default_rng(len(voices))
    found = np.eye(8)[voices] + rng.normal(0, spread, (len(voices), 8))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def track(
    spoken: list[tuple[int, list[int]]],
) -> tuple[list[tuple[int, int]], list[Window], list[int]]:
    """Return spans, windows of two hops that overlap by one, and the voice of each window."""
    spans, windows, voices, at = [], [], [], 0
    for pause, heard in spoken:
        at += pause
        start = at
        windows += [
            Window(start + n * HOP, start + (n + 2) * HOP, len(spans)) for n in range(len(heard))
        ]
        voices += heard
        at = start + (len(heard) + 1) * HOP
        spans.append((start, at))
    return spans, windows, voices


@given(SPOKEN)
def test_turns_fill_the_speech_in_order_and_number_speakers_as_they_come(
    spoken: list[tuple[int, list[int]]],
) -> None:
    spans, windows, voices = track(spoken)
    turns = speaker_turns(spans, windows, vectors(voices), PARAMS)
    covered: dict[int, int] = {}
    for turn in turns:
        index = next(i for i, (a, b) in enumerate(spans) if a <= turn.start_sample < b)
        assert turn.end_sample <= spans[index][1]
        covered[index] = covered.get(index, 0) + turn.end_sample - turn.start_sample
        assert 0 <= turn.score <= 1
    assert covered == {i: end - start for i, (start, end) in enumerate(spans)}
    assert all(a.end_sample <= b.start_sample for a, b in pairwise(turns))
    numbers = [turn.speaker for turn in turns]
    assert sorted(set(numbers), key=numbers.index) == list(range(max(numbers) + 1))


@given(SPOKEN)
def test_a_voice_that_speaks_enough_is_one_speaker_of_its_own(
    spoken: list[tuple[int, list[int]]],
) -> None:
    """Whole spans of one voice, each long enough: as many speakers as voices, rightly told."""
    whole = [(pause, [heard[0]] * 6) for pause, heard in spoken]
    spans, windows, voices = track(whole)
    turns = speaker_turns(spans, windows, vectors(voices), PARAMS)
    assert len(turns) == len(spans)
    named = {(heard[0], turn.speaker) for (_, heard), turn in zip(whole, turns, strict=True)}
    assert len(named) == len({heard[0] for _, heard in whole})
    assert all(turn.score > 0.9 for turn in turns)


def test_a_change_inside_an_utterance_is_found_between_the_windows() -> None:
    spans, windows, voices = track([(5, [0] * 5 + [1] * 5)])
    turns = speaker_turns(spans, windows, vectors(voices), PARAMS)
    assert [(turn.start_sample, turn.speaker) for turn in turns] == [(5, 0), (5 + 55, 1)]


def test_a_moment_of_another_voice_is_no_turn() -> None:
    spans, windows, voices = track([(0, [0] * 5 + [1] + [0] * 5), (9, [1] * 6)])
    turns = speaker_turns(spans, windows, vectors(voices), PARAMS)
    assert [turn.speaker for turn in turns] == [0, 1]


def test_who_hardly_speaks_is_taken_for_the_nearest() -> None:
    spans, windows, voices = track([(0, [0] * 6), (9, [1]), (9, [2] * 6)])
    near = vectors(voices)
    near[6] = near[7] * 0.6 + near[6] * 0.8
    near[6] /= np.linalg.norm(near[6])
    turns = speaker_turns(spans, windows, near, PARAMS)
    assert [turn.speaker for turn in turns] == [0, 1, 1]
    assert turns[1].score < turns[2].score


def test_a_track_of_one_short_word_has_one_speaker() -> None:
    assert speaker_turns([(3, 9)], [Window(3, 9, 0)], vectors([1]), PARAMS) == [Turn(3, 9, 0, 1.0)]


def test_speech_too_short_to_be_described_has_no_turn() -> None:
    spans = [(0, 4), (10, 80)]
    windows = [Window(10 + n * HOP, 30 + n * HOP, 1) for n in range(6)]
    turns = speaker_turns(spans, windows, vectors([0] * 6), PARAMS)
    assert [(turn.start_sample, turn.end_sample) for turn in turns] == [(10, 80)]


def test_nothing_said_is_nobody() -> None:
    assert speaker_turns([], [], np.zeros((0, 8), np.float32), PARAMS) == []


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.integers(2, 9))
def test_blocks_of_a_long_track_are_joined_to_the_same_groups(voices: list[int], size: int) -> None:
    found = vectors(voices, 0.02).astype(np.float64)
    whole = group(found, 0.7)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(speakers, "_BLOCK", size)
        blocks = group(found, 0.7)
    assert len(set(zip(whole.tolist(), blocks.tolist(), strict=True))) == len(set(voices))
    assert len(set(whole.tolist())) == len(set(blocks.tolist())) == len(set(voices))


@given(st.lists(st.integers(0, 5), min_size=2, max_size=14), st.integers(0, 9))
def test_groups_are_those_of_average_linkage(voices: list[int], seed: int) -> None:
    """Against the definition: join the two groups of highest mean similarity while it suffices."""
    rng = np.random.default_rng(seed)
    found = vectors(voices, 0.3).astype(np.float64) + rng.normal(0, 0.05, (len(voices), 8))
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    alike = found @ found.T
    groups = [[index] for index in range(len(found))]
    while len(groups) > 1:
        pairs = [
            (float(alike[np.ix_(a, b)].mean()), i, j)
            for i, a in enumerate(groups)
            for j, b in enumerate(groups[:i])
        ]
        best, i, j = max(pairs)
        if best < 0.5:
            break
        groups[j] += groups.pop(i)
    labels = group(found, 0.5)
    by_label: dict[int, list[int]] = {}
    for index, label in enumerate(labels.tolist()):
        by_label.setdefault(label, []).append(index)
    assert sorted(map(sorted, groups)) == sorted(by_label.values())
