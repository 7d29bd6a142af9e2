"""Bars, tempi, key and sections of songs whose score is known; nothing where there is no music."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from videre.audio.beats import BeatRun, BeatTrack
from videre.audio.form import MusicForm, place_sections, understand
from videre.audio.harmony import Harmony, HarmonyMeter, beat_means
from videre.audio.meter import NO_BARS, Bars, find_bars
from videre.audio.mode import Key, clear_key
from videre.audio.onset import OnsetEnvelope, OnsetMeter
from videre.audio.pulse import PulseStretch
from videre.audio.sections import find_sections
from videre.audio.tempo import tempo_changes

RATE = 22_050


def heard(sound: np.ndarray, piece: int = 1 << 20) -> tuple[BeatTrack, MusicForm]:
    onsets, harmony = OnsetMeter(), HarmonyMeter()
    for start in range(0, len(sound), piece):
        onsets.push(sound[start : start + piece])
        harmony.push(sound[start : start + piece])
    return understand(onsets.finish(), harmony.finish())


@pytest.mark.parametrize(("bpm", "bar"), [(90, 4), (105, 3), (140, 4)])
def test_bars_begin_where_the_chord_changes(song: Any, bpm: int, bar: int) -> None:
    sound, beats = song(bpm, bar, drums=bar == 4, seed=bpm, seconds=20.0)
    track, form = heard(sound)
    assert form.beats_per_bar == bar
    assert set(form.downbeat_ns) <= set(track.beat_ns)
    found = np.array(form.downbeat_ns) / 1e9
    wanted = beats[::bar]
    near = [np.abs(found - one).min() < 0.07 for one in wanted]
    assert sum(near) >= len(wanted) - 1
    assert len(found) <= len(wanted) + 1
    assert 0.3 <= form.downbeat_score <= 1


def test_levels_add_up_and_the_told_one_is_the_likeliest(song: Any) -> None:
    track, form = heard(song(118, seconds=16.0)[0])
    assert [level.tempo_bpm for level in form.levels] == sorted(
        level.tempo_bpm for level in form.levels
    )
    assert sum(level.score for level in form.levels) == pytest.approx(1)
    assert max(form.levels, key=lambda level: level.score).tempo_bpm == track.tempo_bpm
    (change,) = form.changes
    assert change.tempo_bpm == pytest.approx(118, rel=0.01)


def test_pieces_do_not_change_the_answer(song: Any) -> None:
    sound, _ = song(124, seconds=12.0)
    assert heard(sound) == heard(sound, 3_001)


@pytest.mark.parametrize("seconds", [0.0, 0.01, 1.0, 10.0])
def test_silence_and_speech_have_no_form(
    speech_like: Callable[[float], np.ndarray], seconds: float
) -> None:
    silence = np.zeros(round(seconds * RATE), np.float32)
    assert heard(silence) == (BeatTrack(0.0, (), 0.0), MusicForm())
    if seconds == 10.0:
        assert heard(speech_like(seconds))[1] == MusicForm()


def test_few_beats_tell_no_bars() -> None:
    harmony = HarmonyMeter()
    harmony.push(np.zeros(RATE, np.float32))
    nothing = OnsetEnvelope(np.zeros(90, np.float32), np.zeros(90, np.float32))
    assert find_bars(np.arange(11) / 12, nothing, harmony.finish()) == NO_BARS


@pytest.mark.parametrize("tonic", [0, 4, 9])
@pytest.mark.parametrize(("third", "mode"), [(4, "major"), (3, "minor")])
def test_a_key_is_told_by_its_triad_and_scale(tonic: int, third: int, mode: str) -> None:
    scale = (0, 2, third, 5, 7, 8 if third == 3 else 9, 10 if third == 3 else 11)
    chroma = np.zeros(12)
    chroma[[(tonic + step) % 12 for step in scale]] = 1
    chroma[[(tonic + step) % 12 for step in (0, third, 7)]] += 2
    key = clear_key(chroma)
    assert key is not None
    assert key == Key(tonic, mode, key.score)
    assert clear_key(np.ones(12)) is None


def form_of(letters: str, bars: int, loud: str = "") -> list[tuple[str, int, int, bool]]:
    """Sections of a song in which bars of one letter and place are alike."""
    chance = np.random.default_rng(3)
    kinds = {letter: chance.normal(size=(bars, 24)) for letter in sorted(set(letters))}
    rows = np.concatenate([kinds[letter] for letter in letters])
    rows = rows + 0.1 * chance.normal(size=rows.shape)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    level = np.repeat([2.0 if letter in loud else 1.0 for letter in letters], bars)
    level = level + 0.01 * chance.normal(size=len(level))
    found = find_sections(rows @ rows.T, level)
    return [(chr(65 + one.group), one.start, one.end, one.chorus) for one in found]


def test_what_comes_back_loudest_is_the_chorus() -> None:
    assert form_of("vcvcbc", 8, loud="c") == [
        ("A", 0, 8, False), ("B", 8, 16, True), ("A", 16, 24, False), ("B", 24, 32, True),
        ("C", 32, 40, False), ("B", 40, 48, True),
    ]  # fmt: skip


def test_a_song_in_which_nothing_comes_back_has_no_sections() -> None:
    assert form_of("abcdef", 8) == []
    assert form_of("ab", 4) == []


@settings(deadline=None, max_examples=40)
@given(
    npst.arrays(np.float64, st.tuples(st.integers(0, 70), st.just(4)), elements=st.floats(-1, 1)),
    st.integers(0, 5),
)
def test_sections_are_in_order_and_do_not_overlap(rows: np.ndarray, seed: int) -> None:
    loud = np.random.default_rng(seed).random(len(rows))
    found = find_sections((rows @ rows.T) / 4, loud)
    assert all(a.end == b.start for a, b in pairwise(found))
    assert all(0 <= one.start < one.end <= len(rows) for one in found)
    assert [one.group for one in found[:1]] in ([], [0])
    assert all(0 <= one.score <= 1 for one in found)
    for one in found:
        same = [other for other in found if other.group == one.group]
        assert len({other.chorus for other in same}) == 1
        assert len(same) > 1 or one.score == 0 or not one.chorus


@given(st.lists(st.integers(20, 60), min_size=1, max_size=60))
def test_a_steady_tempo_changes_once_and_changes_are_in_order(steps: list[int]) -> None:
    beats = np.cumsum([5, *steps])
    changes = tempo_changes([beats])
    assert changes[0].start_ns == int(beats[0]) * 256 * 10**9 // RATE
    assert all(a.start_ns < b.start_ns for a, b in pairwise(changes))
    assert len(tempo_changes([np.arange(40) * steps[0]])) == 1


def test_bars_of_an_evening_without_an_end_are_not_compared() -> None:
    bars = 20_000
    frames = np.arange(4 * bars, dtype=np.int64) * 40
    run = BeatRun(PulseStretch(0, int(frames[-1]), 129.0, 1.0), frames)
    nothing = np.zeros((10, 12), np.float16)
    found = Bars(4, tuple(range(0, 4 * bars, 4)), 1.0)
    assert place_sections([run], [found], Harmony(nothing, nothing, nothing)) == []


@given(st.integers(2, 30), st.integers(0, 400))
def test_means_of_beats_are_those_of_their_frames(count: int, offset: int) -> None:
    values = np.random.default_rng(count).random((900, 3)).astype(np.float16)
    beats = (offset + 15 * np.arange(count + 1)) * 2_048 / RATE
    means = beat_means(values, beats)
    for place, mean in enumerate(means):
        first = offset + 15 * place
        part = values[first + 2 : first + 14].astype(np.float64)
        assert mean == pytest.approx(part.mean(axis=0), abs=1e-6)
