"""What is measured in sound of which everything is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from videre.production.assessment import Fault, measure
from videre.production.opinion import WINDOW, window_starts

RATE = 8_000


def tone(seconds: float, hertz: float, level: float) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    return np.asarray(level * np.sin(2 * np.pi * hertz * time), np.float32)[:, None]


def test_a_clean_tone_has_its_levels_and_no_fault() -> None:
    found = measure(tone(12, 500, 0.5), RATE)
    assert found.peak_dbfs == pytest.approx(-6.02, abs=0.01)
    assert found.rms_dbfs == pytest.approx(-9.03, abs=0.01)
    assert (found.clipped_ratio, found.silent_ratio, found.faults) == (0, 0, ())
    assert 500 <= found.bandwidth_hz < 700


def test_what_is_cut_off_is_clipped() -> None:
    loud = tone(4, 200, 1.4).clip(-1, 1)
    found = measure(np.concatenate([tone(2, 200, 0.5), loud, tone(2, 200, 0.5)]), RATE)
    (fault,) = found.faults
    assert (fault.kind, round(fault.start), round(fault.end)) == ("clipping", 2, 6)
    assert 0.1 < found.clipped_ratio < 0.4


@pytest.mark.parametrize("at_s", [3.0, 9.99])
def test_nothing_amid_sound_is_a_dropout_wherever_pieces_end(at_s: float) -> None:
    sound = tone(14, 300, 0.4)
    first = round(at_s * RATE)
    sound[first : first + 400] = 0
    (fault,) = measure(sound, RATE).faults
    assert (fault.kind, fault.end - fault.start) == ("dropout", pytest.approx(0.05, abs=0.001))
    assert fault.start == pytest.approx(at_s, abs=0.001)
    pause = tone(14, 300, 0.4)
    pause[first : first + RATE] = 0
    assert measure(pause, RATE).faults == (), "a pause is none"


def test_noise_lies_below_speech_by_what_was_added() -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 0.01, (20 * RATE, 1)).astype(np.float32)
    bursts = rng.normal(0, 0.1, noise.shape).astype(np.float32)
    bursts[np.arange(len(bursts)) // RATE % 2 == 0] = 0
    found = measure(noise + bursts, RATE).snr_db
    assert found == pytest.approx(20, abs=1.5)


@settings(deadline=None, max_examples=25)
@given(npst.arrays(np.float32, st.tuples(st.integers(0, 400), st.integers(1, 2)),
                   elements=st.floats(-1, 1, width=32)))  # fmt: skip
def test_any_sound_can_be_measured(samples: np.ndarray) -> None:
    found = measure(samples, RATE)
    assert -120 <= found.rms_dbfs <= max(found.peak_dbfs, -120) + 0.01
    assert 0 <= found.clipped_ratio <= 1
    assert 0 <= found.silent_ratio <= 1
    assert 0 <= found.bandwidth_hz <= RATE / 2
    assert all(isinstance(one, Fault) and one.start < one.end for one in found.faults)


@given(st.integers(WINDOW, 4_000 * 16_000))
def test_windows_lie_inside_and_are_not_too_many(count: int) -> None:
    starts = window_starts(count)
    assert starts[0] == 0
    assert 1 <= len(starts) <= 120
    assert starts == sorted(set(starts))
    assert starts[-1] + WINDOW <= count
