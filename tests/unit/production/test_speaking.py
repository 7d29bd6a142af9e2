"""When words are said, and the program that speaks."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videre.common.errors import Reason, VidereError
from videre.production.functions.synthesize_speech import speed_of
from videre.production.speaking.alignment import trimmed, word_times
from videre.production.speaking.voice import find_speaker

RATE = 16_000


def sound(pitch: float, seconds: float) -> np.ndarray:
    at = np.arange(round(seconds * RATE)) / RATE
    return sum(np.sin(2 * np.pi * pitch * n * at) / n for n in range(1, 6)).astype(np.float32) / 4


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(0.08, 0.5), min_size=2, max_size=5), st.floats(0.8, 1.25))
def test_words_are_found_though_they_are_said_faster_or_slower(
    lengths: list[float], tempo: float
) -> None:
    pitches = [150 * 1.7**n for n in range(len(lengths))]
    words = [sound(pitch, length) for pitch, length in zip(pitches, lengths, strict=True)]
    clause = np.concatenate(
        [sound(pitch, length * tempo) for pitch, length in zip(pitches, lengths, strict=True)]
    )
    times = word_times(clause, words, RATE)
    wanted = np.cumsum([0.0, *lengths]) * tempo
    assert [start for start, _ in times] == pytest.approx(list(wanted[:-1]), abs=0.04)
    assert times[0][0] == 0
    assert times[-1][1] == pytest.approx(len(clause) / RATE)
    assert all(a[1] == b[0] for a, b in pairwise(times))


def test_silence_at_the_ends_is_taken_away() -> None:
    quiet = np.zeros(RATE // 2, np.float32)
    there = trimmed(np.concatenate([quiet, sound(200, 0.3), quiet]), RATE)
    assert len(there) / RATE == pytest.approx(0.3, abs=0.02)
    assert 0 < len(trimmed(quiet, RATE)) <= RATE // 50
    assert len(trimmed(quiet[:3], RATE)) == 3


def test_the_scale_of_speed_is_half_to_twice() -> None:
    assert [speed_of(one) for one in (-500, 0, 500)] == [0.5, 1.0, 2.0]
    assert speed_of(166) == pytest.approx(1.2, abs=0.001)
    assert speed_of(-125) == pytest.approx(0.8)


def test_a_program_that_is_not_there_is_named_with_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for named in (None, tmp_path / "gone"):
        with pytest.raises(VidereError) as caught:
            find_speaker(named)
        assert caught.value.reason is Reason.MODEL_UNAVAILABLE
        assert "VIDERE_ESPEAK_NG" in caught.value.message
