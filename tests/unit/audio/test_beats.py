"""Beats are found where there is a pulse, and only there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videre.audio.beats import BeatTrack, best_path, track_beats
from videre.audio.onset import OnsetMeter

RATE = 22_050
TOLERANCE_S = 0.07  # of the usual beat F-measure


def track(sound: np.ndarray, pieces: list[int] | None = None) -> BeatTrack:
    meter = OnsetMeter()
    for piece in np.split(sound, pieces or []):
        meter.push(piece)
    return track_beats(meter.finish())


def f_measure(truth: np.ndarray, found: np.ndarray) -> float:
    free = list(found)
    hits = 0
    for beat in truth:
        near = [other for other in free if abs(other - beat) <= TOLERANCE_S]
        if near:
            free.remove(min(near, key=lambda other: abs(other - beat)))
            hits += 1
    return 2 * hits / (len(truth) + len(found)) if hits else 0.0


@pytest.mark.parametrize(
    ("bpm", "bar", "drums"),
    [(72, 4, True), (90, 4, True), (105, 3, False), (118, 4, False), (128, 4, True),
     (140, 4, True), (156, 3, False), (170, 3, True)],
)  # fmt: skip
def test_songs_keep_their_tempo_and_their_beats(song: Any, bpm: int, bar: int, drums: bool) -> None:
    sound, truth = song(bpm, bar, drums=drums, seed=bpm)
    found = track(sound)
    assert found.tempo_bpm == pytest.approx(bpm, rel=0.01)
    assert f_measure(truth, np.array(found.beat_ns) / 1e9) >= 0.95
    assert 0.45 <= found.score <= 1.0


def test_beats_lie_within_20_ms_of_hard_onsets(song: Any) -> None:
    sound, truth = song(120)
    found = np.array(track(sound).beat_ns) / 1e9
    nearest = np.array([found[np.abs(found - beat).argmin()] - beat for beat in truth])
    assert abs(np.median(nearest)) < 0.02


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_speech_has_no_beats(speech_like: Callable[..., np.ndarray], seed: int) -> None:
    assert track(speech_like(30.0, seed)) == BeatTrack(0.0, (), 0.0)


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(RATE * 20, dtype=np.float32),
        np.random.default_rng(0).standard_normal(RATE * 20).astype(np.float32) * 0.1,
        np.cumsum(np.random.default_rng(1).standard_normal(RATE * 20)).astype(np.float32) / 3_000,
        (0.3 * np.sin(np.arange(RATE * 20) * 0.1)).astype(np.float32),
        np.zeros(0, dtype=np.float32),
        np.ones(RATE, dtype=np.float32),
    ],
    ids=["silence", "white noise", "brown noise", "sine", "nothing", "one second"],
)
def test_what_is_not_music_has_no_beats(sound: np.ndarray) -> None:
    assert track(sound) == BeatTrack(0.0, (), 0.0)


@pytest.mark.parametrize("seconds", [2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0])
@pytest.mark.parametrize("seed", range(5))
def test_short_noise_has_no_beats(seconds: float, seed: int) -> None:
    noise = np.random.default_rng(seed).standard_normal(int(seconds * RATE)) * 0.1
    assert track(noise.astype(np.float32)) == BeatTrack(0.0, (), 0.0)


@pytest.mark.parametrize("samples", [1, 255, 256, 257, RATE // 10, RATE, 2 * RATE - 256])
def test_music_too_short_for_a_pulse_has_no_beats(song: Any, samples: int) -> None:
    sound, _ = song(120)
    assert track(sound[:samples]) == BeatTrack(0.0, (), 0.0)


def test_five_seconds_of_music_have_beats(song: Any) -> None:
    sound, truth = song(120, seconds=5.0)
    found = track(sound)
    assert found.tempo_bpm == pytest.approx(120, rel=0.02)
    assert f_measure(truth, np.array(found.beat_ns) / 1e9) >= 0.9


@pytest.mark.parametrize("seconds", [2.2, 2.8, 3.6])
@pytest.mark.parametrize(("bpm", "bar"), [(88, 4), (108, 3), (126, 4), (144, 3)])
def test_few_clear_beats_are_enough(song: Any, seconds: float, bpm: int, bar: int) -> None:
    sound, truth = song(bpm, bar, seconds=seconds)
    found = track(sound)
    assert found.tempo_bpm == pytest.approx(bpm, rel=0.04)
    assert f_measure(truth, np.array(found.beat_ns) / 1e9) >= 0.75
    assert found.score > 0.2


@pytest.mark.parametrize("seconds", [2.4, 3.0, 3.6])
@pytest.mark.parametrize("seed", range(8))
def test_short_speech_is_at_most_faint(
    speech_like: Callable[..., np.ndarray], seconds: float, seed: int
) -> None:
    assert track(speech_like(seconds, seed)).score < 0.45


def test_two_songs_with_speech_between_keep_their_own_tempi(
    song: Any, speech_like: Callable[[float], np.ndarray]
) -> None:
    first, first_truth = song(110, seconds=24.0)
    second, second_truth = song(150, 3, seconds=30.0, seed=8)
    found = track(np.concatenate([first, speech_like(20.0), second]))
    beats = np.array(found.beat_ns) / 1e9
    truth = np.concatenate([first_truth, second_truth + 44.0])
    assert f_measure(truth, beats) >= 0.9
    assert not ((beats > 28) & (beats < 40)).any()
    assert found.tempo_bpm == pytest.approx(150, rel=0.01)  # of the longer one


@pytest.mark.parametrize("gain", [0.003, 0.1, 1.0])
def test_quiet_music_is_music(song: Any, gain: float) -> None:
    sound, truth = song(100, seed=5)
    found = track(sound * np.float32(gain))
    assert f_measure(truth, np.array(found.beat_ns) / 1e9) >= 0.95


@pytest.fixture(scope="module")
def short_song(song: Any) -> tuple[np.ndarray, BeatTrack]:
    sound, _ = song(124, seconds=10.0)
    return sound, track(sound)


@settings(deadline=None)  # a busy machine takes its time
@given(cuts=st.lists(st.integers(0, 10 * RATE), max_size=6))
def test_pieces_do_not_change_the_answer(
    short_song: tuple[np.ndarray, BeatTrack], cuts: list[int]
) -> None:
    sound, whole = short_song
    assert track(sound, sorted(cuts)) == whole


@given(st.floats(4.0, 60.0), st.integers(0, 2**32 - 1), st.integers(0, 400))
def test_a_path_rises_and_keeps_its_distance(period: float, seed: int, length: int) -> None:
    strength = np.random.default_rng(seed).random(length + 1)
    path = best_path(strength, period)
    assert (np.diff(path) >= round(period / 2)).all()
    assert (np.diff(path) <= round(2 * period)).all()
    assert 0 <= path[0] <= path[-1] <= length


def test_the_best_path_is_the_best_of_all_paths() -> None:
    strength = np.array([0.0, 3, 0, 1, 0, 3, 0, 0, 3, 1])
    period = 3.5

    def value(path: tuple[int, ...]) -> float:
        steps = np.diff(path) / period
        return float(strength[list(path)].sum() - 100 * np.square(np.log(steps)).sum())

    def extend(path: tuple[int, ...]) -> list[tuple[int, ...]]:
        further = [q for step in range(2, 8) if (q := path[-1] + step) < 10]
        return [path, *(longer for q in further for longer in extend((*path, q)))]

    every = [path for first in range(10) for path in extend((first,))]
    ending = [path for path in every if path[-1] >= 10 - round(period)]
    found = tuple(int(frame) for frame in best_path(strength, period))
    assert value(found) == pytest.approx(max(value(path) for path in ending))
