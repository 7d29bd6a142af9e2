"""Speech in a recording ends where its reader draws breath."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.constructed.media import SOUND_RATE, write_sound
from bench.pauses import PAUSE_S, spoken_stretches, without_pauses
from videre.cli.evaluation.truth import Span, Truth


def recording(*parts: tuple[float, float]) -> np.ndarray:
    """Return noise of (seconds, level in dB) one after the other."""
    chance = np.random.default_rng(1)
    noises = [
        chance.normal(0, 10 ** (level / 20), round(seconds * SOUND_RATE))
        for seconds, level in parts
    ]
    return np.concatenate(noises).astype(np.float32)


def test_a_pause_parts_speech_and_a_short_one_does_not() -> None:
    noise = (0.5, -60.0)
    long = recording(noise, (1.0, -20), (PAUSE_S + 0.1, -60), (1.0, -20), noise)
    assert spoken_stretches(long) == [
        pytest.approx((0.5, 1.5), abs=0.03), pytest.approx((1.9, 2.9), abs=0.03)
    ]  # fmt: skip
    short = recording(noise, (1.0, -20), (PAUSE_S - 0.1, -60), (1.0, -20), noise)
    assert spoken_stretches(short) == [pytest.approx((0.5, 2.7), abs=0.03)]


def test_the_noise_of_an_old_recording_is_a_pause() -> None:
    old = recording((1.0, -20), (1.0, -45), (1.0, -20))
    assert len(spoken_stretches(old)) == 2


def test_a_word_fades_but_not_for_ever() -> None:
    fading = recording((1.0, -20), (0.05, -47), (1.0, -70))
    assert spoken_stretches(fading) == [pytest.approx((0.0, 1.05), abs=0.03)]
    hissing = recording((1.0, -20), (1.0, -47))
    assert spoken_stretches(hissing) == [pytest.approx((0.0, 1.1), abs=0.03)]


@pytest.mark.parametrize("samples", [0, 100])
def test_what_is_too_short_holds_no_speech(samples: int) -> None:
    assert spoken_stretches(np.zeros(samples, np.float32)) == []


def test_digital_silence_holds_no_speech() -> None:
    assert spoken_stretches(np.zeros(SOUND_RATE, np.float32)) == []


def test_a_film_keeps_its_pieces_less_their_pauses(tmp_path: Path) -> None:
    path = tmp_path / "film.wav"
    write_sound(path, recording((2.0, -10), (0.2, -60), (1.0, -20), (0.5, -60), (1.0, -20)))
    film = Truth("film.wav", path, "film", speech=(Span(2.0, 9.0),))
    speech = without_pauses(film).speech
    assert speech is not None
    assert [(span.start_s, span.end_s) for span in speech] == [
        pytest.approx((2.2, 3.2), abs=0.03), pytest.approx((3.7, 4.7), abs=0.03)
    ]  # fmt: skip
    silent = Truth("film.wav", path, "film", speech=())
    assert without_pauses(silent) == silent
