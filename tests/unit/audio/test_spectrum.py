"""Level, flatness and mel filters agree with what is known of simple sounds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.audio.spectrum import SILENCE_DBFS, LogMel, flatness, htk_mel_bank, level_dbfs


def _sine(amplitude: float, hertz: float = 1_000.0, samples: int = 16_000) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * hertz * np.arange(samples) / 16_000)).astype(np.float32)


def test_level_of_a_full_scale_square_wave_is_zero() -> None:
    assert level_dbfs(np.sign(_sine(1.0) + 1e-3)) == pytest.approx(0.0, abs=0.001)


@given(st.floats(0.001, 1.0))
def test_level_of_a_sine_lies_3_db_below_its_peak(amplitude: float) -> None:
    expected = 20 * np.log10(amplitude) - 3.0103
    assert level_dbfs(_sine(amplitude)) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("samples", [0, 1, 700])
def test_digital_silence_has_the_lowest_level_and_no_flatness(samples: int) -> None:
    silence = np.zeros(samples, dtype=np.float32)
    assert level_dbfs(silence) == SILENCE_DBFS
    assert flatness(silence) == 0.0


def test_flatness_tells_noise_from_tones() -> None:
    noise = np.random.default_rng(0).standard_normal(15_360).astype(np.float32) * 0.1
    assert flatness(noise) > 0.95
    assert flatness(_sine(0.5)) < 0.001


@given(st.floats(0.01, 1.0), st.integers(0, 2**32 - 1))
def test_flatness_does_not_depend_on_level(gain: float, seed: int) -> None:
    noise = np.random.default_rng(seed).standard_normal(4_096).astype(np.float32) * 0.2
    assert flatness(noise * np.float32(gain)) == pytest.approx(flatness(noise), rel=0.01)


def test_mel_filters_cover_their_range_and_nothing_else() -> None:
    bank = htk_mel_bank(64, 125.0, 7_500.0, 16_000, 512)
    hertz = np.arange(257) * 16_000 / 512
    assert bank.shape == (64, 257)
    assert not bank[:, (hertz < 125) | (hertz > 7_500)].any()
    assert (np.diff(bank.argmax(axis=1)) >= 0).all()


def test_unit_sum_filters_have_weight_one() -> None:
    bank = htk_mel_bank(48, 30.0, 9_000.0, 22_050, 1_024, unit_sum=True)
    np.testing.assert_allclose(bank.sum(axis=1), 1.0, rtol=1e-5)


def test_log_mel_of_a_tone_peaks_in_the_band_that_holds_it() -> None:
    frames = LogMel().frames(_sine(0.5, samples=15_600))
    assert frames.shape == (96, 64)
    bank = htk_mel_bank(64, 125.0, 7_500.0, 16_000, 512)
    assert set(frames.argmax(axis=1)) == {int(bank[:, 32].argmax())}  # bin 32 = 1,000 Hz


def test_log_mel_of_silence_is_the_offset() -> None:
    frames = LogMel().frames(np.zeros(400, dtype=np.float32))
    np.testing.assert_allclose(frames, np.log(0.001), rtol=1e-6)
