"""Sound that is like no other, for tests that compare what media sound like."""

from __future__ import annotations

import io
import wave

import numpy as np
import numpy.typing as npt

RATE = 16_000
Pcm = npt.NDArray[np.int16]


def melody(seed: int, seconds: float) -> Pcm:
    """Return tones of random heights, lengths and loudness; the same ones for the same seed."""
    rng = np.random.default_rng(seed)
    sound = np.zeros(round(seconds * RATE))
    at = 0
    while at < len(sound):
        long = int(rng.integers(RATE // 8, RATE // 2))
        times = np.arange(min(long, len(sound) - at)) / RATE
        for height in np.exp(rng.uniform(np.log(220), np.log(3_800), 3)):
            sound[at : at + long] += rng.uniform(0.2, 1) * np.sin(2 * np.pi * height * times)
        sound[at : at + long] *= np.exp(-3 * times)
        at += long
    return np.asarray(sound * 6_000, np.int16)


def as_wave(pcm: Pcm) -> bytes:
    """Return a WAV file."""
    target = io.BytesIO()
    with wave.open(target, "wb") as writer:
        writer.setparams((1, 2, RATE, 0, "NONE", ""))
        writer.writeframes(pcm.astype("<i2").tobytes())
    return target.getvalue()
