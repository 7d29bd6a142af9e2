"""Major and minor: chords in several keys, cut anyhow; nothing where no mode is clear."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from videre.audio.mode import ModeMeter, ModeStretch, clear_mode
from videre.audio.onset import SAMPLE_RATE

Samples = NDArray[np.float32]
#: Chords in semitones over the tonic, and the third of each.
MAJOR = ((0, 4), (5, 4), (7, 4), (0, 4))
MINOR = ((0, 3), (5, 3), (7, 4), (0, 3))


def song(tonic: int, chords: tuple[tuple[int, int], ...], seconds: int) -> Samples:
    """One chord a second, tones with overtones that die away."""
    time = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    parts = []
    for second in range(seconds):
        root, third = chords[second % len(chords)]
        hertz = [110 * 2 ** ((tonic + root + step) / 12) for step in (0, third, 7, 12)]
        tones = [np.sin(2 * np.pi * f * h * time) / h for f in hertz for h in range(1, 6)]
        parts.append(np.sum(tones, axis=0) * np.exp(-1.5 * time))
    return np.asarray(np.concatenate(parts) / 10, np.float32)


def heard(samples: Samples, piece: int = 1 << 20) -> tuple[ModeStretch, ...]:
    meter = ModeMeter()
    for start in range(0, len(samples), piece):
        meter.push(samples[start : start + piece])
    return meter.finish()


@pytest.mark.parametrize("tonic", [0, 5, 8, 11])
@pytest.mark.parametrize(("chords", "mode"), [(MAJOR, "major"), (MINOR, "minor")])
def test_the_mode_of_a_cadence_is_heard_in_any_key(
    tonic: int, chords: tuple[tuple[int, int], ...], mode: str
) -> None:
    (stretch,) = heard(song(tonic, chords, 20))
    assert stretch.mode == mode
    assert 0.65 <= stretch.score <= 1
    assert (stretch.start_ns, round(stretch.end_ns / 1e9)) == (0, 20)


def test_pieces_do_not_matter_and_stretches_follow_each_other() -> None:
    samples = np.concatenate([song(3, MAJOR, 20), song(3, MINOR, 26)])
    whole = heard(samples)
    assert whole == heard(samples, 7_001)
    assert [stretch.mode for stretch in whole] == ["major", "minor", "minor"]
    assert whole[0].end_ns == whole[1].start_ns


def test_noise_a_single_tone_silence_and_little_sound_have_no_mode() -> None:
    chance = np.random.default_rng(1)
    assert heard(chance.normal(0, 0.2, 10 * SAMPLE_RATE).astype(np.float32)) == ()
    assert heard(np.zeros(10 * SAMPLE_RATE, np.float32)) == ()
    assert heard(song(0, MAJOR, 3)) == ()
    assert heard(np.zeros(0, np.float32)) == ()


def test_keys_that_share_their_notes_are_not_told_apart() -> None:
    scale = np.array([1.0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1])
    assert clear_mode(scale) is None
    assert clear_mode(np.zeros(12)) is None
