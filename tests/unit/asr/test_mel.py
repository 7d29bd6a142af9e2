"""The mel spectrogram of voice encoders: against what its definition says of known sounds."""

from __future__ import annotations

import numpy as np
import pytest

from videre.asr.activity import SAMPLE_RATE
from videre.asr.mel import CHANNELS, HOP, WINDOW, mel_spectrogram


def tone(hertz: float, samples: int = SAMPLE_RATE // 2) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(samples) / SAMPLE_RATE).astype(np.float32)


@pytest.mark.parametrize("samples", [0, 1, 159, 160, 161, 16_000])
def test_a_frame_every_10_ms_centred_on_it(samples: int) -> None:
    mel = mel_spectrogram(np.zeros(samples, np.float32))
    assert mel.shape == (1 + samples // HOP, CHANNELS)
    assert mel.dtype == np.float32
    assert not mel.any()


@pytest.mark.parametrize("hertz", [200, 700, 1_000, 4_000, 7_000])
def test_a_tone_is_loudest_in_its_channel(hertz: float) -> None:
    frame = mel_spectrogram(tone(hertz))[20]
    assert abs(int(frame.argmax()) - _expected(hertz)) <= 1


def _expected(hertz: float) -> int:
    """Slaney's scale: 15 mel up to 1 kHz, then 27 for a factor of 6.4."""
    mel = hertz * 3 / 200 if hertz < 1_000 else 15 + np.log(hertz / 1_000) * 27 / np.log(6.4)
    step = (15 + np.log(8) * 27 / np.log(6.4)) / (CHANNELS + 1)
    return round(mel / step) - 1


def test_it_is_power_and_no_logarithm() -> None:
    sound = tone(700)
    assert np.allclose(mel_spectrogram(sound * 3), mel_spectrogram(sound) * 9, rtol=1e-4)


def test_channels_have_area_one() -> None:
    """White noise fills every channel alike: Slaney's normalisation."""
    noise = np.random.default_rng(0).normal(0, 0.1, 8 * SAMPLE_RATE).astype(np.float32)
    levels = mel_spectrogram(noise).mean(axis=0)
    # Power of a bin is the window's energy times the variance; a channel adds up to one per 40 Hz.
    energy = float(np.square(np.hanning(WINDOW + 1)[:-1]).sum()) * 0.01 / (SAMPLE_RATE / WINDOW)
    assert np.allclose(levels, energy, rtol=0.25)
    assert np.isclose(levels.mean(), energy, rtol=0.03)
